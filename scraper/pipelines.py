"""Tags what a crawl brought and keeps it, with the outcome, in one transaction a board."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from scrapy.crawler import Crawler

from postings.deciding import ENOUGH_TEXTS
from postings.kept import Filters, Turn
from postings.posting import Employer, Posting, Reading
from postings.store import LeaseLost
from scraper.boards import Brought
from scraper.texts import the_texts
from scraper.turns import the_store

log = logging.getLogger(__name__)

#: Sent with ``crawl=KeptCrawl`` when a source has been kept.
source_kept = object()


class TagAndSave:
    """The one way from a spider into the store."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._store = the_store(crawler.settings.get("CLIMATE_JOBS_DATABASE_URL"))
        self._lists_many = bool(getattr(crawler.spider, "listing", False))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TagAndSave:
        """Scrapy's way of making a pipeline."""
        return cls(crawler)

    async def process_item(self, brought: Brought) -> Brought:
        """Tag the postings and keep them; what belongs to no source of the store goes on unkept."""
        if brought.turn is None:
            return brought
        turn, read = brought.turn, brought.reading
        hirers = [turn.employer or self._named(posting) for posting in read.postings]
        found = await the_texts().tags(read.postings, hirers, self._tells(turn, read))
        tags = {posting.ref: tags for posting, tags in zip(read.postings, found, strict=True)}
        if self._lists_many and turn.employer is None:
            # Of many employers' postings only those are ours that serve a solution.
            read.postings = [posting for posting in read.postings if tags[posting.ref]]
        try:
            crawl = self._store.crawls.save(turn, read, tags, now=datetime.now(UTC))
        except LeaseLost:
            log.warning("%s took too long and was read by another crawl: not kept", read.source)
            return brought
        self._crawler.signals.send_catch_log(source_kept, crawl=crawl)
        return brought

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
