"""What ``bench.soak`` looks at: the answers a reader gets, and the store beside what the boards list."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any

import sqlalchemy as sa

from bench.server import WORDS
from postings.posting import Source

#: Seconds between two requests, and that one may take.
_PAUSE, _PATIENCE = 0.2, 60
#: A search whose address can be shorter is sent on to that.
_WELL = {200, 301, 304}


class Reader:
    """Asks the site for page after page, in a thread of its own, and counts what comes."""

    def __init__(self, port: int, nginx_is_down: Callable[[], bool]) -> None:
        self._port, self._nginx_is_down = port, nginx_is_down
        self._counts: Counter[str] = Counter()
        self._took: list[float] = []
        self._wrong: list[str] = []
        self._postings: deque[int] = deque(maxlen=200)
        self._solutions: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)
        #: What was ended last.
        self.meanwhile = "nothing"

    def __enter__(self) -> Reader:
        self._solutions = [each["slug"] for each in json.loads(self._get("/api/v1/solutions")[1])["items"]]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def found(self) -> dict[str, Any]:
        """Answers by class, and how long they took."""
        took = sorted(self._took)
        seconds = {"middle": took[len(took) // 2], "99 of 100": took[len(took) * 99 // 100], "longest": took[-1]}
        return {"answers": dict(self._counts), "seconds": {name: round(each, 3) for name, each in seconds.items()}}

    def wrong(self) -> list[str]:
        """The answers that nobody should get."""
        return self._wrong

    def _read(self) -> None:
        for path in self._paths():
            if self._over.wait(_PAUSE):
                return
            began, was_down = time.monotonic(), self._nginx_is_down()
            try:
                status, body = self._get(path)
            except (OSError, HTTPException) as error:
                if was_down or self._nginx_is_down():
                    self._counts["nginx refused"] += 1
                    continue
                status, body, why = 0, b"", f"{type(error).__name__}: {error}"
            else:
                why = f"HTTP {status}"
            self._took.append(time.monotonic() - began)
            self._counts[f"{status // 100}xx" if status else "no answer"] += 1
            if status not in _WELL and not (status == 410 and path.startswith("/jobs/")):
                self._wrong.append(f"{datetime.now(UTC):%H:%M:%S} {path}: {why}; ended last: {self.meanwhile}")
            if status == 200 and path.startswith("/api/v1/postings"):
                self._postings.extend(each["id"] for each in json.loads(body)["items"])

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _paths(self) -> Iterator[str]:
        """All sorts of pages; searches are mostly new ones, which nothing remembers."""
        dice = random.Random()  # noqa: S311
        while True:
            words = "+".join(dice.choices(WORDS, k=2))
            slug = dice.choice(self._solutions)
            yield from ("/", "/solutions/", f"/solutions/{slug}", "/jobs", f"/jobs?q={words}", "/employers/", "/status")
            yield from (f"/solutions/{slug}/feed.rss", f"/jobs/feed.atom?q={words}", f"/solutions/{slug}/feed.json")
            yield from (f"/api/v1/postings?q={words}", "/api/v1/postings?status=all", f"/api/v1/solutions/{slug}")
            yield from (f"/jobs/{each}" for each in dice.sample(self._postings, min(3, len(self._postings))))


def unread(engine: sa.Engine, since: datetime) -> list[tuple[str, str | None]]:
    """Active sources that were not read whole since a moment, and how they were read last."""
    return _rows(
        engine,
        "SELECT kind || ':' || key, last_outcome || ' ' || coalesce(last_reason, '') FROM sources "
        "WHERE state = 'active' AND NOT EXISTS (SELECT FROM crawls WHERE source_id = sources.id "
        "AND started_at > :since AND NOT faulty AND outcome <> 'failed')",
        since=since,
    )


def stored(engine: sa.Engine, source: Source) -> dict[str, str]:
    """The titles of the open postings of a source, by ref."""
    rows = _rows(
        engine,
        "SELECT ref, title FROM postings JOIN sources ON sources.id = source_id "
        "WHERE kind = :kind AND key = :key AND closed_at IS NULL",
        kind=source.kind,
        key=source.key,
    )
    return dict(rows)


def under_way(engine: sa.Engine) -> list[str]:
    """Batches in the queue and leases."""
    jobs = _rows(engine, "SELECT id, status, lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
    leases = _rows(engine, "SELECT kind || ':' || key, lease_until FROM sources WHERE lease IS NOT NULL")
    return [
        *(f"batch {number} of {lock} is left in the queue ({status})" for number, status, lock in jobs),
        *(f"{source} is held until {until}" for source, until in leases),
    ]


def misses(engine: sa.Engine, listed: Mapping[Source, Mapping[str, str]]) -> tuple[dict[str, Any], list[str]]:
    """Compare the store with what is listed; figures, and a line for each thing that should not be."""
    wrong, found = [], Counter[str]()
    stored: dict[Source, dict[str, list[Any]]] = {source: {} for source in listed}
    for kind, key, ref, title, closed_at in _rows(
        engine, "SELECT kind, key, ref, title, closed_at FROM postings JOIN sources ON sources.id = source_id"
    ):
        stored[Source(kind, key)].setdefault(ref, []).append((title, closed_at))
    held = {Source(kind, key) for kind, key in _rows(engine, "SELECT kind, key FROM sources WHERE held IS NOT NULL")}
    for source, rows in listed.items():
        for ref, title in rows.items():
            found["listed"] += 1
            if not (kept := stored[source].get(ref)):
                wrong.append(f"lost: {ref} of {source}")
            elif kept[0][1] is not None:
                wrong.append(f"wrongly closed: {ref} of {source}, {kept[0][1]}")
            # Of a page with postings, those that were read within a week are not read again.
            elif kept[0][0] != title and source.kind != "jsonld":
                wrong.append(f"not brought up to date: {ref} of {source}")
        for ref, kept in stored[source].items():
            found["stored"] += len(kept)
            found["closed"] += kept[0][1] is not None
            if len(kept) > 1:
                wrong.append(f"doubled: {ref} of {source}")
            # A feed shows its newest only, so what it no longer shows stays open.
            if ref not in rows and kept[0][1] is None and source.kind != "rss":
                found["held back"] += source in held
                wrong += [] if source in held else [f"still open though gone: {ref} of {source}"]
    crawls = {f"crawls {outcome}": n for outcome, n in _rows(engine, "SELECT outcome, count(*) FROM crawls GROUP BY 1")}
    new, changed, reopened = _rows(engine, "SELECT sum(new), sum(changed), sum(reopened) FROM crawls")[0]
    if reopened:
        wrong.append(f"{reopened} postings were reopened, though none that was gone ever came back")
    wrong += [
        f"two crawls of one source at once: {source} at {began}"
        for source, began in _rows(
            engine,
            "SELECT source_id, started_at FROM (SELECT source_id, started_at, max(ended_at) OVER (PARTITION BY "
            "source_id ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM crawls) "
            "AS each WHERE started_at < before",
        )
    ]
    return dict(found) | crawls | {"new": new, "changed": changed, "reopened": reopened}, wrong


def _rows(engine: sa.Engine, query: str, **told: object) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.text(query), told))
