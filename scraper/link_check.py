"""Looks at the addresses that pages link to, with all the manners of a crawl: which are broken, which have moved."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.log import configure_logging
from twisted.internet.threads import deferToThread

from postings.store.handbook import CheckedLink
from scraper.process import settings
from scraper.safety import PrivateHost, Refused

#: Answers that say «not for programs» or «not now», and nothing of the page.
_UNSAID = {401, 403, 405, 406, 408, 421, 425, 429, 451}
_FOR_EVER = {301, 308}
#: Seconds for one address.
_TIMEOUT = 20


def check(addresses: Sequence[str], *, tell: Callable[[str, CheckedLink], None], log_level: str) -> None:
    """Look at addresses. Scrapy's event loop runs once in a process, so this does too.

    Args:
        tell: is told each address and what came of it, as it comes.
    """
    chosen = settings()
    chosen.set("LOG_LEVEL", log_level, priority="cmdline")
    configure_logging(chosen)
    process = AsyncCrawlerProcess(chosen, install_root_handler=False)
    run = process.crawl(LinkChecker, addresses=addresses, tell=tell)
    process.start()
    if not run.cancelled() and (error := run.exception()):
        raise error


class LinkChecker(Spider):
    """Asks for each address once, and reads no more than how it is answered."""

    name = "link-checker"
    custom_settings = {"ITEM_PIPELINES": {}, "DOWNLOAD_TIMEOUT": _TIMEOUT, "RETRY_TIMES": 1}  # noqa: RUF012

    def __init__(self, *, addresses: Sequence[str], tell: Callable[[str, CheckedLink], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._addresses, self._tell = addresses, tell
        self._named: dict[str, bool] = {}
        self._nameless: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> LinkChecker:
        """Scrapy's way of making a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.answered, signal=signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask for all whose hosts there are."""
        for address in self._addresses:
            if await self._has_host(address):
                kept = {"address": address}
                yield Request(address, callback=self.came, errback=self.failed, cb_kwargs=kept, dont_filter=True)
            else:
                self._nameless.append(address)

    def closed(self, _reason: str) -> None:
        """Tell of the addresses whose hosts have no name."""
        for address in self._nameless:
            self._tell(address, no_such_host(self._named))

    def answered(self, request: Request) -> None:
        """Leave the body of an answer where it is; a robots.txt is read."""
        if "address" in request.cb_kwargs:
            raise StopDownload(fail=False)

    async def _has_host(self, address: str) -> bool:
        """Whether a host's name is known; a proxy resolves names itself."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme in getproxies() and not proxy_bypass(host):
            return True
        if host not in self._named:
            self._named[host] = await maybe_deferred_to_future(deferToThread(_is_known, host))
        return self._named[host]

    def came(self, response: Response, address: str) -> None:
        """Tell of an address that answers."""
        reasons = response.meta.get("redirect_reasons", [])
        moved = bool(reasons) and all(reason in _FOR_EVER for reason in reasons) and not _same(address, response.url)
        if moved:
            self._tell(address, CheckedLink("moved", f"it has moved to {response.url}"[:300], response.url[:2_000]))
        else:
            self._tell(address, CheckedLink("sound", "it answers"))

    def failed(self, failure: Any) -> None:
        """Tell of an address that does not answer as it should."""
        self._tell(failure.request.cb_kwargs["address"], _judged(failure.value))


def no_such_host(known: Mapping[str, bool]) -> CheckedLink:
    """What to say of a host whose name is not known: nothing, where no other name is known either.

    Args:
        known: whether each host's name is.
    """
    if any(found and re.search(r"\.[a-z][a-z0-9-]+$", host) for host, found in known.items()):
        return CheckedLink("broken", "there is no such host")
    return CheckedLink("unknown", "names of hosts are not answered here")


def _is_known(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except socket.gaierror as error:
        return error.errno != socket.EAI_NONAME
    except (OSError, UnicodeError):
        # What else went wrong says nothing of the name.
        pass
    return True


def _judged(error: BaseException) -> CheckedLink:
    if isinstance(error, HttpError):
        status = error.response.status
        if status in _UNSAID or status >= 500:
            return CheckedLink("unknown", f"it does not let us look (HTTP {status})")
        return CheckedLink("broken", f"HTTP {status}")
    if isinstance(error, PrivateHost | Refused | IgnoreRequest):
        return CheckedLink("unknown", " ".join(str(error).split())[:300] or "not asked")
    return CheckedLink("unknown", f"no answer ({type(error).__name__})")


def _same(address: str, other: str) -> bool:
    """Whether two addresses differ in what nobody would call a move: https, www, a slash at the end."""
    return _plain(address) == _plain(other)


def _plain(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
