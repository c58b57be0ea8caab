"""All parts of deploy/compose.yaml on this machine, each ended again and again: whether anything is lost or doubled.

python -m bench.soak --postgres postgresql+psycopg://… [--minutes 60] [--pause 12] [--restart COMMAND]
    [--boards FILE --through PROXY --trust FILE]

Boards change and fail, a reader asks nginx for pages all the time, and every few seconds one part is ended, politely
and not by turns, and started anew. At the end all is compared with what the boards list. What the parts said is in
bench/results/soak/.

Real boards can be read too, through a proxy that plays what was recorded of them and may fail now and then: what they
list when all is begun, they list at the end.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import sqlalchemy as sa

from bench.running import empty_database, keep, serving, table
from bench.soak_checks import Reader, misses, stored, under_way, unread
from bench.soak_parts import LOGS, Part, running
from bench.workers import hosts
from postings.posting import Source
from postings.store import open_store
from postings.tables import SourceRow

#: Boards and feeds of each host, and seconds after which each is read again.
BOARDS, FEEDS, AGAIN = 8, 2, 40
#: How often in a row all connections are cut, so that some are in use.
CUTS = 10
#: Seconds that the last crawl of all may take.
LAST = 420
#: So many misses are printed; the file has all.
MOST = 100
#: What is due again, without waiting for a crawl that holds a row.
_DUE = sa.text(
    "UPDATE sources SET due_at = now() WHERE id IN (SELECT id FROM sources WHERE state = 'active' AND lease IS NULL "
    "AND due_at > now() AND last_crawl_at < :before FOR UPDATE SKIP LOCKED)"
)
_CUT = sa.text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name <> 'soak'"
)


def prepare(database: str, boards: int, recorded: Iterable[Source]) -> dict[str, Source]:
    """Have boards and feeds in the store, and nothing else due; each by the path it has at the server of boards.

    Args:
        boards: the port of that server.
        recorded: sources that are read too.
    """
    found = {}
    store = open_store(database, upgrade=True)
    with _engine(database) as engine, engine.begin() as connection:
        named = sa.tuple_(SourceRow.kind, SourceRow.key).in_([(each.kind, each.key) for each in recorded])
        connection.execute(sa.update(SourceRow).where(~named).values(state="paused"))
    numbers = itertools.count()
    for host in hosts(6, boards):
        for form in ["page"] * BOARDS + ["feed"] * FEEDS:
            path = f"/{form}/{next(numbers)}"
            found[path] = Source("jsonld" if form == "page" else "rss", host + path)
            store.sources.add(found[path], now=datetime.now(UTC), employer=f"Made up {path}")
    for source in recorded:
        if not store.sources.has(source):
            store.sources.add(source, now=datetime.now(UTC), employer=f"Recorded {source}")
    store.close()
    return found


@contextmanager
def _engine(database: str) -> Iterator[sa.Engine]:
    """Connections of our own, which are not cut."""
    engine = sa.create_engine(database, connect_args={"application_name": "soak"}, pool_pre_ping=True)
    try:
        yield engine
    finally:
        engine.dispose()


def have_read(engine: sa.Engine, *, again: float = AGAIN) -> None:
    """Have due what was read some seconds ago."""
    with engine.begin() as connection:
        connection.execute(_DUE, {"before": datetime.fromtimestamp(time.time() - again, UTC)})


def end_parts(parts: list[Part], engine: sa.Engine, reader: Reader, given: argparse.Namespace) -> dict[str, int]:
    """End one part after another until the time is over; how many connections were cut, and how often."""
    cut = Counter[str]()

    def cut_connections() -> None:
        for _ in range(CUTS):
            with engine.begin() as connection:
                cut["connections"] += connection.scalar(_CUT) or 0
            cut["times"] += 1
            time.sleep(0.2)

    def renew(part: Part, how: signal.Signals) -> Callable[[], None]:
        def do() -> None:
            part.counts[how.name] += 1
            part.end(how)
            if how is not signal.SIGHUP:
                part.start()

        return do

    def restart() -> None:
        done = subprocess.run(shlex.split(given.restart), check=False, capture_output=True, text=True)  # noqa: S603
        cut["restarts of the server"] += 1
        if done.returncode:
            sys.exit(f"{given.restart}: {done.stderr}")

    turns = []
    for polite in (True, False):
        for part in parts:
            gently = signal.SIGHUP if part.name == "nginx" else signal.SIGTERM
            turns.append((f"{part.name}", renew(part, gently if polite else signal.SIGKILL)))
        turns.append(("connections", cut_connections))
        turns += [("PostgreSQL", restart)] if given.restart else []
    until = time.monotonic() + given.minutes * 60
    for name, turn in itertools.cycle(turns):
        soon = time.monotonic() + given.pause
        while time.monotonic() < soon:
            have_read(engine)
            time.sleep(0.5)
        if time.monotonic() > until:
            return dict(cut)
        reader.meanwhile = name
        turn()
    raise AssertionError


def listed_by(engine: sa.Engine, recorded: Sequence[Source]) -> dict[Source, dict[str, str]]:
    """What boards that never change list, once each has been read."""
    began, until = datetime.fromtimestamp(0, UTC), time.monotonic() + LAST
    while left := unread(engine, began):
        if time.monotonic() > until:
            sys.exit(f"{left[0][0]} cannot be read: {left[0][1]}")
        have_read(engine)
        time.sleep(1)
    print("All recorded boards are read.", flush=True)
    return {source: stored(engine, source) for source in recorded}


def last_crawl(engine: sa.Engine) -> list[str]:
    """Have every source crawled once more, then wait until nothing is under way; what was not done in time."""
    calm, until = datetime.now(UTC), time.monotonic() + LAST
    while left := unread(engine, calm):
        if time.monotonic() > until:
            return [f"{source} was not read whole again: {why}" for source, why in left]
        have_read(engine, again=min(AGAIN / 4, (datetime.now(UTC) - calm).total_seconds()))
        time.sleep(1)
    while left := under_way(engine):
        if time.monotonic() > until:
            return left
        time.sleep(1)
    return []


def logged(what: bytes) -> dict[str, int]:
    """How often each part wrote something into its log."""
    found = {file.stem: len(re.findall(what, file.read_bytes())) for file in sorted(LOGS.glob("*.log"))}
    return {name: count for name, count in found.items() if count}


def ask_boards(port: int, what: str, paths: list[str]) -> bytes:
    """Ask the server of boards for what only a benchmark asks."""
    request = Request(f"http://127.0.0.1:{port}/{what}", data=json.dumps(paths).encode(), method="POST")
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        said: bytes = answer.read()
    return said


def main() -> None:
    """Run it all, print tables and what misses, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", required=True, help="where a database may be made")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--pause", type=float, default=12, help="seconds between two parts that are ended")
    parser.add_argument("--restart", help="a command that restarts the PostgreSQL server, and waits until it is there")
    parser.add_argument("--boards", help="a file of sources, such as «greenhouse:acme», one a line")
    parser.add_argument("--through", help="the proxy that crawls ask for them")
    parser.add_argument("--trust", help="a file of its certificate")
    given = parser.parse_args()
    lines = Path(given.boards).read_text(encoding="utf-8").split() if given.boards else []
    recorded = [Source(*line.split(":", 1)) for line in lines]
    asking = {"https_proxy": given.through, "SSL_CERT_FILE": given.trust} if given.through else {}
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        sys.exit("nginx is missing: apt-get install nginx-light")
    LOGS.mkdir(parents=True, exist_ok=True)
    # Told to end, it ends all parts first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before its time"))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(empty_database(given.postgres))
        boards = stack.enter_context(serving("bench.server", "--restless", "--postings", 12, "--bytes", 2000, "--port"))
        sources = prepare(database, boards, recorded)
        engine = stack.enter_context(_engine(database))
        parts, port = stack.enter_context(running(database, folder, nginx, asking))
        unchanging = listed_by(engine, recorded) if recorded else {}
        with Reader(port, lambda: parts[-1].down) as reader:
            cut = end_parts(parts, engine, reader, given)
            reader.meanwhile = "nothing"
            ask_boards(boards, "calm", [])
            late = last_crawl(engine)
        listed = json.loads(ask_boards(boards, "listed", list(sources)))
        found, wrong = misses(engine, unchanging | {sources[path]: rows for path, rows in listed.items()})
    wrong = [*late, *wrong, *(fault for part in parts for fault in part.faults), *reader.wrong()]
    ended = {part.name: dict(part.counts) | part.slowest for part in parts} | {"connections": cut}
    rows = [
        (
            *(part.name, " ".join(f"{count} {how}" for how, count in part.counts.items())),
            *(f"{seconds:.1f}" for seconds in part.slowest.values()),
        )
        for part in parts
    ]
    rows.append(("connections", f"{cut.get('times')} times, {cut.get('connections')} in all", "", ""))
    rows.append(("PostgreSQL", f"{cut.get('restarts of the server', 0)} times", "", ""))
    table(("part", "ended", "slowest to end, s", "to come back, s"), rows)
    found |= reader.found() | {"errors logged": logged(b'"level": "ERROR"'), "tracebacks": logged(b"Traceback")}
    table(("found", ""), found.items())
    print(*(wrong[:MOST] or ["Nothing misses."]), sep="\n")
    keep("soak", vars(given) | {"ended": ended, "found": found, "wrong": wrong})
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
