"""The queue of batches: Procrastinate's tables in the store's own PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job

from postings.posting import Source
from scraper.batches import batches

log = logging.getLogger(__name__)

#: What batches are called in the queue.
QUEUE, TASK = "crawls", "crawl"
#: How often a worker gives a sign of life, and after how many missed ones its batches are given to another.
HEARTBEAT, MISSED = timedelta(seconds=10), 3
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


class Queue:
    """What the clock does with the queue."""

    def __init__(self, app: App) -> None:
        """Take an open Procrastinate."""
        self._app = app

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Queue]:
        """The queue of a database."""
        app = make_app(url)
        async with app.open_async():
            yield cls(app)

    async def hand_out(self, due: Sequence[Source]) -> int:
        """Queue the next batch of each upstream that has none waiting.

        Args:
            due: in the order in which they are to be read.

        Returns:
            How many batches were queued.
        """
        running = await self._jobs("doing")
        waiting = {job.lock for job in await self._jobs("todo") if job.lock}
        handed_out = {Source.parse(text) for job in running for text in sources_of(job)}
        made = 0
        for batch in batches(due, waiting=waiting, handed_out=handed_out):
            task = self._app.configure_task(TASK, queue=QUEUE, lock=batch.upstream, queueing_lock=batch.upstream)
            try:
                await task.defer_async(sources=[str(source) for source in batch.sources])
            except AlreadyEnqueued:
                continue
            made += 1
            log.info("queued %d sources of %s", len(batch.sources), batch.upstream)
        return made

    async def give_back(self, *, silent_for: timedelta) -> list[Source]:
        """Let other workers have the batches of those that fell silent.

        Returns:
            What the silent ones were to read; they may have begun with it.
        """
        given_back: list[Source] = []
        seconds = silent_for.total_seconds()
        stalled = list(await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds))
        for job in stalled:
            # Of one upstream one batch may wait. What the other one holds is still due, and is queued again after this.
            for other in await self._jobs("todo", of=job.queueing_lock):
                await self._app.job_manager.cancel_job_by_id_async(other.id or 0, delete_job=True)
            try:
                await self._app.job_manager.retry_job(job)
            except ConnectorException as error:
                log.warning("%s: not given back this time: %s", job.lock, error)
                continue
            given_back += map(Source.parse, sources_of(job))
            log.warning("%s: its worker fell silent, the batch goes to another", job.lock)
        await self._app.job_manager.prune_stalled_workers(seconds)
        return given_back

    async def _jobs(self, status: str, *, of: str | None = None) -> list[Job]:
        return list(await self._app.job_manager.list_jobs_async(queue=QUEUE, status=status, queueing_lock=of))
