"""Boards that are no longer what they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postings.drift import Profile, drift
from postings.kept import Filters, KeptCrawl
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "palmettocleantech")


def profile(**says: object) -> Profile:
    return Profile(**{"read": 20, "described": 20, "dated": 20, "listed": 20, "employer": "Acme", **says})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (profile(employer="Animal Hospital"), "name «Animal Hospital» as their employer, before «Acme»"),
        (profile(read=0, listed=0, described=0, dated=0, employer=None), "it lists nothing, before 20 postings"),
        (profile(described=1), "1 of 20 postings have texts, before 20 of 20"),
        (profile(dated=4), "4 of 20 postings have dates, before 20 of 20"),
    ],
)
def test_what_was_lost_is_told_with_the_figures(after: Profile, line: str) -> None:
    (told,) = drift(profile(), after)
    assert line in told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, profile()),
        (profile(), profile()),
        (profile(), profile(employer="ACME, Inc.")),
        (profile(), profile(employer=None)),
        (profile(employer=None), profile()),
        (profile(), profile(described=15, dated=15)),
        (profile(described=4), profile(described=0)),
        (profile(), profile(read=4, listed=4, described=0, dated=0)),
        (profile(read=2, listed=2), profile(read=0, listed=0, employer=None)),
    ],
)
def test_small_changes_and_small_boards_raise_no_alarm(before: Profile | None, after: Profile) -> None:
    assert drift(before, after) == []


def read(store: Store, refs: range, employer: str, *, at: datetime) -> KeptCrawl:
    turn = store.sources.take(BOARD, now=at)
    assert turn is not None
    postings = [
        Posting(source=BOARD, ref=str(ref), title=f"Job {ref}", url="https://x.example/", employer=employer)
        for ref in refs
    ]
    listed = {each.ref for each in postings}
    reading = Reading(source=BOARD, started_at=at, outcome=Outcome.COMPLETE, postings=postings, listed=listed)
    return store.crawls.save(turn, reading, {}, now=at)


def test_a_board_that_names_another_employer_closes_nothing_until_it_says_so_again(store: Store) -> None:
    read(store, range(12), "Palmetto", at=NOW)
    doubted = read(store, range(1, 12), "Animal Hospital", at=NOW + timedelta(hours=5))
    assert (doubted.closed, doubted.held) == (0, 1)
    (source,) = (each for each in store.sources.all() if each.source == BOARD)
    assert source.alarm == "its postings name «Animal Hospital» as their employer, before «Palmetto»"
    assert store.postings.page(Filters(source=BOARD)).total == 12
    confirmed = read(store, range(1, 12), "Animal Hospital", at=NOW + timedelta(hours=6))
    assert confirmed.closed == 1
    (source,) = (each for each in store.sources.all() if each.source == BOARD)
    assert source.alarm is None


def test_a_board_that_recovers_raises_its_alarm_no_more(store: Store) -> None:
    read(store, range(12), "Palmetto", at=NOW)
    read(store, range(12), "Animal Hospital", at=NOW + timedelta(hours=5))
    read(store, range(12), "Palmetto", at=NOW + timedelta(hours=6))
    (source,) = (each for each in store.sources.all() if each.source == BOARD)
    assert (source.alarm, source.held) == (None, 0)
