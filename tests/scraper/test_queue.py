"""The queue on PostgreSQL: one clock fills it, no batch is there twice, a silent worker's batch comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import psycopg
import pytest
from procrastinate.jobs import Job
from psycopg_pool import PoolTimeout

from postings.database import libpq_url
from postings.posting import Outcome, Reading, Source
from postings.store import LeaseLost, Store, open_store
from scraper import worker
from scraper.dispatch import Dispatcher, Queue
from scraper.queue import QUEUE, make_app, sources_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARDS = [Source(kind, key) for kind in ("greenhouse", "lever") for key in ("made-up-a", "made-up-b")]
Found = TypeVar("Found")


@pytest.fixture
def kept(postgres_url: str) -> Iterator[Store]:
    """A store with four boards at two hosts that are due, and no others."""
    store = open_store(postgres_url, upgrade=True)
    with psycopg.connect(plain(postgres_url)) as connection:
        connection.execute("UPDATE sources SET state = 'paused'")
    for board in BOARDS:
        store.sources.add(board, employer="Acme", now=NOW)
    yield store
    store.close()


def plain(url: str) -> str:
    found = libpq_url(url)
    assert found is not None
    return found


def asked(url: str, question: Callable[[Queue], Awaitable[Found]]) -> Found:
    """Ask the queue of a database."""

    async def ask() -> Found:
        async with Queue.opened(plain(url)) as queue:
            return await question(queue)

    return asyncio.run(ask())


def jobs(url: str, status: str | None = None) -> list[Job]:
    with make_app(plain(url)).open() as app:
        return list(app.job_manager.list_jobs(queue=QUEUE, status=status))


def taken(url: str, *, silent: timedelta) -> list[str]:
    """Take the next batch as a worker would that then falls silent; what it holds."""

    async def take() -> list[str]:
        app = make_app(plain(url))
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            job = await app.job_manager.fetch_job([QUEUE], worker_id=worker)
            return sources_of(job) if job else []

    found = asyncio.run(take())
    with psycopg.connect(plain(url)) as connection:
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - %s", [silent])
    return found


def clock(kept: Store, url: str) -> Dispatcher:
    return Dispatcher(kept, plain(url), heartbeat=timedelta(seconds=10), tidy=["true"])


def test_what_is_due_is_queued_by_host_and_never_twice(kept: Store, postgres_url: str) -> None:
    ticking = clock(kept, postgres_url)
    assert ticking.tick() == 2
    assert ticking.tick() == 0
    assert sorted((job.lock, job.queueing_lock, *sources_of(job)) for job in jobs(postgres_url)) == [
        ("api.lever.co", "api.lever.co", "lever:made-up-a", "lever:made-up-b"),
        ("boards-api.greenhouse.io", "boards-api.greenhouse.io", "greenhouse:made-up-a", "greenhouse:made-up-b"),
    ]
    ticking.run_down()


def test_a_hosts_next_batch_waits_until_the_one_before_is_read(kept: Store, postgres_url: str) -> None:
    assert asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:1])) == 1
    assert taken(postgres_url, silent=timedelta()) == ["greenhouse:made-up-a"]
    assert asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:2])) == 1
    assert [sources_of(job) for job in jobs(postgres_url, "todo")] == [["greenhouse:made-up-b"]]
    assert taken(postgres_url, silent=timedelta()) == []


def test_the_batch_of_a_silent_worker_goes_to_another(kept: Store, postgres_url: str) -> None:
    asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:2]))
    first = taken(postgres_url, silent=timedelta(seconds=20))
    assert asked(postgres_url, lambda queue: queue.left_behind(silent_for=timedelta(seconds=30))) == []
    (left,) = asked(postgres_url, lambda queue: queue.left_behind(silent_for=timedelta(seconds=10)))
    asked(postgres_url, lambda queue: queue.give_back(left))
    assert taken(postgres_url, silent=timedelta()) == first


def test_a_batch_comes_back_though_the_hosts_next_one_is_waiting(kept: Store, postgres_url: str) -> None:
    asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:1]))
    first = taken(postgres_url, silent=timedelta(hours=1))
    asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:2]))
    assert len(jobs(postgres_url, "todo")) == 1
    ticking = clock(kept, postgres_url)
    assert ticking.tick() == 1
    assert taken(postgres_url, silent=timedelta()) == first
    assert ticking.tick() == 1
    ticking.run_down()
    assert {tuple(sources_of(job)) for job in jobs(postgres_url)} == {
        ("greenhouse:made-up-a",),
        ("greenhouse:made-up-b",),
        ("lever:made-up-a", "lever:made-up-b"),
    }


def test_of_two_clocks_one_hands_out_and_the_other_takes_over_when_it_ends(kept: Store, postgres_url: str) -> None:
    first, second = clock(kept, postgres_url), clock(kept, postgres_url)
    assert first.tick() == 2
    with psycopg.connect(plain(postgres_url)) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    assert second.tick() == 0
    assert jobs(postgres_url) == []
    first.run_down()
    assert second.tick() == 2
    assert first.tick() == 0
    second.run_down()


def test_a_clock_that_lost_its_connection_applies_anew(kept: Store, postgres_url: str) -> None:
    first, second = clock(kept, postgres_url), clock(kept, postgres_url)
    assert first.tick() == 2
    with psycopg.connect(plain(postgres_url), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        connection.execute("DELETE FROM procrastinate_jobs")
    assert second.tick() == 2
    assert first.tick() == 0
    second.run_down()
    first.tick()
    first.run_down()


def test_what_a_silent_worker_was_reading_is_free_and_what_it_brings_yet_is_not_kept(
    kept: Store, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(postgres_url, lambda queue: queue.hand_out(BOARDS[:1]))
    taken(postgres_url, silent=timedelta(hours=1))
    # On another machine, of whose processes nothing is known here.
    monkeypatch.setattr("postings.store.sources.new_lease", lambda: "elsewhere|||1|x")
    now = datetime.now(UTC)
    turn = kept.sources.take(BOARDS[0], now=now)
    assert turn is not None
    assert BOARDS[0] not in kept.sources.all_due(["greenhouse"], now=now)
    ticking = clock(kept, postgres_url)
    ticking.tick()
    ticking.run_down()
    assert BOARDS[0] in kept.sources.all_due(["greenhouse"], now=now)
    read = Reading(source=BOARDS[0], started_at=now, outcome=Outcome.COMPLETE, postings=[], listed=set())
    with pytest.raises(LeaseLost):
        kept.crawls.save(turn, read, {}, now=now)


def test_what_a_dead_process_of_this_machine_was_reading_is_due_at_once(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    assert kept.sources.take(BOARDS[0], now=now) is not None
    assert BOARDS[0] not in kept.sources.all_due(["greenhouse"], now=now)
    monkeypatch.setattr("postings.store.sources.abandoned", lambda leases: [each for each in leases if each])
    assert BOARDS[0] in kept.sources.all_due(["greenhouse"], now=now)


def test_a_worker_goes_on_when_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def away(url: str) -> None:
        tried.append(url)
        raise PoolTimeout if len(tried) < 3 else asyncio.CancelledError

    monkeypatch.setattr(worker, "make_app", away)
    monkeypatch.setattr(worker, "PAUSE", 0)
    worker.Worker("postgresql://nowhere", [], at_once=1, heartbeat=timedelta(seconds=10)).run()
    assert len(tried) == 3
