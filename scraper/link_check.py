"""Looks at the addresses that pages link to, with all the manners of a crawl: which are broken, which have moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.log import configure_logging
from twisted.internet.error import DNSLookupError

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
    """Asks for each address once; keeps nothing."""

    name = "link-checker"
    custom_settings = {"ITEM_PIPELINES": {}, "DOWNLOAD_TIMEOUT": _TIMEOUT, "RETRY_TIMES": 1}  # noqa: RUF012

    def __init__(self, *, addresses: Sequence[str], tell: Callable[[str, CheckedLink], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._addresses, self._tell = addresses, tell

    async def start(self) -> AsyncIterator[Any]:
        """Ask for all."""
        for address in self._addresses:
            kept = {"address": address}
            yield Request(address, callback=self.came, errback=self.failed, cb_kwargs=kept, dont_filter=True)

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


def _judged(error: BaseException) -> CheckedLink:
    if isinstance(error, HttpError):
        status = error.response.status
        if status in _UNSAID or status >= 500:
            return CheckedLink("unknown", f"it does not let us look (HTTP {status})")
        return CheckedLink("broken", f"HTTP {status}")
    if isinstance(error, PrivateHost | Refused | IgnoreRequest):
        return CheckedLink("unknown", " ".join(str(error).split())[:300] or "not asked")
    if isinstance(error, DNSLookupError):
        return CheckedLink("broken", "there is no such host")
    return CheckedLink("unknown", f"no answer ({type(error).__name__})")


def _same(address: str, other: str) -> bool:
    """Whether two addresses differ in what nobody would call a move: https, www, a slash at the end."""
    return _plain(address) == _plain(other)


def _plain(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
