"""The clock where workers do the crawls: hands out what is due, and what dead workers left, one clock at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job

from postings.posting import Source
from postings.store import Store
from scraper.batches import batches
from scraper.queue import MISSED, QUEUE, TASK, make_app, sources_of
from scraper.schedule import Ticking
from scraper.spiders import kinds

log = logging.getLogger(__name__)


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

    async def left_behind(self, *, silent_for: timedelta) -> list[Job]:
        """The batches of workers that fell silent, or are no more."""
        seconds = silent_for.total_seconds()
        return list(await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds))

    async def give_back(self, batch: Job) -> None:
        """Let another worker have a batch."""
        # Of one upstream one batch may wait. What the other one holds is still due, and is queued again after this.
        for other in await self._jobs("todo", of=batch.queueing_lock):
            await self._app.job_manager.cancel_job_by_id_async(other.id or 0, delete_job=True)
        try:
            await self._app.job_manager.retry_job(batch)
        except ConnectorException as error:
            log.warning("%s: not given back this time: %s", batch.lock, error)
        else:
            log.warning("%s: its worker fell silent, the batch goes to another", batch.lock)

    async def _jobs(self, status: str, *, of: str | None = None) -> list[Job]:
        return list(await self._app.job_manager.list_jobs_async(queue=QUEUE, status=status, queueing_lock=of))


class Dispatcher(Ticking):
    """Fills the queue now and then. Any number may stand by: one takes over when the one that does it dies."""

    def __init__(self, store: Store, url: str, *, heartbeat: timedelta, tidy: Sequence[str]) -> None:
        """Make a clock.

        Args:
            url: of the PostgreSQL database, in libpq's form.
            heartbeat: how often workers say that they live; the clock looks as often.
            tidy: as for any ``Ticking``.
        """
        super().__init__(tidy)
        self._store, self._url, self._silence = store, url, heartbeat * MISSED
        self._task = store.alone("hand out crawls")
        self._kinds = kinds()
        self._was_ours = False
        self.every(heartbeat, self.tick)

    def tick(self) -> int:
        """Hand out what is due, if that is our task and not another clock's; how many batches were queued."""
        if not self._ours():
            return 0
        return asyncio.run(self._fill())

    def run_down(self) -> None:
        """Leave the task to another."""
        self._task.let_go()

    async def _fill(self) -> int:
        async with Queue.opened(self._url) as queue:
            for batch in await queue.left_behind(silent_for=self._silence):
                # Its machine may be gone, and with it whoever could say that its leases hold no longer.
                self._store.sources.take_away([Source.parse(text) for text in sources_of(batch)])
                await queue.give_back(batch)
            return await queue.hand_out(self._store.sources.all_due(self._kinds, now=datetime.now(UTC)))

    def _ours(self) -> bool:
        ours = self._task.is_ours()
        if ours != self._was_ours:
            log.info("this clock %s", "hands out the crawls now" if ours else "stands by")
            self._was_ours = ours
        return ours
