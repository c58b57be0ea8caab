"""Which postings at different sources lead to the same page: a listing links the employer's own board."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from rapidfuzz import fuzz

#: Two sources may word a title otherwise, but not wholly.
_TITLES_ALIKE = 60
#: Six letters and more, with five digits: what stands so in an address is a ref.
_REF = re.compile(r"(?=(?:[A-Za-z-]*[0-9]){5})[A-Za-z0-9-]{6,}")
_APPLY = re.compile(r"/(?:apply|application|apply-now)$")
#: What visits are told apart by, and not pages.
_TRACKING = re.compile(r"utm_.*|gh_src|source|src|ref|referrer|referer|lever-.*|trk|trackingid|fbclid|gclid|iis|iisn")

Named = TypeVar("Named", bound=Hashable)


class Page(NamedTuple):
    """What is known of a posting's page."""

    source: int
    title: str
    ref: str
    #: The page itself, and the one to apply at.
    addresses: tuple[str, ...]


def pairs(pages: Iterable[tuple[Named, Page]]) -> list[tuple[Named, Named]]:
    """Pairs, each of two sources, that lead to the same page; in the order of what is given.

    What several postings of one source lead to, such as a form for all of them, is the page of none.
    """
    leading: dict[str, list[tuple[Named, Page]]] = defaultdict(list)
    for name, page in pages:
        for mark in _marks(page):
            leading[mark].append((name, page))
    found: dict[tuple[Named, Named], None] = {}
    for same in leading.values():
        by_source = Counter(page.source for _, page in same)
        if len(by_source) > 1 and max(by_source.values()) == 1:
            first, title = same[0][0], same[0][1].title
            alike = (
                name
                for name, page in same[1:]
                if fuzz.token_set_ratio(title, page.title, processor=str.casefold) >= _TITLES_ALIKE
            )
            found.update(dict.fromkeys((first, name) for name in alike))
    return list(found)


def _marks(page: Page) -> set[str]:
    """What leads there: its addresses, and what looks like a ref in them."""
    addresses = {plain(each) for each in page.addresses}
    return addresses.union(_REF.findall(page.ref), *map(_REF.findall, addresses))


def plain(address: str) -> str:
    """An address without what does not matter for where it leads."""
    parts = urlsplit(address)
    kept = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0].lower()))
    path = _APPLY.sub("", parts.path.rstrip("/"))
    inner = f"#{parts.fragment}" if parts.fragment[:1] in ("/", "!") else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{path}?{urlencode(kept)}{inner}"
