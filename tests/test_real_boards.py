"""Recorded answers of real boards, from the employer's board to the store, by the program as it is run."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from conftest import SHARED
from recorded_boards import LOADER, Engine, read, routes_of
from replaying import replaying
from test_samples import EXPECTED

from postings.kept import Filters, KeptCrawl
from postings.posting import Source
from postings.store import Store
from scraper.commands.record import told

pytestmark = pytest.mark.whole

ENERGYHUB = "greenhouse:energyhub"
KINDS = {"boards-api.greenhouse.io": "greenhouse", "api.lever.co": "lever", "api.ashbyhq.com": "ashby"}
WORD = re.compile(r"\w+")


def boards(samples: Path) -> list[tuple[str, dict[str, Any]]]:
    """The recordings of whole boards, the newest of each, as (source, route)."""
    found: dict[str, dict[str, Any]] = {}
    for route in json.loads((samples / "samples.json").read_text()):
        parts = urlsplit(route["url"])
        kind = KINDS.get(parts.netloc)
        if kind is None or parts.path.endswith("/departments") or "questions" in parts.query:
            continue
        pieces = parts.path.strip("/").split("/")
        key = pieces[-2] if kind == "greenhouse" else pieces[-1]
        found.setdefault(f"{kind}:{unquote(key) if '%' not in key else key}", route)
    return sorted(found.items())


def letters(text: str) -> str:
    """The letters and digits of a text: what is compared, so that white space and signs do not count."""
    return "".join(WORD.findall(text))


def letters_of(markup: str) -> str:
    """The letters of some HTML, read with another parser than the spiders'."""
    if not markup.strip():
        return ""
    tree = lxml.html.fromstring(f"<div>{markup}</div>")
    for hidden in tree.xpath("//script|//style|//title|//iframe"):
        hidden.drop_tree()
    return letters("".join(tree.itertext()))


def moment(value: Any) -> str | None:
    """A time of a recording, as the store writes it."""
    if value is None:
        return None
    if isinstance(value, int):
        found = datetime.fromtimestamp(value / 1000, UTC)
    else:
        found = datetime.fromisoformat(value).astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def expected(kind: str, page: Any) -> dict[str, dict[str, Any]]:
    """What a recording says of each of its postings."""
    if kind == "greenhouse":
        return {
            str(row["id"]): {
                "title": row["title"],
                "url": row["absolute_url"],
                "posted_at": moment(row.get("first_published")),
                "places": [row["location"]["name"]] if row.get("location") else [],
                "letters": letters_of(html.unescape(row.get("content", ""))),
                "closes_at": moment(row.get("application_deadline")),
            }
            for row in page["jobs"]
        }
    if kind == "lever":
        return {
            row["id"]: {
                "title": row["text"],
                "url": row["hostedUrl"],
                "posted_at": moment(row["createdAt"]),
                "places": row["categories"].get("allLocations")
                or [row["categories"][name] for name in ["location"] if name in row["categories"]],
                "letters": letters_of(
                    row.get("description", "")
                    + "".join(f"<p>{each['text']}</p>{each['content']}" for each in row.get("lists", ()))
                    + (row.get("additional") or "")
                    + (row.get("salaryDescription") or "")
                ),
            }
            for row in page
        }
    return {
        row["id"]: {
            "title": row["title"],
            "url": row["jobUrl"],
            "posted_at": moment(row["publishedAt"]),
            "places": [row["location"], *(each["location"] for each in row.get("secondaryLocations", ()))],
            "letters": letters_of(row["descriptionHtml"]),
        }
        for row in page["jobs"]
    }


@pytest.fixture(scope="module")
def crawled(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All recorded boards, crawled into one store: the report, and the postings by source."""
    with replaying(SHARED, tmp_path_factory.mktemp("boards")) as replay:
        replay.add(*(source for source, _ in boards(samples)))
        done = replay.run("crawl", *(source for source, _ in boards(samples)), "--json")
        postings: dict[str, dict[str, Any]] = {}
        for posting in replay.export("all"):
            source = posting["source"]
            postings.setdefault(f"{source['kind']}:{source['key']}", {})[source["ref"]] = posting
        return {"report": json.loads(done.stdout), "postings": postings}


def test_every_whole_recording_stands_in_the_store_as_it_was_published(crawled: dict[str, Any], samples: Path) -> None:
    checked = 0
    for source, route in boards(samples):
        page = json.loads((samples / route["file"]).read_text())
        wanted = expected(source.split(":")[0], page)
        found = crawled["postings"].get(source, {})
        assert found.keys() == wanted.keys(), source
        for ref, says in wanted.items():
            told = found[ref]
            assert letters(told["title"]) == letters(html.unescape(says["title"])), source
            assert (told["url"], told["posted_at"]) == (says["url"], says["posted_at"]), (source, ref)
            places = [" ".join(html.unescape(place).split()) for place in says["places"]]
            texts = [place["text"] for place in told["locations"]]
            # One text may name several places; none is invented, and none is lost.
            assert all(any(text in place for place in places) for text in texts), (source, ref, texts)
            assert all(any(text in place for text in texts) for place in places if place), (source, ref, places)
            assert letters(told["description_text"]) == says["letters"], (source, ref)
            over = says.get("closes_at") is not None and says["closes_at"] < told["first_seen"]
            assert told["status"] == ("closed" if over else "open"), (source, ref)
            checked += 1
    assert checked > 900


def test_a_recording_cut_below_its_own_total_is_partial_and_the_others_are_complete(
    crawled: dict[str, Any], samples: Path
) -> None:
    outcomes = {each["source"]: each["outcome"] for each in crawled["report"]["results"]}
    for source, route in boards(samples):
        cut = route.get("total") is not None and route["rows"] < route["total"]
        assert outcomes[source] == ("partial" if cut else "complete"), source


@pytest.mark.parametrize(
    "days",
    [
        ["2025-10-28", "2025-11-02", "2025-11-05", "2025-11-08"],
        ["2026-08-13", "2026-08-16", "2026-08-19", "2026-08-22"],
    ],
    ids=["2025", "2026"],
)
def test_a_board_is_followed_over_its_days(samples: Path, tmp_path: Path, days: list[str]) -> None:
    ids: dict[str, int] = {}
    last_crawl: dict[str, int] = {}
    for day in days:
        with replaying(SHARED, tmp_path, at=day) as replay:
            report = replay.crawl(ENERGYHUB)
            (result,) = report["results"]
            page = json.loads((samples / f"greenhouse/energyhub-{day}.json").read_text())
            listed = {str(row["id"]) for row in page["jobs"]}
            postings = {each["source"]["ref"]: each for each in replay.export("all")}
        assert (result["outcome"], result["seen"]) == ("complete", len(listed))
        assert {ref for ref, each in postings.items() if each["status"] == "open"} == listed
        for ref, each in postings.items():
            assert ids.setdefault(ref, each["id"]) == each["id"]
            if ref in listed:
                last_crawl[ref] = result["crawl"]
            else:
                # It was closed by the first crawl after the last one that listed it.
                assert each["closing"] == {"crawl": last_crawl[ref] + 1, "rule": "unlisted"}
    assert len(ids) > len(listed)


FAULTS = [
    ({"kind": "status", "status": 500}, "failed", "HTTP 500"),
    ({"kind": "status", "status": 404}, "failed", "HTTP 404"),
    ({"kind": "truncate"}, "failed", "no answer"),
    ({"kind": "drop"}, "failed", "no answer"),
    ({"kind": "garbage"}, "failed", "not JSON"),
    ({"kind": "empty"}, "failed", "not JSON"),
    ({"kind": "body", "file": "page.html"}, "failed", "not JSON"),
    ({"kind": "body", "file": "broken.json"}, "partial", "1 of 16 rows made no posting"),
    ({"kind": "body", "file": "fewer.json"}, "partial", "listed 3 of 16"),
]


def test_no_fault_of_a_board_closes_anything(samples: Path, tmp_path: Path) -> None:
    with replaying(SHARED, tmp_path, at="2026-08-19") as replay:
        assert replay.crawl(ENERGYHUB)["exit"] == 0
        before = {each["source"]["ref"] for each in replay.export()}
    page = json.loads((samples / "greenhouse/energyhub-2026-08-22.json").read_text())
    (tmp_path / "page.html").write_text("<!doctype html><title>Sorry</title>")
    (tmp_path / "fewer.json").write_text(json.dumps(page | {"jobs": page["jobs"][:3]}))
    del page["jobs"][0]["title"]
    (tmp_path / "broken.json").write_text(json.dumps(page))
    with replaying(SHARED, tmp_path) as replay:
        for fault, outcome, reason in FAULTS:
            replay.faults.write_text(json.dumps([{"prefix": "https://boards-api.greenhouse.io/", **fault}]))
            report = replay.crawl(ENERGYHUB)
            (result,) = report["results"]
            assert (report["exit"], result["outcome"], result["closed"]) == (1, outcome, 0), fault
            assert result["reason"].startswith(reason)
            assert before <= {each["source"]["ref"] for each in replay.export()}


def test_an_unchanged_board_is_asked_with_its_etag_and_left_as_it_is(samples: Path, tmp_path: Path) -> None:
    with replaying(SHARED, tmp_path) as replay:
        replay.crawl(ENERGYHUB)
        report = replay.crawl(ENERGYHUB)
        first, second = (each for each in replay.asked() if "/jobs" in each["url"])
    assert report["results"][0]["outcome"] == "unchanged"
    assert "if-none-match" not in first["headers"]
    assert (second["status"], bool(second["headers"]["if-none-match"])) == (304, True)
    assert second["headers"]["user-agent"].startswith("climate-jobs/")


def test_scrapy_itself_reads_a_board(samples: Path, tmp_path: Path) -> None:
    with replaying(SHARED, tmp_path) as replay:
        out = tmp_path / "out.jsonl"
        command = [sys.executable, "-m", "scrapy", "crawl", "greenhouse", "-a", "key=energyhub", "-O", str(out)]
        done = subprocess.run(command, env=replay.environment, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        assert done.returncode == 0, done.stderr
        assert len(lines) == len(replay.export()) == 16
    assert {line["source"]["key"] for line in lines} == {"energyhub"}


def test_a_board_is_recorded_byte_for_byte_and_reads_back_the_same(samples: Path, tmp_path: Path) -> None:
    with replaying(SHARED, tmp_path) as replay:
        command = [sys.executable, "-m", "scrapy", "record", "ashby", "enode", "--to", str(tmp_path / "recorded")]
        done = subprocess.run(command, env=replay.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not (tmp_path / "climate-jobs.db").exists() or replay.export() == []
    folder = tmp_path / "recorded" / "ashby" / "enode"
    assert (folder / "1.json").read_bytes() == (samples / "ashby" / "enode.json").read_bytes()
    expected = json.loads((folder / "expected.json").read_text())
    again = told(read(Source("ashby", "enode"), Engine(folder, routes_of(folder))))
    assert json.loads(json.dumps(again)) == expected
    assert len(expected["postings"]) == 2


def test_a_board_whose_postings_were_all_replaced_is_held_back_and_then_closed(samples: Path, store: Store) -> None:
    source = Source.parse(ENERGYHUB)
    first = datetime(2025, 11, 8, 4, tzinfo=UTC)
    later = datetime(2026, 8, 13, 5, tzinfo=UTC)

    def crawl(day: str, at: datetime) -> KeptCrawl:
        route = {"url": "https://boards-api.greenhouse.io/v1/boards/energyhub/jobs", "file": f"energyhub-{day}.json"}
        reading = read(source, Engine(samples / "greenhouse", [route]))
        turn = store.sources.take(source, now=at)
        assert turn is not None
        return store.crawls.save(turn, replace(reading, started_at=at), {}, now=at)

    assert crawl("2025-11-08", first).new == 16
    held = crawl("2026-08-13", later)
    assert (held.closed, held.held, held.new) == (0, 16, 17)
    (kept,) = (each for each in store.sources.all() if each.source == source)
    assert (kept.held, kept.last_reason) == (16, "held back: would close 16 of 16 open postings")
    assert crawl("2026-08-13", later + timedelta(minutes=59)).closed == 0
    closing = crawl("2026-08-13", later + timedelta(hours=1))
    assert closing.closed == 16
    postings = list(store.postings.every(Filters(status="all", source=source)))
    assert sum(each.open for each in postings) == 17
    assert {each.closing.crawl for each in postings if each.closing} == {closing.id}


def test_every_recorded_system_is_read_through_the_proxy_as_it_is(samples: Path, tmp_path: Path) -> None:
    # What has no address of its own among the recordings cannot be asked for.
    wanted = {source: (outcome, count) for source, outcome, count in EXPECTED if source not in ("getro:1", "gem:gem")}
    with replaying(SHARED, tmp_path) as replay:
        report = replay.crawl(*wanted)
        kept = Counter(f"{each['source']['kind']}:{each['source']['key']}" for each in replay.export("all"))
    found = {each["source"]: each for each in report["results"]}
    assert {source: found[source]["outcome"] for source in wanted} == {
        source: outcome for source, (outcome, _) in wanted.items()
    }
    for source, (_, count) in wanted.items():
        # Of a listing only those postings are kept that serve a solution.
        lists_many = LOADER.load(source.partition(":")[0]).listing
        assert kept[source] <= count if lists_many else kept[source] == count, source


def test_a_second_pass_over_unchanged_boards_asks_only_whether_anything_changed(samples: Path, tmp_path: Path) -> None:
    whole = [source for source, route in boards(samples) if route.get("rows", 0) >= (route.get("total") or 0)]
    with replaying(SHARED, tmp_path) as replay:
        replay.crawl(*whole)
        first = len(replay.asked())
        report = replay.crawl(*whole)
        second = replay.asked()[first:]
    assert report["unchanged"] == len(whole) == len(second)
    assert {each["status"] for each in second} == {304}
    assert all(each["headers"].get("if-none-match") for each in second)
