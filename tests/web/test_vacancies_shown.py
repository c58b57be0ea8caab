"""One vacancy, once, as a visitor, a feed reader and a program see it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, THAW, crawl, empty_store, made_up, visitor
from selectolax.lexbor import LexborHTMLParser

from postings.posting import Place, Posting, Source
from postings.store import Store

SECOND = Source("lever", "thaw")
TEXT = "You install heat pumps in old houses, with two colleagues, from the first visit to the last screw."
HAMBURG = Place("Hamburg", "Hamburg", None, "DE")


def told(ref: str, source: Source = THAW, **more: object) -> Posting:
    return made_up(ref, source, **({"title": "Heat Pump Engineer", "description_text": TEXT} | more))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = empty_store(tmp_path)
    crawl(store, [told("a"), told("b", places=(HAMBURG,))])
    crawl(store, [told("c", SECOND)], source=SECOND, now=NOW + timedelta(minutes=1))
    return store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return visitor(store)


def guids(client: FlaskClient, form: str) -> list[tuple[str, str, str]]:
    """Id, day and address of a feed's entries."""
    answer = client.get(f"/solutions/{HEAT_PUMPS}/feed.{form}").text
    if form == "json":
        return [(each["id"], each["date_published"], each["url"]) for each in json.loads(answer)["items"]]
    return [(each.id, each.published, each.link) for each in feedparser.parse(answer).entries]


@pytest.mark.parametrize(
    "path", ["/", "/jobs", f"/solutions/{HEAT_PUMPS}", "/employers/thaw-heating", "/jobs?l=Hamburg"]
)
def test_every_list_shows_it_once(client: FlaskClient, path: str) -> None:
    assert client.get(path).text.count("<bdi>Heat Pump Engineer</bdi>") == 1


def test_counts_agree(client: FlaskClient) -> None:
    assert client.get("/api/v1/postings").json["total"] == 1
    assert client.get(f"/api/v1/solutions/{HEAT_PUMPS}").json["open_postings"] == 1
    assert client.get("/api/v1/employers/thaw-heating").json["open_postings"] == 1
    assert client.get("/sitemaps/jobs-0.xml").text.count("<loc>") == 1
    assert "climate_jobs_open_postings 1.0" in client.get("/metrics").text


def test_its_page_names_all_its_places_and_where_else_it_is(client: FlaskClient) -> None:
    page = client.get("/jobs/1").text
    assert "Hamburg" in page
    assert 'href="https://boards.example/thaw/b"' in page
    assert "lever: thaw" in page


@pytest.mark.parametrize("hidden", [2, 3])
def test_the_address_of_another_leads_to_it(client: FlaskClient, hidden: int) -> None:
    for path in ("/jobs", "/api/v1/postings"):
        answer = client.get(f"{path}/{hidden}")
        assert (answer.status_code, answer.location) == (301, f"{path}/1")
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert client.get(answer.location).status_code == 200


def test_a_program_gets_all_its_places_and_where_else_it_is(client: FlaskClient) -> None:
    (found,) = client.get("/api/v1/postings").json["items"]
    assert [place["city"] for place in found["locations"]] == ["Berlin", "Hamburg"]
    assert found["also_at"] == [
        {"kind": "greenhouse", "key": "thaw", "ref": "b", "url": "https://boards.example/thaw/b"},
        {"kind": "lever", "key": "thaw", "ref": "c", "url": "https://boards.example/thaw/c"},
    ]
    assert client.get("/api/v1/postings.csv").text.count("Heat Pump Engineer") == 1


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_feeds_entry_stays_the_same_when_another_is_shown(store: Store, form: str) -> None:
    ((name, day, address),) = guids(visitor(store), form)
    later = NOW + timedelta(days=1)
    crawl(store, [told("d", title="Fitter")], now=later)
    crawl(store, [told("d", title="Fitter")], now=later + timedelta(hours=2))
    found = {entry[0]: entry for entry in guids(visitor(store), form)}
    assert address.endswith("/jobs/1")
    assert len(found) == 2
    assert found[name][1] == day
    assert found[name][2].endswith("/jobs/3")


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_an_entry_keeps_its_place_in_a_feed_when_another_is_shown(tmp_path: Path, form: str) -> None:
    store = empty_store(tmp_path)
    crawl(store, [told("a"), told("d", title="Fitter")])
    newer = [told("e", SECOND, title="Planner"), told("f", SECOND, title="Welder")]
    crawl(store, newer, source=SECOND, now=NOW + timedelta(days=1))
    crawl(store, [*newer, told("c", SECOND)], source=SECOND, now=NOW + timedelta(days=2))
    for hours in (1, 3):
        crawl(store, [told("d", title="Fitter")], now=NOW + timedelta(days=2, hours=hours))
    found = guids(visitor(store, NOW + timedelta(days=3)), form)
    assert [address[-7:] for _, _, address in found] == ["/jobs/4", "/jobs/3", "/jobs/5", "/jobs/2"]


def test_when_all_are_closed_every_address_ends_at_the_closed_one(store: Store) -> None:
    for source in (THAW, SECOND):
        for hours in (1, 3):
            crawl(store, [], source=source, now=NOW + timedelta(days=1, hours=hours))
    client = visitor(store)
    assert {client.get(f"/jobs/{each}", follow_redirects=True).status_code for each in (1, 2, 3)} == {410}
    assert len(guids(client, "rss")) == 1
    assert client.get("/api/v1/postings?status=all").json["total"] == 1


def test_an_employers_boards_tell_what_they_list_and_why_that_is_more(client: FlaskClient) -> None:
    shown = " ".join(LexborHTMLParser(client.get("/employers/thaw-heating").text).css_first("main").text().split())
    assert "1 open job" in shown
    assert "greenhouse: thaw 2 listed" in shown
    assert "lever: thaw 1 listed" in shown
    assert "What stands on a board for each city, or on two boards, is one job here." in shown


def test_boards_that_list_each_job_once_need_no_explanation(tmp_path: Path) -> None:
    store = empty_store(tmp_path)
    crawl(store, [made_up("1")])
    page = visitor(store).get("/employers/thaw-heating").text
    assert "1 listed" in page
    assert "for each city" not in page
