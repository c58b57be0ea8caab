"""The pages that a careers page or a sitemap names: those that may be postings, and those that list more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped,unused-ignore]
from scrapy.http import HtmlResponse, Response
from scrapy.utils.gz import gunzip

from postings.posting import is_web_address
from scraper.asking import Unreadable
from scraper.embedded import html_of
from scraper.marked_up import job_postings

#: What the addresses of postings have in common, in several languages.
OF_POSTINGS = re.compile(
    r"job|career|karriere|carri[eè]re|position|vacan|vakan|opening|opportunit|role|stelle|emploi|offre|offer|empleo"
    r"|oferta|vaga|trabalh|lavor|hiring|recruit|rekryt|work-with|join-us",
    re.IGNORECASE,
)
#: What the addresses of further list pages look like.
PAGING = re.compile(r"[?&](?:page|p|pg|paged|offset|start|from)=\d+|/page/\d+/?(?:$|\?)", re.IGNORECASE)
#: The whole text of a button that loads more into a list.
LOAD_MORE = re.compile(
    r"(?:load|show|view|see) (?:\w+ )?more(?: \w+)?|(?:load|show) all|mehr (?:\w+ )?(?:laden|anzeigen)"
    r"|weitere (?:\w+ )?(?:laden|anzeigen)|(?:voir|afficher) plus(?: d[e'’] ?\w+)?|cargar más|carregar mais"
    r"|carica altr\w+",
    re.IGNORECASE,
)
NO_PAGE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|svg|webp|ico|css|js|json|rss|atom|mp4)$", re.IGNORECASE)
#: A sitemap unpacked may be so large at most.
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page that leads to postings, or a sitemap."""

    url: str
    #: The JobPostings it carries itself.
    postings: list[dict[str, Any]] = field(default_factory=list)
    #: Addresses on its host that may be postings.
    links: list[str] = field(default_factory=list)
    #: Addresses on its host that list more.
    lists: list[str] = field(default_factory=list)
    #: Whether it has a button that loads more into it.
    hides_more: bool = False


def list_page(response: Response, *, but: Collection[str] = ()) -> ListPage:
    """Read a careers page or a sitemap.

    Args:
        but: addresses that are known already.
    """
    if (sitemap := _sitemap(response)) is not None:
        return _of_sitemap(sitemap, response.url, but)
    page = html_of(response)
    paths = page.css("a::attr(href), link[rel~=next]::attr(href)").getall()
    links = list(_on_host(page.url, _joined(page, paths), but))
    following = set(_on_host(page.url, _joined(page, page.css("[rel~=next]::attr(href)").getall()), ()))
    lists = [link for link in links if link in following or PAGING.search(link)]
    buttons = (" ".join(button.css("::text").getall()) for button in page.css("button, a, [role=button]"))
    return ListPage(
        url=page.url,
        postings=job_postings(page),
        links=_likely([link for link in links if link not in lists]),
        lists=lists,
        hides_more=any(LOAD_MORE.fullmatch(" ".join(text.split())) for text in buttons),
    )


def same_host(address: str, other: str) -> bool:
    """Whether two addresses are on one host; ``www.`` makes no other one of it."""
    return _host(address) == _host(other)


def _sitemap(response: Response) -> etree._Element | None:
    """The root of a sitemap, packed or not; None where the answer is something else."""
    body = response.body
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_size=MOST_BYTES)
        except Exception as error:
            raise Unreadable(f"a sitemap that cannot be unpacked ({type(error).__name__})") from error
    if not re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|[\w:]*urlset|[\w:]*sitemapindex)", body[:200]):
        return None
    try:
        # Strictly: a sitemap that breaks off would seem to be a short one.
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        root = None
    kind = etree.QName(root).localname if root is not None else "html" if b"<html" in body[:1000] else ""
    if kind in ("urlset", "sitemapindex"):
        return root
    if kind == "html":
        return None
    raise Unreadable("a sitemap that cannot be read")


def _of_sitemap(root: etree._Element, url: str, but: Collection[str]) -> ListPage:
    named = root.xpath("./*/*[local-name() = 'loc']/text()")
    addresses = _likely(list(_on_host(url, map(str.strip, named), but)))
    if etree.QName(root).localname == "sitemapindex":
        return ListPage(url=url, lists=addresses)
    return ListPage(url=url, links=addresses)


def _joined(page: HtmlResponse, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        with suppress(ValueError):
            yield page.urljoin(path.strip())


def _on_host(base: str, addresses: Iterable[str], but: Collection[str]) -> Iterator[str]:
    """The pages among some addresses that are on a host, each once, without their fragments."""
    given = {address.rstrip("/") for address in but}
    for address in addresses:
        link = address.partition("#")[0]
        if link.rstrip("/") in given or not is_web_address(link) or not same_host(link, base):
            continue
        given.add(link.rstrip("/"))
        if not NO_PAGE.search(urlsplit(link).path):
            yield link


def _likely(links: list[str]) -> list[str]:
    """Those whose addresses are like those of postings, where any are; else all."""
    return [link for link in links if OF_POSTINGS.search(_path(link))] or links


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower().removeprefix("www.")
