"""Keeps the shelf of open postings as the database is: filled once, then told only what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select

from postings.database import StoreError, reading
from postings.posting import Interval
from postings.store import changes
from postings.store.pulse import Pulse
from postings.store.shelf import Card, Shelf
from postings.tables import EmployerRow, PlaceRow, PostingRow, TagRow

#: What a salary comes to in a year of 52 weeks, 260 days or 2080 hours, so that an hourly wage can be compared.
A_YEAR = {Interval.MONTH: 12, Interval.WEEK: 52, Interval.DAY: 260, Interval.HOUR: 2080}
#: More changes than this are read as quickly by reading everything.
_MANY = 20_000
_AT_ONCE = 500

#: What a posting must be to be seen in lists: open, and the one that is shown for its vacancy.
SHOWN = (PostingRow.closed_at.is_(None), PostingRow.shown_as.is_(None))

_FACTS = (
    PostingRow.id,
    PostingRow.dated_at,
    PostingRow.employer_id,
    PostingRow.source_id,
    PostingRow.workplace,
    PostingRow.employment_type,
    PostingRow.language,
    PostingRow.salary_min,
    PostingRow.salary_max,
    PostingRow.salary_currency,
    PostingRow.salary_interval,
)
_NAMED = (PlaceRow.text, PlaceRow.city, PlaceRow.region, PlaceRow.country)
_PLACE = (PlaceRow.posting_id, *_NAMED, PlaceRow.latitude, PlaceRow.longitude)


class Hirer(NamedTuple):
    """An employer, as far as lists of many need it."""

    id: int
    slug: str
    name: str
    folded: str


class Glance:
    """The shelf of one database, for all threads of a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._pulse = Pulse(engine)
        self._shelf: Shelf | None = None
        #: All employers by id, in the order of their names; and these alone.
        self._hirers: dict[int, Hirer] = {}
        self._names: dict[int, str] = {}
        self._seen = 0
        #: The number of the last change that touched a solution, or everything.
        self._moved: dict[str, int] = {}
        self._moved_all = 0
        #: The highest id met, be it open or not.
        self._highest = 0
        #: Every value that was met, so that equal ones are kept once.
        self._once: dict[Any, Any] = {}

    @contextmanager
    def shelf(self, connection: Connection) -> Iterator[Shelf]:
        """The open postings as they are now; nothing else is done with them meanwhile."""
        with self._lock:
            yield self._fresh(connection)

    @contextmanager
    def hirers(self, connection: Connection) -> Iterator[Mapping[int, Hirer]]:
        """All employers by id, in the order of their names."""
        with self._lock:
            self._fresh(connection)
            yield self._hirers

    def names(self) -> Mapping[int, str]:
        """The names of all employers, made comparable, by id and in their order."""
        self.moved()
        with self._lock:
            return self._names

    @contextmanager
    def current(self) -> Iterator[Shelf]:
        """The open postings as they are now, for who asks the database for nothing else."""
        self.moved()
        with self.latest() as shelf:
            yield shelf

    @contextmanager
    def latest(self) -> Iterator[Shelf]:
        """The open postings as they were when it was last asked whether they have moved."""
        with self._lock:
            if self._shelf is None:
                raise StoreError("the open postings could not be read")
            yield self._shelf

    def moved(self, solutions: Sequence[str] = (), *, within: float = 0) -> tuple[int, ...]:
        """A mark that is another one after any change; of these solutions only, where some are named.

        What hangs on a solution's postings, open and closed, is the same while its mark is.
        """
        newest = self._pulse.newest(within=within)
        if self._shelf is None or newest > self._seen:
            with reading(self._engine) as connection, self._lock:
                self._fresh(connection)
        with self._lock:
            if not solutions:
                return (self._seen,)
            return tuple(max(self._moved.get(each, 0), self._moved_all) for each in solutions)

    def close(self) -> None:
        """Give the watching connection back."""
        self._pulse.close()

    def _fresh(self, connection: Connection) -> Shelf:
        newest = changes.newest(connection)
        if self._shelf is not None and newest <= self._seen:
            # Less: this connection began before the one that was asked last.
            return self._shelf
        changed = changes.since(connection, self._seen) if self._shelf is not None else None
        if self._shelf is None or changed is None or len(changed) > _MANY:
            self._fill(connection, newest)
        else:
            self._change(connection, self._shelf, changed, newest)
        self._seen = newest
        assert self._shelf is not None
        return self._shelf

    def _fill(self, connection: Connection, newest: int) -> None:
        # Gone until it is whole: should the database fail meanwhile, nobody takes a part for all.
        self._shelf, self._once = None, {}
        shelf = Shelf()
        shelf.fill(_cards(connection, None, self._once))
        self._read_hirers(connection)
        self._highest = connection.scalar(select(func.max(PostingRow.id))) or 0
        self._moved_all = newest
        self._shelf = shelf

    def _read_hirers(self, connection: Connection) -> None:
        self._hirers = _hirers(connection)
        self._names = {hirer.id: hirer.folded for hirer in self._hirers.values()}

    def _change(self, connection: Connection, shelf: Shelf, changed: Sequence[int | None], newest: int) -> None:
        ids = [posting_id for posting_id in changed if posting_id is not None]
        for some in _slices(ids):
            before = {posting_id: card for posting_id in some if (card := shelf.card(posting_id))}
            if any(posting_id <= self._highest and posting_id not in before for posting_id in some):
                # What served a closed posting before is not known here.
                self._moved_all = newest
            for posting_id in some:
                shelf.take(posting_id)
            for card in _cards(connection, some, self._once):
                shelf.put(card)
            serving = select(TagRow.solution).where(TagRow.posting_id.in_(some)).distinct()
            served = {slug for card in before.values() for slug in card.solutions}
            self._moved |= dict.fromkeys(served.union(connection.scalars(serving)), newest)
            self._highest = max(self._highest, *some)
        if len(ids) < len(changed):
            self._read_hirers(connection)
            self._moved_all = newest
        elif not shelf.hiring().keys() <= self._hirers.keys():
            self._read_hirers(connection)


def _hirers(connection: Connection) -> dict[int, Hirer]:
    named = select(EmployerRow.id, EmployerRow.slug, EmployerRow.name)
    known = [Hirer(*row, row.name.casefold()) for row in connection.execute(named)]
    return {hirer.id: hirer for hirer in sorted(known, key=lambda hirer: (hirer.folded, hirer.id))}


def _cards(connection: Connection, ids: Sequence[int] | None, once: dict[Any, Any]) -> Iterator[Card]:
    """The open ones of some postings, or of all."""
    places, solutions = _places(connection, ids, once), _solutions(connection, ids, once)
    behind = _sources_behind(connection, ids)
    facts = select(*_FACTS).where(*SHOWN)
    for row in _rows(connection, facts if ids is None else facts.where(PostingRow.id.in_(ids))):
        yield Card(
            id=row.id,
            dated=row.dated_at.timestamp(),
            employer=once.setdefault(row.employer_id, row.employer_id),
            sources=_single((row.source_id, *behind.get(row.id, ())), once),
            solutions=solutions.get(row.id, ()),
            workplace=once.setdefault(row.workplace, row.workplace),
            employment_type=once.setdefault(row.employment_type, row.employment_type),
            language=once.setdefault(row.language, row.language),
            places=places.get(row.id, ()),
            pay=_pay(row),
        )


def _rows(connection: Connection, query: Any) -> Iterator[Any]:
    """The rows of a query, fetched many at once: one by one takes a third longer."""
    for some in connection.execute(query).partitions(_MANY):
        yield from some


def _pay(row: Any) -> tuple[str, float] | None:
    most = row.salary_max if row.salary_max is not None else row.salary_min
    if row.salary_currency is None or most is None:
        return None
    return row.salary_currency, most * A_YEAR.get(Interval(row.salary_interval), 1)


def _places(connection: Connection, ids: Sequence[int] | None, once: dict[Any, Any]) -> dict[int, tuple[Any, ...]]:
    query = _of_open(PlaceRow.posting_id, select(*_PLACE), ids).order_by(PlaceRow.posting_id, PlaceRow.position)
    found: dict[int, list[Any]] = defaultdict(list)
    for posting_id, *named in _rows(connection, query):
        found[posting_id].append(_single(tuple(named), once))
    return {posting_id: _single(tuple(named), once) for posting_id, named in found.items()}


def _solutions(connection: Connection, ids: Sequence[int] | None, once: dict[Any, Any]) -> dict[int, tuple[str, ...]]:
    query = _of_open(TagRow.posting_id, select(TagRow.posting_id, TagRow.solution), ids)
    found: dict[int, list[str]] = defaultdict(list)
    for posting_id, solution in _rows(connection, query):
        found[posting_id].append(_single(solution, once))
    return {posting_id: _single(tuple(sorted(slugs)), once) for posting_id, slugs in found.items()}


def _sources_behind(connection: Connection, ids: Sequence[int] | None) -> dict[int, set[int]]:
    """The sources of the open postings that others are shown for."""
    query = select(PostingRow.shown_as, PostingRow.source_id).where(PostingRow.closed_at.is_(None))
    query = query.where(PostingRow.shown_as.is_not(None) if ids is None else PostingRow.shown_as.in_(ids))
    found: dict[int, set[int]] = defaultdict(set)
    for shown, source in connection.execute(query):
        if shown is not None:
            found[shown].add(source)
    return found


def _single(value: Any, once: dict[Any, Any]) -> Any:
    return once.setdefault(value, value)


def _of_open(column: Any, query: Any, ids: Sequence[int] | None) -> Any:
    if ids is not None:
        return query.where(column.in_(ids))
    return query.join(PostingRow, PostingRow.id == column).where(*SHOWN)


def _slices(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
