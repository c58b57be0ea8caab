"""The list of jobs: its filters, its pages, and what it says to an address it cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, tag, visitor
from selectolax.lexbor import LexborHTMLParser

from postings import solutions
from postings.posting import EmploymentType, Interval, Place, Posting, Salary, Source, Tag, Workplace

WIND = Source("lever", "gale")
TITLES = {
    "1": "Heat pump fitter",
    "2": "Remote policy lead",
    "3": "Turbine technician",
    "4": "Hourly helper",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A visitor of a site with four open jobs and a closed one."""
    store = empty_store(tmp_path_factory.mktemp("site"))
    first = [
        made_up("1", title=TITLES["1"], workplace=Workplace.ONSITE, language="de", posted_at=NOW - timedelta(days=1)),
        made_up(
            "2",
            title=TITLES["2"],
            workplace=Workplace.REMOTE,
            places=(Place("Remote"),),
            salary=Salary(90_000, 120_000, "USD", Interval.YEAR),
            posted_at=NOW - timedelta(days=10),
        ),
        made_up("5", title="Gone", posted_at=NOW - timedelta(days=5)),
    ]
    crawl(store, first)
    crawl(store, first[:2], now=NOW + timedelta(minutes=1))
    wind = [
        made_up(
            "3",
            WIND,
            title=TITLES["3"],
            places=(Place("Aarhus, Denmark", "Aarhus", "Midtjylland", "DK"),),
            employment_type=EmploymentType.FULL_TIME,
            description_text="You climb turbines.",
            posted_at=NOW - timedelta(days=100),
        ),
        made_up("4", WIND, title=TITLES["4"], salary=Salary(30, None, "USD", Interval.HOUR), posted_at=NOW),
    ]
    crawl(store, wind, source=WIND, employer="Gale Wind", solutions=("onshore-wind-turbines",), tags=_wind)
    return visitor(store, NOW + timedelta(minutes=2))


def _wind(posting: Posting) -> list[Tag]:
    return [tag("onshore-wind-turbines", words="turbines")] if posting.ref == "3" else []


def listed(client: FlaskClient, address: str) -> set[str]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:800]
    titles = {node.text() for node in LexborHTMLParser(answer.text).css(".jobs h3")}
    return {ref for ref, title in (TITLES | {"5": "Gone"}).items() if title in titles}


@pytest.mark.parametrize(
    ("query", "refs"),
    [
        ("", "1234"),
        ("q=turbine", "3"),
        ("q=TURBINE+technician", "3"),
        ("q=gale", "34"),
        ("q=fitter+berlin", "1"),
        ("q=100%25", ""),
        ("q=technician+berlin", ""),
        ("l=berlin", "14"),
        ("l=Denmark", "3"),
        ("l=Germany", "14"),
        ("l=midtjylland", "3"),
        ("l=er", ""),
        ("l=Remote", "2"),
        ("l=dk", "3"),
        ("l=Aarhus,+Denmark", "3"),
        ("l=aarhus,midtjylland,+DK", "3"),
        ("l=Berlin,+Germany", "14"),
        ("l=Berlin,+Denmark", ""),
        ("l=Berlin,", "14"),
        ("l=,", ""),
        ("l=Remote,+Berlin", ""),
        ("l=Germany&country=DE", "14"),
        ("l=Germany&country=DK", ""),
        (f"solution={HEAT_PUMPS}", "12"),
        (f"solution={HEAT_PUMPS}&solution=onshore-wind-turbines", "123"),
        ("drawdown_solutions=High-Efficiency+Heat+Pumps", "12"),
        ("drawdown_solutions=High-Efficiency+Heat+Pumps&drawdown_solutions=Onshore+Wind+Turbines", "123"),
        ("l=&q=&drawdown_solutions=High-Efficiency+Heat+Pumps", "12"),
        ("sector=Buildings", "12"),
        ("sector=electricity", "123"),
        (f"sector=industry&solution={HEAT_PUMPS}", ""),
        ("employer=gale-wind", "34"),
        ("workplace=remote", "2"),
        ("country=dk", "3"),
        ("country=DE&workplace=onsite", "1"),
        ("employment_type=full_time", "3"),
        ("language=de", "1"),
        ("posted_within=7", "14"),
        ("salary_min=100000", "2"),
        ("salary_min=60000&currency=USD", "24"),
        ("salary_min=70000&currency=EUR", ""),
        ("status=closed", "5"),
        ("status=all", "12345"),
        ("source=lever:gale", "34"),
        ("utm_source=mail&page=1", "1234"),
    ],
)
def test_a_filter_lists_what_fits(client: FlaskClient, query: str, refs: str) -> None:
    assert listed(client, f"/jobs?{query}") == set(refs)


@pytest.mark.parametrize(
    ("query", "code", "line"),
    [
        ("workplace=mars", 400, "workplace knows no «mars» (one of remote, hybrid, onsite)"),
        ("employment_type=slave", 400, "employment_type knows no «slave»"),
        ("country=ZZ", 400, "country knows no «ZZ»"),
        ("language=zz", 400, "language knows no «zz»"),
        ("currency=ABC", 400, "currency knows no «ABC»"),
        ("sector=Love", 400, "sector knows no «Love»"),
        ("status=asleep", 400, "status knows no «asleep»"),
        ("drawdown_solutions=Perpetual+Motion", 400, "drawdown_solutions knows no «Perpetual Motion»"),
        ("posted_within=soon", 400, "posted_within is no whole number from 1 to 3650: «soon»"),
        ("salary_min=-1", 400, "salary_min is no whole number"),
        ("salary_min=NaN", 400, "salary_min is no whole number"),
        ("page=0", 400, "page is no whole number from 1 to 10000: «0»"),
        ("page=99999999999999999999", 400, "page is no whole number"),
        ("page=٣", 400, "page is no whole number"),
        ("per_page=101", 400, "per_page is no whole number from 1 to 100: «101»"),
        ("source=lever", 400, "source is no kind:key: «lever»"),
        ("source=lever:nobody", 404, "source knows no «lever:nobody»"),
        ("workplace=remote&workplace=hybrid", 400, "workplace is given twice"),
        ("q=" + "x" * 201, 400, "q is longer than 200 characters"),
        ("solution=perpetual-motion", 404, "solution knows no «perpetual-motion»"),
        ("employer=nobody", 404, "There is no employer «nobody»."),
    ],
)
def test_an_address_that_cannot_be_read_is_named(client: FlaskClient, query: str, code: int, line: str) -> None:
    answer = client.get(f"/jobs?{query}")
    assert answer.status_code == code
    assert line in LexborHTMLParser(answer.text).css_first("main").text()


def test_pages_follow_each_other_without_gap_or_repetition(client: FlaskClient) -> None:
    def walk() -> Iterator[str]:
        address: str | None = "/jobs?per_page=1"
        while address:
            found = LexborHTMLParser(client.get(address).text)
            yield from (node.text() for node in found.css(".jobs h3"))
            following = found.css_first("a[rel=next]")
            address = following.attributes["href"] if following else None

    assert list(walk()) == [TITLES[ref] for ref in "4123"]


def test_a_page_behind_the_last_leads_back(client: FlaskClient) -> None:
    answer = client.get("/jobs?page=9")
    assert answer.status_code == 200
    assert "Go to its first page" in answer.text


def test_a_list_that_is_empty_offers_its_feed(client: FlaskClient) -> None:
    found = LexborHTMLParser(client.get("/jobs?q=zzz").text)
    assert found.css_first('.empty a[href="/jobs/feed.rss?q=zzz"]') is not None


def test_a_filter_in_use_can_be_taken_away(client: FlaskClient) -> None:
    found = LexborHTMLParser(client.get(f"/jobs?l=berlin&solution={HEAT_PUMPS}").text)
    chosen = {node.text().replace("×", "").strip(): node.attributes["href"] for node in found.css(".chosen a")}
    assert chosen["in berlin"] == f"/jobs?solution={HEAT_PUMPS}"
    assert chosen["High-Efficiency Heat Pumps"] == "/jobs?l=berlin"


def test_the_form_keeps_what_was_chosen(client: FlaskClient) -> None:
    query = f"q=fit&l=berlin&solution={HEAT_PUMPS}&workplace=onsite&country=DE&employer=thaw-heating&posted_within=30"
    form = LexborHTMLParser(client.get(f"/jobs?{query}").text).css_first("form.filters")
    assert form.css_first("[name=q]").attributes["value"] == "fit"
    assert form.css_first("[name=l]").attributes["value"] == "berlin"
    assert form.css_first("[name=employer]").attributes["value"] == "thaw-heating"
    picked = {node.attributes["value"] for node in form.css("option[selected]")}
    assert picked == {HEAT_PUMPS, "onsite", "DE", "30"}


def test_choices_say_how_many_jobs_they_would_leave(client: FlaskClient) -> None:
    form = LexborHTMLParser(client.get("/jobs?workplace=remote&employer=thaw-heating").text).css_first("form.filters")
    options = {node.attributes["value"]: node.text() for node in form.css("option")}
    assert options["remote"] == "Remote (1)"
    assert options["onsite"] == "On site (1)"
    assert options[HEAT_PUMPS] == "High-Efficiency Heat Pumps (1)"
    assert options["full_time"] == "Full time (0)"
    assert "DE" not in options


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("sector=electricity", {HEAT_PUMPS: 2, "onshore-wind-turbines": 1, "recycling": None}),
        ("sector=electricity&country=DK", {HEAT_PUMPS: 0, "onshore-wind-turbines": 1, "electric-cars": None}),
        ("sector=industry", {HEAT_PUMPS: None, "onshore-wind-turbines": None, "recycling": 0}),
        # What was chosen stays chosen.
        (f"sector=industry&solution={HEAT_PUMPS}", {HEAT_PUMPS: 0, "onshore-wind-turbines": None}),
        # Each of these would be listed beside the second one.
        (f"solution={HEAT_PUMPS}&solution=onshore-wind-turbines", {HEAT_PUMPS: "", "onshore-wind-turbines": ""}),
    ],
)
def test_the_solutions_offered_lead_to_as_many_jobs_as_stand_beside_them(
    client: FlaskClient, query: str, counts: dict[str, int | str | None]
) -> None:
    form = LexborHTMLParser(client.get(f"/jobs?{query}").text).css_first("form.filters")
    said = {
        node.attributes["value"]: node.text().partition(" (")[2].strip(")") for node in form.css("#solution option")
    }
    assert {slug: said.get(slug) for slug in counts} == {
        slug: None if count is None else str(count) for slug, count in counts.items()
    }
    given = query.replace(f"solution={HEAT_PUMPS}", "")
    for slug, count in counts.items():
        if isinstance(count, int):
            assert len(listed(client, f"/jobs?{given}&solution={slug}")) == count
    assert all(node.text().strip() for node in form.css("optgroup"))


@pytest.mark.parametrize(("place", "counts"), [("Denmark", {"DK": 1}), ("Germany", {"DE": 2}), ("berlin", {"DE": 2})])
def test_the_countries_offered_lead_to_as_many_jobs_beside_a_place(
    client: FlaskClient, place: str, counts: dict[str, int]
) -> None:
    form = LexborHTMLParser(client.get(f"/jobs?l={place}").text).css_first("form.filters")
    said = {node.attributes["value"]: node.text() for node in form.css("#country option")[1:]}
    assert {code: int(text.partition(" (")[2].strip(")")) for code, text in said.items()} == counts
    for code in ("DE", "DK"):
        assert len(listed(client, f"/jobs?l={place}&country={code}")) == counts.get(code, 0)


def test_words_that_name_a_solution_lead_to_it(client: FlaskClient) -> None:
    found = LexborHTMLParser(client.get("/jobs?q=heat+pumps&l=berlin").text)
    assert found.css_first(".hint a").attributes["href"] == f"/jobs?l=berlin&solution={HEAT_PUMPS}"


@pytest.mark.parametrize(
    "solution", [each for each in solutions.all_solutions() if each.climatebase_name], ids=lambda each: each.slug
)
def test_every_name_of_climatebase_is_answered(client: FlaskClient, solution: solutions.Solution) -> None:
    answer = client.get("/jobs", query_string={"l": "", "q": "", "drawdown_solutions": solution.climatebase_name})
    canonical = LexborHTMLParser(answer.text).css_first("link[rel=canonical]").attributes["href"]
    assert canonical == f"http://localhost/jobs?solution={solution.slug}"


@pytest.mark.parametrize("sent", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x00\x1b[31m", "%"])
def test_nothing_a_visitor_sends_comes_back_as_markup(client: FlaskClient, sent: str) -> None:
    for name in ("q", "l", "workplace", "solution", "drawdown_solutions", "employer", "source", "page"):
        answer = client.get("/jobs", query_string={name: sent})
        assert answer.status_code in (200, 400, 404)
        assert not LexborHTMLParser(answer.text).css("script, img")
        assert "\x00" not in answer.text


def test_closed_jobs_in_a_list_are_marked(client: FlaskClient) -> None:
    rows = {
        node.css_first("h3").text(): node
        for node in LexborHTMLParser(client.get("/jobs?status=all").text).css(".jobs li")
    }
    assert rows["Gone"].css_first(".closed") is not None
    assert rows[TITLES["1"]].css_first(".closed") is None


def test_an_unfit_method_is_refused(client: FlaskClient, tmp_path: Path) -> None:
    assert client.post("/jobs").status_code == 405


def test_the_page_of_a_closed_job_tells_what_its_source_said(client: FlaskClient) -> None:
    rows = client.get("/api/v1/postings?status=closed").get_json()["items"]
    page = client.get(f"/jobs/{rows[0]['id']}")
    assert page.status_code == 410
    text = " ".join(LexborHTMLParser(page.get_data(as_text=True)).body.text().split())
    assert "This job is closed." in text
    assert f"by crawl {rows[0]['closing']['crawl']}" in text
    assert "with 2 jobs listed and this one not among them" in text
