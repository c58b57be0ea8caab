"""When to crawl: a clock that starts each crawl of what is due as a process of its own."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler

from postings.limits import Limits

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


class Ticking:
    """Does things now and then, until it is stopped.

    What takes memory is done by other processes: this one lives long, and does little.
    """

    def __init__(self, tidy: Sequence[str]) -> None:
        """Make one.

        Args:
            tidy: the command that takes out of the store what the settings do not keep.
        """
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        if Limits.of_environment() != Limits():
            self.every(A_DAY, lambda: _done(tidy))

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

    def __init__(self, crawl: Sequence[str], *, tidy: Sequence[str]) -> None:
        """Make a clock.

        Args:
            crawl: the command that crawls what is due, then ends; its standard input stays open as long as we live.
            tidy: as for any ``Ticking``.
        """
        super().__init__(tidy)
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


def _done(command: Sequence[str]) -> None:
    """Run a command to its end, and tell what it said."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise RuntimeError(" ".join(ran.stderr.split())[-200:])
    log.info(ran.stdout.strip())
