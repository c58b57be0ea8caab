"""A worker: takes batches from the queue, and runs a crawl, a process of its own, for each."""

from __future__ import annotations

import asyncio
import logging
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from procrastinate import JobContext, RetryStrategy
from procrastinate.app import App
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError

from scraper.queue import MISSED, QUEUE, TASK, make_app
from scraper.schedule import GRACE, LONGEST

log = logging.getLogger(__name__)

#: How a crawl ends that did its work, with or without a source that failed.
_DONE = (0, 1)
#: Seconds a worker waits before it tries anew to reach a database that went away.
PAUSE = 5


class CrawlFailed(Exception):
    """A crawl ended otherwise than it should; what it did not read is still due, and is queued again."""


class Worker:
    """Works until it is told to end."""

    def __init__(self, url: str, crawl: Sequence[str], *, at_once: int, heartbeat: timedelta) -> None:
        """Make a worker.

        Args:
            url: of the PostgreSQL database, in libpq's form.
            crawl: the command that reads the sources added to it, those that are due; it ends when we do.
            at_once: how many batches are read side by side.
            heartbeat: how often it says that it lives.
        """
        self._url, self._crawl, self._at_once, self._heartbeat = url, list(crawl), at_once, heartbeat

    def run(self) -> None:
        """Work until told to end; a batch that is not done then is given back."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        """Work, anew whenever the database was away."""
        working = asyncio.ensure_future(self._work_for_ever())
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, working.cancel)
        with suppress(asyncio.CancelledError):
            await working

    async def _work_for_ever(self) -> None:
        while True:
            try:
                async with make_app(self._url).open_async() as app:
                    await self._work(app)
            except (ConnectorException, OperationalError) as error:
                log.warning("the database cannot be reached, trying again: %s", error)
            await asyncio.sleep(PAUSE)

    async def _work(self, app: App) -> None:
        # Only a worker that is told to end gives its batch back by itself.
        told_to_end = RetryStrategy(retry_exceptions=[asyncio.CancelledError])  # type: ignore[list-item]
        app.task(name=TASK, queue=QUEUE, retry=told_to_end, pass_context=True)(self._read)
        seconds = self._heartbeat.total_seconds()
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=self._at_once,
            delete_jobs="always",
            shutdown_graceful_timeout=0,
            install_signal_handlers=False,
            update_heartbeat_interval=seconds,
            stalled_worker_timeout=seconds * MISSED,
        )

    async def _read(self, context: JobContext, sources: list[str]) -> None:
        about = {"upstream": context.job.lock, "batch": context.job.id, "sources": len(sources)}
        log.info("reads %d sources of %s", len(sources), context.job.lock, extra=about)
        crawl = await asyncio.create_subprocess_exec(*self._crawl, *sources, stdin=PIPE)
        try:
            status = await asyncio.wait_for(crawl.wait(), LONGEST.total_seconds())
        except TimeoutError:
            raise CrawlFailed(f"a crawl did not end within {LONGEST} and was ended") from None
        finally:
            await _end(crawl)
        if status not in _DONE:
            raise CrawlFailed(f"a crawl ended with {status}")


async def _end(crawl: Process) -> None:
    """End a process: politely, then for sure."""
    if crawl.returncode is not None:
        return
    with suppress(ProcessLookupError):
        crawl.terminate()
    try:
        await asyncio.wait_for(crawl.wait(), GRACE)
    except TimeoutError:
        crawl.kill()
        await crawl.wait()
