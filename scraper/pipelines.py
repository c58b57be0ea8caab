"""Tags what a crawl brought and keeps it, with the outcome, in one transaction a board."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from scrapy.crawler import Crawler

from postings.kept import Turn
from postings.posting import Posting, Tag
from postings.store import LeaseLost
from postings.tagger import Tagger
from scraper.boards import Brought
from scraper.turns import the_store

log = logging.getLogger(__name__)

#: Sent with ``crawl=KeptCrawl`` when a source has been kept.
source_kept = object()


class TagAndSave:
    """The one way from a spider into the store."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._store = the_store(crawler.settings.get("CLIMATE_JOBS_DATABASE_URL"))
        self._tagger = Tagger.shipped()
        self._lists_many = bool(getattr(crawler.spider, "listing", False))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TagAndSave:
        """Scrapy's way of making a pipeline."""
        return cls(crawler)

    def process_item(self, brought: Brought) -> Brought:
        """Tag the postings and keep them; what belongs to no source of the store goes on unkept."""
        if brought.turn is None:
            return brought
        read = brought.reading
        tags = {posting.ref: self._tags(posting, brought.turn) for posting in read.postings}
        if self._lists_many and brought.turn.employer is None:
            # Of many employers' postings only those are ours that serve a solution.
            read.postings = [posting for posting in read.postings if tags[posting.ref]]
        try:
            crawl = self._store.crawls.save(brought.turn, read, tags, now=datetime.now(UTC))
        except LeaseLost:
            log.warning("%s took too long and was read by another crawl: not kept", read.source)
            return brought
        self._crawler.signals.send_catch_log(source_kept, crawl=crawl)
        return brought

    def _tags(self, posting: Posting, turn: Turn) -> list[Tag]:
        employer = turn.employer
        if employer is None and posting.employer:
            employer = self._store.employers.named(posting.employer)
        company = posting.employer or (employer.name if employer else None)
        return self._tagger.tags(title=posting.title, text=posting.description_text, company=company, employer=employer)
