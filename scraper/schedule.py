"""When to crawl: a clock that starts each crawl of what is due as a process of its own."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler

from postings.store import open_store
from postings.store.retention import Limits

log = logging.getLogger(__name__)

#: How often the clock looks for what is due.
EVERY = timedelta(minutes=5)
A_DAY = timedelta(days=1)
#: Crawls that may run at once: a slow board must not keep the others waiting. No two read the same source.
AT_ONCE = 2
#: A crawl that takes longer hangs, and is ended.
LONGEST = timedelta(hours=6)
#: How long a crawl has to end cleanly when it is told to.
GRACE = 20


def tidy() -> None:
    """Take out of the environment's store what its settings do not keep."""
    limits = Limits.of_environment()
    if limits == Limits():
        return
    store = open_store()
    try:
        taken_out = store.retention.tidy(limits, now=datetime.now(UTC))
        log.info("%d texts and %d records of crawls taken out", *taken_out)
    finally:
        store.close()


class Ticking:
    """Does things now and then, until it is stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        self.every(A_DAY, tidy)

    def every(self, pause: timedelta, do: Callable[[], object], *, at_once: int = 1) -> None:
        """Do something now, and again and again.

        Args:
            at_once: how many times it may be under way side by side; beyond that its turn is left out.
        """
        seconds = pause.total_seconds()
        self._scheduler.add_job(
            do,
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
            max_instances=at_once,
            coalesce=True,
            misfire_grace_time=max(int(seconds), 1),
            jitter=min(int(seconds / 10), 10) or None,
        )

    def run(self) -> None:
        """Keep time until ``stop`` is called."""
        # Its line «maximum number of running instances reached» is how two slow crawls are meant to end a tick.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler.start()
        self._stopped.wait()
        self._scheduler.shutdown(wait=False)
        self.run_down()

    def run_down(self) -> None:
        """End what is under way; called once the clock has stopped."""

    def stop(self) -> None:
        """End the clock; may be called from a signal handler."""
        self._stopped.set()

    @staticmethod
    def _failed(event: JobEvent) -> None:
        log.error("the clock could not do its work: %s", getattr(event, "exception", event))


class Clock(Ticking):
    """Starts a crawl now and then, until it is stopped."""

    def __init__(self, crawl: Sequence[str]) -> None:
        """Make a clock.

        Args:
            crawl: the command that crawls what is due, then ends; its standard input stays open as long as we live.
        """
        super().__init__()
        self._crawl = list(crawl)
        self._running: set[subprocess.Popen[bytes]] = set()
        self.every(EVERY, self._start_crawl, at_once=AT_ONCE)

    def run_down(self) -> None:
        """End the crawls that run."""
        for crawl in list(self._running):
            end(crawl)

    def _start_crawl(self) -> None:
        if self._stopped.is_set():
            return
        crawl = subprocess.Popen(self._crawl, stdin=subprocess.PIPE)  # noqa: S603
        self._running.add(crawl)
        try:
            crawl.wait(LONGEST.total_seconds())
        except subprocess.TimeoutExpired:
            log.error("a crawl did not end within %s and was ended", LONGEST)
            end(crawl)
        finally:
            self._running.discard(crawl)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process: politely, then for sure."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
