"""Asks hosts no faster than they bear, together with all other crawls over the same store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from postings.store.hosts import Go, Refused
from postings.store.owners import new_lease
from scraper.pace import pace_of
from scraper.turns import the_store

#: Requests to one host that may be under way at once.
AT_ONCE = 2
#: A request waits so long at most for a host that asked us to; a source whose host asks for more is read another time.
PATIENCE = timedelta(seconds=30)
#: What a host that says «too many requests» gets where it does not say how long, and what it may ask for at most.
UNSAID, LONGEST = timedelta(minutes=1), timedelta(days=1)
#: Seconds.
NAP = 0.5
#: For so long a host that may be asked without limit, and is well, is taken to be so still.
STILL_WELL = timedelta(seconds=0.5)
#: How often one request is sent again after such a wait.
AGAIN = 2


class Politeness:
    """Scrapy's downloader middleware nearest to the network: retries and redirects wait their turn too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = the_store(crawler.settings.get("CLIMATE_JOBS_DATABASE_URL")).hosts
        self._well_until: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked; IgnoreRequest where that is too long."""
        host = urlsplit(request.url).netloc
        pace = pace_of(host)
        if pace and (delay := request.meta.get("crawl_delay")):
            pace = min(pace, 1 / delay)
        while True:
            if self._crawler.engine is not None and not self._crawler.engine.running:
                raise IgnoreRequest("the crawl is ending")
            now = datetime.now(UTC)
            turn = self._reserve(host, pace, request, now)
            if isinstance(turn, Go):
                request.meta["host_is_well"] = turn.well
                await self._until(turn.at)
                if not pace or await self._enter(host, request, pace):
                    return
            elif turn.until - now > PATIENCE:
                raise IgnoreRequest(f"{host} is left alone until {turn.until:%Y-%m-%d %H:%M} UTC: {turn.why}")
            else:
                await self._until(turn.until)

    def _reserve(self, host: str, pace: float, request: Request, now: datetime) -> Go | Refused:
        if not pace and now < self._well_until.get(host, now):
            return Go(now, well=True)
        turn = self._hosts.reserve(host, pace=pace, now=now, probe=request.meta.get("probe", False))
        if not pace and isinstance(turn, Go) and turn.well:
            self._well_until[host] = now + STILL_WELL
        return turn

    async def _until(self, moment: datetime) -> None:
        """Sleep, in naps: a crawl that is told to end does not wait for its turn."""
        while (rest := (moment - datetime.now(UTC)).total_seconds()) > 0:
            await asyncio.sleep(min(rest, NAP))
            if self._crawler.engine is not None and not self._crawler.engine.running:
                return

    async def _enter(self, host: str, request: Request, pace: float) -> bool:
        """Begin the request; False where the host has asked us to wait since it was reserved."""
        token = new_lease()
        while not self._hosts.enter(host, token, pace=pace, at_once=AT_ONCE, now=datetime.now(UTC)):
            if not isinstance(self._hosts.reserve(host, pace=0, now=datetime.now(UTC), probe=True), Go):
                return False
            await asyncio.sleep(min(0.05, 0.2 / pace))
        request.meta["under_way"] = token
        return True

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Heed what the host says of our manners."""
        self._leave(request)
        host = urlsplit(request.url).netloc
        now = datetime.now(UTC)
        asked = response.headers.get("Retry-After")
        if response.status == 429 or (response.status == 503 and asked):
            pause = _pause((asked or b"").decode("latin-1"), now)
            self._well_until.pop(host, None)
            self._hosts.wait(host, until=now + pause)
            times = request.meta.get("asked_again", 0)
            if pause <= PATIENCE and times < AGAIN:
                return request.replace(dont_filter=True, meta={**request.meta, "asked_again": times + 1})
        elif response.status >= 500:
            self._failed(host)
        elif not request.meta.get("host_is_well"):
            self._hosts.answered(host)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that a host did not answer."""
        self._leave(request)
        if not isinstance(exception, IgnoreRequest):
            self._failed(urlsplit(request.url).netloc)

    def _failed(self, host: str) -> None:
        self._well_until.pop(host, None)
        self._hosts.failed(host, now=datetime.now(UTC))

    def _leave(self, request: Request) -> None:
        if token := request.meta.pop("under_way", None):
            self._hosts.leave(token)


def _pause(asked: str, now: datetime) -> timedelta:
    """How long a Retry-After, seconds or a date, asks us to wait."""
    try:
        if asked.strip().isdecimal():
            pause = timedelta(seconds=min(int(asked), int(LONGEST.total_seconds())))
        else:
            pause = parsedate_to_datetime(asked) - now
    except (TypeError, ValueError):
        return UNSAID
    return min(max(pause, timedelta()), LONGEST)
