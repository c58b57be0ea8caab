"""How facts read on a page: days, ages, pay, places and the reasons behind tags and closings."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Flask
from markupsafe import Markup

from postings import codes, solutions
from postings.as_json import iso
from postings.corrections import ADDED
from postings.kept import Elsewhere
from postings.life import Rule
from postings.names import slug_of
from postings.posting import EmploymentType, Evidence, Place, Posting, Salary, Workplace
from web import at_hand

WORKPLACES = {Workplace.REMOTE: "Remote", Workplace.HYBRID: "Hybrid", Workplace.ONSITE: "On site"}
EMPLOYMENT_TYPES = {
    EmploymentType.FULL_TIME: "Full time",
    EmploymentType.PART_TIME: "Part time",
    EmploymentType.CONTRACT: "Contract",
    EmploymentType.TEMPORARY: "Temporary",
    EmploymentType.INTERNSHIP: "Internship",
    EmploymentType.VOLUNTEER: "Volunteer",
    EmploymentType.OTHER: "Other",
}
RULES = {
    Rule.UNLISTED: "its employer’s board no longer listed it",
    Rule.GONE: "its employer’s board was gone, several times over half a day",
    Rule.DEADLINE: "its closing day had passed",
    Rule.UNSEEN: "no listing had shown it for 60 days",
    Rule.PAGE: "its own page said so",
    Rule.REMOVED: "its source was removed from this site",
}
#: How it is known that an employer works on a solution.
ORIGINS = {
    "known": "common knowledge",
    "operator": "set by this site’s operator",
    "handbook-checked": "Climate Tech Handbook, checked",
    "handbook-example": "named as an example in the Climate Tech Handbook",
    "own-postings": "its own postings say so",
    "page": "named as an example on its page of the Climate Tech Handbook",
    "page-list": "named in an unchecked list on its page of the Climate Tech Handbook",
    "grid-map": "a public map of the energy industry",
    "ost-category": "its category in the Open Sustainable Technology list",
}
_WHERE = {"title": "in the title", "text": "in the text", "employer": "in the employer’s name", "page": "on its page"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "INR": "₹", "JPY": "¥"}
#: From how many days on an age is told in a unit, and how many days that has.
_AGES = ((730, 365, "year"), (60, 30, "month"), (14, 7, "week"), (2, 1, "day"))
#: Control characters and marks that turn the direction of what follows: they could disguise a text, or break a feed.
_HARMFUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def day(moment: date) -> str:
    """A day, as ``23 Nov 2026``."""
    return f"{moment.day} {moment:%b %Y}"


def age(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, in its largest whole unit."""
    days = (now.astimezone(UTC).date() - moment.astimezone(UTC).date()).days
    if days < 1:
        return "today"
    if days == 1:
        return "yesterday"
    length, unit = next((length, unit) for least, length, unit in _AGES if days >= least)
    return f"{days // length} {unit}s ago"


def since(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, to the minute or hour where it was today."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else age(moment, now)


def rfc822(moment: datetime) -> str:
    """A moment as RSS writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def pay(salary: Salary) -> str:
    """Pay as one reads it: ``$90,000–120,000 a year``."""
    symbol = _SYMBOLS.get(salary.currency, salary.currency + "\u00a0")
    low, high = salary.minimum, salary.maximum
    if low is None or high is None or low == high:
        amount = low if low is not None else high
        limit = "up to " if low is None else "from " if high is None else ""
        return f"{limit}{symbol}{_amount(amount or 0)} {_interval(salary)}"
    return f"{symbol}{_amount(low)}–{_amount(high)} {_interval(salary)}"


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


def _interval(salary: Salary) -> str:
    return ("an " if salary.interval == "hour" else "a ") + salary.interval


def percent(share: float | None) -> str:
    """A share in whole percent; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def places(posting: Posting | Elsewhere, most: int = 2) -> str:
    """Where one works, in a line: the first places and how many more."""
    named = list(dict.fromkeys(place_name(place) for place in posting.places))
    line = "; ".join(named[:most])
    return f"{line} +{len(named) - most}" if len(named) > most else line


def place_name(place: Place) -> str:
    """A place as its source writes it, with its country where that is known and not said."""
    country = codes.countries().get(place.country or "")
    if not country or place.city is None or "," in place.text or country.casefold() in place.text.casefold():
        return place.text
    return f"{place.text}, {country}"


def workplace(posting: Posting) -> str:
    """Remote, hybrid or on site; nothing where it is not known, or the place says it already."""
    named = WORKPLACES[posting.workplace] if posting.workplace else ""
    return "" if any(named.casefold() in place.text.casefold() for place in posting.places) else named


def scope(posting: Posting) -> str:
    """The countries from which a remote posting may be worked."""
    return ", ".join(codes.countries().get(code, code) for code in posting.remote_scope or ())


def reason(evidence: Evidence) -> str:
    """Why a tag stands, in words."""
    name, _, known_by = evidence.text.removesuffix(")").rpartition(" (")
    if evidence.where == "employer" and known_by in ORIGINS:
        return f"{name} works on it: {origin(known_by)}"
    if evidence.where == "page" and evidence.text.startswith(ADDED):
        return evidence.text
    return f"“{evidence.text}” {_WHERE.get(evidence.where, evidence.where)}"


def origin(evidence: str) -> str:
    """How it is known that an employer works on a solution, in words."""
    return " and ".join(ORIGINS.get(part, part) for part in evidence.split(";"))


def solution_name(slug: str) -> str:
    """The name of a solution; its slug where the catalogue no longer has it."""
    found = solutions.by_slug(slug)
    return found.name if found else slug


def chosen(name: str, value: str) -> str:
    """A filter in use, as its reader would say it."""
    plain = {
        "solution": solution_name,
        "sector": lambda slug: next((each for each in solutions.SECTORS if slug_of(each) == slug), slug),
        "workplace": lambda key: WORKPLACES[Workplace(key)],
        "employment_type": lambda key: EMPLOYMENT_TYPES[EmploymentType(key)],
        "country": lambda code: codes.countries()[code],
        "language": lambda code: f"in {codes.languages()[code]}",
        "posted_within": lambda days: "last day" if days == "1" else f"last {days} days",
        "salary_min": lambda amount: f"from {int(amount):,} a year",
        "status": {"closed": "closed", "all": "open and closed", "open": "open"}.__getitem__,
        "q": lambda text: f"“{text}”",
        "l": lambda text: f"in {text}" if text.casefold() != Workplace.REMOTE else "remote",
    }
    return plain[name](value) if name in plain else value


def harmless(value: Any) -> Any:
    """What a template shows, without characters that could disguise a text or make a feed unreadable."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    clean = _HARMFUL.sub("", value)
    return Markup(clean) if isinstance(value, Markup) else clean  # noqa: S704


@cache
def asset(name: str) -> str:
    """The address of a static file, another one when its content is."""
    digest = hashlib.blake2b(files("web").joinpath("static", name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"


def register(app: Flask) -> None:
    """Give these words to the templates."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.finalize = harmless
    env.filters.update(
        day=day, rfc822=rfc822, iso=iso, pay=pay, places=places, place_name=place_name, workplace=workplace
    )
    env.filters.update(scope=scope, reason=reason, origin=origin, solution_name=solution_name, slug_of=slug_of)
    env.filters["number"] = "{:,}".format
    env.filters["percent"] = percent
    env.globals.update(
        asset=asset, chosen=chosen, EMPLOYMENT_TYPES=EMPLOYMENT_TYPES, WORKPLACES=WORKPLACES, RULES=RULES
    )

    @app.context_processor
    def at_request() -> dict[str, Any]:
        now = at_hand.now()
        return {
            "now": now,
            "root": at_hand.root(),
            "base": at_hand.base(),
            "age": lambda moment: age(moment, now),
            "since": lambda moment: since(moment, now),
        }
