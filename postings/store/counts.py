"""What is counted over postings: by solution, by filter, by freshness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime

from pyroaring import BitMap64
from sqlalchemy import Connection, Engine, case, func, or_, select

from postings.database import reading
from postings.kept import Filters
from postings.store import searching
from postings.store.filtering import Named, common, named, sets
from postings.store.glance import SHOWN, Glance
from postings.store.lately import Lately, Told, Unchanged
from postings.store.shelf import FACETS, Shelf
from postings.store.spots import Spot, spots
from postings.tables import EmployerRow, PostingRow, SourceRow, TagRow

#: With so many open postings, what must be counted over all of them is told as it was lately.
LARGE = 5_000
#: The postings of so many searches are remembered, and so many counts.
SEARCHES, COUNTED = 64, 128


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
        self._glance = Glance(engine)
        self._lately = Lately()
        self._found: Unchanged = Unchanged(SEARCHES)
        self._counted: Unchanged = Unchanged(COUNTED)

    def moved(self, solutions: Sequence[str] = (), *, within: float = 0) -> tuple[int, ...]:
        """A mark that is another one when postings have changed, those of some solutions where these are named.

        Args:
            within: it may be as it was so many seconds ago.
        """
        return self._glance.moved(solutions, within=within)

    def close(self) -> None:
        """Give back what is held of the database."""
        self._glance.close()

    def open_counts(self) -> dict[str, int]:
        """How many open postings each solution has; solutions without any are not in it."""
        with self._glance.current() as shelf:
            return shelf.counts("solution")

    def overview(self) -> tuple[dict[str, int], dict[str, int]]:
        """What ``open_counts`` and ``totals`` tell, at one moment."""
        with self._glance.current() as shelf:
            return shelf.counts("solution"), {"postings": len(shelf), "employers": len(shelf.hiring())}

    def totals(self) -> dict[str, int]:
        """How many postings are open, and how many employers have any."""
        return self.overview()[1]

    def freshness(self, *, since: datetime) -> dict[str, Freshness]:
        """By solution: its open postings, and how many of them a crawl has seen since a moment."""
        seen = func.count(case((or_(PostingRow.last_seen >= since, SourceRow.unchanged_at >= since), 1)))
        query = (
            select(TagRow.solution, func.count(), seen)
            .join(PostingRow, PostingRow.id == TagRow.posting_id)
            .join(SourceRow, SourceRow.id == PostingRow.source_id)
            .where(*SHOWN)
            .group_by(TagRow.solution)
        )

        def count() -> dict[str, Freshness]:
            with reading(self._engine) as connection:
                return {slug: Freshness(total, fresh) for slug, total, fresh in connection.execute(query)}

        return self.lately("freshness", count)

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """How many open postings each further choice would leave, by filter and value.

        A filter does not count for itself, so that another of its values can be chosen instead.
        """
        mark = self.moved()
        return self._counted.told(("facets", filters), mark, lambda: self._facets(filters, mark))

    def _facets(self, filters: Filters, mark: tuple[int, ...]) -> dict[str, dict[str, int]]:
        words, _ = self._words(filters, mark)
        wanted = self._named(filters)
        with self._glance.latest() as shelf:
            passing = sets(wanted, shelf, filters)
            return {name: shelf.counts(name, self._but(name, passing, words, shelf)) for name in FACETS}

    def spots(self, filters: Filters) -> tuple[list[Spot], int]:
        """Where the open postings that pass the filters are, and how many of them have a place on the map."""
        mark = self.moved()
        return self._counted.told(("spots", filters), mark, lambda: self._spots(filters, mark))

    def _spots(self, filters: Filters, mark: tuple[int, ...]) -> tuple[list[Spot], int]:
        words, _ = self._words(filters, mark)
        wanted = self._named(filters)
        with self._glance.latest() as shelf:
            passing = [*words, *sets(wanted, shelf, filters).values()]
            return spots(shelf, common(passing, shelf) if passing else None)

    @staticmethod
    def _but(name: str, passing: Mapping[str, BitMap64], words: Sequence[BitMap64], shelf: Shelf) -> BitMap64 | None:
        """The postings that pass all filters but one; None for all there are."""
        others = [*words, *(found for each, found in passing.items() if each != name)]
        return common(others, shelf) if others else None

    def _named(self, filters: Filters) -> Named:
        """Whom and what the filters name; the database is asked only where they do."""
        if not (filters.employers or filters.source):
            return Named()
        with reading(self._engine) as connection:
            return named(connection, filters)

    def _words(
        self, filters: Filters, mark: tuple[int, ...], connection: Connection | None = None
    ) -> tuple[list[BitMap64], bool]:
        """The postings that have the words; and whether these are only the newest of them.

        Args:
            mark: what ``moved`` told last.
            connection: None takes one of its own, where the database must be asked.
        """
        if not filters.words:
            return [], False
        most = searching.MOST_FOUND
        if replace(filters, words=None) != Filters():
            # Of these, few may be left.
            most *= 5
        words = filters.words

        def find() -> BitMap64:
            with nullcontext(connection) if connection is not None else reading(self._engine) as asked:
                return BitMap64(searching.ids(asked, words, most=most))

        found = self._found.told((words, most), mark, find)
        return [found], len(found) == most

    def lately(self, name: str, count: Callable[[], Told]) -> Told:
        """What something came to: within the last minutes where there are many postings, else now."""
        return self._lately.told(name, count) if self._is_large() else count()

    def remembered(self, name: str, solutions: Sequence[str], count: Callable[[], Told]) -> Told:
        """What something counted over solutions came to: within the last minutes where there are many postings.

        Else as it is now; nothing is counted twice while nothing changes.
        """
        if self._is_large():
            return self._lately.told(name, count)
        return self._counted.told(name, self.moved(solutions), count)

    def _is_large(self) -> bool:
        with self._glance.current() as shelf:
            return len(shelf) >= LARGE

    def spans(self, solution: str, *, since: datetime) -> list[Span]:
        """From when to when the postings of a solution were open, those that closed before a moment left out."""
        first, last = func.date(PostingRow.first_seen), func.date(PostingRow.closed_at)
        query = (
            select(first, last, func.count())
            .join(TagRow, TagRow.posting_id == PostingRow.id)
            .where(TagRow.solution == solution, PostingRow.shown_as.is_(None))
            .where(or_(PostingRow.closed_at.is_(None), PostingRow.closed_at >= since))
            .group_by(first, last)
        )

        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Span(_day(opened), _day(closed) if closed else None, number) for opened, closed, number in rows]

    def changes(self) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """When the open postings last changed: by slug of the solution, and by slug of the employer."""
        latest = func.max(PostingRow.touched_at)
        tagged = select(TagRow.solution, latest).join(PostingRow, PostingRow.id == TagRow.posting_id)
        hiring = select(EmployerRow.slug, latest).join(PostingRow, PostingRow.employer_id == EmployerRow.id)
        with reading(self._engine) as connection:
            solutions = connection.execute(tagged.where(*SHOWN).group_by(TagRow.solution)).all()
            hirers = connection.execute(hiring.where(*SHOWN).group_by(EmployerRow.slug)).all()
        return dict(solutions), dict(hirers)

    def parts(self, *, size: int) -> dict[int, datetime]:
        """When the open postings last changed, in parts of so many ids; the first part is 0."""
        part = (PostingRow.id - 1) // size
        query = select(part, func.max(PostingRow.touched_at)).where(*SHOWN).group_by(part)
        with reading(self._engine) as connection:
            return {int(number): moment for number, moment in connection.execute(query.order_by(part))}

    def in_part(self, part: int, *, size: int) -> list[tuple[int, datetime]]:
        """The open postings of a part, each with its last change."""
        first = part * size + 1
        query = (
            select(PostingRow.id, PostingRow.touched_at)
            .where(PostingRow.id.between(first, first + size - 1), *SHOWN)
            .order_by(PostingRow.id)
        )
        with reading(self._engine) as connection:
            return [(posting_id, moment) for posting_id, moment in connection.execute(query)]


def _day(value: date | str) -> date:
    """A day as either database gives it."""
    return date.fromisoformat(str(value))
