"""Tags of stored postings made anew, and by what they were made last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from postings.database import reading, writing
from postings.kept import KeptPosting
from postings.posting import Tag
from postings.store import changes
from postings.store.retention import EMPTIED
from postings.store.rows import tag_values, tagged
from postings.tables import EmployerSolutionRow, NamedRow, Note, PostingRow, TagRow

_TAGGED_BY = "tagged by"


class Retagging:
    """Reads and writes tags of stored postings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, version: str) -> bool:
        """Whether another version tagged the postings last, or other things were known of employers then."""
        with reading(self._engine) as connection:
            return _tagged_by(connection) != _state(connection, version)

    def done(self, version: str) -> None:
        """Note that every posting is tagged by this version, and by what is known of employers now."""
        with writing(self._engine) as connection:
            state = _state(connection, version)
            if _tagged_by(connection) is None:
                connection.execute(insert(Note).values(name=_TAGGED_BY, value=state))
            else:
                connection.execute(update(Note).where(Note.name == _TAGGED_BY).values(value=state))

    def retag(self, found: Sequence[tuple[KeptPosting, Sequence[Tag]]], *, now: datetime) -> int:
        """Give stored postings other tags, all of them in one transaction.

        Returns:
            How many had other ones; the rest is not touched.
        """
        changed = [(kept.id, tags) for kept, tags in found if tagged(tags) != tagged(kept.tags)]
        if changed:
            with writing(self._engine) as connection:
                changed = _with_texts(connection, changed)
                connection.execute(
                    delete(TagRow).where(TagRow.posting_id.in_([posting_id for posting_id, _ in changed]))
                )
                if values := [value for posting_id, tags in changed for value in tag_values(posting_id, tags)]:
                    connection.execute(insert(TagRow), values)
                if changed:
                    _touch(connection, changed, now)
                changes.note(connection, now=now)
        return len(changed)


def _with_texts(
    connection: Connection, changed: Sequence[tuple[int, Sequence[Tag]]]
) -> list[tuple[int, Sequence[Tag]]]:
    """Without the postings whose text was taken out: what is left of them says less than their tags do."""
    ids = [posting_id for posting_id, _ in changed]
    emptied = select(PostingRow.id).where(PostingRow.id.in_(ids), PostingRow.fingerprint == EMPTIED)
    gone = set(connection.scalars(emptied))
    return [(posting_id, tags) for posting_id, tags in changed if posting_id not in gone]


def _touch(connection: Connection, changed: Sequence[tuple[int, Sequence[Tag]]], now: datetime) -> None:
    table = PostingRow.__table__
    columns: dict[str, Any] = {"tagged": bindparam("named"), "touched_at": bindparam("moment")}
    values = [{"row_id": posting_id, "named": tagged(tags), "moment": now} for posting_id, tags in changed]
    connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(columns), values)  # type: ignore[arg-type]


def _tagged_by(connection: Connection) -> str | None:
    return connection.scalar(select(Note.value).where(Note.name == _TAGGED_BY))


def _state(connection: Connection, version: str) -> str:
    """All that tags follow from beside the postings themselves."""
    digest = hashlib.blake2b(version.encode(), digest_size=8)
    for table in (EmployerSolutionRow, NamedRow):
        columns = (table.employer_id, table.solution, table.evidence)
        for row in connection.execute(select(*columns).order_by(*columns)):
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
