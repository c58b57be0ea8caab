"""When a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.posting import Outcome
from postings.turns import LONGEST, RETRY_LONGEST, SHORTEST, Next, next_turn

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(outcome: Outcome = Outcome.COMPLETE, **says: object) -> Next:
    known = {"interval": 12 * HOUR, "failures": 0, "moved": False, "gone_count": 0, "held": False}
    return next_turn(outcome, now=NOW, **{**known, **says})  # type: ignore[arg-type]


def test_a_board_that_moves_is_read_more_often_and_a_quiet_one_less() -> None:
    assert after(moved=True).due_at - NOW == 6 * HOUR
    assert after(moved=False).due_at - NOW == 18 * HOUR


def test_the_interval_stays_between_three_hours_and_two_days() -> None:
    assert after(moved=True, interval=3 * HOUR).interval == SHORTEST
    assert after(moved=False, interval=48 * HOUR).interval == LONGEST


def test_a_failure_is_tried_again_soon_and_then_less_and_less_often() -> None:
    waits = [after(Outcome.FAILED, failures=failures).due_at - NOW for failures in range(8)]
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR]


@pytest.mark.parametrize(("times", "days"), [(1, 1), (7, 1), (8, 7), (100, 7)])
def test_a_gone_board_is_tried_daily_and_then_weekly(times: int, days: int) -> None:
    assert after(Outcome.FAILED, gone_count=times).due_at - NOW == timedelta(days=days)


def test_what_was_held_back_is_looked_at_again_soon_after_the_hour() -> None:
    assert HOUR < after(held=True).due_at - NOW < 2 * HOUR


@given(
    st.sampled_from(Outcome),
    st.timedeltas(SHORTEST, LONGEST),
    st.integers(0, 10_000),
    st.booleans(),
    st.integers(0, 10_000),
    st.booleans(),
)
def test_no_source_is_forgotten_or_asked_without_pause(
    outcome: Outcome, interval: timedelta, failures: int, moved: bool, gone: int, held: bool
) -> None:
    turn = next_turn(outcome, now=NOW, interval=interval, failures=failures, moved=moved, gone_count=gone, held=held)
    assert HOUR <= turn.due_at - NOW <= max(LONGEST, RETRY_LONGEST, timedelta(days=7))
    assert SHORTEST <= turn.interval <= LONGEST


def test_a_listing_is_crawled_no_more_often_than_its_terms_allow() -> None:
    assert after(moved=True, interval=6 * HOUR, shortest=6 * HOUR).due_at - NOW == 6 * HOUR
    assert after(Outcome.FAILED, shortest=6 * HOUR).due_at - NOW == 6 * HOUR
