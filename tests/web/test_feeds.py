"""The feeds, as a feed reader reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, tag, visitor
from markupsafe import escape

from postings import solutions
from postings.store import Store

FEED = f"/solutions/{HEAT_PUMPS}/feed.rss"
FORMS = ("rss", "atom", "json")
ALL_FORMS = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


def read(client: FlaskClient, path: str = FEED) -> feedparser.FeedParserDict:
    """What feedparser makes of a feed; a fault in it fails the test."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    parsed = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


@dataclass(frozen=True)
class Entry:
    """An entry, whatever the form of its feed."""

    id: str
    link: str
    title: str
    published: str
    html: str
    tags: tuple[str, ...]


def entries(client: FlaskClient, form: str) -> dict[str, Entry]:
    """The entries of the heat pumps' feed, by the path they lead to."""
    path = f"/solutions/{HEAT_PUMPS}/feed.{form}"
    if form == "json":
        found = [
            Entry(
                each["id"], each["url"], each["title"], each["date_published"], each["content_html"], (*each["tags"],)
            )
            for each in json.loads(client.get(path).text)["items"]
        ]
    else:
        found = [
            Entry(
                each.id,
                each.link,
                each.title,
                each.published,
                each.content[0].value if form == "atom" else each.summary,
                tuple(tag.term for tag in each.tags),
            )
            for each in read(client, path).entries
        ]
    return {each.link.removeprefix("http://localhost"): each for each in found}


def moment(parsed: object) -> datetime:
    assert isinstance(parsed, tuple)
    return datetime(*parsed[:6], tzinfo=UTC)


def test_a_feed_tells_title_employer_text_place_and_evidence(store: Store) -> None:
    crawl(store, [made_up("7")])
    parsed = read(visitor(store))
    assert parsed.version == "rss20"
    assert parsed.feed.title == "High-Efficiency Heat Pumps jobs"
    (entry,) = parsed.entries
    assert entry.title == "Heat Pump Engineer 7 – Thaw Heating"
    assert (entry.id, entry.guidislink) == ("greenhouse/thaw/7", False)
    assert entry.link == "http://localhost/jobs/1"
    assert moment(entry.published_parsed) == NOW
    assert entry.author == "Thaw Heating"
    assert [each.term for each in entry.tags] == ["High-Efficiency Heat Pumps"]
    for words in ("<p>You install heat pumps in old houses.</p>", "Berlin, Germany", "“heat pumps” in the text"):
        assert words in entry.summary


def test_atom_gives_entries_names_that_are_addresses_and_both_dates(store: Store) -> None:
    crawl(store, [made_up("7")])
    crawl(store, [made_up("7", title="Retitled")], now=NOW + timedelta(hours=4))
    parsed = read(visitor(store), f"/solutions/{HEAT_PUMPS}/feed.atom")
    assert parsed.version == "atom10"
    (entry,) = parsed.entries
    assert entry.id.startswith("urn:uuid:")
    assert (moment(entry.published_parsed), moment(entry.updated_parsed)) == (NOW, NOW + timedelta(hours=4))
    assert entry.title == "Retitled – Thaw Heating"
    assert "<p>You install heat pumps in old houses.</p>" in entry.content[0].value


def test_json_feed_carries_the_whole_posting(store: Store) -> None:
    crawl(store, [made_up("7", language="en")])
    answer = visitor(store).get(f"/solutions/{HEAT_PUMPS}/feed.json")
    assert answer.content_type == "application/feed+json"
    document = json.loads(answer.text)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"http://localhost/solutions/{HEAT_PUMPS}/feed.json"
    (item,) = document["items"]
    assert item["id"] == "greenhouse/thaw/7"
    assert item["date_published"] == "2026-11-20T12:00:00Z"
    assert item["_climate_jobs"]["source"] == {"kind": "greenhouse", "key": "thaw", "ref": "7"}
    assert "<p>You install heat pumps in old houses.</p>" in item["content_html"]


@pytest.mark.parametrize("solution", solutions.all_solutions(), ids=lambda each: each.slug)
def test_every_solution_has_feeds_linked_from_its_page(solution: solutions.Solution, quiet_site: FlaskClient) -> None:
    head = quiet_site.get(f"/solutions/{solution.slug}").text
    for form in FORMS:
        address = f"/solutions/{solution.slug}/feed.{form}"
        shown = quiet_site.get(address)
        title = json.loads(shown.text)["title"] if form == "json" else read(quiet_site, address).feed.title
        assert title == f"{solution.name} jobs"
        assert f'href="http://localhost{address}"' in head
    assert f'<link rel="alternate" type="application/rss+xml" title="{escape(solution.name)} jobs (RSS)"' in head


@pytest.fixture(scope="module")
def quiet_site(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return visitor(empty_store(tmp_path_factory.mktemp("site")))


@ALL_FORMS
def test_ids_and_dates_stay_over_retitling_closing_and_reopening(store: Store, form: str) -> None:
    client = visitor(store, NOW + timedelta(days=9))
    others = [made_up(str(ref)) for ref in range(2, 5)]

    def entry() -> Entry:
        return entries(client, form)["/jobs/1"]

    crawl(store, [made_up("1"), *others])
    first = entry()
    crawl(store, [made_up("1", title="Senior Heat Pump Engineer"), *others], now=NOW + timedelta(days=1))
    retitled = entry()
    crawl(store, others, now=NOW + timedelta(days=2))
    closed = entry()
    crawl(store, [made_up("1"), *others], now=NOW + timedelta(days=3))
    reopened = entry()
    assert retitled.title.startswith("Senior")
    assert closed.title.startswith("Closed: ")
    assert "closed" in closed.tags
    assert "Closed on 22 Nov 2026" in closed.html
    assert reopened.title == first.title
    for state in (retitled, closed, reopened):
        assert (state.id, state.published, state.link) == (first.id, first.published, first.link)


def test_the_newest_hundred_are_shown_newest_first(store: Store) -> None:
    crawl(store, [made_up(str(ref)) for ref in range(95)])
    crawl(store, [made_up(str(ref)) for ref in range(110)], now=NOW + timedelta(hours=4))
    entries = read(visitor(store)).entries
    assert len(entries) == 100
    assert {each.id for each in entries[:15]} == {f"greenhouse/thaw/{ref}" for ref in range(95, 110)}


@ALL_FORMS
def test_a_feed_answers_304_to_its_own_etag_and_date(store: Store, form: str) -> None:
    crawl(store, [made_up("1")])
    client = visitor(store)
    path = f"/solutions/{HEAT_PUMPS}/feed.{form}"
    answer = client.get(path)
    etag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    assert not etag.startswith("W/")
    assert "max-age=" in answer.headers["Cache-Control"]
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": date}):
        again = client.get(path, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_compressed_feed_has_a_validator_of_its_own_that_works(store: Store, coding: str) -> None:
    crawl(store, [made_up(str(ref)) for ref in range(20)])
    client = visitor(store)
    plain = client.get(FEED)
    packed = client.get(FEED, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.data) < len(plain.data) / 4
    assert packed.headers["ETag"] != plain.headers["ETag"]
    asked = {"Accept-Encoding": coding, "If-None-Match": packed.headers["ETag"]}
    again = client.get(FEED, headers=asked)
    assert (again.status_code, again.headers["ETag"]) == (304, packed.headers["ETag"])


def test_whatever_changes_in_a_feed_changes_its_validators(store: Store) -> None:
    client = visitor(store, NOW + timedelta(days=9))
    states = (
        [made_up("1"), made_up("2"), made_up("3")],
        [made_up("1", title="Retitled"), made_up("2"), made_up("3")],
        [made_up("1", title="Retitled"), made_up("2")],
        [made_up("1", title="Retitled"), made_up("2"), made_up("3")],
    )
    etags, dates = set(), []
    for hours, postings in enumerate(states):
        crawl(store, postings, now=NOW + timedelta(hours=hours))
        answer = client.get(FEED)
        etags.add(answer.headers["ETag"])
        dates.append(answer.last_modified)
    assert len(etags) == 4
    assert dates == sorted(set(dates))


def test_a_crawl_that_changes_nothing_leaves_the_feed_as_it_was(store: Store) -> None:
    client = visitor(store, NOW + timedelta(days=9))
    crawl(store, [made_up("1")])
    before = client.get(FEED)
    crawl(store, [made_up("1")], now=NOW + timedelta(hours=5))
    after = client.get(FEED)
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])


def test_last_build_date_comes_from_the_content(store: Store) -> None:
    crawl(store, [made_up("1")])
    assert moment(read(visitor(store, NOW + timedelta(days=30))).feed.updated_parsed) == NOW


@ALL_FORMS
def test_a_feed_without_entries_has_no_date_of_its_own(store: Store, form: str) -> None:
    path = f"/solutions/{HEAT_PUMPS}/feed.{form}"
    first, later = (visitor(store, NOW + timedelta(days=days)).get(path) for days in (0, 1))
    assert (later.data, later.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert "Last-Modified" not in first.headers
    assert b"lastBuildDate" not in first.data
    if form == "atom":
        assert b"<updated>1970-01-01T00:00:00Z</updated>" in first.data


@ALL_FORMS
def test_a_date_alone_never_hides_that_a_feed_became_empty_or_full(store: Store, form: str) -> None:
    client = visitor(store, NOW + timedelta(days=9))
    path = f"/solutions/{HEAT_PUMPS}/feed.{form}"
    asked = {"If-Modified-Since": "Fri, 20 Nov 2026 12:00:00 GMT"}
    assert client.get(path, headers=asked).status_code == 200
    crawl(store, [made_up("1")], now=NOW + timedelta(hours=1))
    assert client.get(path, headers=asked).status_code == 200


@ALL_FORMS
def test_a_date_alone_never_hides_that_an_entry_left(store: Store, form: str) -> None:
    client = visitor(store, NOW + timedelta(days=4))
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    paths = [f"/jobs/feed.{form}?status=open", f"/jobs/feed.{form}?posted_within=5"]
    etags = {path: client.get(path).headers["ETag"] for path in paths}
    dated = {"If-Modified-Since": "Sat, 21 Nov 2026 12:00:00 GMT"}
    assert [client.get(path, headers=dated).status_code for path in paths] == [200, 200]
    for path, etag in etags.items():
        assert client.get(path, headers=dated | {"If-None-Match": etag}).status_code == 304


@ALL_FORMS
def test_a_closed_job_is_not_to_be_applied_for(store: Store, form: str) -> None:
    client = visitor(store, NOW + timedelta(days=9))
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    assert "Apply at Thaw Heating" in entries(client, form)["/jobs/1"].html
    crawl(store, [made_up("2"), made_up("3")], now=NOW + timedelta(days=2))
    closed = entries(client, form)["/jobs/1"].html
    assert "Apply" not in closed
    assert "All facts" in closed


def test_two_polls_of_all_feeds_bring_the_second_nothing(store: Store) -> None:
    crawl(store, [made_up("1")])
    client = visitor(store)
    paths = [f"/solutions/{each.slug}/feed.{form}" for each in solutions.all_solutions() for form in FORMS]
    etags = {path: client.get(path).headers["ETag"] for path in paths}
    assert {client.get(path, headers={"If-None-Match": etag}).status_code for path, etag in etags.items()} == {304}


def test_a_filter_has_a_feed_of_its_own(store: Store) -> None:
    crawl(store, [made_up("1", title="Fitter"), made_up("2", title="Planner")], tags=lambda posting: [])
    client = visitor(store)
    assert [each.id for each in read(client, "/jobs/feed.rss?q=fitter").entries] == ["greenhouse/thaw/1"]
    assert len(read(client, "/jobs/feed.rss").entries) == 2


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/solutions/{HEAT_PUMPS}/feed", "Newest jobs that serve High-Efficiency Heat Pumps,"),
        (f"/jobs/feed.FORM?q=fitter&solution={HEAT_PUMPS}", "Newest jobs that serve High-Efficiency Heat Pumps,"),
        ("/jobs/feed.FORM?sector=buildings", "Newest jobs that serve climate solutions,"),
        ("/jobs/feed.FORM?q=fitter", "Newest jobs,"),
        ("/jobs/feed", "Newest jobs,"),
    ],
)
@ALL_FORMS
def test_a_feed_says_of_its_jobs_what_holds_for_all(quiet_site: FlaskClient, path: str, told: str, form: str) -> None:
    answer = quiet_site.get(path.replace("FORM", form) if "FORM" in path else f"{path}.{form}")
    assert answer.status_code == 200
    said = answer.json["description"] if form == "json" else feedparser.parse(answer.data).feed.subtitle
    assert said == f"{told} read from job boards and listings."


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("/jobs/feed.rss?drawdown_solutions=High-Efficiency+Heat+Pumps&l=&q=", FEED),
        (f"/jobs/feed.rss?solution={HEAT_PUMPS}", FEED),
        (f"{FEED}?utm_source=mail", FEED),
        ("/jobs/feed.rss?page=2&country=de&q=fitter", "/jobs/feed.rss?q=fitter&country=DE"),
    ],
)
def test_a_feed_has_one_address(quiet_site: FlaskClient, sent: str, canonical: str) -> None:
    answer = quiet_site.get(sent)
    assert (answer.status_code, answer.location) == (301, canonical)
    assert quiet_site.get(canonical).status_code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [("/solutions/x/feed.rss", 404), ("/jobs/feed.rss?workplace=mars", 400), ("/jobs/feed.doc", 404)],
)
def test_a_feed_of_nothing_is_an_error(quiet_site: FlaskClient, path: str, code: int) -> None:
    assert quiet_site.get(path).status_code == code


@ALL_FORMS
def test_a_hostile_posting_breaks_no_feed(store: Store, form: str) -> None:
    hostile = made_up(
        "1",
        title='\x0b]]> & <script>alert(1)</script> \u202egnp.exe\ufffe "quoted"',
        department="\x00",
        description_html="<p>]]></p><script>alert(1)</script><svg onload=alert(1)><p onclick=x>\x08Text</p>&nbsp;",
        description_text="]]>",
    )
    crawl(store, [hostile, made_up("2")], tags=lambda posting: [tag(words="]]>\x1f<b>")])
    found = entries(visitor(store), form)
    assert found.keys() == {"/jobs/1", "/jobs/2"}
    entry = found["/jobs/1"]
    for harm in ("<script", "onclick", "<b>", "<svg"):
        assert harm not in entry.html
    assert "\u202e" not in entry.title
    assert "Text" in entry.html
