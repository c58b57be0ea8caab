"""Rows -> kept postings, each with its places, tags, texts and the other places where its vacancy is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from postings.kept import Closing, Elsewhere, KeptPosting
from postings.posting import Employer, Place, Source, Tag
from postings.store import employers, family
from postings.store.family import Relative
from postings.store.rows import last_seen_of, place_of, posting_of, tag_of
from postings.tables import EmployerRow, PlaceRow, PostingRow, SourceRow, TagRow, TextRow

_EMPLOYER = (EmployerRow.slug, EmployerRow.name, EmployerRow.homepage)


def with_employers() -> Select[*tuple[Any, ...]]:
    """Ask for rows of postings as ``kept`` needs them."""
    query = select(PostingRow, SourceRow.kind, SourceRow.key, SourceRow.unchanged_at, *_EMPLOYER)
    query = query.join(SourceRow, SourceRow.id == PostingRow.source_id)
    return query.join(EmployerRow, EmployerRow.id == PostingRow.employer_id)


# Statements that every list takes are made once.
_IDS: Any = bindparam("ids", expanding=True)
_BY_IDS = with_employers().where(PostingRow.id.in_(_IDS))
_PLACES = select(PlaceRow).where(PlaceRow.posting_id.in_(_IDS)).order_by(PlaceRow.posting_id, PlaceRow.position)
_TAGS = select(TagRow).where(TagRow.posting_id.in_(_IDS)).order_by(TagRow.confidence.desc(), TagRow.solution)


def by_ids(connection: Connection, ids: Sequence[int]) -> list[Any]:
    """The rows of some postings, in the order of their ids."""
    rows = {row.id: row for row in connection.execute(_BY_IDS, {"ids": ids})} if ids else {}
    return [rows[posting_id] for posting_id in ids if posting_id in rows]


def kept(connection: Connection, rows: Sequence[Any], *, texts: bool = False, own: bool = False) -> list[KeptPosting]:
    """The postings of some rows, with their texts where wanted; with no places but their own, or with all."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    places: dict[int, list[Place]] = {}
    for place in connection.execute(_PLACES.where(PlaceRow.member_id.is_(None)) if own else _PLACES, {"ids": ids}):
        places.setdefault(place.posting_id, []).append(place_of(place))
    tags: dict[int, list[Tag]] = {}
    for tag in connection.execute(_TAGS, {"ids": ids}):
        tags.setdefault(tag.posting_id, []).append(tag_of(tag))
    bodies: dict[int, tuple[str, str]] = {}
    if texts:
        for body in connection.execute(select(TextRow).where(TextRow.posting_id.in_(ids))):
            bodies[body.posting_id] = (body.html, body.text)
    hirers = employers.many(connection, [row.employer_id for row in rows]) if texts else {}
    families = family.others(connection, rows)
    return [
        _one(
            row,
            hirers.get(row.employer_id) or Employer(row.slug, row.name, row.homepage, ()),
            places.get(row.id, ()),
            tags.get(row.id, ()),
            bodies.get(row.id, ("", "")),
            families[row.id],
        )
        for row in rows
    ]


def _one(
    row: Any,
    employer: Employer,
    places: Sequence[Place],
    tags: Sequence[Tag],
    body: tuple[str, str],
    others: Sequence[Relative],
) -> KeptPosting:
    itself = Relative(
        row.id, Elsewhere(Source(row.kind, row.key), row.ref, row.url), row.first_seen, row.closed_at is None
    )
    first = min([itself, *others], key=lambda each: each.id)
    closing = Closing(row.closing_crawl, row.closing_rule) if row.closed_at is not None else None
    return KeptPosting(
        id=row.id,
        posting=posting_of(row, places, html=body[0], text=body[1]),
        employer=employer,
        tags=tuple(tags),
        first_seen=row.first_seen,
        last_seen=last_seen_of(row.last_seen, row.closed_at, row.unchanged_at),
        dated_at=row.dated_at,
        touched_at=row.touched_at,
        closed_at=row.closed_at,
        closing=closing,
        also_at=tuple(each.where for each in others if each.open is itself.open),
        shown_as=row.shown_as,
        first_at=(first.where.source, first.where.ref),
        known_since=first.first_seen,
    )
