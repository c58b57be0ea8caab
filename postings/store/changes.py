"""Which postings have changed, in order, so that who keeps them in memory need not read them all again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    text,
)

from postings.store.rows import slices
from postings.tables import ChangeRow, EmployerRow, PlaceRow, PostingRow, SearchedRow, TextRow, UtcDateTime
from postings.word_lists import ListType, WordList, listed

#: So many changes are remembered; who has missed more reads everything anew.
KEPT = 200_000
#: Characters of a title, an employer's name, all places and a text: no list of words may be larger than a megabyte.
_LENGTHS = (10_000, 10_000, 50_000, 100_000)
#: Any number, the same for all who change postings in one PostgreSQL.
_LOCK = 7_304_451

_NEWEST = select(func.max(ChangeRow.id))


def note(connection: Connection, *, now: datetime) -> None:
    """Index and tell all that a transaction touched; the last thing it does.

    Args:
        now: what it wrote as ``touched_at``.
    """
    _index(connection, _INDEX_TOUCHED, {"moment": now})
    _tell(connection)
    connection.execute(_TELL_TOUCHED, {"moment": now})
    if (last := connection.scalar(_NEWEST) or 0) > KEPT:
        connection.execute(_FORGET, {"oldest": last - KEPT})


def note_employers(connection: Connection) -> None:
    """Tell that names or facts of employers have changed; the last thing a transaction does."""
    _tell(connection)
    connection.execute(insert(ChangeRow).values(posting_id=None))


def rename(connection: Connection, employer_ids: Sequence[int]) -> None:
    """Make the postings of employers searchable by their new names."""
    theirs = PostingRow.employer_id.in_(employer_ids)
    connection.execute(delete(SearchedRow).where(SearchedRow.posting_id.in_(select(PostingRow.id).where(theirs))))
    _index(connection, _indexing(theirs), {})


def newest(connection: Connection) -> int:
    """The number of the last change; 0 before the first."""
    return connection.scalar(_NEWEST) or 0


def since(connection: Connection, number: int) -> Sequence[int | None] | None:
    """The postings that changed after a change, None among them for employers; None where it is long forgotten."""
    oldest = connection.scalar(select(func.min(ChangeRow.id)))
    if oldest is None or oldest > number + 1:
        return None
    return connection.scalars(select(ChangeRow.posting_id).where(ChangeRow.id > number).distinct()).all()


def _tell(connection: Connection) -> None:
    """Wait until nobody else is telling: a lower number must never appear after a higher one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def index_again(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Make postings searchable that were taken out, by what was searched of them and by their texts as they are now."""
    with _listing(connection) as ids:
        connection.execute(insert(SearchedRow), rows)
        ids += [row["posting_id"] for row in rows]


def _index(connection: Connection, indexing: Insert, given: dict[str, Any]) -> None:
    """Make searchable those of some postings that are new, or were taken out because their words changed."""
    with _listing(connection) as ids:
        if connection.dialect.name == "postgresql":
            ids += connection.scalars(indexing.returning(SearchedRow.posting_id), given)
        else:
            connection.execute(indexing, given)


@contextmanager
def _listing(connection: Connection) -> Iterator[list[int]]:
    """Keep the words of those postings that are made searchable meanwhile; SQLite's index takes them itself."""
    made: list[int] = []
    if connection.dialect.name == "postgresql":
        # Its trigger would list them once more (migration 0013).
        connection.exec_driver_sql("SET LOCAL climate_jobs.lists TO 'here'")
    yield made
    if connection.dialect.name == "postgresql":
        for some in slices(made):
            rows = connection.execute(_SAID, {"ids": some})
            values = [{"posting_id": each, "document": _listed(said), "open": is_open} for each, *said, is_open in rows]
            connection.execute(_KEEP_WORDS, values)


def _listed(said: Sequence[str]) -> WordList:
    return listed("\n".join(part[:length] for part, length in zip(said, _LENGTHS, strict=True)))


def _indexing(which: ColumnElement[bool]) -> Insert:
    places = (
        select(func.aggregate_strings(PlaceRow.text, "; "))
        .where(PlaceRow.posting_id == PostingRow.id)
        .correlate(PostingRow)
        .scalar_subquery()
    )
    unsearched = (
        select(PostingRow.id, PostingRow.title, EmployerRow.name, func.coalesce(places, literal("")))
        .join(EmployerRow, EmployerRow.id == PostingRow.employer_id)
        .join(TextRow, TextRow.posting_id == PostingRow.id)
        .outerjoin(SearchedRow, SearchedRow.posting_id == PostingRow.id)
        .where(which, SearchedRow.posting_id.is_(None))
        .order_by(PostingRow.id)
    )
    return insert(SearchedRow).from_select(["posting_id", "title", "employer", "places"], unsearched)


# Statements that every board takes are made once.
_TOUCHED = PostingRow.touched_at == bindparam("moment", type_=UtcDateTime())
_INDEX_TOUCHED = _indexing(_TOUCHED)
_TELL_TOUCHED = insert(ChangeRow).from_select(["posting_id"], select(PostingRow.id).where(_TOUCHED))
_FORGET = delete(ChangeRow).where(ChangeRow.id <= bindparam("oldest"))
_SAID = (
    select(SearchedRow.posting_id, SearchedRow.title, SearchedRow.employer, SearchedRow.places, TextRow.text)
    .add_columns(PostingRow.closed_at.is_(None))
    .join(TextRow, TextRow.posting_id == SearchedRow.posting_id)
    .join(PostingRow, PostingRow.id == SearchedRow.posting_id)
    .where(SearchedRow.posting_id.in_(bindparam("ids", expanding=True)))
)
_KEEP_WORDS = insert(table("words", column("posting_id"), column("document", ListType()), column("open")))
