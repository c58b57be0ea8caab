"""A job for search engines: schema.org's JobPosting, by Google's rules.

https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from postings.as_json import iso
from postings.kept import KeptPosting
from postings.listings import LISTINGS
from postings.posting import EmploymentType, Place, Posting, Salary, Workplace
from web.body import body
from web.words import harmless

_TYPES = {
    EmploymentType.FULL_TIME: "FULL_TIME",
    EmploymentType.PART_TIME: "PART_TIME",
    EmploymentType.CONTRACT: "CONTRACTOR",
    EmploymentType.TEMPORARY: "TEMPORARY",
    EmploymentType.INTERNSHIP: "INTERN",
    EmploymentType.VOLUNTEER: "VOLUNTEER",
    EmploymentType.OTHER: "OTHER",
}


def jobposting(job: KeptPosting, address: str) -> dict[str, Any]:
    """Describe an open job; what is not known is left out.

    Args:
        address: of its page here.
    """
    posting = job.posting
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": harmless(posting.title),
        "description": str(harmless(body(posting.description_html))),
        "datePosted": iso(posting.posted_at or job.first_seen),
        "validThrough": iso(posting.closes_at) if posting.closes_at else None,
        "employmentType": _TYPES[posting.employment_type] if posting.employment_type else None,
        "hiringOrganization": _known(
            {"@type": "Organization", "name": job.employer.name, "sameAs": job.employer.homepage}
        ),
        "identifier": {"@type": "PropertyValue", "name": job.employer.name, "value": posting.ref},
        "jobLocation": [_place(place) for place in posting.places if place.country],
        "baseSalary": _salary(posting.salary) if posting.salary else None,
        "directApply": False,
        "url": address,
    }
    return _known(described | _remote(posting))


def _remote(posting: Posting) -> dict[str, Any]:
    """That one may work from home, and where that is; said only where it is known."""
    if posting.workplace is not Workplace.REMOTE or not posting.remote_scope:
        return {}
    countries = [{"@type": "Country", "name": code} for code in posting.remote_scope]
    return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": countries}


def _place(place: Place) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "addressLocality": place.city,
        "addressRegion": place.region,
        "addressCountry": place.country,
    }
    return {"@type": "Place", "address": _known(address)}


def _salary(salary: Salary) -> dict[str, Any]:
    amount: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": salary.interval.upper()}
    if salary.minimum is not None and salary.maximum is not None and salary.minimum < salary.maximum:
        amount |= {"minValue": salary.minimum, "maxValue": salary.maximum}
    else:
        amount["value"] = salary.minimum if salary.minimum is not None else salary.maximum
    return {"@type": "MonetaryAmount", "currency": salary.currency, "value": amount}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def register(app: Flask) -> None:
    """Give the description to the templates."""
    app.jinja_env.globals["jobposting"] = jobposting
    app.jinja_env.globals["LISTINGS"] = LISTINGS
