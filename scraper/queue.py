"""The queue of batches: Procrastinate's tables in the store's own PostgreSQL."""

from __future__ import annotations

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job

#: What batches are called in the queue.
QUEUE, TASK = "crawls", "crawl"
#: After how many signs of life that a worker did not give its batches are given to another.
MISSED = 3
#: Seconds for which a connection is waited for.
PATIENCE = 10


def make_app(url: str) -> App:
    """Procrastinate over a database, not opened yet."""
    return App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=PATIENCE))


def sources_of(job: Job) -> list[str]:
    """What a batch is to read, each as ``kind:key``."""
    named = job.task_kwargs["sources"]
    assert isinstance(named, list)
    return [str(each) for each in named]
