"""Whatever several processes crawl, close, change and retag: what is found is what a plain reading finds."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from made_up_boards import BOARDS, QUERIES, SOLUTIONS, START, crawl, filters, passes

from postings.kept import Filters
from postings.posting import Tag
from postings.store import Store, open_store
from postings.store.counts import Counts

pytestmark = pytest.mark.whole

ALL = Filters(status="all")


def check(store: Store, wanted: Filters) -> None:
    """The list, its count, the feed and the export against a plain reading."""
    every = {kept.id: kept for kept in store.postings.every(ALL)}
    found = [kept for kept in every.values() if passes(kept, wanted)]
    newest = [kept.id for kept in sorted(found, key=lambda kept: (kept.dated_at, kept.id), reverse=True)]
    page = store.postings.page(wanted, most=100)
    assert ([kept.id for kept in page.items], page.total) == (newest, len(newest)), wanted
    seen = sorted((kept.id for kept in found), reverse=True)
    assert [kept.id for kept in store.postings.newest_seen(wanted, most=100)] == seen, wanted
    assert [kept.id for kept in store.postings.every(wanted)] == seen[::-1], wanted
    assert [kept.id for kept in store.postings.newest_seen(wanted, most=2)] == seen[:2], wanted
    walked: list[int] = []
    while (rest := store.postings.page(wanted, most=3, after=walked[-1] if walked else None)).items:
        walked += [kept.id for kept in rest.items]
    assert walked == newest, wanted
    by_relevance = store.postings.page(wanted, most=100, relevant=True)
    assert sorted(kept.id for kept in by_relevance.items) == seen[::-1]


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_is_what_a_plain_reading_finds(store: Store, store_url: str, seed: int) -> None:
    dice, other = random.Random(seed), open_store(store_url)
    now = START
    marks: dict[tuple[int, ...], object] = {}
    for step in range(9):
        now += timedelta(hours=2)
        writer = dice.choice((store, other))
        act = dice.choice(("crawl", "crawl", "retag", "undo"))
        if act == "crawl" or step < 2:
            crawl(writer, dice, dice.choice([*BOARDS]), now)
        elif act == "retag":
            some = dice.sample(list(writer.postings.every(ALL)), 2)
            writer.retagging.retag([(kept, [Tag(dice.choice(SOLUTIONS), 0.6, ())]) for kept in some], now=now)
        else:
            writer.crawls.undo(dice.choice(writer.crawls.recent()).id, now=now)
        for _ in range(3):
            check(store, filters(dice, dice.choice(("open", "all"))))
        fresh = open_store(store_url)
        for reader in (store, other):
            assert _counted(reader) == _counted(fresh)
        assert store.postings.state(ALL, most=9) == fresh.postings.state(ALL, most=9)
        for slug in SOLUTIONS:
            feed = Filters(solutions=(slug,), status="all")
            assert store.postings.state(feed, most=9) == fresh.postings.state(feed, most=9)
        marks[store.postings.moved()] = _counted(fresh)
        fresh.close()
    for words in QUERIES:
        check(store, Filters(words=words))
    assert len(marks) > 1
    other.close()


def _counted(store: Store) -> object:
    postings: Counts = store.postings
    return (
        postings.facets(Filters()),
        postings.totals(),
        postings.open_counts(),
        store.postings.hiring(SOLUTIONS[0]),
        store.postings.hiring(),
    )
