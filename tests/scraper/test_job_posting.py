"""Schema.org JobPosting as pages really carry it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from postings.posting import EmploymentType, Posting, Salary, Source, Workplace
from scraper.asking import Unreadable
from scraper.finish import said
from scraper.job_posting import address_of, job_posting, posting_from, with_page
from scraper.marked_up import job_postings

PAGE = "https://acme.example/jobs/1"
SOURCE = Source("jsonld", "https://acme.example/careers")
ROW = '{"@type": "JobPosting", "title": "Welder"}'


def page(*scripts: str, kind: str = "application/ld+json") -> HtmlResponse:
    body = "".join(f'<script nonce="x" type="{kind}">{script}</script>' for script in scripts)
    return HtmlResponse(PAGE, body=f"<html><head>{body}</head><body><p>Text</p></body></html>".encode())


def read(**fields: Any) -> Posting:
    return posting_from({"title": "Welder", **fields}, SOURCE, page=PAGE)


def whole(**fields: Any) -> str:
    text: str = said(read(**fields))["description_text"]
    return text


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param([ROW], id="an object"),
        pytest.param([f"[{ROW}]"], id="a list"),
        pytest.param(
            [f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebPage"}}, {ROW}]}}'], id="a graph"
        ),
        pytest.param([f'{{"@type": "ItemList", "itemListElement": [{{"item": {ROW}}}]}}'], id="in a list of items"),
        pytest.param(['{"@type": ["Thing", "http://schema.org/JobPosting"], "title": "Welder"}'], id="several types"),
        pytest.param(["", ROW], id="after an empty element"),
        pytest.param(["{ this is no JSON: JobPosting", ROW], id="after a broken element"),
        pytest.param(
            ['{"@type": "JobPosting", "title": "Welder", "description": "one\ntwo\tthree"}'], id="raw newlines"
        ),
        pytest.param(['{"@type": "JobPosting", "title": "Welder",}'], id="a trailing comma"),
        pytest.param(['{"@type": "JobPosting", // a comment\n "title": "Welder"}'], id="a comment"),
        pytest.param([f"<!-- {ROW} -->"], id="in an HTML comment"),
        pytest.param([f"//<![CDATA[\n{ROW}\n//]]>"], id="in a CDATA section"),
        pytest.param([f"{ROW};"], id="a last semicolon"),
        pytest.param(['{"@type": "JobPosting", "title": "Wel\x0bder\x01"}'], id="control characters"),
    ],
)
def test_a_job_posting_is_found_however_it_is_wrapped(scripts: list[str]) -> None:
    assert [found["title"] for found in job_postings(page(*scripts))] == ["Welder"]


def test_the_type_of_the_element_may_have_parameters() -> None:
    assert job_postings(page(ROW, kind="application/LD+JSON; charset=utf-8"))


def test_all_job_postings_of_a_page_are_found_in_their_order() -> None:
    titles = [f'{{"@type": "JobPosting", "title": "{number}"}}' for number in range(5)]
    found = job_postings(page(f"[{titles[0]}, {titles[1]}]", titles[2], f"[{titles[3]}, {titles[4]}]"))
    assert [each["title"] for each in found] == list("01234")


@pytest.mark.parametrize("scripts", [[], [""], ['{"@type": "Organization"}'], ["[" * 100_000 + '"JobPosting"']])
def test_a_page_without_one_says_so(scripts: list[str]) -> None:
    assert job_postings(page(*scripts)) == []
    with pytest.raises(Unreadable, match="JobPosting"):
        job_posting(page(*scripts))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("posted", "valid", "closes"),
    [
        ("2026-06-10", "2026-07-31", day("2026-07-31T23:59:59")),
        ("2026-06-10T10:00:00+02:00", "2026-07-31T12:00:00+02:00", day("2026-07-31T10:00:00")),
        ("2026-06-10", "2027-06-10", None),
        ("2025-06-10T13:07:44-07:00", "2026-06-08T12:50:57-07:00", None),
        ("2026-06-10", "2036-06-10", None),
        ("2026-06-10", "2026-06-01", None),
        ("2026-06-10", "until filled", None),
        ("yesterday", "2026-07-31", day("2026-07-31T23:59:59")),
        (None, None, None),
    ],
)
def test_a_filler_is_no_closing_date(posted: str | None, valid: str | None, closes: datetime | None) -> None:
    assert read(datePosted=posted, validThrough=valid).closes_at == closes


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FULL_TIME", EmploymentType.FULL_TIME),
        ("Full-time", EmploymentType.FULL_TIME),
        (["FULL_TIME", "OTHER"], EmploymentType.FULL_TIME),
        (["FULL_TIME", "PART_TIME"], None),
        (["INTERN"], EmploymentType.INTERNSHIP),
        ("OTHER", None),
        (None, None),
        ({"odd": 1}, None),
    ],
)
def test_employment_types(said: Any, meant: EmploymentType | None) -> None:
    assert read(employmentType=said).employment_type is meant


def money(value: Any, **more: Any) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "currency": "USD", "value": value, **more}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (money({"minValue": 90000, "maxValue": "120000", "unitText": "YEAR"}), (90000, 120000, "year")),
        (money({"value": 38.5, "unitText": "HOUR"}), (38.5, 38.5, "hour")),
        (money(95000, unitText="YEAR"), (95000, 95000, "year")),
        ([money({"minValue": 90000, "unitText": "YEAR"})], (90000, None, "year")),
        (money({"minValue": 0, "maxValue": 0, "unitText": "YEAR"}), None),
        (money({"minValue": 90000, "maxValue": 1, "unitText": "YEAR"}), None),
        (money({"minValue": {"a": 1}, "unitText": "YEAR"}), None),
        (money(None), None),
        ("$50,000 - $60,000 a year", (50000, 60000, "year")),
        ("competitive", None),
    ],
)
def test_base_salaries(said: Any, meant: tuple[float, float | None, str] | None) -> None:
    found = read(baseSalary=said).salary
    assert (found and (found.minimum, found.maximum, found.interval)) == meant
    assert found is None or isinstance(found, Salary)


def place(**address: Any) -> dict[str, Any]:
    return {"@type": "Place", "address": {"@type": "PostalAddress", **address}}


def test_places_come_from_addresses_and_fillers_are_none() -> None:
    country = {"@type": "Country", "name": ["USA", "USA"]}
    berlin = place(addressLocality="Berlin", addressCountry="DE")
    denver = place(addressLocality="Denver", addressRegion="CO", addressCountry=country)
    filler = place(addressLocality="UNAVAILABLE", addressRegion="UNAVAILABLE", addressCountry="UNAVAILABLE")
    found = read(jobLocation=[berlin, denver, filler, berlin, None, "Lyon, France", {"address": "Oslo, Norway"}]).places
    assert [each.text for each in found] == ["Berlin, DE", "Denver, CO, USA", "Lyon, France", "Oslo, Norway"]
    assert [(each.city, each.country) for each in found[:2]] == [("Berlin", "DE"), ("Denver", "US")]


def test_coordinates_are_taken_where_they_are_some() -> None:
    somewhere = place(addressLocality="Berlin", addressCountry="DE")
    assert read(jobLocation=somewhere | {"geo": {"latitude": "52.5", "longitude": 13.4}}).places[0].latitude == 52.5
    known = read(jobLocation=somewhere | {"geo": {"latitude": 0, "longitude": 0}}).places[0]
    assert known.latitude not in (0, None)


def test_names_tell_places_apart_whose_address_is_copied() -> None:
    address = {"addressLocality": "Sunnyvale", "addressRegion": "CA"}
    named = [{"name": name, "address": address} for name in ("Sunnyvale, CA", "Austin, TX", "Remote, US")]
    assert [each.text for each in read(jobLocation=named).places] == ["Sunnyvale, CA", "Austin, TX", "Remote, US"]


def test_telecommute_is_remote_from_the_countries_named() -> None:
    wanted = [{"@type": "Country", "name": "USA"}, {"@type": "Country", "name": "Germany"}]
    found = read(jobLocationType="TELECOMMUTE", applicantLocationRequirements=wanted)
    assert (found.workplace, found.remote_scope) == (Workplace.REMOTE, ("US", "DE"))
    unsure = read(jobLocationType="TELECOMMUTE", applicantLocationRequirements=[*wanted, {"name": "Ohio Valley"}])
    assert unsure.remote_scope is None
    assert read(applicantLocationRequirements=wanted).remote_scope is None


def test_what_a_page_says_beside_the_description_is_added_once() -> None:
    duties = "Weld the frames of wind turbines, on land and at sea."
    assert whole(description="<p>Join us.</p>", responsibilities=duties).endswith(duties)
    assert whole(description=f"<p>{duties}</p>", responsibilities=duties) == duties


@pytest.mark.parametrize(
    ("fields", "ref"),
    [
        ({"identifier": {"@type": "PropertyValue", "name": "Acme", "value": 77}}, "77"),
        ({"identifier": "R-1"}, "R-1"),
        ({"@id": "https://acme.example/#job"}, "https://acme.example/#job"),
        ({"url": "/jobs/one"}, "https://acme.example/jobs/one"),
        ({"url": "javascript:alert(1)"}, PAGE),
        ({}, PAGE),
    ],
)
def test_a_posting_has_an_id_of_its_own(fields: dict[str, Any], ref: str) -> None:
    assert read(**fields).ref == ref


def test_an_address_tells_a_posting_from_others_on_its_page() -> None:
    assert address_of({"url": "/a", "identifier": "1"}, page=PAGE) == "https://acme.example/a"
    assert address_of({"url": PAGE, "identifier": "1"}, page=PAGE) == "1"
    assert address_of({}, page=PAGE) == ""


def test_a_list_is_right_on_what_a_posting_is_and_its_page_on_where() -> None:
    listed = Posting(source=SOURCE, ref="7", title="Welder (m/f)", url=PAGE, workplace=Workplace.HYBRID)
    fields = {"title": "Welder", "identifier": "other", "jobLocation": place(addressLocality="Berlin")}
    found = with_page(listed, page(json.dumps({"@type": "JobPosting", **fields})))
    assert (found.ref, found.title, found.workplace) == ("7", "Welder (m/f)", Workplace.HYBRID)
    assert found.places[0].city == "Berlin"


FIELDS = [
    *("description", "url", "identifier", "datePosted", "validThrough", "employmentType", "jobLocation", "inLanguage"),
    *("jobLocationType", "baseSalary", "applicantLocationRequirements", "hiringOrganization", "salaryCurrency"),
]
KEYS = st.sampled_from(
    [
        "name",
        "value",
        "@value",
        "@id",
        "address",
        "addressCountry",
        "geo",
        "latitude",
        "minValue",
        "unitText",
        "currency",
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_nothing_in_any_field_but_the_title_breaks_a_posting(fields: dict[str, Any]) -> None:
    found = posting_from({**fields, "title": "Welder"}, SOURCE, page=PAGE)
    assert (found.title, bool(found.ref)) == ("Welder", True)


@given(ANYTHING, st.text(max_size=40))
def test_nothing_on_a_page_breaks_the_search(value: Any, text: str) -> None:
    whole = json.dumps({"@graph": [value, {"@type": "JobPosting", "title": text}]})
    assert len(job_postings(page(text, whole.replace("</", "<\\/")))) >= 1


MICRODATA = """
<div itemscope itemtype="https://schema.org/JobPosting">
<h1 itemprop="title">Heat pump fitter</h1>
<meta itemprop="datePosted" content="2026-03-01">
<div itemprop="description">You fit, R&amp;D: <p>Heat pumps.</p><ul><li>One</li><li>Two</li></ul></div>
<b itemprop="hiringOrganization">Warm</b>
<div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
<div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
<span itemprop="addressLocality">Bern</span> <span itemprop="addressCountry">CH</span></div></div>
<span itemprop="employmentType">FULL_TIME</span>
</div>"""


def marked_up(*parts: str) -> HtmlResponse:
    return HtmlResponse(PAGE, body="".join(["<html><body>", *parts, "</body></html>"]).encode())


def test_a_job_posting_in_microdata_is_read_like_one_in_json_ld() -> None:
    found = posting_from(job_posting(marked_up(MICRODATA)), SOURCE, page=PAGE)
    found = replace(found, **said(found))
    assert (found.title, found.employer, found.employment_type) == (
        "Heat pump fitter",
        "Warm",
        EmploymentType.FULL_TIME,
    )
    assert found.description_text == "You fit, R&D:\n\nHeat pumps.\n\n- One\n- Two"
    assert "<li>One</li>" in found.description_html
    assert [(place.city, place.country) for place in found.places] == [("Bern", "CH")]
    assert found.posted_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_microdata_counts_only_where_there_is_no_json_ld() -> None:
    script = f'<script type="application/ld+json">{ROW}</script>'
    assert [found["title"] for found in job_postings(marked_up(MICRODATA, script))] == ["Welder"]


def test_microdata_of_other_things_is_no_job_posting() -> None:
    assert job_postings(marked_up(MICRODATA.replace("/JobPosting", "/Article"), "JobPosting")) == []


@given(st.text(alphabet="<>/divspan itemscope itemprop=\"'JobPosting&;", max_size=200))
def test_broken_microdata_is_passed_over(text: str) -> None:
    job_postings(marked_up("JobPosting itemscope ", text, MICRODATA[: len(text)]))
