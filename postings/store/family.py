"""The postings in whose place others are shown, as those tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

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


def behind(connection: Connection, ids: Sequence[int]) -> dict[int, list[Relative]]:
    """What stands behind some postings, open and closed, by id."""
    columns = (PostingRow.id, PostingRow.shown_as, PostingRow.ref, PostingRow.url, PostingRow.first_seen)
    query = select(*columns, PostingRow.closed_at, SourceRow.kind, SourceRow.key)
    query = query.join(SourceRow, SourceRow.id == PostingRow.source_id).where(PostingRow.shown_as.in_(ids))
    rows = connection.execute(query.order_by(PostingRow.id)).all()
    places = _places(connection, [row.id for row in rows])
    found: dict[int, list[Relative]] = defaultdict(list)
    for row in rows:
        where = Elsewhere(Source(row.kind, row.key), row.ref, row.url, tuple(places[row.id]))
        found[row.shown_as].append(Relative(row.id, where, row.first_seen, row.closed_at is None))
    return found


def _places(connection: Connection, ids: Sequence[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for some in slices(ids):
        query = select(PlaceRow).where(PlaceRow.posting_id.in_(some), PlaceRow.member_id.is_(None))
        for row in connection.execute(query.order_by(PlaceRow.posting_id, PlaceRow.position)):
            found[row.posting_id].append(place_of(row))
    return found
