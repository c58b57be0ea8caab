"""Clocks and workers as processes: hosts are shared out without overlap, and a killed worker costs nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import SHARED
from replaying import Replay, replaying

from postings.database import libpq_url
from postings.kept import Filters
from postings.posting import Source
from postings.store import Store, open_store

pytestmark = pytest.mark.whole

#: Boards at each host, and postings of each board.
BOARDS, POSTINGS = 12, 3
ADDRESSES = {
    "greenhouse": "https://boards-api.greenhouse.io/v1/boards/{}/jobs",
    "lever": "https://api.lever.co/v0/postings/{}",
    "ashby": "https://api.ashbyhq.com/posting-api/job-board/{}",
}
#: Seconds between signs of life, and of each answer.
HEARTBEAT, LATENCY = "1", 0.05


def page(kind: str, name: str) -> Any:
    """A board as its system shows it."""
    numbers = range(POSTINGS)
    link = f"https://{name}.example/"
    if kind == "lever":
        return [
            {
                "id": f"{name}-{n}",
                "text": f"Engineer {n}",
                "hostedUrl": f"{link}{n}",
                "categories": {},
                "createdAt": 1767225600000,
            }
            for n in numbers
        ]
    if kind == "ashby":
        return {"jobs": [{"id": f"{name}-{n}", "title": f"Engineer {n}", "jobUrl": f"{link}{n}"} for n in numbers]}
    rows = [
        {"id": n, "title": f"Engineer {n}", "absolute_url": f"{link}{n}", "location": {"name": ""}, "content": ""}
        for n in numbers
    ]
    return {"jobs": [{**row, "first_published": None} for row in rows], "meta": {"total": POSTINGS}}


def world(folder: Path) -> list[str]:
    """Write boards where the proxy plays them from; their sources."""
    folder.mkdir()
    routes, sources = [], []
    for kind, address in ADDRESSES.items():
        for number in range(BOARDS):
            name = f"made-up-{number}"
            (folder / f"{kind}-{name}.json").write_text(json.dumps(page(kind, name)))
            routes.append({"url": address.format(name), "file": f"{kind}-{name}.json"})
            sources.append(f"{kind}:{name}")
    (folder / "samples.json").write_text(json.dumps(routes))
    return sources


class Fleet:
    """Clocks and workers over one database."""

    def __init__(self, replay: Replay, store: Store, database: psycopg.Connection[Any], sources: list[str]) -> None:
        self.replay, self.store, self.database, self.sources = replay, store, database, sources
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a clock or a worker."""
        self.running.append(self.replay.start(*arguments, "--heartbeat", HEARTBEAT))
        return self.running[-1]

    def rows(self, query: str) -> list[Any]:
        """Ask the database itself."""
        assert all(each.poll() in (None, -signal.SIGKILL) for each in self.running)
        return self.database.execute(query).fetchall()

    def unread(self) -> int:
        """How many boards were not read yet."""
        return int(self.rows("SELECT count(*) FROM sources WHERE state = 'active' AND last_crawl_at IS NULL")[0][0])


@pytest.fixture
def fleet(samples: Path, tmp_path: Path, postgres_url: str) -> Iterator[Fleet]:
    """A store with boards that are due at three hosts, and nobody at work."""
    sources = world(tmp_path / "world")
    store = open_store(postgres_url, upgrade=True)
    with (
        replaying(SHARED, tmp_path, samples=tmp_path / "world", latency=LATENCY) as replay,
        psycopg.connect(libpq_url(postgres_url) or "", autocommit=True) as database,
    ):
        database.execute("UPDATE sources SET state = 'paused'")
        for source in sources:
            store.sources.add(Source.parse(source), employer=source, now=datetime.now(UTC))
        replay.settings["CLIMATE_JOBS_DATABASE_URL"] = postgres_url
        made = Fleet(replay, store, database, sources)
        yield made
        for each in made.running:
            each.terminate()
        for each in made.running:
            assert each.wait() in (0, -signal.SIGKILL)
    store.close()


def settled(fleet: Fleet) -> Counter[str]:
    """What was kept, checked for what must never be; how often each board was read."""
    assert fleet.store.check() == []
    kept = [(str(each.posting.source), each.posting.ref) for each in fleet.store.postings.every(Filters(status="all"))]
    assert len(set(kept)) == len(kept) == len(fleet.sources) * POSTINGS
    assert fleet.store.postings.totals()["postings"] == len(kept)
    crawls = fleet.store.crawls.recent(most=10_000)
    assert {each.outcome for each in crawls} == {"complete"}
    return Counter(str(each.source) for each in crawls)


def test_two_workers_share_the_hosts_and_never_one_of_them(fleet: Fleet) -> None:
    workers = [fleet.start("worker", "--at-once", "1") for _ in range(2)]
    while fleet.rows("SELECT count(*) FROM procrastinate_workers") != [(len(workers),)]:
        pass
    fleet.start("schedule", "--queue")
    fleet.start("schedule", "--queue")
    at_work, processes = set(), defaultdict(set)
    while fleet.unread():
        at_work |= {row[0] for row in fleet.rows("SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'")}
        reading = fleet.rows("SELECT kind, array_agg(DISTINCT lease) FROM sources WHERE lease <> '' GROUP BY kind")
        for kind, leases in reading:
            now = {lease.split("|")[2] for lease in leases}
            assert len(now) == 1, f"{kind} is read by two"
            processes[kind] |= now
    assert len(at_work) == len(workers)
    assert {kind: len(pids) for kind, pids in processes.items()} == dict.fromkeys(ADDRESSES, 1)
    assert settled(fleet) == Counter(fleet.sources)


def kill(fleet: Fleet, *, but: str, with_its_crawl: bool) -> str:
    """Kill the worker that reads a host, as soon as one does; what is read there."""
    query = f"SELECT kind, lease FROM sources WHERE lease <> '' AND kind <> '{but}'"  # noqa: S608
    while not (reading := fleet.rows(query)):
        pass
    crawl = int(reading[0][1].split("|")[2])
    fields = Path(f"/proc/{crawl}/stat").read_text().rpartition(")")[2].split()
    victim = next(each for each in fleet.running if each.pid == int(fields[1]))
    victim.kill()
    if with_its_crawl:
        os.kill(crawl, signal.SIGKILL)
    victim.wait()
    return str(reading[0][0])


def test_workers_killed_mid_run_lose_double_and_close_nothing(fleet: Fleet) -> None:
    for _ in range(4):
        fleet.start("worker", "--at-once", "1")
    fleet.start("schedule", "--queue")
    first = kill(fleet, but="", with_its_crawl=True)
    kill(fleet, but=first, with_its_crawl=False)
    assert fleet.unread()
    while fleet.unread():
        pass
    assert settled(fleet) == Counter(fleet.sources)


def test_a_worker_told_to_end_gives_its_batch_back_at_once(fleet: Fleet) -> None:
    clock = fleet.start("schedule", "--queue")
    worker = fleet.start("worker", "--at-once", "1")
    while not fleet.rows("SELECT lease FROM sources WHERE lease <> ''"):
        pass
    clock.kill()
    clock.wait()
    worker.terminate()
    assert worker.wait() == 0
    fleet.running.clear()
    assert fleet.rows("SELECT count(*) FROM sources WHERE lease <> ''") == [(0,)]
    left = fleet.rows("SELECT status, count(*) FROM procrastinate_jobs GROUP BY status")
    assert [status for status, _ in left] == ["todo"]
    fleet.start("worker", "--at-once", "3")
    while fleet.unread():
        pass
    assert settled(fleet) == Counter(fleet.sources)
