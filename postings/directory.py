"""The directory: organisations that work on the solutions, with their boards; read from ``directory.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import source_hash

from postings.names import folded, free_slug
from postings.posting import Employer, EmployerSolution, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation and the board it publishes its postings on, where one is known."""

    employer: Employer
    board: Source | None
    #: A remark such as «reported closed 2024».
    note: str | None


@cache
def entries() -> tuple[Entry, ...]:
    """All organisations of the shipped directory, in the file's order."""
    return tuple(_read(_text().splitlines()))


@cache
def by_name() -> dict[str, Employer]:
    """The organisations by folded name, for postings that name only their employer."""
    return {folded(entry.employer.name): entry.employer for entry in reversed(entries())}


def version() -> str:
    """A digest of the shipped directory: another one is loaded anew."""
    return source_hash(_text().encode()).hex()


def _text() -> str:
    return files("postings").joinpath("directory.csv").read_text(encoding="utf-8")


def _read(lines: Iterable[str]) -> Iterator[Entry]:
    taken: set[str] = set()
    for row in csv.DictReader(lines):
        name = free_slug(row["name"], taken)
        taken.add(name)
        solutions = tuple(
            EmployerSolution(slug, row["solutions_evidence"]) for slug in row["solutions"].split(";") if slug
        )
        yield Entry(
            employer=Employer(name, row["name"], row["homepage"] or None, solutions),
            board=Source.parse(row["board"]) if row["board"] else None,
            note=row["note"] or None,
        )
