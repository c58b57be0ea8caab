"""The places of a vacancy: those of the posting that is shown, and those it has from the ones behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from postings.posting import Place
from postings.store.rows import place_of, place_values, slices
from postings.tables import PlaceRow, SearchedRow


def borrow_places(connection: Connection, behind: Mapping[int, Sequence[int]]) -> None:
    """Give postings the places of those behind them, each once, and take back what is no longer theirs.

    Args:
        behind: the open postings behind each posting, for many none.
    """
    rows = _places(connection, {*behind, *chain.from_iterable(behind.values())})
    changed = {}
    for front, others in behind.items():
        had = [row for row in rows[front] if row.member_id is not None]
        wanted = _further(rows, front, others)
        if [(row.member_id, place_of(row)) for row in had] != wanted:
            changed[front] = wanted
    for some in slices(changed):
        connection.execute(delete(PlaceRow).where(PlaceRow.posting_id.in_(some), PlaceRow.member_id.is_not(None)))
        # Its places are searched too: it is indexed anew.
        connection.execute(delete(SearchedRow).where(SearchedRow.posting_id.in_(some)))
    values = [value for front, wanted in changed.items() for value in _values(rows, front, wanted)]
    if values:
        connection.execute(insert(PlaceRow), values)


def _places(connection: Connection, ids: set[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for some in slices(sorted(ids)):
        query = select(PlaceRow).where(PlaceRow.posting_id.in_(some))
        for row in connection.execute(query.order_by(PlaceRow.posting_id, PlaceRow.position)):
            found[row.posting_id].append(row)
    return found


def _further(rows: Mapping[int, Sequence[Any]], front: int, others: Sequence[int]) -> list[tuple[int, Place]]:
    """The places of others that a posting has not, each with whose it is."""
    known = {_sense(row) for row in rows[front] if row.member_id is None}
    found: list[tuple[int, Place]] = []
    for each in sorted(others):
        for row in rows[each]:
            if row.member_id is None and _sense(row) not in known:
                known.add(_sense(row))
                found.append((each, place_of(row)))
    return found


def _sense(row: Any) -> tuple[str, str | None]:
    """What a place is, whatever it is called: «Berlin» and «Berlin, Germany» are one."""
    return (row.city, row.country) if row.city else (row.text.casefold(), None)


def _values(rows: Mapping[int, Sequence[Any]], front: int, wanted: Sequence[tuple[int, Place]]) -> list[dict[str, Any]]:
    first = max((row.position for row in rows[front] if row.member_id is None), default=-1) + 1
    values = place_values(front, [place for _, place in wanted])
    return [
        value | {"position": first + value["position"], "member_id": member}
        for value, (member, _) in zip(values, wanted, strict=True)
    ]
