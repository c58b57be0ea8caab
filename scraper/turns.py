"""Hands a spider its sources, one turn at a time, so that no other crawl reads them meanwhile."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache

from scrapy.crawler import Crawler

from postings.kept import Turn
from postings.posting import Source
from postings.store import LEASE, Store, open_store

log = logging.getLogger(__name__)

#: How many due sources are taken at once: few, so that their leases do not run out before they are read; and how many
#: of those that take a request or two each.
_AT_ONCE, _QUICK_AT_ONCE = 4, 25
#: A posting whose text takes a request of its own is read again so often, to see whether it says something else.
REREAD = timedelta(days=7)
#: Of postings a feed no longer shows, so many pages are looked at in one crawl, each at most so often.
LOOK_AT, LOOK_AGAIN = 20, timedelta(days=1)


@cache
def the_store(url: str | None = None) -> Store:
    """The store of this process."""
    return open_store(url)


@cache
def the_writers(url: str | None = None) -> Executor | None:
    """What saves boards while others are read, for all crawls of this process; None where that would gain nothing.

    Of two, one can have the server write while the other makes ready what is next.
    """
    writers = the_store(url).writers
    return ThreadPoolExecutor(writers, "write") if writers > 1 else None


class Turns:
    """The sources a crawl reads: those it was told, or those of them that are due, else all of its kind that are."""

    def __init__(
        self, store: Store, kind: str, wanted: Sequence[Source] | None, *, only_due: bool = False, quick: bool
    ) -> None:
        self._store, self._kind, self._only_due = store, kind, only_due
        self._at_once = _QUICK_AT_ONCE if quick else _AT_ONCE
        self._wanted = None if wanted is None else deque(wanted)
        self._taken: deque[Turn] = deque()
        self._started = datetime.now(UTC)
        self._kept_at: dict[int, datetime] = {}

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, kind: str, wanted: Sequence[Source] | None, *, only_due: bool = False, quick: bool
    ) -> Turns:
        """The turns of a crawl over the store its settings name, else the environment's.

        Args:
            quick: a source of the kind takes a request or two.
        """
        store = the_store(crawler.settings.get("CLIMATE_JOBS_DATABASE_URL"))
        return cls(store, kind, wanted, only_due=only_due, quick=quick)

    def take(self) -> tuple[Source, Turn | None] | None:
        """The next source with its turn; None when there is none left.

        A source the store does not know is read without a turn, and not kept.
        """
        return self._next_due() if self._wanted is None else self._next_wanted()

    def _next_due(self) -> tuple[Source, Turn] | None:
        if not self._taken:
            now = datetime.now(UTC)
            self._taken.extend(
                self._store.sources.take_due(self._kind, now=now, most=self._at_once, before=self._started)
            )
        return (self._taken[0].source, self._taken.popleft()) if self._taken else None

    def _next_wanted(self) -> tuple[Source, Turn | None] | None:
        while self._wanted:
            source = self._wanted.popleft()
            turn = self._store.sources.take(source, now=datetime.now(UTC), only_due=self._only_due)
            if turn is not None:
                return source, turn
            if self._only_due:
                continue
            if not self._store.sources.has(source):
                log.warning("%s is not in the store: read, but not kept", source)
                return source, None
            log.warning("%s is being read by another crawl: left to it", source)
        return None

    def keep(self, turn: Turn) -> bool:
        """Hold on to a turn that takes long; False where another crawl has taken the source over."""
        now = datetime.now(UTC)
        if now - self._kept_at.setdefault(turn.id, now) > LEASE / 3:
            self._kept_at[turn.id] = now
            return self._store.sources.renew(turn, now=now)
        return True

    def read_lately(self, turn: Turn) -> frozenset[str]:
        """Refs of the source's open postings that need not be read again yet."""
        return self._store.sources.read_since(turn, datetime.now(UTC) - REREAD)

    def unlisted(self, turn: Turn, listed: Collection[str]) -> list[tuple[str, str]]:
        """Refs and pages of some postings that the source no longer shows, and whose pages are to be looked at now."""
        before = datetime.now(UTC) - LOOK_AGAIN
        return self._store.sources.unlisted(turn, listed, before=before, most=LOOK_AT)

    def looked_at(self, turn: Turn, refs: Collection[str]) -> None:
        """Note pages that say nothing new."""
        self._store.sources.looked_at(turn, refs, now=datetime.now(UTC))

    def give_back(self, turns: Sequence[Turn] = ()) -> None:
        """Return turns that were not read to their end, and those that were taken and not begun."""
        for turn in [*turns, *self._taken]:
            self._store.sources.release(turn)
        self._taken.clear()
