"""What the site asks of the store: open postings by any filter, one posting, employers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, func, select, tuple_

from postings.database import reading
from postings.folding import folded
from postings.kept import Filters, KeptPosting, Page
from postings.posting import Source
from postings.store import searching
from postings.store.filtering import common, condition, named, sets
from postings.store.hiring import ALIKE, Hiring
from postings.store.kept_rows import by_ids, kept, with_employers
from postings.store.lately import Unchanged
from postings.tables import EmployerRow, PostingRow, SourceRow, TagRow

#: How many postings are fetched at once where all are wanted.
_BATCH = 500
#: States of so many feeds are remembered.
REMEMBERED = 5_000
#: So many parts of lists are, of so many postings at most.
PAGES, LARGEST = 64, 100
#: By relevance, so many postings are sorted, the newest of those that pass.
RANKED = 1_000
#: Among closed ones no more than these are counted.
COUNTED = 10_000
#: A filter that fewer than one in so many postings pass is answered by gathering them.
FEW = 100


@dataclass(frozen=True, slots=True)
class State:
    """What tells one state of a feed from another."""

    #: Of all that its entries show.
    digest: str
    #: When one of them last changed; None where there is none.
    touched_at: datetime | None
    entries: int
    #: It is the same as long as the mark of these solutions is; of all postings, where none is named.
    solutions: tuple[str, ...] = field(default=(), compare=False)
    mark: tuple[int, ...] = field(default=(), compare=False)


class Questions(Hiring):
    """Reads postings and what is counted over them; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._states: Unchanged = Unchanged(REMEMBERED)
        self._pages: Unchanged = Unchanged(PAGES)

    def page(
        self,
        filters: Filters,
        *,
        most: int = 50,
        skip: int = 0,
        after: int | None = None,
        relevant: bool = False,
        texts: bool = False,
    ) -> Page:
        """Postings that pass the filters, newest first, with the number of all that do.

        Args:
            after: only those that stand in the list after this posting.
            relevant: those first whose title has the words; of the newest only, where many do.
        """
        if filters.status != "open":
            return self._page_of_all(filters, most=most, skip=skip, after=after, texts=texts)
        asked, mark = (filters, most, skip, after, relevant), self.moved()
        if not texts and most <= LARGEST:
            return self._pages.told(asked, mark, lambda: self._page(*asked, mark))
        return self._page(*asked, mark, texts=texts)

    def _page(
        self,
        filters: Filters,
        most: int,
        skip: int,
        after: int | None,
        relevant: bool,
        mark: tuple[int, ...],
        texts: bool = False,
    ) -> Page:
        with reading(self._engine) as connection:
            words, bounded = self._words(filters, mark, connection)
            wanted = named(connection, filters)
            behind = self._place_of(connection, after) if after is not None else None
            with self._glance.latest() as shelf:
                found = common([*sets(wanted, shelf, filters).values(), *words], shelf)
                total = len(found)
                ranked = relevant and bool(filters.words)
                most_ids, skipped = (RANKED, 0) if ranked else (most + 1, skip)
                ids = shelf.newest(found, most=most_ids, skip=skipped, behind=behind)
            if ranked:
                # The list ends with the newest that were sorted.
                bounded, total = bounded or total > RANKED, min(total, RANKED)
                ids = searching.by_relevance(connection, filters.words or "", ids)[skip : skip + most + 1]
            items = kept(connection, by_ids(connection, ids[:most]), texts=texts)
            return Page(items, total, more=len(ids) > most, bounded=bounded)

    @staticmethod
    def _place_of(connection: Connection, posting_id: int) -> tuple[float, int]:
        """Where a posting stands in a list; before all others where there is no such posting."""
        dated = connection.scalar(select(PostingRow.dated_at).where(PostingRow.id == posting_id))
        return (dated.timestamp() if dated else -inf, posting_id)

    def _page_of_all(self, filters: Filters, *, most: int, skip: int, after: int | None, texts: bool) -> Page:
        with reading(self._engine) as connection:
            where = condition(filters, connection.dialect.name, few=self._few(connection, filters))
            counted = select(PostingRow.id).where(where).limit(COUNTED + 1).subquery()
            total = connection.scalar(select(func.count()).select_from(counted)) or 0
            query = with_employers().where(where).order_by(PostingRow.dated_at.desc(), PostingRow.id.desc())
            if after is not None:
                last = select(PostingRow.dated_at, PostingRow.id).where(PostingRow.id == after)
                query = query.where(tuple_(PostingRow.dated_at, PostingRow.id) < last.scalar_subquery())
            rows = connection.execute(query.limit(most + 1).offset(skip)).all()
            items = kept(connection, rows[:most], texts=texts)
        return Page(items, min(total, COUNTED), more=len(rows) > most, bounded=total > COUNTED)

    def state(self, filters: Filters, *, most: int) -> State:
        """What ``newest_seen`` would give, in as few words as tell whether it has changed.

        Asked again while nothing has changed, it costs one reading of the last change.
        """
        alone = filters == Filters(solutions=filters.solutions, status="all")
        named = filters.solutions if alone else ()
        mark = self.moved(named)
        return self._states.told(
            (filters, most), mark, lambda: replace(self._state(filters, most), solutions=named, mark=mark)
        )

    def _state(self, filters: Filters, most: int) -> State:
        # Facts of an employer may change without its postings.
        columns = (PostingRow.id, PostingRow.touched_at, EmployerRow.name, EmployerRow.homepage)
        query = select(*columns).join(EmployerRow, EmployerRow.id == PostingRow.employer_id)
        with reading(self._engine) as connection:
            rows = connection.execute(self._newest_seen(connection, query, filters, most)).all()
        digest = hashlib.blake2b(digest_size=16)
        for row in rows:
            digest.update(f"{row.id} {row.touched_at.timestamp()} {row.name}\n{row.homepage}\n".encode())
        return State(digest.hexdigest(), max((row.touched_at for row in rows), default=None), len(rows))

    def newest_seen(self, filters: Filters, *, most: int) -> list[KeptPosting]:
        """What a feed shows: the postings that were first seen last, with their texts."""
        with reading(self._engine) as connection:
            query = self._newest_seen(connection, with_employers(), filters, most)
            return kept(connection, connection.execute(query).all(), texts=True)

    def _newest_seen(self, connection: Connection, query: Any, filters: Filters, most: int) -> Any:
        """Ids are given in the order in which postings are first seen."""
        if filters == Filters(solutions=filters.solutions, status="all") and len(filters.solutions) == 1:
            ids = select(TagRow.posting_id).join(PostingRow, PostingRow.id == TagRow.posting_id)
            ids = ids.where(TagRow.solution == filters.solutions[0], PostingRow.shown_as.is_(None))
            newest = ids.order_by(TagRow.posting_id.desc()).limit(most).subquery()
            query = query.where(PostingRow.id.in_(select(newest.c.posting_id)))
        else:
            least, few = self._least(connection, filters, most)
            query = query.where(condition(filters, connection.dialect.name, few=few, after=least))
        return query.order_by(PostingRow.id.desc()).limit(most)

    def _least(self, connection: Connection, filters: Filters, most: int) -> tuple[int, bool]:
        """Below which id none of the newest is; and whether few postings pass the filters."""
        words, _ = self._words(filters, self.moved(), connection)
        wanted = named(connection, filters)
        with self._glance.latest() as shelf:
            found = common([*words, *sets(wanted, shelf, filters).values()], shelf)
            few = len(found) < len(shelf) / FEW
            # So many are open: closed ones below the last of them stand behind all of these.
            return (found[-most] - 1 if len(found) >= most and filters.status != "closed" else 0), few

    def _few(self, connection: Connection, filters: Filters) -> bool:
        """Whether so few open postings pass the filters that the closed ones will be few too."""
        if not (filters.solutions or filters.country or filters.place):
            # The rest are columns of the postings themselves, where it makes no difference.
            return False
        return self._least(connection, filters, 1)[1]

    def every(self, filters: Filters) -> Iterator[KeptPosting]:
        """All postings that pass the filters, with their texts, by id; fetched a batch at a time."""
        last = 0
        while True:
            where = condition(filters, self._engine.dialect.name, after=last)
            query = with_employers().where(where).order_by(PostingRow.id).limit(_BATCH)
            with reading(self._engine) as connection:
                batch = kept(connection, connection.execute(query).all(), texts=True, own=filters.each)
            if not batch:
                return
            yield from batch
            last = batch[-1].id

    def one(self, posting_id: int) -> KeptPosting | None:
        """One posting with its text, open or closed."""
        with reading(self._engine) as connection:
            rows = connection.execute(with_employers().where(PostingRow.id == posting_id)).all()
            return kept(connection, rows, texts=True)[0] if rows else None

    def similar_places(self, place: str, *, most: int = 3) -> list[str]:
        """Cities with open postings that are written almost like this, the most similar first."""
        cities = self._counted.told("cities", self.moved(), self._cities)
        alike = process.extract(folded(place), cities, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=most)
        return [city for _, _, city in alike]

    def _cities(self) -> Mapping[str, str]:
        with self._glance.current() as shelf:
            return shelf.cities()

    def has_source(self, source: Source) -> bool:
        """Whether postings of this source may be stored, though it be paused or removed by now."""
        query = select(SourceRow.id).where(SourceRow.kind == source.kind, SourceRow.key == source.key)
        with reading(self._engine) as connection:
            return connection.scalar(query) is not None
