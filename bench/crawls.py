"""One crawl of the benchmark's boards, as a process of its own: ours, ours without pipeline, or bare Scrapy.

python -m bench.crawls ours|spiders|items|bare|fetch --boards 600 --port 8900 --database URL
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import sqlalchemy as sa
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response

from bench.server import KINDS, mark_of
from postings.posting import Source
from postings.store import open_store
from postings.tables import SourceRow
from scraper.pipelines import source_kept
from scraper.process import settings, start
from scraper.spiders.ashby import AshbySpider
from scraper.spiders.greenhouse import GreenhouseSpider
from scraper.spiders.lever import LeverSpider

SPIDERS = {"greenhouse": GreenhouseSpider, "lever": LeverSpider, "ashby": AshbySpider}


def keys(boards: int, kind: str) -> list[str]:
    """The keys of the boards of a kind."""
    return [str(number) for number in range(boards) if KINDS[number % len(KINDS)] == kind]


def prepare(given: argparse.Namespace) -> None:
    """Have the benchmark's boards due, and no others."""
    store = open_store(upgrade=True)
    for kind in KINDS:
        for key in keys(given.boards, kind):
            if not store.sources.has(Source(kind, key)):
                store.sources.add(Source(kind, key), now=datetime.now(UTC), employer=f"Board {key}")
    store.close()
    engine = sa.create_engine(given.database)
    with engine.begin() as connection:
        ours = SourceRow.set_by == "operator"
        connection.execute(sa.update(SourceRow).where(~ours).values(state="paused"))
        connection.execute(sa.update(SourceRow).where(ours).values(due_at=None, lease=None, lease_until=None))
    engine.dispose()


def ours(given: argparse.Namespace, *, pipeline: bool) -> list[int]:
    """The project's own spiders, with or without tagging and keeping.

    Returns:
        Megabytes in use, on average over each quarter of the boards.
    """
    told = settings()
    told.set("LOG_LEVEL", "ERROR")
    if not pipeline:
        told.set("ITEM_PIPELINES", {})
    process = AsyncCrawlerProcess(told)
    memory: list[float] = []

    def sample(crawl: object) -> None:  # noqa: ARG001
        memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)

    for kind, spider in SPIDERS.items():
        local = type(spider.__name__, (spider,), {"board_url": f"http://127.0.0.1:{given.port}/{kind}/{{key}}"})
        crawler = process.create_crawler(local)
        crawler.signals.connect(sample, signal=source_kept)
        process.crawl(crawler)
    start(process)
    return [round(sum(part) / len(part)) for part in _quarters(memory)]


def _processor() -> float:
    """Seconds of processor time, those too of processes that ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _quarters(samples: list[float]) -> list[list[float]]:
    size = len(samples) // 4
    return [samples[start : start + size] for start in range(0, 4 * size, size)] if size else []


class Bare(Spider):
    """Scrapy with as little as can be: fetch, parse, and write each board in one batch, or only fetch."""

    name = "bare"
    engine: sa.Engine
    insert: Any
    boards: int
    port: int
    fetch_only: bool
    known: bool

    async def start(self) -> AsyncIterator[Request]:
        """Ask for all boards; for those it knows, whether they changed."""
        for number in range(self.boards):
            kind = KINDS[number % len(KINDS)]
            headers = {"If-None-Match": mark_of(kind, number)} if self.known else {}
            address = f"http://127.0.0.1:{self.port}/{kind}/{number}"
            yield Request(address, headers=headers, cb_kwargs={"kind": kind})

    def parse(self, response: Response, kind: str) -> None:
        """Write one board."""
        if not self.fetch_only:
            self.write(self.values(response, kind))

    @staticmethod
    def values(response: Response, kind: str) -> list[dict[str, Any]]:
        """What is kept of each posting of a board."""
        page = orjson.loads(response.body)
        rows = page if kind == "lever" else page["jobs"]
        return [
            {
                "id": str(row["id"]),
                "title": row.get("title") or row["text"],
                "text": row.get("content") or row.get("description") or row["descriptionHtml"],
                "seen": datetime.now(UTC).replace(tzinfo=None),
            }
            for row in rows
        ]

    @classmethod
    def write(cls, values: list[dict[str, Any]]) -> None:
        """Write one board."""
        with cls.engine.begin() as connection:
            connection.execute(cls.insert, values)


class Items(Bare):
    """Scrapy as one writes it by its handbook: an item for each posting, and a pipeline that writes."""

    def parse(self, response: Response, kind: str) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """The postings of a board, each with how many there are."""
        values = self.values(response, kind)
        for value in values:
            yield {"board": response.url, "of": len(values), "posting": value}


class Batches:
    """A pipeline that writes the postings of a board together."""

    def __init__(self, crawler: Crawler) -> None:
        self._write = cast(type[Bare], crawler.spidercls).write
        self._boards: dict[str, list[dict[str, Any]]] = defaultdict(list)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Batches:
        """Scrapy's way of making a pipeline."""
        return cls(crawler)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Keep a posting until those of its board are there."""
        board = self._boards[item["board"]]
        board.append(item["posting"])
        if len(board) == item["of"]:
            self._write(self._boards.pop(item["board"]))
        return item


def bare(given: argparse.Namespace, *, fetch_only: bool = False, items: bool = False) -> None:
    """Bare Scrapy."""
    engine = sa.create_engine(given.database)
    table = sa.Table(
        "bare",
        sa.MetaData(),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.String),
        sa.Column("text", sa.Text),
        sa.Column("seen", sa.DateTime),
    )
    table.metadata.create_all(engine)
    if engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    put = insert(table)
    put = put.on_conflict_do_update(index_elements=["id"], set_={"seen": put.excluded.seen, "text": put.excluded.text})
    told: dict[str, Any] = {
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "HTTPERROR_ALLOWED_CODES": [304],
    }
    if items:
        told["ITEM_PIPELINES"] = {Batches: 300}
    spider = type(
        "Asked",
        (Items if items else Bare,),
        {
            "boards": given.boards,
            "port": given.port,
            "fetch_only": fetch_only,
            "known": given.known,
            "engine": engine,
            "insert": put,
        },
    )
    process = AsyncCrawlerProcess(told)
    process.crawl(spider)
    process.start()


def main() -> None:
    """Run one crawl, and print what it took as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["ours", "spiders", "items", "bare", "fetch"])
    parser.add_argument("--boards", type=int, default=600)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--database", required=True)
    parser.add_argument("--known", action="store_true", help="bare Scrapy knows all boards: ask whether they changed")
    given = parser.parse_args()
    os.environ |= {
        "CLIMATE_JOBS_DATABASE_URL": given.database,
        "CLIMATE_JOBS_PACE": "0",
        "CLIMATE_JOBS_ALLOW_PRIVATE": "1",
    }
    if given.what in ("ours", "spiders"):
        prepare(given)
    started, worked = time.monotonic(), _processor()
    quarters: list[int] = []
    if given.what in ("ours", "spiders"):
        quarters = ours(given, pipeline=given.what == "ours")
    else:
        bare(given, fetch_only=given.what == "fetch", items=given.what == "items")
    used: dict[str, Any] = {
        "seconds": round(time.monotonic() - started, 3),
        "processor": round(_processor() - worked, 3),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        // (1024 if sys.platform == "linux" else 1024**2),
    }
    print(json.dumps(used | {"megabytes by quarter": quarters}))


if __name__ == "__main__":
    main()
