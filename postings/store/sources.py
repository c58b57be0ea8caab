"""What is read: sources, their state, and whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.sql.dml import Update

from postings.database import reading, writing
from postings.kept import KeptSource, Turn
from postings.posting import Source, Validators
from postings.store import changes, employers
from postings.store.owners import abandoned, new_lease
from postings.tables import EmployerRow, EmployerSolutionRow, PostingRow, SourceRow, UtcDateTime

#: How long a crawl may keep a source to itself without a word.
LEASE = timedelta(minutes=15)
_STALEST_FIRST = (SourceRow.last_crawl_at.is_not(None), SourceRow.last_crawl_at, SourceRow.id)
#: What a turn is made of.
_TURN = (
    *(SourceRow.id, SourceRow.kind, SourceRow.key, SourceRow.employer_id),
    *(SourceRow.etag, SourceRow.last_modified, SourceRow.digest),
)


class Sources:
    """Reads and writes sources."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        source: Source,
        *,
        now: datetime,
        employer: str | None = None,
        homepage: str | None = None,
        solutions: Sequence[str] = (),
    ) -> bool:
        """Add a source, or update what is named here of one that is there; a removed one comes back.

        Returns:
            Whether it is new.
        """
        with writing(self._engine) as connection:
            row = connection.execute(select(SourceRow).where(_is(source)).with_for_update(key_share=True)).first()
            employer_id = row.employer_id if row else None
            if employer:
                employer_id = employers.find_or_add(connection, employer, set_by="operator", homepage=homepage)
            if employer_id is not None:
                _set_facts(connection, employer_id, homepage, solutions)
            values = {"employer_id": employer_id, "state": "active", "set_by": "operator"}
            if row is None:
                values |= {"kind": source.kind, "key": source.key, "added_at": now}
                connection.execute(insert(SourceRow).values(values))
            else:
                if row.state != "removed":
                    values["state"] = row.state
                connection.execute(update(SourceRow).where(SourceRow.id == row.id).values(values))
            changes.note_employers(connection)
        return row is None

    def set_state(self, source: Source, state: str) -> bool:
        """Make a source ``active``, ``paused`` or ``removed``; False where there is no such source."""
        with writing(self._engine) as connection:
            done = connection.execute(update(SourceRow).where(_is(source)).values(state=state, set_by="operator"))
            return done.rowcount > 0

    def has(self, source: Source) -> bool:
        """Whether a source is there and not removed."""
        with reading(self._engine) as connection:
            found = select(SourceRow.id).where(_is(source), SourceRow.state != "removed")
            return connection.scalar(found) is not None

    def all(self, *, employer: str | None = None) -> list[KeptSource]:
        """Sources that are not removed, by kind and key; of one employer where its slug is given."""
        counted = select(func.count().label("n")).where(PostingRow.closed_at.is_(None))
        if employer is None:
            counts = counted.add_columns(PostingRow.source_id).group_by(PostingRow.source_id).subquery()
            query = select(SourceRow, func.coalesce(counts.c.n, 0).label("open_postings"))
            query = query.outerjoin(counts, counts.c.source_id == SourceRow.id)
        else:
            # A few sources: the postings of each are counted, not those of all.
            theirs = counted.where(PostingRow.source_id == SourceRow.id).scalar_subquery()
            query = select(SourceRow, theirs.label("open_postings"))
            query = query.join(EmployerRow, EmployerRow.id == SourceRow.employer_id).where(EmployerRow.slug == employer)
        query = query.where(SourceRow.state != "removed").order_by(SourceRow.kind, SourceRow.key)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            known = employers.many(connection, [row.employer_id for row in rows if row.employer_id is not None])
        return [
            KeptSource(
                source=Source(row.kind, row.key),
                employer=known.get(row.employer_id),
                state=row.state,
                open_postings=row.open_postings,
                due_at=row.due_at,
                last_crawl_at=row.last_crawl_at,
                last_complete_at=row.last_complete_at,
                last_outcome=row.last_outcome,
                last_reason=row.last_reason,
                gone_count=row.gone_count,
                held=len(row.held or ()),
                alarm=row.alarm,
            )
            for row in rows
        ]

    def due(self, kinds: Collection[str], *, now: datetime) -> dict[str, int]:
        """How many sources of each kind are due, those too that other crawls are reading now."""
        query = select(SourceRow.kind, func.count()).where(_due(kinds, now)).group_by(SourceRow.kind)
        with reading(self._engine) as connection:
            return dict(connection.execute(query).all())

    def take_due(self, kind: str, *, now: datetime, most: int, before: datetime) -> list[Turn]:
        """Take sources of a kind that are due, those that wait longest first, so that no other crawl reads them.

        Args:
            before: only sources that were last crawled before this moment, so that one crawl takes none twice.
        """
        return self._take(_NEVER_READ, _READ_BEFORE, now=now, most=most, kind=kind, before=before)

    def all_due(self, kinds: Collection[str], *, now: datetime) -> list[Source]:
        """The sources that are due and that nobody reads, the stalest first."""
        query = select(SourceRow.kind, SourceRow.key).where(_due(kinds, now)).order_by(*_STALEST_FIRST)
        with reading(self._engine) as connection:
            told = {"moment": now, "dead": _dead(connection)}
            return [Source(kind, key) for kind, key in connection.execute(query.where(_FREE), told)]

    def take(self, source: Source, *, now: datetime, only_due: bool = False) -> Turn | None:
        """Take one source; None where another crawl is reading it, or it is not there, or not due and ought to be."""
        wanted = _due([source.kind], now) if only_due else SourceRow.state != "removed"
        turns = self._take(_taking(and_(_is(source), wanted)), now=now, most=1)
        return turns[0] if turns else None

    def _take(self, *which: Select[*tuple[Any, ...]], now: datetime, most: int, **told: Any) -> list[Turn]:
        lease = new_lease()
        with writing(self._engine, lasting=False) as connection:
            told |= {"moment": now, "dead": _dead(connection)}
            rows: list[Any] = []
            for each in which:
                if len(rows) < most:
                    rows += connection.execute(each, told | {"most": most - len(rows)}).all()
            if not rows:
                return []
            ids = [row.id for row in rows]
            leased = {"lease": lease, "lease_until": now + LEASE}
            connection.execute(update(SourceRow).where(SourceRow.id.in_(ids)).values(leased))
            known = employers.many(connection, [row.employer_id for row in rows if row.employer_id is not None])
        return [
            Turn(
                id=row.id,
                source=Source(row.kind, row.key),
                employer=known.get(row.employer_id),
                validators=Validators(row.etag, row.last_modified, row.digest),
                lease=lease,
            )
            for row in rows
        ]

    def renew(self, turn: Turn, *, now: datetime) -> bool:
        """Keep a turn for longer; False where it has been lost."""
        with writing(self._engine, lasting=False) as connection:
            return bool(connection.execute(_hold(turn).values(lease_until=now + LEASE)).rowcount)

    def read_since(self, turn: Turn, moment: datetime) -> frozenset[str]:
        """Refs of a source's open postings whose rows were read, not only listed, since a moment."""
        lately = select(PostingRow.ref).where(
            PostingRow.source_id == turn.id, PostingRow.closed_at.is_(None), PostingRow.read_at >= moment
        )
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(lately))

    def unlisted(self, turn: Turn, listed: Collection[str], *, before: datetime, most: int) -> list[tuple[str, str]]:
        """Open postings a source no longer shows, each with its own page, that nobody has looked at since a moment.

        Returns:
            Refs and addresses; those that were looked at longest ago first.
        """
        query = (
            select(PostingRow.ref, PostingRow.url)
            .where(PostingRow.source_id == turn.id, PostingRow.closed_at.is_(None), PostingRow.read_at < before)
            .order_by(PostingRow.read_at, PostingRow.id)
        )
        with reading(self._engine) as connection:
            rest = ((ref, url) for ref, url in connection.execute(query) if ref not in listed)
            return list(islice(rest, most))

    def looked_at(self, turn: Turn, refs: Collection[str], *, now: datetime) -> None:
        """Note that the pages of some postings were looked at, and say nothing new."""
        with writing(self._engine) as connection:
            these = and_(PostingRow.source_id == turn.id, PostingRow.ref.in_(list(refs)))
            connection.execute(update(PostingRow).where(these).values(read_at=now))

    def take_away(self, sources: Sequence[Source]) -> None:
        """End the turns of those who read some sources, and are given up: what they bring yet is not kept."""
        with writing(self._engine) as connection:
            for source in sources:
                connection.execute(update(SourceRow).where(_is(source)).values(lease=None, lease_until=None))

    def release(self, turn: Turn) -> None:
        """Give a turn back unread."""
        with writing(self._engine, lasting=False) as connection:
            connection.execute(_hold(turn).values(lease=None, lease_until=None))


def _hold(turn: Turn) -> Update:
    return update(SourceRow).where(SourceRow.id == turn.id, SourceRow.lease == turn.lease)


def _is(source: Source) -> ColumnElement[bool]:
    return and_(SourceRow.kind == source.kind, SourceRow.key == source.key)


def _dead(connection: Connection) -> list[str]:
    """The leases of those who are known to be no more."""
    return abandoned(each for each in connection.scalars(_HELD) if each)


def _taking(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Those of some sources that nobody reads, the longest due first, held until the transaction ends."""
    found = select(*_TURN).where(which, _FREE).order_by(SourceRow.due_at, SourceRow.id)
    return found.limit(bindparam("most")).with_for_update(skip_locked=True, key_share=True)


def _due(kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    due = or_(SourceRow.due_at.is_(None), SourceRow.due_at <= now)
    return and_(SourceRow.state == "active", SourceRow.kind.in_(kinds), due)


def _set_facts(connection: Connection, employer_id: int, homepage: str | None, solutions: Sequence[str]) -> None:
    if homepage:
        values = {"homepage": homepage, "set_by": "operator"}
        connection.execute(update(EmployerRow).where(EmployerRow.id == employer_id).values(values))
    known = set(
        connection.scalars(select(EmployerSolutionRow.solution).where(EmployerSolutionRow.employer_id == employer_id))
    )
    mine = EmployerSolutionRow.employer_id == employer_id
    facts = {"evidence": "operator", "set_by": "operator"}
    for solution in dict.fromkeys(solutions):
        if solution in known:
            this = and_(mine, EmployerSolutionRow.solution == solution)
            connection.execute(update(EmployerSolutionRow).where(this).values(facts))
        else:
            row = {"employer_id": employer_id, "solution": solution}
            connection.execute(insert(EmployerSolutionRow).values(row | facts))


_HELD = select(SourceRow.lease).where(SourceRow.lease.is_not(None))
#: Nobody holds a lease, or it has run out, or whoever holds it is known to be no more.
_FREE = or_(
    SourceRow.lease_until.is_(None),
    SourceRow.lease_until <= bindparam("moment", type_=UtcDateTime()),
    SourceRow.lease.in_(bindparam("dead", expanding=True)),
)
_MINE = and_(
    SourceRow.state == "active",
    SourceRow.kind == bindparam("kind"),
    or_(SourceRow.last_crawl_at.is_(None), SourceRow.last_crawl_at < bindparam("before", type_=UtcDateTime())),
)
# Each of the two is a walk along the index; together they would be a sort of all that is due.
_NEVER_READ = _taking(and_(_MINE, SourceRow.due_at.is_(None)))
_READ_BEFORE = _taking(and_(_MINE, SourceRow.due_at <= bindparam("moment", type_=UtcDateTime())))
