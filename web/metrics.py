"""What a monitor reads: how many postings are open, how sources fare, when the last crawl ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from postings.store import Store
from web.at_hand import store

bp = Blueprint("metrics", __name__)


class Kept(Collector):
    """Reads the gauges out of the store, so that every process tells the same."""

    def __init__(self, kept: Store) -> None:
        self._store = kept

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges as they are now."""
        totals = self._store.postings.totals()
        sources = self._store.sources.all()
        last = self._store.crawls.recent(most=1)
        yield _gauge("open_postings", "Postings that are open.", totals["postings"])
        yield _gauge("employers_hiring", "Employers with an open posting.", totals["employers"])
        yield _gauge("closings_held", "Closings that wait for a second crawl.", sum(one.held for one in sources))
        yield _gauge("sources_gone", "Sources whose board is gone.", sum(one.gone_count > 0 for one in sources))
        if last:
            yield _gauge("last_crawl_seconds", "When the last crawl ended, since 1970.", last[0].ended_at.timestamp())
        outcomes = GaugeMetricFamily("climate_jobs_sources", "Sources by their last outcome.", labels=["outcome"])
        for outcome, count in Counter(one.last_outcome or "none" for one in sources).items():
            outcomes.add_metric([outcome], count)
        yield outcomes


@bp.get("/metrics")
def metrics() -> Response:
    """The gauges in the form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Kept(store()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, means: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"climate_jobs_{name}", means, value=value)
