"""Figures for those who watch over a site and its crawls, counted by the database and not posting by posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from postings.database import reading
from postings.tables import CrawlRow, HostRow, SourceRow

#: A source that is due for longer is late.
LATE = timedelta(hours=1)
#: Of hosts, only so many are named: the ones that keep us waiting longest.
MOST_HOSTS = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """How crawls fare at one moment."""

    #: Sources that are crawled, by their last outcome; ``none`` where they never were.
    sources: dict[str, int]
    overdue: int
    gone: int
    alarms: int
    #: Closings that wait for a second crawl.
    held: int
    last_crawl_at: datetime | None
    #: Crawls of the last hour by outcome, and what they did to postings.
    crawls: dict[str, int]
    changes: dict[str, int]
    #: Hosts that are not to be asked now: because they asked us to wait, or do not answer. Seconds that it lasts still.
    asked_to_wait: dict[str, float]
    broken: dict[str, float]
    #: Seconds for which a host's pace is taken up by requests that wait for their turn.
    queued: dict[str, float]


class Watching:
    """Reads the figures."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def figures(self, *, now: datetime) -> Figures:
        """The figures as they are now."""
        with reading(self._engine) as connection:
            return Figures(
                **_sources(connection, now),  # type: ignore[arg-type]
                last_crawl_at=connection.scalar(select(func.max(CrawlRow.ended_at))),
                **_lately(connection, now - timedelta(hours=1)),  # type: ignore[arg-type]
                asked_to_wait=_hosts(connection, HostRow.wait_until, now),
                broken=_hosts(connection, HostRow.broken_until, now),
                queued=_hosts(connection, HostRow.next_at, now),
            )


def _sources(connection: Connection, now: datetime) -> dict[str, object]:
    active = SourceRow.state == "active"
    outcomes = (
        select(func.coalesce(SourceRow.last_outcome, "none"), func.count())
        .where(active)
        .group_by(SourceRow.last_outcome)
    )
    held = select(SourceRow.held).where(active, SourceRow.held_at.is_not(None))
    return {
        "sources": dict(connection.execute(outcomes).all()),
        "overdue": _count(connection, active & (SourceRow.due_at < now - LATE)),
        "gone": _count(connection, active & (SourceRow.gone_count > 0)),
        "alarms": _count(connection, active & SourceRow.alarm.is_not(None)),
        "held": sum(len(refs or ()) for refs in connection.scalars(held)),
    }


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(SourceRow).where(which)) or 0


def _lately(connection: Connection, since: datetime) -> dict[str, object]:
    counts = ("new", "changed", "closed", "reopened")
    sums = [func.sum(getattr(CrawlRow, name)) for name in counts]
    query = select(CrawlRow.outcome, func.count(), *sums).where(CrawlRow.ended_at >= since).group_by(CrawlRow.outcome)
    rows = connection.execute(query).all()
    changes = {name: sum(int(row[2 + number] or 0) for row in rows) for number, name in enumerate(counts)}
    return {"crawls": {row[0]: row[1] for row in rows}, "changes": changes}


def _hosts(connection: Connection, until: Any, now: datetime) -> dict[str, float]:
    longest = select(HostRow.host, until).where(until > now).order_by(until.desc()).limit(MOST_HOSTS)
    return {host: (moment - now).total_seconds() for host, moment in connection.execute(longest)}
