"""The catalogue: Project Drawdown's solutions, found by slug, by name or by something near to it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: Sectors in the order a page shows them. A solution of several sectors is shown in the first of them in this order,
#: so that insulation is found under buildings and not among the power plants.
SECTORS = (
    "Buildings",
    "Electricity",
    "Transportation",
    "Industry",
    "Coastal and Ocean Sinks",
    "Food, Agriculture, and Land Use",
    "Land Sinks",
    "Engineered Sinks",
    "Other Energy",
    "Health and Education",
)

FORMER_NAMES = frozenset({"drawdown-book-2017", "drawdown-table-2021"})

#: No name is longer; it bounds the work that a visitor's text can cause.
LONGEST_QUERY = 120
#: From 0 to 100: a word of a name ("solar") and a misspelt name pass, a chance likeness does not.
LEAST_LIKENESS = 70


@dataclass(frozen=True, slots=True)
class Alias:
    """Another term for a solution."""

    term: str
    #: ``synonym`` names the solution itself, ``field`` is a term of the trade that proves nothing alone.
    kind: str
    #: ``known``, or the older list that had it as the official name.
    source: str = "known"


@dataclass(frozen=True, slots=True)
class Solution:
    """One of Project Drawdown's solutions."""

    slug: str
    name: str
    #: As Project Drawdown orders them.
    sectors: tuple[str, ...]
    #: Heading within the first sector.
    subsector: str
    #: Two or three sentences: what it is, how it helps, who works on it.
    summary: str
    #: CO2 equivalent avoided or taken up from 2020 to 2050 in scenarios 1 and 2; None without an estimate.
    gigatons: tuple[float, float] | None
    #: As Climatebase's links write it; None where that is not known.
    climatebase_name: str | None
    aliases: tuple[Alias, ...]
    drawdown_url: str
    #: Slugs of related solutions, nearest first.
    nearby: tuple[str, ...]

    @property
    def home_sector(self) -> str:
        """The one sector under which a page shows it."""
        return min(self.sectors, key=SECTORS.index)


@cache
def all_solutions() -> tuple[Solution, ...]:
    """Every solution, in alphabetical order."""
    catalogue = json.loads(files("postings").joinpath("solutions.json").read_bytes())
    return tuple(_solution(row) for row in catalogue["solutions"])


def by_slug(slug: str) -> Solution | None:
    """Find a solution by its slug."""
    return _slugs().get(slug)


def by_sector() -> dict[str, list[Solution]]:
    """Show every solution once, under its home sector: sectors in reading order, solutions in alphabetical order."""
    shown: dict[str, list[Solution]] = {sector: [] for sector in SECTORS}
    for solution in all_solutions():
        shown[solution.home_sector].append(solution)
    return shown


def by_name(text: str) -> Solution | None:
    """Find a solution by its slug or by its name, today's, Climatebase's or a former one.

    Case, accents, spaces and punctuation do not matter.
    """
    return _names().get(_letters(text))


def nearest(text: str, *, limit: int = 3) -> list[Solution]:
    """Solutions whose names or synonyms are like a text, best first; empty where none is like it."""
    from rapidfuzz import fuzz, process  # Loading it takes longer than all else here, and only searches need it.

    query = _words(text[:LONGEST_QUERY])
    if not query:
        return []
    found: dict[str, float] = {}
    # Half for shared words, half for the whole: by words alone a bare "and" or "of" is like every name that has it.
    # Who shares too few words is left out at once, as not even the same whole could make up for it.
    least = 2 * LEAST_LIKENESS - 100
    sharing = process.extract(query, _names_to_liken(), scorer=fuzz.token_set_ratio, score_cutoff=least, limit=None)
    for term, shared, position in sharing:
        slug, likeness = _terms()[position][1], (shared + fuzz.ratio(query, term)) / 2
        if likeness >= LEAST_LIKENESS:
            found[slug] = max(found.get(slug, 0.0), likeness)
    best = sorted(found, key=lambda slug: (-found[slug], slug))
    return [_slugs()[slug] for slug in best[:limit]]


def _solution(row: dict[str, Any]) -> Solution:
    estimate = row["gigatons"]
    return Solution(
        slug=row["slug"],
        name=row["name"],
        sectors=tuple(row["sectors"]),
        subsector=row["subsector"],
        summary=row["summary"],
        gigatons=(float(estimate[0]), float(estimate[1])) if estimate else None,
        climatebase_name=row["climatebase_name"],
        aliases=tuple(Alias(**alias) for alias in row["aliases"]),
        drawdown_url=row["drawdown_url"],
        nearby=tuple(row["nearby"]),
    )


@cache
def _slugs() -> dict[str, Solution]:
    return {solution.slug: solution for solution in all_solutions()}


@cache
def _names() -> dict[str, Solution]:
    return {_letters(name): solution for solution in all_solutions() for name in _official_names(solution)}


def _official_names(solution: Solution) -> Iterator[str]:
    yield solution.slug
    yield solution.name
    if solution.climatebase_name:
        yield solution.climatebase_name
    yield from (alias.term for alias in solution.aliases if alias.source in FORMER_NAMES)


@cache
def _terms() -> tuple[tuple[str, str], ...]:
    """Every name and synonym in plain words, with the slug it leads to."""
    return tuple(
        (_words(term), solution.slug)
        for solution in all_solutions()
        for term in (solution.name, *(alias.term for alias in solution.aliases if alias.kind == "synonym"))
    )


@cache
def _names_to_liken() -> tuple[str, ...]:
    return tuple(term for term, _ in _terms())


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ").replace("'", "").replace("’", "")
    spaced = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join(spaced.split())


def _letters(text: str) -> str:
    return _words(text).replace(" ", "")
