"""Schema.org JobPosting, as pages carry it -> the fields of a posting: https://schema.org/JobPosting"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from scrapy.http import Response

from postings.posting import EmploymentType, Place, Posting, Salary, Source, Workplace, is_web_address
from scraper.asking import Unreadable
from scraper.clean import plain_text, utc
from scraper.marked_up import each_of, job_postings
from scraper.pay import pay_from_text, salary_from
from scraper.places import country_code, place
from scraper.terms import employment_type

log = logging.getLogger(__name__)

#: A vacancy is not advertised for so long: such a validThrough is the filler of a page that has to give one.
LONGEST = timedelta(days=330)
#: Beside ``description``, where a page spreads its text over them.
MORE_TEXTS = ("responsibilities", "qualifications", "skills", "experienceRequirements", "jobBenefits")


def job_posting(response: Response) -> dict[str, Any]:
    """The JobPosting of a page that is there for one; Unreadable where it carries none."""
    found = job_postings(response)
    if not found:
        raise Unreadable("a page without a schema.org JobPosting")
    return found[0]


def posting_from(found: Mapping[str, Any], source: Source, *, page: str, **known: Any) -> Posting:
    """The posting a JobPosting tells of.

    Args:
        page: the address it was found at; also its ``url`` and ``ref`` where it names none.
        known: fields that the source says elsewhere, and better; empty ones are not counted.
    """
    address = urljoin(page, _text(found.get("url")).strip() or page)
    url = address if is_web_address(address) else page
    places = _places(found)
    fields: dict[str, Any] = {
        "ref": _ref(found) or url,
        "title": plain_text(_text(found.get("title")) or _text(found.get("name"))),
        "url": url,
        "employer": plain_text(_text(found.get("hiringOrganization"))) or None,
        "places": places,
        "workplace": _workplace(found),
        "remote_scope": _scope(found),
        "employment_type": _employment_type(found),
        "salary": _salary(found, places),
        "language": _text(found.get("inLanguage")) or None,
        "posted_at": _time(found.get("datePosted")),
        "closes_at": _closing(found),
        "description_html": _description(found),
    }
    return Posting(source=source, **(fields | {name: value for name, value in known.items() if value}))


def address_of(found: Mapping[str, Any], *, page: str) -> str:
    """What tells a JobPosting from others on a page: its own address, else its id; empty where it has neither."""
    address = urljoin(page, _text(found.get("url")).strip() or page)
    return address if address != page and is_web_address(address) else _ref(found)


def with_page(listed: Posting, response: Response) -> Posting:
    """The posting that a row of a list and the JobPosting of its own page tell of together.

    The list is right on what it is, and on where and how it is where the page does not say.
    """
    names = ("ref", "title", "url", "department", "posted_at")
    known = {name: getattr(listed, name) for name in names}
    read = posting_from(job_posting(response), listed.source, page=listed.url, **known)
    return replace(
        read,
        places=read.places or listed.places,
        workplace=read.workplace or listed.workplace,
        employment_type=read.employment_type or listed.employment_type,
    )


def _text(value: Any) -> str:
    """A text, however wrapped: as it is, as a number, as the first of a list, as an object's name or value."""
    for _ in range(4):
        if isinstance(value, list):
            value = next((each for each in value if each), None)
        elif isinstance(value, Mapping):
            value = next((value[key] for key in ("name", "value", "@value", "@id") if value.get(key)), None)
        else:
            break
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _ref(found: Mapping[str, Any]) -> str:
    identifier = next(iter(each_of(found.get("identifier"))), None)
    if isinstance(identifier, Mapping):
        # Its name is the employer's.
        identifier = identifier.get("value") or identifier.get("@id")
    return plain_text(_text(identifier) or _text(found.get("@id")))


def _description(found: Mapping[str, Any]) -> str:
    """The whole text: what a page says apart from ``description``, and does not say in it, is added."""
    whole = _text(found.get("description"))
    for name in MORE_TEXTS:
        more = "\n\n".join(filter(None, (_text(each) for each in each_of(found.get(name)))))
        if len(more) > 40 and more not in whole:
            heading = re.sub(r"(?=[A-Z])", " ", name).capitalize()
            whole += f"<h3>{heading}</h3><p>{more}</p>"
    return whole


def _employment_type(found: Mapping[str, Any]) -> EmploymentType | None:
    """How one is employed; OTHER is what pages say that do not know."""
    said = [_text(each) for each in each_of(found.get("employmentType"))]
    return employment_type(*(each for each in said if each.upper() != "OTHER"))


def _workplace(found: Mapping[str, Any]) -> Workplace | None:
    said = " ".join(_text(each) for each in each_of(found.get("jobLocationType")))
    return Workplace.REMOTE if "TELECOMMUTE" in said.upper() else None


def _scope(found: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The countries a remote posting may be worked from; None where anything but countries is named."""
    named = [country_code(_text(each)) for each in each_of(found.get("applicantLocationRequirements"))]
    if not named or _workplace(found) is not Workplace.REMOTE:
        return None
    codes = [code for code in dict.fromkeys(named) if code]
    return tuple(codes) if None not in named else None


def _places(found: Mapping[str, Any]) -> tuple[Place, ...]:
    locations = each_of(found.get("jobLocation"))
    said = [_place(each) for each in locations]
    names = {plain_text(_text(each)) for each in locations}
    if len(locations) > 1 and len(set(said)) == 1 and len(names) == len(locations):
        # Some pages repeat one address for places with other names.
        said = [Place(name) if name else None for name in (plain_text(_text(each)) for each in locations)]
    return tuple(dict.fromkeys(each for each in said if each))


def _place(location: Any) -> Place | None:
    if not isinstance(location, Mapping):
        return place(_text(location))
    address = next(iter(each_of(location.get("address"))), None)
    if not isinstance(address, Mapping):
        return place(_text(address) or _text(location.get("name")))
    parts = ("addressLocality", "addressRegion", "addressCountry")
    city, region, country = (_text(address.get(part)) for part in parts)
    geo = next(iter(each_of(location.get("geo"))), None)
    latitude, longitude = _point(geo if isinstance(geo, Mapping) else {})
    found = place(city=city, region=region, country=country, latitude=latitude, longitude=longitude)
    return found or place(_text(location.get("name")))


def _point(geo: Mapping[str, Any]) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = float(geo["latitude"]), float(geo["longitude"])
    except (LookupError, TypeError, ValueError):
        return None, None
    plausible = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude)
    return (latitude, longitude) if plausible else (None, None)


def _salary(found: Mapping[str, Any], places: tuple[Place, ...]) -> Salary | None:
    country = places[0].country if places else None
    for each in each_of(found.get("baseSalary")):
        if not isinstance(each, Mapping):
            if salary := pay_from_text(_text(each), country=country, in_field=True):
                return salary
            continue
        value = next(iter(each_of(each.get("value"))), None)
        amount = value if isinstance(value, Mapping) else {"value": value, **each}
        low, high = amount.get("minValue"), amount.get("maxValue")
        if low is None and high is None:
            low = high = amount.get("value")
        currency = _text(each.get("currency")) or _text(amount.get("currency")) or _text(found.get("salaryCurrency"))
        unit = _text(amount.get("unitText")) or _text(each.get("unitText"))
        try:
            salary = salary_from(low, high, currency, unit or None, country=country)
        except (TypeError, ValueError):
            continue
        if salary:
            return salary
    return None


def _time(value: Any) -> datetime | None:
    try:
        return utc(_text(value))
    except ValueError:
        return None


def _closing(found: Mapping[str, Any]) -> datetime | None:
    """Until when one may apply; a day counts to its end, and what cannot be meant is unknown."""
    closes, posted = _time(found.get("validThrough")), _time(found.get("datePosted"))
    if closes is None or (posted and not posted < closes < posted + LONGEST):
        return None
    a_day = len(_text(found["validThrough"]).strip()) == len("2026-06-30")
    return closes + timedelta(days=1, seconds=-1) if a_day else closes
