"""robots.txt by RFC 9309: fetched once a day for all crawls; a host that cannot say is not asked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from postings.store.hosts import Robots
from scraper.turns import the_store

#: RFC 9309, 2.4: not to be used longer.
KEPT_FOR = timedelta(days=1)
#: After a failure it is tried again sooner.
FAILED_FOR = timedelta(minutes=30)
#: RFC 9309, 2.5: at least 500 KiB must be read.
MOST = 512 * 1024
#: What a request that asks for robots.txt itself, or for a documented API, carries.
EXEMPT = "dont_obey_robotstxt"


class RobotsTxt:
    """Scrapy's downloader middleware that asks before it takes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = the_store(crawler.settings.get("CLIMATE_JOBS_DATABASE_URL")).hosts
        # Many requests to a host that is new want the same answer.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._agent = crawler.settings["BOT_NAME"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsTxt:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass; IgnoreRequest where robots.txt forbids it or cannot be had."""
        if request.meta.get(EXEMPT):
            return
        parts = urlsplit(request.url)
        robots = await self._robots(parts.scheme, parts.netloc)
        if robots.status is None or robots.status >= 500:
            said = "no answer" if robots.status is None else f"HTTP {robots.status}"
            raise IgnoreRequest(f"not asked: {parts.netloc}/robots.txt cannot be read ({said})")
        if robots.status == 200:
            rules = Protego.parse(robots.body)
            if not rules.can_fetch(request.url, self._agent):
                raise IgnoreRequest(f"not asked: {parts.netloc}/robots.txt forbids it")
            if delay := rules.crawl_delay(self._agent):
                request.meta["crawl_delay"] = float(delay)

    async def _robots(self, scheme: str, host: str) -> Robots:
        async with self._locks[host]:
            return await self._known_or_fetched(scheme, host)

    async def _known_or_fetched(self, scheme: str, host: str) -> Robots:
        known = self._hosts.robots(host)
        now = datetime.now(UTC)
        if known is not None:
            failed = known.status is None or known.status >= 500
            if now - known.fetched_at < (FAILED_FOR if failed else KEPT_FOR):
                return known
        fetched = await self._fetch(f"{scheme}://{host}/robots.txt")
        self._hosts.keep_robots(host, fetched)
        return fetched

    async def _fetch(self, address: str) -> Robots:
        assert self._crawler.engine is not None
        now = datetime.now(UTC)
        try:
            response = await self._crawler.engine.download_async(Request(address, meta={EXEMPT: True}))
        except Exception:
            # Whatever kept it from coming: what a host allows is not known now.
            return Robots(now, None, "")
        body = response.body[:MOST].decode("utf-8", "replace") if response.status == 200 else ""
        return Robots(now, response.status, body)
