"""A place as visitors write it: «Berlin», «DE», «Paris, France». All between its commas must fit one place of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from postings.codes import country_named
from postings.folding import folded
from postings.posting import Workplace
from postings.tables import PlaceRow

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two commas."""

    text: str
    #: Made comparable, as a place's text, city and region are.
    folded: str
    #: The code of the country that is called so.
    country: str | None

    @property
    def short(self) -> bool:
        """Whether it is a country's or a region's code: «de» stands in half of all names of places."""
        return len(self.text) == 2


@dataclass(frozen=True, slots=True)
class Where:
    """What is asked of a posting's place."""

    remote: bool
    parts: tuple[Part, ...]


def asked(place: str | None) -> Where | None:
    """What a visitor asks for; None where nothing is asked."""
    texts = [each for each in map(str.strip, (place or "").split(",")) if each]
    if not texts:
        # A comma alone is asked for, and nowhere.
        return Where(remote=False, parts=(Part("", "", None),)) if (place or "").strip() else None
    parts = [Part(each, folded(each).strip(), country_named(each)) for each in texts]
    of_place = tuple(each for each in parts if each.text.casefold() != Workplace.REMOTE)
    return Where(remote=len(of_place) < len(parts), parts=of_place)


def fitting(parts: Sequence[Part], places: Iterable[Row], names: Mapping[Row, str]) -> list[Row]:
    """Of some places, those that are the one asked for.

    Args:
        places: text, city, region, country, and more of each.
        names: text, city and region of each made comparable.
    """
    found = list(places)
    for part in parts:
        if part.short:
            found = [each for each in found if _has_code(part, each)]
        else:
            text, country = part.folded, part.country or object()
            found = [each for each in found if (text and text in names[each]) or each[3] == country]
    return found


def _has_code(part: Part, place: Row) -> bool:
    text, _, region, country, *_ = place
    code, written = part.text.upper(), text.upper()
    ending = part.text.isalpha() and (written.endswith(f", {code}") or f", {code}," in written)
    return code in (country, region) or text == part.text or ending


def condition(parts: Sequence[Part]) -> ColumnElement[bool]:
    """What a row of places must meet: the same as in ``fitting``."""
    return and_(*map(_condition, parts))


def _condition(part: Part) -> ColumnElement[bool]:
    if not part.short:
        here = PlaceRow.folded.contains(part.folded, autoescape=True) if part.folded else false()
        return or_(here, PlaceRow.country == part.country) if part.country else here
    code, named = part.text.upper(), [PlaceRow.text == part.text]
    if part.text.isalpha():
        named += [PlaceRow.text.ilike(f"%, {part.text}"), PlaceRow.text.ilike(f"%, {part.text},%")]
    return or_(PlaceRow.country == code, PlaceRow.region == code, *named)
