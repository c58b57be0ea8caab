"""What a page shows of the board behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from postings.posting import Source
from scraper.addresses import recognise
from scraper.careers import label_of, speaks_of_jobs
from scraper.marked_up import job_postings

#: An address within the text of a script.
ADDRESS = re.compile(r"""https?://[^\s"'`<>\\()\[\]{}|^]{4,300}""")
#: Keys that scripts name without an address, by kind.
NAMED = (
    ("greenhouse", re.compile(r"""["']?\b(?:urlToken|boardToken|board_token)["']?\s*[:=]\s*["']([\w-]+)["']""")),
    ("workable", re.compile(r"""\bwhr_embed\(\s*["']?([\w-]+)""")),
    ("lever", re.compile(r"""\bleverJobsOptions\s*=\s*\{[^}]*?accountName["']?\s*:\s*["']([\w.-]+)["']""", re.DOTALL)),
    ("smartrecruiters", re.compile(r"""["']company_code["']\s*:\s*["']([\w-]+)["']""")),
)
COMEET = re.compile(r"""["']?(token|company-uid)["']?\s*[:=]\s*["']([\w.-]+)["']""")
#: What pages of a system under the employer's own domain carry.
MARKS = (
    ("teamtailor", re.compile(r"teamtailor-cdn\.com|name=\"generator\" content=\"Teamtailor", re.IGNORECASE)),
    ("recruitee", re.compile(r"recruiteecdn\.com|window\.recruitee\b|recruitee-careers", re.IGNORECASE)),
    ("getro", re.compile(r"cdn\.getro\.com|getro\.com/assets|\"network\":\{\"id\":\d+", re.IGNORECASE)),
)
WORDPRESS = re.compile(r"wp-job-manager|class=\"[^\"]*\bjob_listings\b")
HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
#: How RSS and Atom begin.
FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL)
MOST_SCRIPT = 400_000


@dataclass(frozen=True, slots=True)
class Trace:
    """A board that a page points to."""

    source: Source
    #: How, in words for people: «a link on https://…».
    how: str
    #: Whether it stands where the page speaks of its own jobs; another's board may be linked anywhere.
    of_jobs: bool
    #: Whether the page is itself one of the board.
    itself: bool = False


def traces(page: TextResponse, *, of_jobs: bool) -> list[Trace]:
    """The boards a page points to, each once, the surest first.

    Args:
        of_jobs: whether all of the page is about jobs, so that every link counts.
    """
    found: dict[Source, Trace] = {}
    for trace in _all(page, of_jobs):
        known = found.get(trace.source)
        if known is None or (trace.of_jobs and not known.of_jobs):
            found[trace.source] = trace
    return sorted(found.values(), key=lambda each: not each.of_jobs)


def _all(page: TextResponse, of_jobs: bool) -> Iterator[Trace]:
    own = recognise(page.url) or (Source("rss", page.url) if FEED.match(page.body) else None)
    if own:
        yield Trace(own, "it is the address of a board", True, itself=True)
        return
    yield from _embeds(page)
    yield from _links(page, of_jobs)
    yield from _scripts(page, of_jobs)
    yield from _marks(page)
    if job_postings(page):
        yield Trace(Source("jsonld", page.url), f"JobPosting data in {page.url}", True)


def _embeds(page: TextResponse) -> Iterator[Trace]:
    """What is shown within the page: frames, scripts, widgets."""
    for address in page.css("iframe::attr(src), iframe::attr(data-src), embed::attr(src), script::attr(src)").getall():
        if source := _board(page, address):
            yield Trace(source, f"embedded in {page.url}", True)
    for attribute in page.xpath("//@*[starts-with(name(), 'data-') and string-length() < 400]"):
        address = str(attribute.get()).strip()
        if HOST.fullmatch(address):
            address = f"https://{address}" + ("/careers" if address.endswith(".bamboohr.com") else "")
        if address.startswith("http") and (source := _board(page, address)):
            yield Trace(source, f"embedded in {page.url}", True)


def _links(page: TextResponse, of_jobs: bool) -> Iterator[Trace]:
    for link in page.css("a[href], area[href], form[action], link[rel~=alternate][href]"):
        address = link.attrib.get("href") or link.attrib.get("action") or ""
        source = _board(page, address, feeds=True)
        if source is None:
            continue
        named = speaks_of_jobs(f"{label_of(link)} {urlsplit(address).path}")
        if source.kind != "rss":
            yield Trace(source, f"linked from {page.url}", of_jobs or speaks_of_jobs(label_of(link)))
        elif named:
            yield Trace(source, f"a feed of {page.url}", True)


def _scripts(page: TextResponse, of_jobs: bool) -> Iterator[Trace]:
    """What the text of scripts names; it is no HTML, so it is searched."""
    for script in page.css("script:not([src])::text").getall():
        text = script[:MOST_SCRIPT].replace("\\/", "/").replace("\\u002F", "/")
        for address in ADDRESS.findall(text):
            if source := _board(page, address):
                yield Trace(source, f"named in a script of {page.url}", of_jobs)
        for kind, pattern in NAMED:
            for key in pattern.findall(text):
                yield Trace(Source(kind, key), f"named in a script of {page.url}", True)
        if "comeet" in text.lower() and len(keys := dict(COMEET.findall(text))) == 2:
            yield Trace(Source("comeet", f"{keys['company-uid']}/{keys['token']}"), f"embedded in {page.url}", True)


def _marks(page: TextResponse) -> Iterator[Trace]:
    """Systems whose own pages these are, though the address does not say so."""
    host = urlsplit(page.url).netloc
    for kind, mark in MARKS:
        if mark.search(page.text):
            yield Trace(Source(kind, host), f"{host} is made with {kind}", True, itself=True)
    if WORDPRESS.search(page.text):
        yield Trace(Source("rss", urljoin(page.url, "/?feed=job_feed")), f"job listings of {page.url}", True)


def _board(page: TextResponse, address: str, *, feeds: bool = False) -> Source | None:
    try:
        source = recognise(urljoin(page.url, address.strip()))
    except ValueError:
        return None
    return source if source and (feeds or source.kind != "rss") else None
