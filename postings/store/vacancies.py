"""Vacancies that several postings tell of: taking a wrong one apart, and deciding what was stored before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert, or_, select, update

from postings import likeness, vacancies
from postings.database import reading, writing
from postings.store import changes, merging
from postings.tables import ApartRow, Note, PostingRow

_DECIDED_BY = "vacancies decided by"
_VERSION = f"{likeness.VERSION}.{vacancies.VERSION}"
#: Employers that are decided for in one transaction.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Split:
    """A posting that was one vacancy with others."""

    #: The others, and by which rule it was one with them; none where it stood for itself already.
    others: tuple[int, ...]
    rule: str | None


class Vacancies:
    """Reads and writes which postings are one vacancy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def split(self, posting_id: int, *, now: datetime) -> Split | None:
        """Let a posting stand for itself for ever; None where there is none of this id.

        One that is one vacancy with no other is left as it is.
        """
        with writing(self._engine) as connection:
            row = connection.execute(select(PostingRow).where(PostingRow.id == posting_id)).first()
            if row is None:
                return None
            merging.hold(connection, [row.employer_id])
            others, rule = _others(connection, posting_id)
            if others:
                connection.execute(insert(ApartRow).values(posting_id=posting_id, since=now))
                connection.execute(update(PostingRow).where(PostingRow.id == posting_id).values(touched_at=now))
                merging.decide(connection, now=now)
                changes.note(connection, now=now)
        return Split(others, rule)

    def catch_up(self, *, now: datetime) -> int:
        """Decide for all employers, where another version of this program did it last.

        Returns:
            For how many; 0 where there was nothing to do.
        """
        with reading(self._engine) as connection:
            if connection.scalar(select(Note.value).where(Note.name == _DECIDED_BY)) == _VERSION:
                return 0
            hiring = select(PostingRow.employer_id).where(PostingRow.closed_at.is_(None)).distinct()
            hirers = sorted(connection.scalars(hiring))
        for done in range(0, len(hirers), _AT_ONCE):
            # Each with a moment of its own: what is told of is found by it.
            self._decide(hirers[done : done + _AT_ONCE], now=now + timedelta(microseconds=done))
        with writing(self._engine) as connection:
            if connection.execute(update(Note).where(Note.name == _DECIDED_BY).values(value=_VERSION)).rowcount == 0:
                connection.execute(insert(Note).values(name=_DECIDED_BY, value=_VERSION))
        return len(hirers)

    def _decide(self, hirers: Sequence[int], *, now: datetime) -> None:
        with writing(self._engine) as connection:
            merging.hold(connection, hirers)
            merging.decide_for(connection, hirers, now=now)
            changes.note(connection, now=now)


def _others(connection: Connection, posting_id: int) -> tuple[tuple[int, ...], str | None]:
    """The postings that a posting is one vacancy with, and by which rule."""
    row = connection.execute(select(PostingRow).where(PostingRow.id == posting_id)).one()
    front = row.shown_as or row.id
    family = select(PostingRow.id, PostingRow.shown_rule).where(
        or_(PostingRow.id == front, PostingRow.shown_as == front), PostingRow.id != posting_id
    )
    rows = connection.execute(family.order_by(PostingRow.id)).all()
    rules = [row.shown_rule, *(each.shown_rule for each in rows)]
    return tuple(each.id for each in rows), next((rule for rule in rules if rule), None)
