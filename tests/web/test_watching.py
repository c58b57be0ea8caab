"""What monitors and load balancers read: figures that prometheus_client parses, and why a site is not ready."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from made_up import NOW, THAW, crawl, made_up, visitor
from prometheus_client.parser import text_string_to_metric_families

from postings.database import libpq_url
from postings.posting import Outcome
from postings.store import Store, glance, open_store
from web import create_app


@pytest.fixture
def kept(store: Store) -> Store:
    """A store with nothing but the board of made-up postings to crawl."""
    for each in store.sources.all():
        store.sources.set_state(each.source, "paused")
    store.sources.add(THAW, employer="Thaw Heating", now=NOW)
    return store


def told(store: Store) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = visitor(store, NOW + timedelta(minutes=10)).get("/metrics")
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_crawls_and_postings_are_counted(kept: Store) -> None:
    crawl(kept, [made_up(str(ref)) for ref in range(20)], now=NOW - timedelta(hours=2))
    crawl(kept, [made_up(str(ref)) for ref in range(1, 21)], now=NOW)
    crawl(kept, [made_up("1")], now=NOW + timedelta(minutes=5))
    found = told(kept)
    assert found["climate_jobs_open_postings"] == 20
    assert found["climate_jobs_crawls_hour outcome=complete"] == 2
    assert found["climate_jobs_postings_hour change=new"] == 1
    assert found["climate_jobs_postings_hour change=closed"] == 1
    assert found["climate_jobs_closings_held"] == 19
    assert found["climate_jobs_sources outcome=complete"] == 1
    assert found["climate_jobs_last_crawl_seconds"] == (NOW + timedelta(minutes=5)).timestamp()
    assert found["climate_jobs_sources_overdue"] == found["climate_jobs_sources_gone"] == 0


def test_hosts_that_keep_us_waiting_are_named(kept: Store) -> None:
    later = NOW + timedelta(minutes=40)
    kept.hosts.wait("slow.example", until=later)
    for _ in range(10):
        kept.hosts.failed("dead.example", now=later)
    kept.hosts.reserve("busy.example", pace=0.001, now=NOW)
    found = told(kept)
    assert found["climate_jobs_host_wait_seconds host=slow.example"] == 1800
    assert found["climate_jobs_host_broken_seconds host=dead.example"] > 1800
    assert found["climate_jobs_host_queued_seconds host=busy.example"] == pytest.approx(500, abs=1)


def test_answers_are_measured_by_part_and_kind(kept: Store) -> None:
    before = told(kept)
    client = visitor(kept)
    for path in ("/", "/jobs", "/jobs/4711", "/nowhere"):
        client.get(path)
    name = "climate_jobs_request_seconds_count"
    after = told(kept)
    added = {key: value - before.get(key, 0) for key, value in after.items() if key.startswith(name)}
    assert added[f"{name} part=pages status=2xx"] == 1
    assert added[f"{name} part=jobs status=2xx"] == 1
    assert added[f"{name} part=jobs status=4xx"] == 1
    assert added[f"{name} part=none status=4xx"] == 1


def test_the_queue_is_told_where_there_is_one(kept: Store, store_url: str) -> None:
    if kept.queued.state() is None:
        assert not [name for name in told(kept) if "queue" in name or "worker" in name]
        return
    with psycopg.connect(libpq_url(store_url) or "") as database:
        database.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('crawls', 'crawl')")
        database.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        database.execute("UPDATE procrastinate_events SET at = %s", [NOW])
    found = told(kept)
    assert found["climate_jobs_queue_batches state=waiting"] == 1
    assert found["climate_jobs_queue_batches state=running"] == 0
    assert found["climate_jobs_queue_waiting_seconds"] == 600
    assert found["climate_jobs_workers"] == 1


def test_a_failed_crawl_is_counted_as_such(kept: Store) -> None:
    crawl(kept, [], now=NOW, outcome=Outcome.FAILED)
    found = told(kept)
    assert found["climate_jobs_crawls_hour outcome=failed"] == 1
    assert found["climate_jobs_sources outcome=failed"] == 1


def test_a_site_whose_database_is_older_says_that_it_is_not_ready(postgres_url: str) -> None:
    store = open_store(postgres_url, upgrade=True)
    client = visitor(store)
    assert client.get("/healthz").json == {"status": "ok"}
    with psycopg.connect(libpq_url(postgres_url) or "") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "reason": "the database is not at head"})
    store.close()


def test_a_site_without_a_database_says_that_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = create_app().test_client().get("/healthz")
    assert answer.status_code == 503
    assert "connection" in answer.json["reason"]


def test_a_site_that_has_just_been_started_is_not_ready_until_it_has_read_the_open_postings(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, may_read = glance._cards, Event()

    def waiting(*given: Any) -> Iterator[Any]:
        may_read.wait(20)
        return read(*given)

    monkeypatch.setattr(glance, "_cards", waiting)
    app = create_app(kept, clock=lambda: NOW)
    app.extensions["site"].get_ready()
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["reason"]) == (503, "the open postings are still being read")
    may_read.set()
    app.extensions["site"]._reading.join(20)
    assert app.test_client().get("/healthz").status_code == 200
    assert gc.isenabled()
    gc.unfreeze()
