"""Finds the board behind a careers page or a homepage, and reads its beginning to see whose it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import TextResponse
from scrapy.utils.log import configure_logging

from postings.posting import Source
from scraper.addresses import recognise
from scraper.asking import Stopped, Unreadable, ask
from scraper.belonging import Verdict, Whose, domain_of, label_of_domain, same_name
from scraper.candidates import LOOSE, Candidate, candidate, ranked
from scraper.careers import PATHS, careers_links, speaks_of_jobs
from scraper.process import settings
from scraper.safety import Refused
from scraper.traces import Trace, traces

#: So many pages are looked at, and so many boards read.
MOST_PAGES, MOST_BOARDS = 6, 6
TITLE = re.compile(r"\s+[|–—·•:»-]+\s+|\s*[|·•»]\s*")
AT = re.compile(r"^.{0,40}?\b(?:at|bei|chez|with|for|@)\s+(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking."""

    candidates: tuple[Candidate, ...] = ()
    whose: Whose = field(default_factory=Whose)
    #: Why the address could not be looked at; None where it was.
    trouble: str | None = None
    #: Whether that is because such an address is never asked.
    refused: bool = False

    @property
    def sure(self) -> Candidate | None:
        """The one board that is the employer's; None where there is none, or more than one."""
        own = [each for each in self.candidates if each.judgement.verdict is Verdict.OWN]
        return own[0] if len(own) == 1 else None

    @property
    def employer(self) -> str | None:
        """What to call the employer of the board that was found."""
        said = self.sure.employer if self.sure else None
        return self.whose.names[0] if self.whose.names else said

    @property
    def homepage(self) -> str | None:
        """The employer's homepage, as far as its domain tells."""
        return f"https://{self.whose.domains[0]}/" if self.whose.domains else None


def discover(address: str, *, employer: str | None = None, homepage: str | None = None, log_level: str) -> Found:
    """Look for the board behind an address. Scrapy's event loop runs once in a process, so this does too.

    Args:
        employer: what whoever asks calls the employer.
        homepage: its homepage, where the address is not on it.
    """
    found: list[Found] = []
    chosen = settings()
    chosen.set("LOG_LEVEL", log_level, priority="cmdline")
    configure_logging(chosen)
    process = AsyncCrawlerProcess(chosen, install_root_handler=False)
    domain = domain_of(homepage) if homepage else None
    whose = Whose((employer,) if employer else (), (domain,) if domain else ())
    run = process.crawl(Finder, address=address, whose=whose, tell=found.append)
    process.start()
    if not run.cancelled() and (error := run.exception()):
        raise error
    return found[0] if found else Found(trouble="stopped before it was found")


class Finder(Spider):
    """Looks for one board, with all the manners of a crawl; keeps nothing."""

    name = "finder"
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012

    def __init__(self, *, address: str, whose: Whose, tell: Callable[[Found], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._address, self._whose, self._tell = address, whose, tell

    async def start(self) -> AsyncIterator[Any]:
        """Look, and tell what was found."""
        search = Search(self.crawler, self._whose)
        try:
            self._tell(await search.of(self._address))
        except Stopped:
            return
        except Unreadable as error:
            refused = isinstance(error.__cause__, Refused)
            self._tell(Found(trouble=str(error), refused=refused))
        nothing: list[Any] = []
        for each in nothing:
            yield each


class Search:
    """The search for one employer's board."""

    def __init__(self, crawler: Crawler, whose: Whose) -> None:
        self._crawler, self._whose = crawler, whose
        self._asked: set[str] = set()
        self._judged: dict[Source, Candidate] = {}
        self._careers: list[str] = []

    async def of(self, address: str) -> Found:
        """What there is behind an address.

        Raises:
            Unreadable: the address cannot be read; its cause is ``Refused`` where it is never asked.
        """
        source = recognise(address)
        if source and source.kind not in LOOSE:
            await self._judge([Trace(source, "it is the address of a board", True, itself=True)])
            return self._found()
        page = await self._page(address)
        self._whose = _also(self._whose, address, page)
        waiting = await self._look(page)
        while waiting and not self._done and len(self._asked) < MOST_PAGES:
            try:
                page = await self._page(waiting.pop(0))
            except Unreadable:
                continue
            waiting = list(dict.fromkeys([*await self._look(page), *waiting]))
            waiting = [each for each in waiting if each not in self._asked]
        if not self._done:
            await self._judge_pages()
        return self._found()

    @property
    def _done(self) -> bool:
        return any(each.judgement.verdict is Verdict.OWN for each in self._judged.values())

    async def _page(self, address: str) -> TextResponse:
        self._asked.add(address)
        assert self._crawler.engine is not None
        response = await ask(self._crawler.engine, Request(address, meta={"probe": True}))
        if not isinstance(response, TextResponse):
            raise Unreadable(f"{address} is no page but something binary")
        self._asked.add(response.url)
        return response

    async def _look(self, page: TextResponse) -> list[str]:
        """Judge the boards a page points to; returns where to look next."""
        parts = urlsplit(page.url)
        heading = " ".join(page.css("title::text, h1 ::text").getall())[:300]
        of_jobs = speaks_of_jobs(f"{parts.netloc} {parts.path}") or (parts.path.strip("/") and speaks_of_jobs(heading))
        await self._judge(traces(page, of_jobs=bool(of_jobs)))
        if of_jobs:
            self._careers.append(page.url)
        links = [each for each in careers_links(page) if recognise(each) is None]
        if not links and not of_jobs and len(self._asked) <= 2:
            links = [urljoin(page.url, path) for path in PATHS]
        return links[:MOST_PAGES]

    async def _judge(self, found: Iterable[Trace]) -> None:
        for trace in found:
            if trace.source not in self._judged and len(self._judged) < MOST_BOARDS:
                self._judged[trace.source] = await candidate(self._crawler, trace, self._whose)

    async def _judge_pages(self) -> None:
        """Without a board of a system, the careers page may be one: its postings on pages with data for programs."""
        for address in self._careers[:1]:
            source = Source("jsonld", address)
            found = await candidate(self._crawler, Trace(source, f"postings behind {address}", True), self._whose)
            if found.judgement.verdict is not Verdict.UNREADABLE:
                self._judged.setdefault(source, found)

    def _found(self) -> Found:
        return Found(tuple(ranked(self._judged.values())), self._whose)


def _also(whose: Whose, address: str, page: TextResponse) -> Whose:
    """What is known of an employer, with what the address and the page say of it."""
    domains = dict.fromkeys([*whose.domains, *(domain for url in (address, page.url) if (domain := domain_of(url)))])
    labels = [label_of_domain(domain) for domain in domains]
    titles = [AT.sub(r"\1", piece) for piece in TITLE.split(page.css("title::text").get("").strip()) if piece]
    site = page.css("meta[property='og:site_name']::attr(content)").get("").strip()
    said = [each for each in (site, *titles) if each and len(each) < 60 and not speaks_of_jobs(each)]
    # What agrees with the domain is the name; the rest of a title may be anything.
    sure = [each for each in said if any(same_name(each, label) for label in labels)]
    names = dict.fromkeys([*whose.names, *sure, *labels, *said])
    return Whose(tuple(names), tuple(domains))
