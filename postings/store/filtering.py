"""Filters as a visitor sets them -> sets of open postings from the shelf, or a condition for the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pyroaring import BitMap64
from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from postings.kept import Filters
from postings.posting import Source, Workplace
from postings.store import searching, where
from postings.store.glance import A_YEAR
from postings.store.shelf import Shelf
from postings.tables import EmployerRow, PlaceRow, PostingRow, SourceRow, TagRow


class Named(NamedTuple):
    """The ids of employers and of a source that filters name."""

    employers: tuple[int, ...] = ()
    #: None where there is no such source.
    source: int | None = None


def named(connection: Connection, filters: Filters) -> Named:
    """Whom and what the filters name."""
    hirers = select(EmployerRow.id).where(EmployerRow.slug.in_(filters.employers))
    return Named(
        tuple(connection.scalars(hirers)) if filters.employers else (),
        connection.scalar(_source(filters.source)) if filters.source else None,
    )


def sets(wanted: Named, shelf: Shelf, filters: Filters) -> dict[str, BitMap64]:
    """The open postings that pass each filter, by the filter's name; those in all of them pass.

    The status is not looked at.
    """
    found: dict[str, BitMap64] = {}
    for name in ("workplace", "employment_type", "language", "country"):
        if value := getattr(filters, name):
            found[name] = shelf.having(name, value)
    if filters.solutions:
        found["solution"] = BitMap64.union(BitMap64(), *(shelf.having("solution", slug) for slug in filters.solutions))
    if filters.employers:
        found["employer"] = BitMap64.union(BitMap64(), *(shelf.having("employer", each) for each in wanted.employers))
    if filters.source:
        found["source"] = shelf.having("source", wanted.source)
    if filters.since:
        found["since"] = shelf.since(filters.since.timestamp())
    if filters.salary_min is not None or filters.currency:
        found["pay"] = shelf.paying(filters.salary_min, filters.currency)
    if asked := where.asked(filters.place):
        found["place"] = _at(shelf, asked)
    return found


def common(found: Iterable[BitMap64], shelf: Shelf) -> BitMap64:
    """The open postings that are in all sets, the smallest looked at first."""
    smallest, *others = sorted([shelf.everything, *found], key=len)
    return BitMap64.intersection(smallest, *others) if others else smallest


def _at(shelf: Shelf, asked: where.Where) -> BitMap64:
    found = [shelf.having("workplace", Workplace.REMOTE)] if asked.remote else []
    if asked.parts:
        found.append(shelf.at(asked.parts))
    return BitMap64.intersection(*found)


def condition(filters: Filters, dialect: str, *, few: bool = False, after: int = 0) -> ColumnElement[bool]:
    """What the rows of postings must meet, open or closed.

    Args:
        few: whether few postings pass: those are gathered, else each posting in turn is looked at.
        after: only ids above it.
    """
    wanted: list[ColumnElement[bool]] = [] if filters.each else [PostingRow.shown_as.is_(None)]
    if after:
        wanted.append(PostingRow.id > after)
    if filters.status != "all":
        closed = PostingRow.closed_at.is_not(None)
        wanted.append(closed if filters.status == "closed" else not_(closed))
    if filters.solutions:
        wanted.append(_with(TagRow, TagRow.solution.in_(filters.solutions), few))
    for column, value in (
        (PostingRow.workplace, filters.workplace),
        (PostingRow.employment_type, filters.employment_type),
        (PostingRow.language, filters.language),
    ):
        if value:
            wanted.append(column == value)
    if filters.employers:
        hirers = select(EmployerRow.id).where(EmployerRow.slug.in_(filters.employers))
        wanted.append(PostingRow.employer_id.in_(hirers))
    if filters.country:
        # Not by the index of countries where each posting is looked at: SQLite would read all of one for each.
        country = PlaceRow.country if few else PlaceRow.country.concat("")
        wanted.append(_with(PlaceRow, country == filters.country, few))
    if filters.since:
        wanted.append(PostingRow.dated_at >= filters.since)
    if filters.source:
        wanted.append(_of_source(filters.source, each=filters.each))
    if filters.words:
        words = searching.having(filters.words, dialect, status=filters.status, after=after)
        wanted.append(PostingRow.id.in_(words))
    wanted += _salary(filters) + _place(filters.place, few)
    return and_(*wanted) if wanted else PostingRow.id.is_not(None)


def _with(part: Any, fits: ColumnElement[bool], few: bool) -> ColumnElement[bool]:
    """Postings with a place or a tag that fits."""
    if few:
        return PostingRow.id.in_(select(part.posting_id).where(fits))
    return exists().where(part.posting_id == PostingRow.id, fits)


def _source(source: Source) -> Any:
    return select(SourceRow.id).where(SourceRow.kind == source.kind, SourceRow.key == source.key)


def _of_source(source: Source, *, each: bool) -> ColumnElement[bool]:
    """Postings of a source: each of them, or what is shown for them, be it of this source or of another."""
    this = _source(source).scalar_subquery()
    itself: ColumnElement[bool] = PostingRow.source_id == this
    if each:
        return itself
    behind = aliased(PostingRow)
    shown = select(behind.shown_as).where(behind.source_id == this, behind.shown_as.is_not(None))
    return or_(itself, PostingRow.id.in_(shown))


def _salary(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.salary_min is not None:
        yearly = case(A_YEAR, value=PostingRow.salary_interval, else_=1)
        wanted.append(func.coalesce(PostingRow.salary_max, PostingRow.salary_min) * yearly >= filters.salary_min)
    if filters.currency:
        wanted.append(PostingRow.salary_currency == filters.currency)
    return wanted


def _place(place: str | None, few: bool) -> list[ColumnElement[bool]]:
    asked = where.asked(place)
    if asked is None:
        return []
    wanted = [PostingRow.workplace == Workplace.REMOTE] if asked.remote else []
    return [*wanted, _with(PlaceRow, where.condition(asked.parts), few)] if asked.parts else wanted
