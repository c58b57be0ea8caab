"""What all benchmarks share: processes started and read, databases made and dropped, ratios printed and kept."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

#: Where results go.
RESULTS = Path(__file__).parent / "results"


def run(name: str, *arguments: object) -> dict[str, Any]:
    """Run a benchmark to its end; what it printed as JSON."""
    command = [sys.executable, "-m", "bench", name, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def board_server(postings: int, size: int) -> Iterator[int]:
    """The server of boards; its port."""
    with serving("bench.server", "--postings", postings, "--bytes", size, "--port") as port:
        yield port


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(module: str, *arguments: object) -> Iterator[int]:
    """A server of ours, whose last argument is the port; which one that is."""
    port = free_port()
    command = [sys.executable, "-m", module, *arguments, port]
    server = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert server.stdout is not None
        assert "serving" in server.stdout.readline()
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def empty_database(postgres: str | None) -> Iterator[str]:
    """The address of a database that is gone afterwards: on a PostgreSQL, or a SQLite file."""
    if postgres is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    name = f"climate_jobs_bench_{uuid.uuid4().hex[:12]}"
    server = make_url(postgres).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The middle of each figure over several runs."""
    return {name: round(statistics.median(each[name] for each in runs), 4) for name in runs[0]}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def keep(name: str, found: Mapping[str, Any]) -> None:
    """Write the results of a benchmark as JSON."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"-> {file}", flush=True)
