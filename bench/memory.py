"""Megabytes: a crawl of 10,000 boards by quarter of its time, and the site and the clock of ``climate-jobs up``.

python -m bench.memory --boards 10000

What processes share is counted once (the kernel's «proportional set size»), so that figures may be added. Linux only.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.running import board_server, empty_database, keep, table
from postings.store import open_store


def megabytes(pid: int) -> float:
    """Of one process; 0 where it is no more."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for children in Path("/proc").glob(f"{pid}/task/*/children"):
        for child in children.read_text(encoding="utf-8").split():
            found += family(int(child))
    return found


def watched(
    command: list[str], environment: dict[str, str], *, until: Callable[[float], bool]
) -> list[dict[str, float]]:
    """Start a command, and note twice a second what it and all that it started take, by command line."""
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]  # noqa: S603  # noqa: S603
    started, samples = time.monotonic(), []
    while process.poll() is None and not until(time.monotonic() - started):
        time.sleep(0.5)
        sample: dict[str, float] = {}
        for pid in family(process.pid):
            name = named(pid)
            sample[name] = sample.get(name, 0) + megabytes(pid)
        samples.append(sample)
    process.send_signal(signal.SIGTERM)
    process.wait()
    return samples


def named(pid: int) -> str:
    """What a process is there for: the command of ours that it runs."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    except OSError:
        return "ended"
    return next((word for word in words if word in ("up", "serve", "crawl", "schedule", "worker")), "crawl")


def crawl(boards: int) -> dict[str, Any]:
    """A crawl of many small boards, with the process beside it."""
    with board_server(4, 1000) as port, empty_database(None) as database:
        given = ["--boards", str(boards), "--port", str(port), "--database", database]
        samples = watched([sys.executable, "-m", "bench", "crawls", "ours", *given], {}, until=lambda _: False)
    totals = [sum(sample.values()) for sample in samples]
    quarter = max(len(totals) // 4, 1)
    parts = [totals[start : start + quarter] for start in range(0, 4 * quarter, quarter)]
    return {"most": round(max(totals)), "by quarter": [round(sum(part) / len(part)) for part in parts if part]}


def up(seconds: float) -> dict[str, int]:
    """The site, the clock and its crawls with the shipped directory; hosts cannot be reached."""
    with empty_database(None) as database:
        open_store(database, upgrade=True).close()
        environment = {"CLIMATE_JOBS_DATABASE_URL": database, "https_proxy": "http://127.0.0.1:9"}
        command = [sys.executable, "-m", "commands", "up", "--port", "8993"]
        samples = watched(command, environment, until=lambda passed: passed > seconds)
    names = sorted({name for sample in samples for name in sample} - {"ended"})
    most = {name: round(max(sample.get(name, 0) for sample in samples)) for name in names}
    return most | {"all": round(max(sum(sample.values()) for sample in samples))}


def main() -> None:
    """Measure, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    running, crawling = up(given.seconds), crawl(given.boards)
    table(("what", "MB"), [*((f"up: {name}", most) for name, most in running.items()), *crawling.items()])
    keep("memory", vars(given) | {"up": running, "crawl": crawling})


if __name__ == "__main__":
    main()
