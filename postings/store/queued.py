"""How the queue of batches stands, for those who look after it. What fills it is ``scraper.queue``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from postings.database import reading

#: A worker that gave no sign for longer does not count: it says every few seconds that it lives.
LIVING = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class QueueState:
    """Batches and workers at one moment."""

    waiting: int
    running: int
    #: Since when the batch that waits longest does.
    waiting_since: datetime | None
    workers: int


class Queued:
    """Reads the queue's tables, where there are any."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self) -> QueueState | None:
        """How the queue stands; None on a database that has none."""
        if self._engine.dialect.name != "postgresql":
            return None
        jobs = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1"
        since = (
            "SELECT min(event.at) FROM procrastinate_events event "
            "JOIN procrastinate_jobs job ON job.id = event.job_id WHERE job.status = 'todo'"
        )
        workers = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > :moment"
        with reading(self._engine) as connection:
            count: dict[str, int] = dict(connection.execute(text(jobs)).all())
            waiting_since = connection.scalar(text(since))
            living = connection.scalar(text(workers), {"moment": datetime.now(UTC) - LIVING})
        return QueueState(count.get("todo", 0), count.get("doing", 0), waiting_since, living or 0)
