"""What is kept for a while only: texts of postings closed long ago, records of crawls that closed nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from commands import main
from postings.kept import Filters, KeptPosting
from postings.limits import Limits
from postings.posting import Evidence, Outcome, Posting, Reading, Source, Tag
from postings.store import Store, open_store
from postings.store import retention as module
from web import create_app

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "made-up")
TAG = Tag("high-efficiency-heat-pumps", 0.9, (Evidence("text", "heat pumps"),))
YEAR, DAY, HOUR = timedelta(days=365), timedelta(days=1), timedelta(hours=1)
OPEN, SOME = tuple("abcdefgh"), tuple("abcdef")


def crawl(store: Store, refs: Sequence[str], *, at: datetime) -> int:
    store.sources.add(BOARD, employer="Acme", now=at)
    turn = store.sources.take(BOARD, now=at)
    assert turn is not None
    postings = [
        Posting(
            source=BOARD,
            ref=ref,
            title=f"Fitter {ref}",
            url=f"https://acme.example/{ref}",
            description_html="<p>Fits heat pumps.</p>",
            description_text="Fits heat pumps.",
        )
        for ref in refs
    ]
    read = Reading(source=BOARD, started_at=at, outcome=Outcome.COMPLETE, postings=postings, listed=set(refs))
    return store.crawls.save(turn, read, {ref: [TAG] for ref in refs}, now=at).id


def kept(store: Store) -> dict[str, KeptPosting]:
    return {each.posting.ref: each for each in store.postings.every(Filters(status="all"))}


def found(store: Store, words: str) -> set[str]:
    page = store.postings.page(Filters(words=words, status="all"), most=100)
    return {each.posting.ref for each in page.items}


@pytest.fixture
def aged(store: Store) -> Store:
    """A board of which two postings were closed a year ago, one yesterday, and the rest are open."""
    crawl(store, OPEN, at=NOW - YEAR - DAY)
    crawl(store, SOME, at=NOW - YEAR)
    crawl(store, SOME[:-1], at=NOW - DAY)
    return store


def test_without_a_setting_everything_is_kept(aged: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIMATE_JOBS_KEEP_TEXTS", "CLIMATE_JOBS_KEEP_CRAWLS"):
        monkeypatch.delenv(name, raising=False)
    before = kept(aged)
    assert aged.retention.tidy(Limits.of_environment(), now=NOW) == (0, 0)
    assert kept(aged) == before


@pytest.mark.parametrize("at_once", [1, 500])
def test_texts_of_what_was_closed_long_ago_go_and_the_rest_stays(
    aged: Store, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    before = kept(aged)
    assert aged.retention.tidy(Limits(texts=30 * DAY), now=NOW) == (2, 0)
    assert aged.retention.tidy(Limits(texts=30 * DAY), now=NOW) == (0, 0)
    after = kept(aged)
    assert {ref for ref, each in after.items() if not each.posting.description_text} == {"g", "h"}
    for ref, each in after.items():
        assert (each.id, each.tags, each.closed_at) == (before[ref].id, before[ref].tags, before[ref].closed_at)
        assert each.posting.title == before[ref].posting.title
    assert found(aged, "pumps") == set(SOME)
    assert found(aged, "fitter") == set(OPEN)
    assert aged.check() == []


def test_its_page_and_its_feeds_still_answer(aged: Store) -> None:
    aged.retention.tidy(Limits(texts=30 * DAY), now=NOW)
    gone = kept(aged)["g"].id
    client = create_app(aged, clock=lambda: NOW).test_client()
    page = client.get(f"/jobs/{gone}")
    assert (page.status_code, "Fitter g" in page.text) == (410, True)
    assert client.get(f"/api/v1/postings/{gone}").json["description_text"] == ""
    for feed in ("rss", "atom", "json"):
        assert client.get(f"/jobs/feed.{feed}?status=all").status_code == 200
        assert client.get(f"/solutions/{TAG.solution}/feed.{feed}").status_code == 200


def test_what_is_listed_again_has_its_text_again(aged: Store) -> None:
    aged.retention.tidy(Limits(texts=30 * DAY), now=NOW)
    number = kept(aged)["g"].id
    crawl(aged, [*SOME, "g"], at=NOW)
    again = kept(aged)["g"]
    assert (again.id, again.closed_at, again.posting.description_text) == (number, None, "Fits heat pumps.")
    assert "g" in found(aged, "pumps")
    assert aged.check() == []


def test_a_posting_without_its_text_keeps_its_tags(aged: Store) -> None:
    aged.retention.tidy(Limits(texts=30 * DAY), now=NOW)
    every = [(each, []) for each in kept(aged).values()]
    assert aged.retagging.retag(every, now=NOW) == len(SOME)
    assert {ref for ref, each in kept(aged).items() if each.tags} == {"g", "h"}


def test_crawls_that_prove_a_closing_are_never_forgotten(aged: Store) -> None:
    for hours in range(1, 4):
        crawl(aged, SOME[:-1], at=NOW - YEAR / 2 + hours * HOUR)
    # Seen again, so that the crawl a year ago has one closing left.
    crawl(aged, [*SOME[:-1], "g"], at=NOW - HOUR)
    before = {each.id: each.closed for each in aged.crawls.recent(most=100)}
    _, forgotten = aged.retention.tidy(Limits(crawls=30 * DAY), now=NOW)
    assert forgotten == 4
    left = {each.id for each in aged.crawls.recent(most=100)}
    assert left == set(before) - {min(before), *sorted(before)[3:6]}
    assert aged.check() == []
    assert aged.crawls.undo(sorted(before)[1], now=NOW) == 1


@pytest.mark.parametrize("value", ["x", "0", "-3", "1.5", "1e9"])
def test_a_setting_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, value: str) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CLIMATE_JOBS_KEEP_TEXTS", value)
    for command in (["db", "tidy"], ["schedule"]):
        told = CliRunner().invoke(main, command)
        assert (told.exit_code, "is no number of days" in told.stderr) == (2, True)


def test_the_command_takes_out_what_the_settings_or_options_say(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CLIMATE_JOBS_KEEP_TEXTS", "30")
    store = open_store(sqlite_url)
    crawl(store, OPEN, at=NOW - YEAR - DAY)
    crawl(store, SOME, at=NOW - YEAR)
    told = CliRunner().invoke(main, ["db", "tidy", "--crawls", "10"])
    assert (told.exit_code, told.stdout) == (0, "2 texts and 1 records of crawls taken out.\n")
    store.close()
