"""Which postings have changed, in order, so that who keeps them in memory need not read them all again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Insert, bindparam, delete, func, insert, literal, select, text

from postings.tables import ChangeRow, EmployerRow, PlaceRow, PostingRow, SearchedRow, TextRow, UtcDateTime

#: So many changes are remembered; who has missed more reads everything anew.
KEPT = 200_000
#: Any number, the same for all who change postings in one PostgreSQL.
_LOCK = 7_304_451

_NEWEST = select(func.max(ChangeRow.id))


def note(connection: Connection, *, now: datetime) -> None:
    """Index and tell all that a transaction touched; the last thing it does.

    Args:
        now: what it wrote as ``touched_at``.
    """
    connection.execute(_INDEX_TOUCHED, {"moment": now})
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
    _index(connection, theirs)


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


def _index(connection: Connection, which: ColumnElement[bool]) -> None:
    """Make searchable those of some postings that are new, or were taken out because their words changed."""
    connection.execute(_indexing(which))


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
