"""Places from free text or fields -> city, region, country and coordinates; what is not sure stays None."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from postings.posting import Place, Workplace
from scraper.clean import plain_text
from scraper.gazetteer import fold, gazetteer
from scraper.gazetteer.spots import may_be_state, spots
from scraper.gazetteer.tokens import Token, tokens
from scraper.terms import workplace

#: What fields hold where nothing is known.
FILLERS = frozenset({"", "unavailable", "unknown", "none", "null", "n a", "na", "other", "not specified", "tbd", "xx"})
MAX_TEXT = 600


@dataclass(frozen=True, slots=True)
class ReadPlaces:
    """What texts about a place say."""

    places: tuple[Place, ...] = ()
    workplace: Workplace | None = None
    #: ISO codes from which a remote posting may be worked; None where that is not said.
    remote_scope: tuple[str, ...] | None = None


@lru_cache(maxsize=20_000)
def read_places(*texts: str | None, remote: bool = False) -> ReadPlaces:
    """Read what a source writes about where: one text, or one for each place.

    Args:
        remote: the source says elsewhere that the posting is remote, so that bare countries are its scope.
    """
    read = [_read(plain_text(text)[:MAX_TEXT]) for text in texts if text]
    places = dict.fromkeys(place for one in read for place in one.places)
    said = {one.workplace for one in read} - {None}
    scopes = [one.scope for one in read if remote or one.workplace is Workplace.REMOTE]
    whole = bool(scopes) and all(scopes)
    return ReadPlaces(
        tuple(places),
        Workplace.REMOTE if remote else said.pop() if len(said) == 1 else None,
        tuple(dict.fromkeys(code for scope in scopes for code in scope)) if whole else None,
    )


def place(
    text: str | None = None,
    *,
    city: str | None = None,
    region: str | None = None,
    country: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Place | None:
    """A place from a source's fields; None where all are empty. What the fields leave open is looked up."""
    city, region, country = (_field(part) for part in (city, region, country))
    city = city if city and tokens(city) else None
    said = plain_text(text) or ", ".join(dict.fromkeys(part for part in (city, region, country) if part))
    if not said:
        return None
    code = country_code(country)
    read = _read(", ".join(part for part in (city, region, code or country) if part)[:MAX_TEXT])
    found = read.places[0] if len(read.places) == 1 else Place(said)
    if code and found.country != code:
        found = Place(said, country=code)
    return replace(
        found,
        text=said,
        city=found.city or city,
        region=found.region or region,
        latitude=found.latitude if latitude is None else latitude,
        longitude=found.longitude if longitude is None else longitude,
    )


def _field(text: str | None) -> str | None:
    clean = plain_text(text)
    return clean if clean and fold(clean) not in FILLERS else None


def country_code(text: str | None) -> str | None:
    """The ISO code of a country's name or code, however written; None where it is none."""
    return gazetteer().country(fold(text)) if text else None


@dataclass(frozen=True, slots=True)
class _OneText:
    places: tuple[Place, ...] = ()
    workplace: Workplace | None = None
    scope: tuple[str, ...] = ()


@lru_cache(maxsize=5_000)
def _read(text: str) -> _OneText:
    runs = tokens(text)
    named = [(spot, found) for run in runs for spot in spots(run) if (found := spot.place())]
    if len(named) == 1:
        places = [replace(named[0][1], text=text)]
    else:
        places = [replace(found, text=text[spot.start : spot.end]) for spot, found in named]
    if not places and runs:
        places = [Place(text)]
    return _OneText(tuple(places), workplace(text), _scope([token for run in runs for token in run]))


def _scope(names: Iterable[Token]) -> tuple[str, ...]:
    """The countries a text lists, and nothing but countries; else empty."""
    codes: list[str] = []
    for name in names:
        country = None if may_be_state(name.regions) else name.country
        if not (country or name.area):
            return ()
        codes += [country] if country else (name.area or "").split()
    return tuple(dict.fromkeys(codes))
