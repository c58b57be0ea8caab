"""What a monitor reads: how postings, sources, crawls, hosts and the queue fare, and how long the site takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from postings.store import Store
from web.at_hand import now, store

bp = Blueprint("metrics", __name__)

#: By part of the site and kind of answer: few enough to keep for every process.
REQUESTS = Histogram(
    "climate_jobs_request_seconds",
    "How long the site took to answer.",
    ["part", "status"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class Kept(Collector):
    """Reads the gauges out of the store, so that every process tells the same."""

    def __init__(self, kept: Store, moment: datetime) -> None:
        self._store, self._now = kept, moment

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges as they are now."""
        yield from self._postings()
        yield from self._crawls()
        yield from self._queue()

    def _postings(self) -> Iterator[GaugeMetricFamily]:
        totals = self._store.postings.totals()
        yield _gauge("open_postings", "Postings that are open.", totals["postings"])
        yield _gauge("employers_hiring", "Employers with an open posting.", totals["employers"])

    def _crawls(self) -> Iterator[GaugeMetricFamily]:
        found = self._store.watching.figures(now=self._now)
        yield _gauge("closings_held", "Closings that wait for a second crawl.", found.held)
        yield _gauge("sources_gone", "Sources whose board is gone.", found.gone)
        yield _gauge("sources_overdue", "Sources that are due for more than an hour.", found.overdue)
        yield _gauge("sources_alarmed", "Sources that are not as they were.", found.alarms)
        if found.last_crawl_at is not None:
            yield _gauge(
                "last_crawl_seconds", "When the last crawl ended, since 1970.", found.last_crawl_at.timestamp()
            )
        yield _gauges("sources", "Sources by their last outcome.", "outcome", found.sources)
        yield _gauges("crawls_hour", "Crawls of the last hour by outcome.", "outcome", found.crawls)
        yield _gauges("postings_hour", "What crawls of the last hour did to postings.", "change", found.changes)
        yield _gauges("host_wait_seconds", "For how long a host wants no request.", "host", found.asked_to_wait)
        yield _gauges("host_broken_seconds", "For how long a host that fails is left alone.", "host", found.broken)
        yield _gauges("host_queued_seconds", "For how long a host's pace is taken up.", "host", found.queued)

    def _queue(self) -> Iterator[GaugeMetricFamily]:
        state = self._store.queued.state()
        if state is None:
            return
        age = (self._now - state.waiting_since).total_seconds() if state.waiting_since else 0
        batches = {"waiting": state.waiting, "running": state.running}
        yield _gauges("queue_batches", "Batches of crawls in the queue.", "state", batches)
        yield _gauge("queue_waiting_seconds", "For how long the batch that waits longest does.", max(age, 0))
        yield _gauge("workers", "Workers that live.", state.workers)


@bp.get("/metrics")
def metrics() -> Response:
    """All of it in the form of Prometheus."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
    registry.register(Kept(store(), now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def register(app: Flask) -> None:
    """Measure how long answers take."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    if "begun" in g:
        part = request.blueprint or request.endpoint or "none"
        REQUESTS.labels(part, f"{response.status_code // 100}xx").observe(time.perf_counter() - g.begun)
    return response


def _gauge(name: str, means: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"climate_jobs_{name}", means, value=value)


def _gauges(name: str, means: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"climate_jobs_{name}", means, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
