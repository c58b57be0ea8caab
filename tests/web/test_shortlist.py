"""A choice of employers kept in the address, with their jobs, a feed and a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, crawl, empty_store, made_up, tag, visitor

from postings.posting import Source


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[FlaskClient]:
    store = empty_store(tmp_path)
    crawl(store, [made_up("1")])
    crawl(store, [made_up("2", Source("lever", "warm"))], source=Source("lever", "warm"), employer="Warm")
    crawl(store, [made_up("3", Source("lever", "cold"))], source=Source("lever", "cold"), employer="Cold")
    crawl(
        store,
        [made_up("4", Source("lever", "grid")), made_up("5", Source("lever", "grid"), title="Bookkeeper")],
        source=Source("lever", "grid"),
        employer="Grid",
        solutions=("grid-flexibility",),
        tags=lambda posting: [tag("grid-flexibility")] if posting.ref == "4" else [],
    )
    yield visitor(store)
    store.close()


def test_a_solution_offers_its_employers_those_that_hire_first(visit: FlaskClient) -> None:
    page = visit.get(f"/shortlist?solution={HEAT_PUMPS}").text
    offered = re.findall(r'name="employer" value="([^"]*)"', page)
    assert set(offered[:3]) == {"thaw-heating", "warm", "cold"}
    assert "carrier" in offered
    assert "checked" not in page
    assert "/shortlist?solution=high-efficiency-heat-pumps" in visit.get(f"/solutions/{HEAT_PUMPS}").text


def test_the_employers_chosen_are_shown_with_their_jobs_only(visit: FlaskClient) -> None:
    page = visit.get(f"/shortlist?solution={HEAT_PUMPS}&employer=warm&employer=thaw-heating").text
    assert re.findall(r'value="([^"]*)" checked', page) == ["thaw-heating", "warm"]
    assert "Heat Pump Engineer 1" in page
    assert "Heat Pump Engineer 2" in page
    assert "Heat Pump Engineer 3" not in page
    assert "Set-Cookie" not in visit.get("/shortlist?employer=warm").headers


def test_the_employers_chosen_are_counted_and_lead_to_their_own_sites(visit: FlaskClient) -> None:
    page = visit.get(f"/shortlist?solution={HEAT_PUMPS}&employer=warm&employer=carrier").text
    assert "<legend>Employers: 2 of 10 chosen</legend>" in page
    assert re.search(r'value="warm" checked> <span><bdi>Warm</bdi> <span class="count">1', page)
    assert '<a href="https://carrier.com/" rel="noopener nofollow">Its site' in page
    many = "&employer=".join(re.findall(r'name="employer" value="([^"]*)"', page)[:11])
    assert "<legend>Employers: 11 chosen</legend>" in visit.get(f"/shortlist?employer={many}").text


@pytest.mark.parametrize("solution", ["", f"solution={HEAT_PUMPS}&", "solution=grid-flexibility&"])
def test_the_count_beside_an_employer_is_of_the_jobs_listed(visit: FlaskClient, solution: str) -> None:
    """They are listed whatever they serve."""
    page = visit.get(f"/shortlist?{solution}employer=grid&employer=warm").text
    found = re.findall(r'value="([^"]*)" checked> <span><bdi>[^<]*</bdi> <span class="count">(\d+)', page)
    assert found == [("grid", "2"), ("warm", "1")]
    assert "3 open jobs</h2>" in page


def test_the_employers_offered_are_counted_as_they_will_be_listed(visit: FlaskClient) -> None:
    page = visit.get("/shortlist?solution=grid-flexibility").text
    assert re.search(r'value="grid"> <span><bdi>Grid</bdi> <span class="count">2', page)


def test_no_solution_is_chosen_that_was_not(visit: FlaskClient) -> None:
    options = re.findall(r'<option value="([^"]*)"( selected)?>', visit.get("/shortlist?employer=warm").text)
    assert options[0] == ("", "")
    assert not any(selected for _, selected in options)
    page = visit.get("/shortlist?solution=&employer=warm")
    assert page.status_code == 200
    assert re.findall(r'value="([^"]*)" checked', page.text) == ["warm"]


def test_feed_and_table_hold_the_same_jobs(visit: FlaskClient) -> None:
    page = visit.get("/shortlist?employer=warm&employer=thaw-heating").text
    (table,) = re.findall(r'href="(/api/v1/postings\.csv[^"]*)"', page)
    feeds = re.findall(r'<a href="(/jobs/feed\.(?:rss|atom)[^"]*)"', page)
    rows = csv.DictReader(io.StringIO(visit.get(table.replace("&amp;", "&")).text))
    assert {row["employer"] for row in rows} == {"Warm", "Thaw Heating"}
    for feed in feeds:
        answer = visit.get(feed.replace("&amp;", "&"))
        assert answer.status_code == 200
        read = feedparser.parse(answer.data)
        assert not read.bozo
        assert len(read.entries) == 2
        assert read.feed.title == "Climate jobs: Thaw Heating, Warm"


def test_the_list_of_jobs_takes_several_employers_too(visit: FlaskClient) -> None:
    page = visit.get("/jobs?employer=warm&employer=cold").text
    assert "2 jobs" in page or "2 open jobs" in page
    assert re.findall('aria-label="Remove the filter ([^"]*)', page) == ["Cold", "Warm"]
    assert visit.get("/jobs/feed.rss?employer=warm&employer=cold").status_code == 301


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("employer=nobody", 404),
        ("solution=nothing", 404),
        ("employer=" + "&employer=".join(f"e-{number}" for number in range(101)), 400),
        ("", 200),
    ],
)
def test_what_is_not_known_is_named(visit: FlaskClient, query: str, status: int) -> None:
    assert visit.get(f"/shortlist?{query}").status_code == status
