"""The filters of a list as they stand in an address: what each one means, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from postings import codes, solutions
from postings.names import slug_of
from postings.posting import EmploymentType, Source, Workplace

#: Longer texts are refused: they cost work and find nothing.
LONGEST_TEXT = 200
#: A list is not shown beyond this page; who wants everything takes the export.
LAST_PAGE = 10_000
PER_PAGE = 50
#: So many values of one filter, where it takes several.
MOST_VALUES = 100
STATUSES = ("open", "closed", "all")

#: Ids are 64-bit numbers in both databases.
LAST_ID = 2**63 - 1
SLUG = "^[a-z0-9-]{1,200}$"

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class Missing(ValueError):
    """A slug in an address that nothing has."""


class Unlike(ValueError):
    """A name in an address that no solution has; the text names those that are near to it."""

    def __init__(self, line: str, near: tuple[solutions.Solution, ...]) -> None:
        named = " or ".join(f"«{each.name}»" for each in near)
        super().__init__(f"{line}; is {named} meant?" if near else line)
        self.near = near


@dataclass(frozen=True, slots=True)
class Parameter:
    """One filter of a list."""

    name: str
    #: One sentence for the makers of programs.
    means: str
    #: JSON Schema of one value.
    schema: Mapping[str, Any]
    #: Value as sent -> value as it should be written. ValueError says what is wrong, in words that follow the name.
    read: Callable[[str], str]
    #: Whether it may be given several times: any of them.
    many: bool = False


def _text(value: str) -> str:
    text = " ".join(_HIDDEN.sub(" ", value).split())
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT} characters")
    return text


def _one_of(known: Collection[str], *, upper: bool = False) -> Callable[[str], str]:
    def read(value: str) -> str:
        text = value.strip()
        text = text.upper() if upper else text.lower()
        if text not in known:
            raise ValueError(f"knows no {quoted(value)}" + (f" (one of {', '.join(known)})" if len(known) < 10 else ""))
        return text

    return read


def _number(least: int, most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(r"[0-9]{1,19}", value.strip()) or not least <= int(value) <= most:
            raise ValueError(f"is no whole number from {least} to {most}: {quoted(value)}")
        return str(int(value))

    return read


def _solution(value: str) -> str:
    found = solutions.by_slug(value.strip())
    if found is None:
        raise Missing(f"knows no {quoted(value)}")
    return found.slug


def _solution_name(value: str) -> str:
    found = solutions.by_name(value[:LONGEST_TEXT])
    if found is None:
        raise Unlike(f"knows no {quoted(value)}", tuple(solutions.nearest(value)))
    return found.slug


def _sector(value: str) -> str:
    known = {slug_of(sector) for sector in solutions.SECTORS}
    slug = slug_of(value[:LONGEST_TEXT])
    if slug not in known:
        raise ValueError(f"knows no {quoted(value)}")
    return slug


def _slug(value: str) -> str:
    text = value.strip()
    if not re.fullmatch(SLUG, text):
        raise Missing(f"knows no {quoted(value)}")
    return text


def _source(value: str) -> str:
    text = _text(value)
    try:
        return str(Source.parse(text))
    except ValueError:
        raise ValueError(f"is no kind:key: {quoted(value)}") from None


def quoted(value: str) -> str:
    """What somebody sent, short enough to be shown."""
    text = " ".join(_HIDDEN.sub(" ", value).split())
    return f"«{text[:80]}…»" if len(text) > 80 else f"«{text}»"


def _string(**more: Any) -> dict[str, Any]:
    return {"type": "string"} | more


_WORKPLACES = tuple(Workplace)
_TYPES = tuple(EmploymentType)
_SECTORS = [slug_of(sector) for sector in solutions.SECTORS]
_SLUGS = [each.slug for each in solutions.all_solutions()]
_NAMES = [each.climatebase_name or each.name for each in solutions.all_solutions()]

#: In the order in which an address names them.
PARAMETERS = (
    Parameter(
        "q", "Words; each stands in the title, the employer's name, a place or the text.", _string(maxLength=200), _text
    ),
    Parameter(
        "l",
        "Place: a city, region or country, or «remote»; with commas, all of them: «Paris, France».",
        _string(maxLength=200),
        _text,
    ),
    Parameter("solution", "Slug of a solution; any of those given.", _string(enum=_SLUGS), _solution, many=True),
    Parameter(
        "drawdown_solutions",
        "Name of a solution as Climatebase writes it; any of those given.",
        _string(enum=_NAMES),
        _solution_name,
        many=True,
    ),
    Parameter(
        "sector", "A sector of solutions, by name or as it stands in addresses.", _string(enum=_SECTORS), _sector
    ),
    Parameter("employer", "Slug of an employer; any of those given.", _string(pattern=SLUG), _slug, many=True),
    Parameter("workplace", "Where the work is done.", _string(enum=[*_WORKPLACES]), _one_of(_WORKPLACES)),
    Parameter(
        "country",
        "ISO 3166 code of a country, two letters.",
        _string(enum=[*codes.countries()]),
        _one_of(codes.countries(), upper=True),
    ),
    Parameter("employment_type", "How one is employed.", _string(enum=[*_TYPES]), _one_of(_TYPES)),
    Parameter(
        "language",
        "ISO 639-1 code of the posting's language, two letters.",
        _string(enum=[*codes.languages()]),
        _one_of(codes.languages()),
    ),
    Parameter(
        "posted_within",
        "At most so many days old.",
        {"type": "integer", "minimum": 1, "maximum": 3650},
        _number(1, 3650),
    ),
    Parameter(
        "salary_min",
        "Pays at least so much a year; hourly and monthly pay is reckoned up.",
        {"type": "integer", "minimum": 0, "maximum": 999_999_999},
        _number(0, 999_999_999),
    ),
    Parameter(
        "currency",
        "ISO 4217 code of the currency that salary_min is in.",
        _string(enum=sorted(codes.currencies())),
        _one_of(codes.currencies(), upper=True),
    ),
    Parameter("status", "Whether postings are still open.", _string(enum=[*STATUSES]), _one_of(STATUSES)),
    Parameter("source", "Where it was found, as kind:key.", _string(pattern=r"^[a-z][a-z0-9_]*:[!-~]+$"), _source),
)

PAGING = (
    Parameter(
        "page",
        "Which page of the list.",
        {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
        _number(1, LAST_PAGE),
    ),
    Parameter(
        "per_page",
        "How many on a page.",
        {"type": "integer", "minimum": 1, "maximum": 100, "default": PER_PAGE},
        _number(1, 100),
    ),
)
ORDER = (
    Parameter(
        "after",
        "Only what stands in the list after the posting of this id: pages that stay whole while postings come and go.",
        {"type": "integer", "minimum": 1, "maximum": LAST_ID},
        _number(1, LAST_ID),
    ),
    Parameter(
        "sort",
        "By date, the newest first, or with q by relevance: those first whose title has the words.",
        _string(enum=["date", "relevance"], default="date"),
        _one_of(("date", "relevance")),
    ),
)
