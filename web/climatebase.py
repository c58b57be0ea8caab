"""Addresses of Climatebase's own list of jobs, as they stand in many pages: turned into ours, host apart."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from werkzeug.datastructures import MultiDict

from postings import solutions
from postings.handbook.job_links import solutions_named
from postings.names import slug_of

#: Climatebase's sectors that are ours under another name.
_SECTORS = {
    "energy": "electricity",
    "materials-and-manufacturing": "industry",
    "carbon-removal-tech": "engineered-sinks",
    "carbon-removal": "engineered-sinks",
}
#: What stands before the words of a place that was picked from a list.
_PLACE_ID = re.compile(r"ChIJ[\w-]{10,60}:\s*")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,4000}={0,2}")
#: Where the words of a place may stand in JSON, the best first.
_WHOLE = ("label", "text", "name", "formatted_address", "description", "address", "value", "place", "location")
_PARTS = ("city", "locality", "state", "region", "country")
_DEEPEST, _LONGEST = 4, 200


def ours(given: MultiDict[str, str]) -> tuple[MultiDict[str, str], list[str]]:
    """Read an address as Climatebase writes it.

    Returns:
        It as we write it, and a line on each thing in it that there is none of here.
    """
    found = MultiDict(given)
    notices: list[str] = []
    found.setlist("l", list(dict.fromkeys(place(value) for value in given.getlist("l"))))
    named = [each for value in given.getlist("drawdown_solutions") for each in _names(value)]
    found.setlist("drawdown_solutions", named)
    known = [slug for name in given.getlist("sectors") if (slug := _sector(name, notices))]
    if len(set(known)) == 1 and "sector" not in given:
        found["sector"] = known[0]
    elif known:
        notices.append("Several sectors were asked for, of which one can be shown at a time.")
    if given.get("remote") == "true" and "workplace" not in given:
        found["workplace"] = "remote"
    if re.fullmatch(r"[1-9][0-9]{0,2}", given.get("p", "")) and "page" not in given:
        # Climatebase counts pages from 0.
        found["page"] = str(int(given["p"]) + 1)
    return found, notices


def place(value: str) -> str:
    """The words of a place: as they are, behind a place's id, or within base64 JSON."""
    text = _PLACE_ID.sub("", value.strip(), count=1)
    # A plus sign in an address is read as a space, and the signs at the end are often left out.
    packed = text.replace(" ", "+")
    words = _within(packed) if _BASE64.fullmatch(packed) else None
    return text if words is None else words


def _within(text: str) -> str | None:
    """The place that base64 JSON names; None where it is none."""
    padded = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
        return " ".join(_words(json.loads(decoded), 0).split())[:_LONGEST] if decoded[:1] in b'{["' else None
    except (binascii.Error, ValueError, RecursionError):
        return None


def _words(thing: Any, depth: int) -> str:
    if isinstance(thing, str):
        return thing
    if depth >= _DEEPEST:
        return ""
    if isinstance(thing, list):
        return next((words for each in thing[:10] if (words := _words(each, depth + 1))), "")
    if isinstance(thing, dict):
        for name in _WHOLE:
            if words := _words(thing.get(name), depth + 1):
                return words
        parts = (thing.get(name) for name in _PARTS)
        return ", ".join(part for part in parts if isinstance(part, str) and part)
    return ""


def _names(value: str) -> list[str]:
    found = solutions_named(value[:_LONGEST])
    return [each.name for each in found] if len(found) > 1 else [value]


def _sector(name: str, notices: list[str]) -> str | None:
    if not name.strip():
        return None
    slug = slug_of(name[:_LONGEST].replace("&", " and "))
    slug = _SECTORS.get(slug, slug)
    if slug in map(slug_of, solutions.SECTORS):
        return slug
    notices.append(f"There is no sector «{' '.join(name.split())[:80]}» here: these are all sectors.")
    return None
