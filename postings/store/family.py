"""The postings of a vacancy: the one that is shown, and those behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select

from postings.kept import Elsewhere
from postings.posting import Place, Source
from postings.store.rows import place_of, slices
from postings.tables import PlaceRow, PostingRow, SourceRow


class Relative(NamedTuple):
    """A posting of a vacancy."""

    id: int
    where: Elsewhere
    first_seen: datetime
    open: bool


def others(connection: Connection, rows: Sequence[Any]) -> dict[int, list[Relative]]:
    """The other postings of the vacancies of some, open and closed, by the id of each of these."""
    fronts = {row.id: row.shown_as or row.id for row in rows}
    columns = (PostingRow.id, PostingRow.shown_as, PostingRow.ref, PostingRow.url, PostingRow.first_seen)
    query = select(*columns, PostingRow.closed_at, SourceRow.kind, SourceRow.key)
    query = query.join(SourceRow, SourceRow.id == PostingRow.source_id)
    of_them: ColumnElement[bool] = PostingRow.shown_as.in_(fronts.values())
    if hidden := [row.shown_as for row in rows if row.shown_as is not None]:
        of_them = or_(of_them, PostingRow.id.in_(hidden))
    related = connection.execute(query.where(of_them).order_by(PostingRow.id)).all()
    places = _places(connection, [row.id for row in related])
    families: dict[int, list[Relative]] = defaultdict(list)
    for row in related:
        where = Elsewhere(Source(row.kind, row.key), row.ref, row.url, tuple(places[row.id]))
        families[row.shown_as or row.id].append(Relative(row.id, where, row.first_seen, row.closed_at is None))
    return {each: [one for one in families[front] if one.id != each] for each, front in fronts.items()}


def _places(connection: Connection, ids: Sequence[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for some in slices(ids):
        query = select(PlaceRow).where(PlaceRow.posting_id.in_(some), PlaceRow.member_id.is_(None))
        for row in connection.execute(query.order_by(PlaceRow.posting_id, PlaceRow.position)):
            found[row.posting_id].append(place_of(row))
    return found
