"""How hosts may be asked, shared by all crawls: whose turn, who asked us to wait, who does not answer, robots.txt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from postings.database import reading, writing
from postings.store.owners import abandoned
from postings.tables import HostRequestRow, HostRow

#: A host that failed so often in a row is left alone for a while, then asked once.
BREAKS_AFTER = 10
BROKEN_FOR, BROKEN_LONGEST = timedelta(minutes=1), timedelta(hours=1)
#: How long the one probe of a broken host may take, and any request at most.
PROBE, LONGEST_REQUEST = timedelta(minutes=2), timedelta(minutes=2)
#: Two requests within a window are this much further apart than the pace says: clocks and queues are not exact.
MARGIN = 1.1

#: Every request asks for it.
_OF_HOST = select(HostRow).where(HostRow.host == bindparam("named"))


@dataclass(frozen=True, slots=True)
class Go:
    """A request may be sent at a moment."""

    at: datetime
    #: Whether it answered when it was asked last, so that another answer is no news.
    well: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A request may not be sent before a moment."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as it was fetched."""

    fetched_at: datetime
    #: None where the host could not be reached.
    status: int | None
    body: str


class Hosts:
    """Reads and writes what is known of hosts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, host: str, *, pace: float, now: datetime, probe: bool = False) -> Go | Refused:
        """Reserve the next moment at which a host may be asked.

        Args:
            pace: requests a second; 0 is without limit.
            probe: ask even a host that does not answer.
        """
        if not pace:
            with reading(self._engine) as connection:
                row = _row(connection, host)
            return _refusal(row, now, probe) or Go(now, _is_well(row))
        with writing(self._engine, lasting=False) as connection:
            row = _locked(connection, host)
            refusal = _refusal(row, now, probe)
            if refusal is not None:
                return refusal
            at = max(now, row.next_at or now)
            values: dict[str, Any] = {"next_at": at + timedelta(seconds=MARGIN / pace)}
            if row.broken_until is not None:
                # This is the probe: the others go on waiting for what it finds.
                values["broken_until"] = now + PROBE
            connection.execute(update(HostRow).where(HostRow.host == host).values(values))
            return Go(at, _is_well(row))

    def enter(self, host: str, token: str, *, pace: float, at_once: int, now: datetime) -> bool:
        """Begin a request, unless too many to the host are under way, or it has asked us to wait meanwhile.

        A request that was reserved in time and comes late must not follow on the heels of the one before it.
        """
        with writing(self._engine, lasting=False) as connection:
            row = _locked(connection, host)
            if row.wait_until is not None and row.wait_until > now:
                return False
            if row.asked_at is not None and now < row.asked_at + timedelta(seconds=MARGIN / pace):
                return False
            connection.execute(delete(HostRequestRow).where(HostRequestRow.host == host, HostRequestRow.until <= now))
            under_way = connection.scalars(select(HostRequestRow.token).where(HostRequestRow.host == host)).all()
            if dead := abandoned(under_way):
                connection.execute(delete(HostRequestRow).where(HostRequestRow.token.in_(dead)))
            if len(under_way) - len(dead) >= at_once:
                return False
            connection.execute(insert(HostRequestRow).values(host=host, token=token, until=now + LONGEST_REQUEST))
            connection.execute(update(HostRow).where(HostRow.host == host).values(asked_at=now))
            return True

    def leave(self, token: str) -> None:
        """End a request."""
        with writing(self._engine, lasting=False) as connection:
            connection.execute(delete(HostRequestRow).where(HostRequestRow.token == token))

    def wait(self, host: str, *, until: datetime) -> None:
        """Keep every crawl from asking a host before a moment."""
        with writing(self._engine) as connection:
            row = _locked(connection, host)
            latest = max(until, row.wait_until or until)
            connection.execute(update(HostRow).where(HostRow.host == host).values(wait_until=latest))

    def answered(self, host: str) -> None:
        """Note that a host answers; costs no writing where that is known."""
        with reading(self._engine) as connection:
            row = _row(connection, host)
        if not _is_well(row):
            with writing(self._engine, lasting=False) as connection:
                well = {"failures": 0, "broken_until": None}
                connection.execute(update(HostRow).where(HostRow.host == host).values(well))

    def failed(self, host: str, *, now: datetime) -> None:
        """Note that a host did not answer; after several times it is left alone for a while."""
        with writing(self._engine, lasting=False) as connection:
            failures = _locked(connection, host).failures + 1
            values: dict[str, Any] = {"failures": failures}
            if failures >= BREAKS_AFTER:
                often = min((failures - BREAKS_AFTER) // BREAKS_AFTER, 10)
                values["broken_until"] = now + min(BROKEN_FOR * 2**often, BROKEN_LONGEST)
            connection.execute(update(HostRow).where(HostRow.host == host).values(values))

    def robots(self, host: str) -> Robots | None:
        """The robots.txt of a host, as it was fetched last."""
        with reading(self._engine) as connection:
            row = _row(connection, host)
        if row is None or row.robots_at is None:
            return None
        return Robots(row.robots_at, row.robots_status, row.robots_body or "")

    def keep_robots(self, host: str, robots: Robots) -> None:
        """Keep the robots.txt of a host."""
        with writing(self._engine) as connection:
            _locked(connection, host)
            values = {"robots_at": robots.fetched_at, "robots_status": robots.status, "robots_body": robots.body}
            connection.execute(update(HostRow).where(HostRow.host == host).values(values))

    def troubled(self, *, now: datetime) -> list[tuple[str, datetime, str]]:
        """Hosts that may not be asked now: which, until when, and why."""
        later = (HostRow.wait_until > now) | (HostRow.broken_until > now)
        with reading(self._engine) as connection:
            rows = connection.execute(select(HostRow).where(later).order_by(HostRow.host)).all()
        refusals = ((row.host, _refusal(row, now, probe=False)) for row in rows)
        return [(host, refusal.until, refusal.why) for host, refusal in refusals if refusal is not None]


def _row(connection: Connection, host: str) -> Any:
    return connection.execute(_OF_HOST, {"named": host}).first()


def _locked(connection: Connection, host: str) -> Any:
    """The row of a host, made where it is missing, and held until the transaction ends."""
    # Only here: each takes megabytes, and a site needs that of its own database alone.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    connection.execute(insert(HostRow).values(host=host, failures=0).on_conflict_do_nothing())
    return connection.execute(_OF_HOST.with_for_update(), {"named": host}).one()


def _is_well(row: Any) -> bool:
    return row is None or not (row.failures or row.broken_until is not None)


def _refusal(row: Any, now: datetime, probe: bool) -> Refused | None:
    if row is None:
        return None
    if row.wait_until is not None and row.wait_until > now:
        return Refused(row.wait_until, "it asks us to wait")
    if row.broken_until is not None and row.broken_until > now and not probe:
        return Refused(row.broken_until, f"it did not answer {row.failures} times in a row")
    return None
