"""What postings are recognised by: kept with each, so that deciding needs no text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from postings.likeness import Likeness
from postings.posting import Place
from postings.store.rows import place_of, slices
from postings.tables import LikenessRow, PlaceRow, PostingRow, TextRow

_KEEP = insert(LikenessRow)


def keep(connection: Connection, stored: Mapping[int, bytes]) -> None:
    """Keep what some postings are recognised by, of which nothing is kept."""
    values = [{"posting_id": each, "value": value} for each, value in stored.items()]
    if values:
        connection.execute(_KEEP, values)


def made_anew(connection: Connection, ids: Sequence[int]) -> dict[int, Likeness]:
    """Make the likenesses of some postings from their texts, and keep them in place of what was there."""
    found: dict[int, Likeness] = {}
    for some in slices(ids):
        found |= (made := _of_texts(connection, some))
        connection.execute(delete(LikenessRow).where(LikenessRow.posting_id.in_(some)))
        keep(connection, {each: likeness.dump() for each, likeness in made.items()})
    return found


def _of_texts(connection: Connection, ids: Sequence[int]) -> dict[int, Likeness]:
    places: dict[int, list[Place]] = defaultdict(list)
    own = select(PlaceRow).where(PlaceRow.posting_id.in_(ids), PlaceRow.member_id.is_(None))
    for row in connection.execute(own):
        places[row.posting_id].append(place_of(row))
    rows = select(PostingRow.id, PostingRow.title, TextRow.text).outerjoin(TextRow, TextRow.posting_id == PostingRow.id)
    return {
        row.id: Likeness.of(row.title, row.text or "", places[row.id])
        for row in connection.execute(rows.where(PostingRow.id.in_(ids)))
    }
