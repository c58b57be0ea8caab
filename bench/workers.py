"""One, two and four workers on PostgreSQL: hosts with a pace of their own, read by feed; how long all of them take.

python -m bench.workers --postgres postgresql+psycopg://… [--hosts 8] [--feeds 24] [--pace 6]

Hosts are addresses of this machine's own network, 127.0.0.0/8, all of which Linux answers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

import sqlalchemy as sa
from aiohttp import web

from bench.running import empty_database, keep, medians, serving, table
from bench.server import Boards
from postings.posting import Source
from postings.store import open_store
from postings.tables import CrawlRow, PostingRow, SourceRow
from scraper.batches import upstream

#: Seconds between two looks at what is done, and what a run may take at most.
_LOOK, _LONGEST = 0.2, 900


def hosts(count: int, port: int) -> list[str]:
    """Hosts of which no two are of one batch."""
    found: dict[str, str] = {}
    for number in range(2, 255):
        host = f"http://127.0.0.{number}:{port}"
        found.setdefault(upstream(Source("rss", f"{host}/0")), host)
        if len(found) == count:
            return list(found.values())
    sys.exit(f"no more than {len(found)} hosts can be told apart")


def measure(postgres: str, *, hosts: list[str], feeds: int, pace: float, workers: int) -> dict[str, float]:
    """One run with so many workers, from their start until the last feed is read."""
    with empty_database(postgres) as database:
        store = open_store(database, upgrade=True)
        engine = sa.create_engine(database)
        with engine.begin() as connection:
            connection.execute(sa.update(SourceRow).values(state="paused"))
        for host in hosts:
            for number in range(feeds):
                store.sources.add(Source("rss", f"{host}/{number}"), now=datetime.now(UTC), employer=f"Made up {host}")
        store.close()
        told = {
            "CLIMATE_JOBS_DATABASE_URL": database,
            "CLIMATE_JOBS_ALLOW_PRIVATE": "1",
            "CLIMATE_JOBS_PACE": str(pace),
        }
        with _running(workers, told):
            started = time.monotonic()
            while _crawls(engine) < len(hosts) * feeds:
                if time.monotonic() - started > _LONGEST:
                    sys.exit(f"{_crawls(engine)} feeds were read in {_LONGEST} s")
                time.sleep(_LOOK)
            seconds = time.monotonic() - started
        with engine.connect() as connection:
            postings = connection.scalar(sa.select(sa.func.count()).select_from(PostingRow)) or 0
        engine.dispose()
    return {"seconds": seconds, "postings": postings}


@contextmanager
def _running(workers: int, told: dict[str, str]) -> Iterator[None]:
    """A clock and workers, each of which reads one batch at a time."""
    beat = ("--heartbeat", "1")
    commands = [("schedule", "--queue", *beat), *[("worker", "--at-once", "1", *beat)] * workers]
    quiet = {"env": {**os.environ, **told}, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen([sys.executable, "-m", "commands", *each], **quiet) for each in commands]  # type: ignore[call-overload]  # noqa: S603
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _crawls(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count(sa.distinct(CrawlRow.source_id)))) or 0


async def feed(request: web.Request) -> web.Response:
    """A JSON Feed of ten postings, always the same for the same address."""
    dice = Random(request.url.path)  # noqa: S311
    items = [
        {
            "id": f"{request.url.path}-{number}",
            "url": f"https://boards.example{request.url.path}/{number}",
            "title": "Solar Fitter",
            "content_html": Boards.plain(dice, 2000),
        }
        for number in range(10)
    ]
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Jobs", "items": items}
    return web.json_response(body)


def serve(port: int) -> None:
    """Serve feeds until killed."""
    app = web.Application()
    app.router.add_get("/{tail:.*}", feed)
    web.run_app(app, host="0.0.0.0", port=port, print=lambda _: print("serving", flush=True), access_log=None)  # noqa: S104


def main() -> None:
    """Measure, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", help="where databases may be made")
    parser.add_argument("--serve", type=int, metavar="PORT", help="only serve the feeds")
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--feeds", type=int, default=24, help="of each host")
    parser.add_argument("--pace", type=float, default=6, help="requests a second to each host")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
        return
    if not given.postgres:
        parser.error("--postgres is needed")
    counts = (1, 2, 4)
    with serving("bench.workers", "--serve") as port:
        many = hosts(given.hosts, port)
        runs = [
            {
                count: measure(given.postgres, hosts=many, feeds=given.feeds, pace=given.pace, workers=count)
                for count in counts
            }
            for _ in range(given.runs)
        ]
    found = {count: medians([run[count] for run in runs]) for count in counts}
    for count in counts:
        found[count] |= medians([{"times one": run[1]["seconds"] / run[count]["seconds"]} for run in runs])
    table(("workers", *found[1]), [(count, *figures.values()) for count, figures in found.items()])
    keep("workers", vars(given) | {"found": json.loads(json.dumps(found))})


if __name__ == "__main__":
    main()
