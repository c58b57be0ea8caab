"""When a source is crawled again: pure arithmetic over how its last crawls went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from postings.life import CONFIRM_AFTER
from postings.posting import Outcome

SHORTEST, LONGEST = timedelta(hours=3), timedelta(hours=48)
FIRST = timedelta(hours=12)
#: A gone board is tried daily, after a week of that weekly.
GONE_DAILY, GONE_WEEKLY, GONE_TRIES = timedelta(days=1), timedelta(days=7), 7
#: After a failure: an hour, then twice as long each time, at most a day.
RETRY, RETRY_LONGEST = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Next:
    """The next turn of a source."""

    due_at: datetime
    interval: timedelta
    failures: int


def next_turn(
    outcome: Outcome,
    *,
    now: datetime,
    interval: timedelta,
    failures: int,
    moved: bool,
    gone_count: int,
    held: bool,
    shortest: timedelta = SHORTEST,
) -> Next:
    """Work out when a source is due after a crawl.

    Args:
        interval: the one that led to this crawl.
        failures: failed crawls in a row before this one.
        moved: whether the crawl opened, changed, closed or reopened anything.
        gone_count: how often in a row the source was gone, this time included.
        held: whether closings wait for a crawl that confirms them.
        shortest: the source may not be crawled more often.
    """
    if gone_count:
        return Next(now + (GONE_DAILY if gone_count <= GONE_TRIES else GONE_WEEKLY), interval, failures + 1)
    if outcome is Outcome.FAILED:
        wait = min(RETRY * 2 ** min(failures, 10), RETRY_LONGEST)
        return Next(now + (max(wait, shortest) if shortest > SHORTEST else wait), interval, failures + 1)
    interval = max(shortest, interval / 2) if moved else min(LONGEST, interval * 1.5)
    wait = min(interval, CONFIRM_AFTER + timedelta(minutes=5)) if held else interval
    return Next(now + wait, interval, 0)
