"""Parts what is due into batches: one crawl reads one batch, and no two batches ask the same host at once."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from scrapy.spiderloader import get_spider_loader

from postings.posting import Source
from scraper.boards import BoardSpider
from scraper.process import settings
from scraper.spiders import kinds
from scraper.texts import BROKEN

#: Sources of one batch: enough that starting a crawl costs little beside them, few enough to be done in minutes.
MOST = 200
#: Where each board has a host of its own, the hosts are dealt out to so many lots.
LOTS = 16


@dataclass(slots=True)
class Batch:
    """Sources that one crawl is to read, and the upstream that they have in common."""

    upstream: str
    sources: list[Source] = field(default_factory=list)


def batches(due: Iterable[Source], *, waiting: Collection[str], handed_out: Collection[Source]) -> list[Batch]:
    """The next batch for each upstream that has none waiting.

    Args:
        due: in the order in which they are to be read.
        waiting: upstreams with a batch that nobody has begun.
        handed_out: sources of batches that are being read.
    """
    made: dict[str, Batch] = {}
    for source in due:
        of = upstream(source)
        if of in waiting or source in handed_out:
            continue
        batch = made.setdefault(of, Batch(of))
        if len(batch.sources) < MOST:
            batch.sources.append(source)
    return list(made.values())


def upstream(source: Source) -> str:
    """The host that serves many boards, this one among them; else the lot that the board's own host belongs to."""
    host = _host(source.kind, source.key)
    return host if host in _shared_hosts() else f"lot {zlib.crc32(host.encode()) % LOTS}"


@cache
def _shared_hosts() -> frozenset[str]:
    """The hosts that any two keys of a kind have in common."""
    pairs = ((_host(kind, "1"), _host(kind, "2")) for kind in kinds())
    return frozenset(one for one, other in pairs if one and one == other)


def _host(kind: str, key: str) -> str:
    try:
        return urlsplit(_spider(kind).addresses(key)[0]).netloc.lower()
    except BROKEN:
        return ""


@cache
def _spider(kind: str) -> BoardSpider:
    spider = get_spider_loader(settings()).load(kind)()
    assert isinstance(spider, BoardSpider)
    return spider
