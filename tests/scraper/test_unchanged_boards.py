"""The turns of boards that have not changed are ended together, and none of them is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import signals
from scrapy.utils.test import get_crawler

from postings.kept import Filters, KeptCrawl, Turn
from postings.life import Rule
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import ConnectionLost, Store, StoreError
from postings.store.crawls import Crawls
from scraper import pipelines
from scraper.boards import Brought
from scraper.pipelines import TagAndSave, source_kept
from scraper.spiders.greenhouse import GreenhouseSpider
from scraper.turns import the_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
BOARDS = [Source("greenhouse", name) for name in ("one", "two", "three")]


@pytest.fixture
def filled(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with three boards of two postings; one of the second's is over in a day."""
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", store_url)
    the_store.cache_clear()
    for board in BOARDS:
        store.sources.add(board, now=NOW)
        over = NOW + timedelta(days=1) if board.key == "two" else None
        jobs = [
            Posting(source=board, ref=ref, title=ref, url="https://acme.example/", closes_at=over and each)
            for ref, each in (("a", None), ("b", over))
        ]
        store.crawls.save(taken(store, board, NOW), read(board, Outcome.COMPLETE, jobs), {}, now=NOW)
    yield store
    the_store.cache_clear()


def taken(store: Store, board: Source, now: datetime) -> Turn:
    turn = store.sources.take(board, now=now)
    assert turn is not None
    return turn


def read(board: Source, outcome: Outcome, jobs: list[Posting]) -> Reading:
    return Reading(source=board, started_at=NOW, outcome=outcome, postings=jobs, listed={job.ref for job in jobs})


def unchanged(store: Store) -> list[tuple[Turn, Reading]]:
    return [(taken(store, board, LATER), read(board, Outcome.UNCHANGED, [])) for board in BOARDS]


def test_all_that_is_open_was_seen_and_what_is_over_is_closed(filled: Store) -> None:
    ended = unchanged(filled)
    stolen = LATER + timedelta(hours=1)
    other = taken(filled, BOARDS[2], stolen)
    first, second, third = filled.crawls.save_unchanged(ended, now=LATER)
    assert first is not None
    assert second is not None
    assert third is None
    assert (first.source, first.outcome, first.seen, first.closed) == (BOARDS[0], Outcome.UNCHANGED, 2, 0)
    assert (second.source, second.seen, second.closed) == (BOARDS[1], 2, 1)
    kept = {(each.posting.source.key, each.posting.ref): each for each in filled.postings.every(Filters(status="all"))}
    assert {key for key, each in kept.items() if not each.open} == {("two", "b")}
    closing = kept["two", "b"].closing
    assert closing is not None
    assert (closing.crawl, closing.rule) == (second.id, Rule.DEADLINE)
    assert {key: each.last_seen for key, each in kept.items()} == {
        **dict.fromkeys([("one", "a"), ("one", "b"), ("two", "a"), ("two", "b")], LATER),
        **dict.fromkeys([("three", "a"), ("three", "b")], NOW),
    }
    assert filled.crawls.one(first.id) == first
    # Their turns are over; the other one's is not.
    assert taken(filled, BOARDS[0], LATER).lease != ended[0][0].lease
    assert filled.sources.renew(other, now=stolen)


def told(crawler: Any) -> tuple[list[KeptCrawl], list[Source]]:
    """The crawls and the lost sources that a pipeline tells of; filled as it does."""
    kept: list[KeptCrawl] = []
    lost: list[Source] = []

    def keep(crawl: KeptCrawl) -> None:
        kept.append(crawl)

    def lose(item: Brought, failure: Any) -> None:
        assert failure.check(StoreError)
        lost.append(item.reading.source)

    crawler.signals.connect(keep, signal=source_kept, weak=False)
    crawler.signals.connect(lose, signal=signals.item_error, weak=False)
    return kept, lost


def test_turns_end_when_enough_have_come_or_time_has_passed_or_the_crawl_ends(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "TOGETHER", 2)
    crawler = get_crawler(GreenhouseSpider)
    kept, lost = told(crawler)
    first, second, third = (Brought(*each) for each in unchanged(filled))

    async def crawl() -> None:
        pipeline = TagAndSave.from_crawler(crawler)
        await pipeline.process_item(first)
        assert kept == []
        await pipeline.process_item(second)
        assert len(kept) == 2
        await pipeline.process_item(third)
        assert len(kept) == 2
        pipeline.close_spider()
        assert len(kept) == 3
        monkeypatch.setattr(pipelines, "WAIT", 0)
        (again, *_) = unchanged(filled)
        await pipeline.process_item(Brought(*again))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(kept) == 4
        pipeline.close_spider()

    asyncio.run(crawl())
    assert [each.source for each in kept] == [*BOARDS, BOARDS[0]]
    assert lost == []


def test_turns_that_cannot_be_ended_are_told_as_lost(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    crawler = get_crawler(GreenhouseSpider)
    kept, lost = told(crawler)
    pipeline = TagAndSave.from_crawler(crawler)

    def fail(*_given: Any, **_more: Any) -> None:
        raise StoreError("database or disk is full")

    monkeypatch.setattr(Crawls, "save_unchanged", fail)

    async def crawl() -> None:
        for each in unchanged(filled):
            await pipeline.process_item(Brought(*each))
        pipeline.close_spider()

    asyncio.run(crawl())
    assert (kept, lost) == ([], BOARDS)


def test_turns_are_ended_where_the_connection_is_lost_once(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    crawler = get_crawler(GreenhouseSpider)
    kept, lost = told(crawler)
    pipeline = TagAndSave.from_crawler(crawler)
    save, cuts = Crawls.save_unchanged, iter(["once"])

    def cut_off(crawls: Crawls, *given: Any, **more: Any) -> Any:
        if next(cuts, None):
            raise ConnectionLost("server closed the connection")
        return save(crawls, *given, **more)

    monkeypatch.setattr(Crawls, "save_unchanged", cut_off)

    async def crawl() -> None:
        for each in unchanged(filled):
            await pipeline.process_item(Brought(*each))
        pipeline.close_spider()

    asyncio.run(crawl())
    assert [each.source for each in kept] == BOARDS
    assert lost == []
