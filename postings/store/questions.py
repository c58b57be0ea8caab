"""What the site asks of the store: open postings by any filter, one posting, employers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from postings.database import reading
from postings.kept import Closing, Filters, KeptPosting, Page
from postings.posting import Employer, Place, Source, Tag
from postings.store import employers
from postings.store.counts import Counts
from postings.store.filtering import condition
from postings.store.rows import place_of, posting_of, tag_of
from postings.tables import EmployerRow, EmployerSolutionRow, PlaceRow, PostingRow, SourceRow, TagRow, TextRow

#: How many postings are fetched at once where all are wanted.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a feed's entry from another."""

    id: int
    touched_at: datetime
    #: The employer's name, which may change without the posting.
    employer: str


@dataclass(frozen=True, slots=True)
class EmployerPage:
    """A part of a list of employers, each with the number of its open postings."""

    items: list[tuple[Employer, int]]
    total: int


class Questions(Counts):
    """Reads postings and what is counted over them; writes nothing."""

    def page(self, filters: Filters, *, most: int = 50, skip: int = 0, texts: bool = False) -> Page:
        """Postings that pass the filters, newest first, with the number of all that do."""
        where = condition(filters)
        query = _postings().where(where).order_by(PostingRow.dated_at.desc(), PostingRow.id.desc())
        with reading(self._engine) as connection:
            total = connection.scalar(_counted().where(where)) or 0
            rows = connection.execute(query.limit(most).offset(skip)).all()
            return Page(_kept(connection, rows, texts=texts), total)

    def stamps(self, filters: Filters, *, most: int) -> list[Stamp]:
        """What ``newest_seen`` would give, in as few words as tell whether it has changed."""
        query = (
            select(PostingRow.id, PostingRow.touched_at, EmployerRow.name)
            .join(SourceRow, SourceRow.id == PostingRow.source_id)
            .join(EmployerRow, EmployerRow.id == PostingRow.employer_id)
            .where(condition(filters))
            .order_by(PostingRow.first_seen.desc(), PostingRow.id.desc())
            .limit(most)
        )
        with reading(self._engine) as connection:
            return [Stamp(*row) for row in connection.execute(query)]

    def newest_seen(self, filters: Filters, *, most: int) -> list[KeptPosting]:
        """What a feed shows: the postings that were first seen last, with their texts."""
        query = _postings().where(condition(filters)).order_by(PostingRow.first_seen.desc(), PostingRow.id.desc())
        with reading(self._engine) as connection:
            return _kept(connection, connection.execute(query.limit(most)).all(), texts=True)

    def every(self, filters: Filters) -> Iterator[KeptPosting]:
        """All postings that pass the filters, with their texts, by id; fetched a batch at a time."""
        last = 0
        while True:
            query = _postings().where(condition(filters), PostingRow.id > last).order_by(PostingRow.id).limit(_BATCH)
            with reading(self._engine) as connection:
                batch = _kept(connection, connection.execute(query).all(), texts=True)
            if not batch:
                return
            yield from batch
            last = batch[-1].id

    def one(self, posting_id: int) -> KeptPosting | None:
        """One posting with its text, open or closed."""
        with reading(self._engine) as connection:
            rows = connection.execute(_postings().where(PostingRow.id == posting_id)).all()
            return _kept(connection, rows, texts=True)[0] if rows else None

    def employers_of(self, solution: str) -> list[tuple[Employer, int]]:
        """The employers that work on a solution, each with its open postings for it; those that hire most first.

        An employer belongs to it by the directory, or by an open posting that serves it.
        """
        hiring = (
            select(PostingRow.employer_id, func.count())
            .join(TagRow, TagRow.posting_id == PostingRow.id)
            .where(TagRow.solution == solution, PostingRow.closed_at.is_(None))
            .group_by(PostingRow.employer_id)
        )
        listed = select(EmployerSolutionRow.employer_id).where(EmployerSolutionRow.solution == solution)
        with reading(self._engine) as connection:
            counts = dict(connection.execute(hiring).all())
            known = employers.many(connection, {*counts, *connection.scalars(listed)})
        pairs = [(employer, counts.get(employer_id, 0)) for employer_id, employer in known.items()]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0].name.casefold()))

    def employer(self, slug: str) -> Employer | None:
        """The employer of a slug."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(EmployerRow.id).where(EmployerRow.slug == slug))
            return employers.one(connection, found) if found is not None else None

    def employers(self, *, name: str | None = None, most: int = 100, skip: int = 0) -> EmployerPage:
        """Employers whose name holds a text, each with its open postings; those that hire most first."""
        counts = (
            select(PostingRow.employer_id, func.count().label("n"))
            .where(PostingRow.closed_at.is_(None))
            .group_by(PostingRow.employer_id)
            .subquery()
        )
        hiring = func.coalesce(counts.c.n, 0)
        named = EmployerRow.name.icontains(name, autoescape=True) if name else EmployerRow.id.is_not(None)
        query = (
            select(EmployerRow.id, hiring)
            .outerjoin(counts, counts.c.employer_id == EmployerRow.id)
            .where(named)
            .order_by(hiring.desc(), func.lower(EmployerRow.name), EmployerRow.id)
        )
        with reading(self._engine) as connection:
            total = connection.scalar(select(func.count()).select_from(EmployerRow).where(named)) or 0
            rows = connection.execute(query.limit(most).offset(skip)).all()
            known = employers.many(connection, [row[0] for row in rows])
        return EmployerPage([(known[employer_id], count) for employer_id, count in rows], total)

    def has_source(self, source: Source) -> bool:
        """Whether postings of this source may be stored, though it be paused or removed by now."""
        query = select(SourceRow.id).where(SourceRow.kind == source.kind, SourceRow.key == source.key)
        with reading(self._engine) as connection:
            return connection.scalar(query) is not None


def _postings() -> Select[*tuple[Any, ...]]:
    return select(PostingRow, SourceRow.kind, SourceRow.key).join(SourceRow, SourceRow.id == PostingRow.source_id)


def _counted() -> Select[*tuple[Any, ...]]:
    return select(func.count()).select_from(PostingRow).join(SourceRow, SourceRow.id == PostingRow.source_id)


def _kept(connection: Connection, rows: Sequence[Any], *, texts: bool = False) -> list[KeptPosting]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    places: dict[int, list[Place]] = {}
    placed = select(PlaceRow).where(PlaceRow.posting_id.in_(ids)).order_by(PlaceRow.posting_id, PlaceRow.position)
    for place in connection.execute(placed):
        places.setdefault(place.posting_id, []).append(place_of(place))
    tags: dict[int, list[Tag]] = {}
    found = select(TagRow).where(TagRow.posting_id.in_(ids)).order_by(TagRow.confidence.desc(), TagRow.solution)
    for tag in connection.execute(found):
        tags.setdefault(tag.posting_id, []).append(tag_of(tag))
    bodies: dict[int, tuple[str, str]] = {}
    if texts:
        for body in connection.execute(select(TextRow).where(TextRow.posting_id.in_(ids))):
            bodies[body.posting_id] = (body.html, body.text)
    hirers = employers.many(connection, [row.employer_id for row in rows])
    return [
        _one(row, hirers[row.employer_id], places.get(row.id, ()), tags.get(row.id, ()), bodies.get(row.id, ("", "")))
        for row in rows
    ]


def _one(
    row: Any, employer: Employer, places: Sequence[Place], tags: Sequence[Tag], body: tuple[str, str]
) -> KeptPosting:
    closing = Closing(row.closing_crawl, row.closing_rule) if row.closed_at is not None else None
    return KeptPosting(
        id=row.id,
        posting=posting_of(row, places, html=body[0], text=body[1]),
        employer=employer,
        tags=tuple(tags),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        dated_at=row.dated_at,
        touched_at=row.touched_at,
        closed_at=row.closed_at,
        closing=closing,
    )
