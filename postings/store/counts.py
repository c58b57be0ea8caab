"""What is counted over postings: by solution, by filter, by freshness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, Select, case, distinct, func, or_, select

from postings.database import reading
from postings.kept import Filters
from postings.store.filtering import condition
from postings.tables import EmployerRow, PlaceRow, PostingRow, SourceRow, TagRow


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many open postings of a solution there are, and how many a crawl has seen lately."""

    open: int
    verified: int


@dataclass(frozen=True, slots=True)
class Span:
    """Postings that were first seen on one day and closed on one day."""

    first: date
    #: None for those that are open.
    last: date | None
    count: int


class Counts:
    """Counts postings; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_counts(self) -> dict[str, int]:
        """How many open postings each solution has; solutions without any are not in it."""
        query = (
            select(TagRow.solution, func.count())
            .join(PostingRow, PostingRow.id == TagRow.posting_id)
            .where(PostingRow.closed_at.is_(None))
            .group_by(TagRow.solution)
        )
        with reading(self._engine) as connection:
            return dict(connection.execute(query).all())

    def freshness(self, *, since: datetime) -> dict[str, Freshness]:
        """By solution: its open postings, and how many of them a crawl has seen since a moment."""
        seen = func.count(case((PostingRow.last_seen >= since, 1)))
        query = (
            select(TagRow.solution, func.count(), seen)
            .join(PostingRow, PostingRow.id == TagRow.posting_id)
            .where(PostingRow.closed_at.is_(None))
            .group_by(TagRow.solution)
        )
        with reading(self._engine) as connection:
            return {slug: Freshness(total, fresh) for slug, total, fresh in connection.execute(query)}

    def totals(self) -> dict[str, int]:
        """How many postings are open, and how many employers have any."""
        query = select(func.count(), func.count(distinct(PostingRow.employer_id))).where(PostingRow.closed_at.is_(None))
        with reading(self._engine) as connection:
            postings, hiring = connection.execute(query).one()
        return {"postings": postings, "employers": hiring}

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """How many postings each further choice would leave, by filter and value.

        A filter does not count for itself, so that another of its values can be chosen instead.
        """
        counted = {
            "workplace": (PostingRow.workplace, replace(filters, workplace=None)),
            "employment_type": (PostingRow.employment_type, replace(filters, employment_type=None)),
            "language": (PostingRow.language, replace(filters, language=None)),
            "country": (PlaceRow.country, replace(filters, country=None)),
            "solution": (TagRow.solution, replace(filters, solutions=())),
        }
        found: dict[str, dict[str, int]] = {}
        with reading(self._engine) as connection:
            for name, (column, others) in counted.items():
                # A posting may lie in one country at several places; all else it has once.
                number = func.count(distinct(PostingRow.id)) if name == "country" else func.count()
                query = _joined(name).add_columns(column, number)
                rows = connection.execute(query.where(condition(others), column.is_not(None)).group_by(column))
                found[name] = dict(rows.all())
        return found

    def spans(self, solution: str, *, since: datetime) -> list[Span]:
        """From when to when the postings of a solution were open, those that closed before a moment left out."""
        first, last = func.date(PostingRow.first_seen), func.date(PostingRow.closed_at)
        query = (
            select(first, last, func.count())
            .join(TagRow, TagRow.posting_id == PostingRow.id)
            .where(TagRow.solution == solution)
            .where(or_(PostingRow.closed_at.is_(None), PostingRow.closed_at >= since))
            .group_by(first, last)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Span(_day(opened), _day(closed) if closed else None, count) for opened, closed, count in rows]

    def changes(self) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """When the open postings last changed: by slug of the solution, and by slug of the employer."""
        latest = func.max(PostingRow.touched_at)
        open_ = PostingRow.closed_at.is_(None)
        tagged = select(TagRow.solution, latest).join(PostingRow, PostingRow.id == TagRow.posting_id)
        hiring = select(EmployerRow.slug, latest).join(PostingRow, PostingRow.employer_id == EmployerRow.id)
        with reading(self._engine) as connection:
            solutions = connection.execute(tagged.where(open_).group_by(TagRow.solution)).all()
            hirers = connection.execute(hiring.where(open_).group_by(EmployerRow.slug)).all()
        return dict(solutions), dict(hirers)

    def parts(self, *, size: int) -> dict[int, datetime]:
        """When the open postings last changed, in parts of so many ids; the first part is 0."""
        part = (PostingRow.id - 1) // size
        query = select(part, func.max(PostingRow.touched_at)).where(PostingRow.closed_at.is_(None)).group_by(part)
        with reading(self._engine) as connection:
            return {int(number): moment for number, moment in connection.execute(query.order_by(part))}

    def in_part(self, part: int, *, size: int) -> list[tuple[int, datetime]]:
        """The open postings of a part, each with its last change."""
        first = part * size + 1
        query = (
            select(PostingRow.id, PostingRow.touched_at)
            .where(PostingRow.id.between(first, first + size - 1), PostingRow.closed_at.is_(None))
            .order_by(PostingRow.id)
        )
        with reading(self._engine) as connection:
            return [(posting_id, moment) for posting_id, moment in connection.execute(query)]


def _day(value: date | str) -> date:
    """A day as either database gives it."""
    return date.fromisoformat(str(value))


def _joined(facet: str) -> Select[()]:
    query: Select[()] = select().select_from(PostingRow).join(SourceRow, SourceRow.id == PostingRow.source_id)
    if facet == "country":
        return query.join(PlaceRow, PlaceRow.posting_id == PostingRow.id)
    return query.join(TagRow, TagRow.posting_id == PostingRow.id) if facet == "solution" else query
