"""Tags what a crawl brought and keeps it, with the outcome, in one transaction a board."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from scrapy.crawler import Crawler

from postings.deciding import ENOUGH_TEXTS, Decider
from postings.kept import Filters, Turn
from postings.posting import Employer, Posting, Reading, Tag
from postings.store import LeaseLost
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
        self._decider = Decider.of_environment()
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
        employer = self._employer(brought.turn, read)
        tags = {posting.ref: self._tags(posting, employer) for posting in read.postings}
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

    def _employer(self, turn: Turn, read: Reading) -> Employer | None:
        """Whose board it is; where nothing is known of it, with what its own postings have in common."""
        if turn.employer is None or turn.employer.solutions or self._lists_many or not read.postings:
            return turn.employer
        texts = [posting.description_text for posting in read.postings]
        if len(texts) < min(len(read.listed), ENOUGH_TEXTS):
            # Only what is new was read: what is stored says the rest.
            known = {posting.ref for posting in read.postings}
            had = Filters(source=turn.source, status="all", each=True)
            stored = self._store.postings.page(had, most=ENOUGH_TEXTS, texts=True).items
            texts += [each.posting.description_text for each in stored if each.posting.ref not in known]
        return self._decider.told(turn.employer, texts)

    def _tags(self, posting: Posting, employer: Employer | None) -> list[Tag]:
        if employer is None and posting.employer:
            employer = self._store.employers.named(posting.employer)
        return self._decider.tags(posting, employer)
