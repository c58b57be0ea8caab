"""The clock where workers do the crawls: hands out what is due, and what dead workers left, one clock at a time."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from postings.store import Store
from scraper.queue import MISSED, Queue
from scraper.schedule import Ticking
from scraper.spiders import kinds

log = logging.getLogger(__name__)


class Dispatcher(Ticking):
    """Fills the queue now and then. Any number may stand by: one takes over when the one that does it dies."""

    def __init__(self, store: Store, url: str, *, heartbeat: timedelta) -> None:
        """Make a clock.

        Args:
            url: of the PostgreSQL database, in libpq's form.
            heartbeat: how often workers say that they live; the clock looks as often.
        """
        super().__init__()
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
            # The silent one's machine may be gone, and with it whoever could say that its leases hold no longer.
            self._store.sources.take_away(await queue.give_back(silent_for=self._silence))
            return await queue.hand_out(self._store.sources.all_due(self._kinds, now=datetime.now(UTC)))

    def _ours(self) -> bool:
        ours = self._task.is_ours()
        if ours != self._was_ours:
            log.info("this clock %s", "hands out the crawls now" if ours else "stands by")
            self._was_ours = ours
        return ours
