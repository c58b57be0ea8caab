"""What a crawl brought is tagged and kept: as corrected, and by what is known or said of its employer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from postings.kept import Filters, KeptCrawl, Turn
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import ConnectionLost, Store
from postings.store.crawls import Crawls
from scraper.boards import Brought
from scraper.pipelines import TagAndSave
from scraper.spiders.greenhouse import GreenhouseSpider
from scraper.turns import the_store, the_writers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "nobody-knows-them")
WIND = "Acme builds and operates offshore wind farms in the North Sea, with forty turbines turning today."


@pytest.fixture
def opened(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with a board of an employer that no directory has."""
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", store_url)
    store.sources.add(BOARD, employer="Acme of Nowhere", now=NOW)
    # A process has one store; here each test has.
    the_store.cache_clear()
    the_writers.cache_clear()
    yield store
    the_store().close()
    the_store.cache_clear()
    the_writers.cache_clear()


def bring(store: Store, titles: Sequence[str], *, text: str = "", listed: Sequence[str] = ()) -> dict[str, list[str]]:
    """Let one crawl bring postings; their solutions, as kept."""
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    postings = [
        Posting(source=BOARD, ref=title, title=title, url="https://acme.example/1", description_text=text)
        for title in titles
    ]
    names = {*titles, *listed}
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=names)
    asyncio.run(TagAndSave.from_crawler(get_crawler(GreenhouseSpider)).process_item(Brought(turn, read)))
    kept = store.postings.every(Filters(status="all"))
    return {each.posting.ref: [tag.solution for tag in each.tags] for each in kept}


def test_an_employer_nobody_knows_passes_on_what_its_postings_repeat(opened: Store) -> None:
    offshore = ["offshore-wind-turbines"]
    kept = bring(opened, ["Accountant", "Lawyer", "Recruiter"], text=WIND)
    assert kept == {"Accountant": offshore, "Lawyer": offshore, "Recruiter": offshore}


def test_a_crawl_that_read_only_what_is_new_asks_the_store_for_the_rest(opened: Store) -> None:
    known = ["Accountant", "Lawyer", "Recruiter"]
    bring(opened, known, text=WIND)
    assert bring(opened, ["Buyer"], text=WIND, listed=known)["Buyer"] == ["offshore-wind-turbines"]


def test_one_posting_alone_says_nothing_of_its_employer(opened: Store) -> None:
    text = "You keep our books in order, month after month, and answer to our head of finance in Hamburg."
    assert bring(opened, ["Accountant"], text=text) == {"Accountant": []}


def test_a_correction_survives_the_next_crawl(opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "corrections.csv"
    head = "what,verdict,solution,by,on\n"
    file.write_text(f"{head}{BOARD}:Heat pump installer,deny,high-efficiency-heat-pumps,Ana,2026-03-01\n")
    assert bring(opened, ["Heat pump installer"]) == {"Heat pump installer": ["high-efficiency-heat-pumps"]}
    monkeypatch.setenv("CLIMATE_JOBS_CORRECTIONS", str(file))
    for _ in range(2):
        assert bring(opened, ["Heat pump installer"]) == {"Heat pump installer": []}


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_brought_is_kept_where_its_connection_is_lost_once(
    opened: Store, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    save, lost = Crawls.save, iter(range(times))

    def cut_off(crawls: Crawls, turn: Turn, *given: Any, **more: Any) -> KeptCrawl:
        if next(lost, None) is not None:
            raise ConnectionLost("server closed the connection")
        return save(crawls, turn, *given, **more)

    monkeypatch.setattr(Crawls, "save", cut_off)
    if times == 1:
        assert list(bring(opened, ["Accountant"])) == ["Accountant"]
    else:
        with pytest.raises(ConnectionLost):
            bring(opened, ["Accountant"])


def test_as_many_boards_are_written_at_once_as_the_store_takes(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    boards = [Source("greenhouse", f"board-{number}") for number in range(4)]
    for board in boards:
        opened.sources.add(board, employer=f"Employer of {board.key}", now=NOW)
    turns = [turn for board in boards if (turn := opened.sources.take(board, now=NOW))]
    save, together = Crawls.save, threading.Barrier(opened.writers, timeout=20)

    def watched(crawls: Crawls, turn: Turn, *given: Any, **more: Any) -> KeptCrawl:
        together.wait()
        return save(crawls, turn, *given, **more)

    monkeypatch.setattr(Crawls, "save", watched)

    async def crawl() -> None:
        pipeline = TagAndSave.from_crawler(get_crawler(GreenhouseSpider))
        await asyncio.gather(*(pipeline.process_item(Brought(turn, reading(turn.source))) for turn in turns))

    asyncio.run(crawl())
    kept = opened.postings.every(Filters())
    assert sorted(each.posting.source.key for each in kept) == [board.key for board in boards]


def reading(source: Source) -> Reading:
    """A board of one posting, read whole."""
    only = Posting(source=source, ref="1", title="Accountant", url=f"https://acme.example/{source.key}")
    return Reading(source=source, started_at=NOW, outcome=Outcome.COMPLETE, postings=[only], listed={"1"})
