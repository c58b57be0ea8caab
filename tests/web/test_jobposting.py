"""What search engines are told of a job."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made_up import NOW, crawl, empty_store, made_up, visitor
from selectolax.lexbor import LexborHTMLParser

from postings.listings import LISTINGS
from postings.posting import EmploymentType, Interval, Place, Salary, Source, Workplace
from postings.store import Store

PLACE = {
    "@type": "Place",
    "address": {"@type": "PostalAddress", "addressLocality": "Berlin", "addressCountry": "DE"},
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


def told(store: Store, posting_id: int = 1) -> dict[str, Any] | None:
    """The JSON-LD on a job's page."""
    node = LexborHTMLParser(visitor(store).get(f"/jobs/{posting_id}").text).css_first('script[type$="ld+json"]')
    found: dict[str, Any] | None = json.loads(node.text()) if node else None
    return found


def test_an_open_job_is_told_whole(store: Store) -> None:
    crawl(
        store,
        [
            made_up(
                "1",
                employment_type=EmploymentType.CONTRACT,
                salary=Salary(50_000, 60_000, "EUR", Interval.YEAR),
                closes_at=NOW + timedelta(days=30),
            )
        ],
    )
    assert told(store) == {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Heat Pump Engineer 1",
        "description": "<p>You install heat pumps in old houses.</p>",
        "datePosted": "2026-11-17T12:00:00Z",
        "validThrough": "2026-12-20T12:00:00Z",
        "employmentType": "CONTRACTOR",
        "hiringOrganization": {"@type": "Organization", "name": "Thaw Heating", "sameAs": "https://thaw.example"},
        "identifier": {"@type": "PropertyValue", "name": "Thaw Heating", "value": "1"},
        "jobLocation": [PLACE],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", "unitText": "YEAR", "minValue": 50_000.0, "maxValue": 60_000.0},
        },
        "directApply": False,
        "url": "http://localhost/jobs/1",
    }


def test_a_closed_job_is_not_told(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    crawl(store, [made_up("2"), made_up("3")], now=NOW + timedelta(hours=3))
    assert told(store) is None


def test_work_from_home_is_told_only_with_the_countries(store: Store) -> None:
    bare = made_up("1", workplace=Workplace.REMOTE, places=(Place("Remote"),))
    bound = made_up("2", workplace=Workplace.REMOTE, places=(Place("Remote"),), remote_scope=("US", "CA"))
    office = made_up("3", workplace=Workplace.HYBRID, remote_scope=("US",))
    crawl(store, [bare, bound, office])
    anywhere, scoped, hybrid = (told(store, number) or {} for number in (1, 2, 3))
    for unsure in (anywhere, hybrid):
        assert not {"jobLocationType", "applicantLocationRequirements"} & unsure.keys()
    assert scoped["jobLocationType"] == "TELECOMMUTE"
    assert scoped["applicantLocationRequirements"] == [
        {"@type": "Country", "name": "US"},
        {"@type": "Country", "name": "CA"},
    ]
    assert "jobLocation" not in scoped
    assert hybrid["jobLocation"] == [PLACE]


def test_one_end_of_a_pay_range_is_its_value(store: Store) -> None:
    crawl(store, [made_up("1", salary=Salary(None, 30, "USD", Interval.HOUR))])
    value = (told(store) or {})["baseSalary"]["value"]
    assert value == {"@type": "QuantitativeValue", "unitText": "HOUR", "value": 30.0}


def test_a_hostile_posting_cannot_leave_its_script(store: Store) -> None:
    title = '</script><script>alert(1)</script>\u202e"\u2028'
    crawl(store, [made_up("1", title=title, description_html="<p>a</p><script>alert(2)</script><!--")])
    page = LexborHTMLParser(visitor(store).get("/jobs/1").text)
    assert [node.attributes.get("type") for node in page.css("script")] == ["application/ld+json"]
    found = told(store) or {}
    assert found["title"] == '</script><script>alert(1)</script>"\u2028'
    assert found["description"] == "<p>a</p>"


@pytest.mark.parametrize(("kind", "handed_on"), [("remotive", False), ("arbeitnow", True)])
def test_a_listing_is_thanked_and_handed_on_only_where_its_terms_allow(
    store: Store, kind: str, handed_on: bool
) -> None:
    listing = Source(kind, "all")
    crawl(store, [made_up("1", listing)], source=listing)
    page = visitor(store).get("/jobs/1").text
    assert LISTINGS[kind].homepage in page
    assert LISTINGS[kind].name in LexborHTMLParser(page).css_first("main").text()
    assert (told(store) is not None) is handed_on
