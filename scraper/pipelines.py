"""Tags what a crawl brought and keeps it, with the outcome, in one transaction a board."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from postings.deciding import ENOUGH_TEXTS
from postings.kept import Filters, KeptCrawl, Turn
from postings.posting import Employer, Outcome, Posting, Reading
from postings.store import ConnectionLost, LeaseLost, StoreError
from scraper.boards import Brought
from scraper.texts import the_texts
from scraper.turns import the_store, the_writers

log = logging.getLogger(__name__)
_T = TypeVar("_T")

#: The turns of sources that have not changed are ended together: so many, or those of so many seconds.
TOGETHER, WAIT = 25, 1.0
#: Sent with ``crawl=KeptCrawl`` when a source has been kept.
source_kept = object()


class TagAndSave:
    """The one way from a spider into the store."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        url = crawler.settings.get("CLIMATE_JOBS_DATABASE_URL")
        self._store, self._writers = the_store(url), the_writers(url)
        self._lists_many = bool(getattr(crawler.spider, "listing", False))
        self._unchanged: list[Brought] = []
        self._waiting: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TagAndSave:
        """Scrapy's way of making a pipeline."""
        return cls(crawler)

    async def process_item(self, brought: Brought) -> Brought:
        """Tag the postings and keep them; what belongs to no source of the store goes on unkept."""
        if brought.turn is None:
            return brought
        turn, read = brought.turn, brought.reading
        if read.outcome is Outcome.UNCHANGED:
            self._end_soon(brought)
            return brought
        hirers = [turn.employer or self._named(posting) for posting in read.postings]
        found = await the_texts().tags(read.postings, hirers, self._tells(turn, read))
        tags = {posting.ref: tags for posting, tags in zip(read.postings, found, strict=True)}
        if self._lists_many and turn.employer is None:
            # Of many employers' postings only those are ours that serve a solution.
            read.postings = [posting for posting in read.postings if tags[posting.ref]]
        crawl = None
        with suppress(LeaseLost):
            crawl = await self._written(lambda: self._store.crawls.save(turn, read, tags, now=datetime.now(UTC)))
        self._tell(read, crawl)
        return brought

    async def _written(self, save: Callable[[], _T]) -> _T:
        if self._writers is None:
            return _kept(save)
        return await asyncio.get_running_loop().run_in_executor(self._writers, _kept, save)

    def close_spider(self) -> None:
        """End the turns that wait for it."""
        self._end_unchanged()

    def _end_soon(self, brought: Brought) -> None:
        self._unchanged.append(brought)
        if len(self._unchanged) >= TOGETHER:
            self._end_unchanged()
        elif self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(WAIT, self._end_unchanged)

    def _end_unchanged(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting, these, self._unchanged = None, self._unchanged, []
        ended = [(each.turn, each.reading) for each in these if each.turn is not None]
        if not ended:
            return
        try:
            crawls = _kept(lambda: self._store.crawls.save_unchanged(ended, now=datetime.now(UTC)))
        except StoreError as error:
            # Scrapy tells so of an item that is still in its hands; these no longer are.
            log.error("%s sources that have not changed are not kept: %s", len(ended), error)
            for each in these:
                self._crawler.signals.send_catch_log(signals.item_error, item=each, failure=Failure(error))
            return
        for (_, read), crawl in zip(ended, crawls, strict=True):
            self._tell(read, crawl)

    def _tell(self, read: Reading, crawl: KeptCrawl | None) -> None:
        if crawl is None:
            log.warning("%s took too long and was read by another crawl: not kept", read.source)
        else:
            self._crawler.signals.send_catch_log(source_kept, crawl=crawl)

    def _tells(self, turn: Turn, read: Reading) -> list[str] | None:
        """Texts that say what the employer of a board does; None where that is known."""
        if turn.employer is None or turn.employer.solutions or self._lists_many:
            return None
        texts = [posting.description_text for posting in read.postings]
        if texts and len(texts) < min(len(read.listed), ENOUGH_TEXTS):
            # Only what is new was read: what is stored says the rest.
            known = {posting.ref for posting in read.postings}
            had = Filters(source=turn.source, status="all", each=True)
            stored = self._store.postings.page(had, most=ENOUGH_TEXTS, texts=True).items
            texts += [each.posting.description_text for each in stored if each.posting.ref not in known]
        return texts

    def _named(self, posting: Posting) -> Employer | None:
        return self._store.employers.named(posting.employer) if posting.employer else None


def _kept(save: Callable[[], _T]) -> _T:
    """Save, and once more where the connection was lost meanwhile."""
    try:
        return save()
    except ConnectionLost:
        # Nothing was kept, or all of it: then the turn is over, and the lease says so.
        return save()
