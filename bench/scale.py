"""Many sources in one store: how long it takes to pick what is due, and whether a simulated day keeps its promises.

python -m bench.scale --sources 100000 --hours 24 [--postgres postgresql+psycopg://…]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bench.running import empty_database, keep, table
from postings.kept import Turn
from postings.posting import Outcome, Reading
from postings.store import Store, open_store
from postings.store.hosts import Go
from postings.tables import SourceRow

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
#: Kinds of source, each with a host of its own: how many of a hundred sources there are of each, and requests a second.
KINDS = {"greenhouse": (35, 2.0), "lever": (20, 1.0), "ashby": (20, 1.0), "workable": (15, 1.0), "personio": (10, 1.0)}
TICK = timedelta(minutes=1)
AT_ONCE = 12
#: Batches that are under way while the next one is picked.
BEING_READ = 10


def fill(database: str, sources: int) -> None:
    """Put active sources into an empty store, all due within the next half day."""
    kinds = [kind for kind, (share, _) in KINDS.items() for _ in range(share)]
    rows = [
        {
            "kind": kinds[number % len(kinds)],
            "key": str(number),
            "state": "active",
            "set_by": "operator",
            "added_at": BEGIN,
            "due_at": BEGIN + timedelta(seconds=number * 43_200 / sources),
        }
        for number in range(sources)
    ]
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.update(SourceRow).values(state="paused"))
        connection.execute(sa.insert(SourceRow), rows)
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE sources"))
    engine.dispose()


def picking(store: Store, picks: int) -> list[float]:
    """Milliseconds for each batch of due sources, with all of them due and some being read."""
    took = []
    reading: deque[list[Turn]] = deque()
    now = BEGIN + timedelta(days=1)
    for number in range(picks):
        started = time.perf_counter()
        reading.append(store.sources.take_due(list(KINDS)[number % len(KINDS)], now=now, most=AT_ONCE, before=now))
        took.append((time.perf_counter() - started) * 1000)
        if len(reading) > BEING_READ:
            for turn in reading.popleft():
                store.sources.release(turn)
    return sorted(took)


class Day:
    """A simulated day of crawls that find nothing new; only the clock is made up."""

    def __init__(self, store: Store, database: str) -> None:
        self._store, self._engine = store, sa.create_engine(database)
        #: How late each crawl began, as a share of its source's interval.
        self.late: list[float] = []
        self.asked: dict[str, list[datetime]] = defaultdict(list)

    def minute(self, now: datetime) -> None:
        """Read what is due, kind by kind, as much as the pace allows in a minute."""
        for kind, (_, pace) in KINDS.items():
            for turns in iter(lambda: self._store.sources.take_due(kind, now=now, most=AT_ONCE, before=now), []):  # noqa: B023
                if self._read(turns, kind, pace, now) >= now + TICK:
                    break

    def _read(self, turns: list[Turn], kind: str, pace: float, now: datetime) -> datetime:
        """Read a batch; when its last request was sent."""
        columns = (SourceRow.id, SourceRow.due_at, SourceRow.interval)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).where(SourceRow.id.in_([turn.id for turn in turns])))
            due = {row.id: row for row in rows}
        at = now
        for turn in turns:
            go = self._store.hosts.reserve(kind, pace=pace, now=now)
            assert isinstance(go, Go)
            at = go.at
            self.late.append((at - due[turn.id].due_at).total_seconds() / due[turn.id].interval)
            self.asked[kind].append(at)
            read = Reading(source=turn.source, started_at=at, outcome=Outcome.UNCHANGED, postings=[], listed=set())
            self._store.crawls.save(turn, read, {}, now=at)
        return at

    def overdue(self, now: datetime) -> int:
        """How many sources are due for longer than their interval."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(SourceRow.due_at, SourceRow.interval).where(SourceRow.state == "active")
            )
            return sum(now - row.due_at > timedelta(seconds=row.interval) for row in rows)

    def above_pace(self) -> int:
        """How many windows of a second held more requests to a host than its pace says."""
        return sum(
            moments[place + int(KINDS[kind][1])] - moments[place] < timedelta(seconds=1)
            for kind, moments in self.asked.items()
            for place in range(len(moments) - int(KINDS[kind][1]))
        )


def measure(database: str, *, sources: int, picks: int, hours: int) -> dict[str, Any]:
    """All of it on one database."""
    store = open_store(database, upgrade=True)
    fill(database, sources)
    took = picking(store, picks)
    day = Day(store, database)
    store.close()
    clear(database)
    for minute in range(hours * 60):
        day.minute(BEGIN + minute * TICK)
    return {
        "picking ms, median": round(statistics.median(took), 2),
        "picking ms, 99th percentile": round(took[int(len(took) * 0.99)], 2),
        "crawls in the day": len(day.late),
        "latest, as a share of its interval": round(max(day.late), 4),
        "overdue in the end": day.overdue(BEGIN + hours * 60 * TICK),
        "windows above a host's pace": day.above_pace(),
    }


def clear(database: str) -> None:
    """Give all turns back."""
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.update(SourceRow).values(lease=None, lease_until=None))
    engine.dispose()


def main() -> None:
    """Measure it on each database, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--picks", type=int, default=1_000)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--postgres", help="a PostgreSQL where databases may be made, to be measured too")
    given = parser.parse_args()
    found = {}
    for postgres in (None, given.postgres) if given.postgres else (None,):
        with empty_database(postgres) as database:
            done = measure(database, sources=given.sources, picks=given.picks, hours=given.hours)
            found["PostgreSQL" if postgres else "SQLite"] = done
    table(("what", *found), [(name, *(each[name] for each in found.values())) for name in next(iter(found.values()))])
    keep("scale", vars(given) | {"found": found})


if __name__ == "__main__":
    main()
