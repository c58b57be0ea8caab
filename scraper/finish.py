"""The last step of reading a posting: its text is cleaned, and what no field of its source said is found in words."""

from __future__ import annotations

from typing import Any

from postings.posting import Place, Posting, Workplace
from scraper.clean import describe
from scraper.language import language
from scraper.pay import pay_from_text
from scraper.places import read_places
from scraper.terms import employment_type


def said(posting: Posting, described: tuple[str, str] | None = None) -> dict[str, Any]:
    """What a posting's words say, by the fields it belongs in, and these cleaned; what is not said stays unknown.

    Args:
        described: its description as ``describe`` cleans it, where that is done already.
    """
    html, text = described or describe(posting.description_html)
    texts = [place.text for place in posting.places if _bare(place)]
    remote = posting.workplace is Workplace.REMOTE
    read = read_places(*texts, remote=remote)
    places = tuple(dict.fromkeys(found for place in posting.places for found in _placed(place, remote)))
    workplace = posting.workplace or read.workplace
    scope = read.remote_scope if workplace is Workplace.REMOTE else None
    country = next((place.country for place in places if place.country), None)
    return {
        "places": places,
        "workplace": workplace,
        "remote_scope": posting.remote_scope or scope,
        "employment_type": posting.employment_type or employment_type(posting.title),
        "salary": posting.salary or pay_from_text(text, country=country),
        "language": _code(posting.language) or language(text or posting.title),
        "description_html": html,
        "description_text": text,
    }


def _bare(place: Place) -> bool:
    return place.city is None and place.country is None


def _placed(place: Place, remote: bool) -> tuple[Place, ...]:
    """The places a text names; the text itself where it names none we know."""
    return (_bare(place) and read_places(place.text, remote=remote).places) or (place,)


def _code(name: str | None) -> str | None:
    """The two letters of a language; sources write «zhHant» and «pt-BR» too."""
    letters = (name or "")[:2].lower()
    return letters if len(letters) == 2 and letters.isascii() and letters.isalpha() else None
