"""The parts that ``bench.soak`` runs and ends: each as deploy/compose.yaml starts it."""

from __future__ import annotations

import getpass
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.running import RESULTS, free_port

#: Where the parts write what they say.
LOGS = RESULTS / "soak"
#: Seconds that a part may take to end when it is asked to: compose gives a worker 40, others 10; and to come back.
GRACE, BACK = {"worker": 40}, 60
NGINX_CONFIG = Path(__file__).parents[1] / "deploy" / "nginx" / "climate-jobs.conf"


class Part:
    """One part, and how often it was ended."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], *, asked: str = "", alone: bool = False):
        """Name a part.

        Args:
            asked: the address that answers once it is there.
            alone: killed without the processes it started, which must notice; else with all of them, as containers are.
        """
        self.name, self._command, self._env, self._asked, self._alone = name, command, env, asked, alone
        self._log = (LOGS / f"{name.replace(' ', '-')}.log").open("wb")
        self.counts: Counter[str] = Counter()
        self.slowest: dict[str, float] = {"end": 0, "back": 0}
        self.faults: list[str] = []
        self.down = False

    def start(self) -> None:
        """Start it, and wait until it answers."""
        began = time.monotonic()
        said = {"stdin": subprocess.DEVNULL, "stdout": self._log, "stderr": self._log, "start_new_session": True}
        self._process = subprocess.Popen(self._command, env={**os.environ, **self._env}, **said)  # type: ignore[call-overload]  # noqa: S603
        while self._asked and not _answers(self._asked):
            if time.monotonic() - began > BACK or self._process.poll() is not None:
                self.faults.append(f"{self.name} did not come back ({self._process.poll()})")
                break
            time.sleep(0.2)
        self.slowest["back"] = max(self.slowest["back"], time.monotonic() - began)
        self.down = False

    def end(self, how: signal.Signals) -> None:
        """End it; with SIGHUP, let it only read its settings anew."""
        if self._process.poll() is not None:
            self.faults.append(f"{self.name} had ended by itself ({self._process.returncode})")
        elif how is signal.SIGHUP:
            self._process.send_signal(how)
            return
        self.down, began = True, time.monotonic()
        self._send(how)
        try:
            self._process.wait(GRACE.get(self.name.partition(" ")[0], 10))
        except subprocess.TimeoutExpired:
            self.faults.append(f"{self.name} did not end within {time.monotonic() - began:.0f} s of {how.name}")
            self._send(signal.SIGKILL)
            self._process.wait()
        self.slowest["end"] = max(self.slowest["end"], time.monotonic() - began)

    def _send(self, how: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if how is signal.SIGKILL and not self._alone:
                os.killpg(self._process.pid, how)
            else:
                self._process.send_signal(how)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=10):  # noqa: S310
            return True
    except (URLError, OSError, HTTPException):
        return False


def nginx_config(folder: Path, port: int, sites: list[int]) -> Path:
    """The configuration of deploy/nginx, for two sites on this machine."""
    text = NGINX_CONFIG.read_text(encoding="utf-8")
    changes = [(f"site-{letter}:8000", f"127.0.0.1:{site}") for letter, site in zip("ab", sites, strict=True)]
    for old, new in [*changes, ("listen 80;", f"listen 127.0.0.1:{port};"), ("/var/cache/nginx", f"{folder}/cache")]:
        if old not in text:
            sys.exit(f"{NGINX_CONFIG} says nothing of {old}")
        text = text.replace(old, new)
    temporary = " ".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "cache").mkdir()
    file = folder / "nginx.conf"
    file.write_text(
        f"user {getpass.getuser()};\ndaemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\n{text}}}\n",
        encoding="utf-8",
    )
    return file


@contextmanager
def running(database: str, folder: Path, nginx: str, asking: Mapping[str, str]) -> Iterator[tuple[list[Part], int]]:
    """All parts, and the port of nginx; they end with this.

    Args:
        asking: the environment's variables for those who crawl.
    """
    env = {
        "CLIMATE_JOBS_DATABASE_URL": database,
        "CLIMATE_JOBS_ALLOW_PRIVATE": "1",
        "CLIMATE_JOBS_PACE": "20",
        "CLIMATE_JOBS_PROXIES": "1",
    }
    ours, beat = [sys.executable, "-m", "commands"], ("--heartbeat", "3")
    *sites, port = free_port(), free_port(), free_port()
    serve = {site: [*ours, "serve", "--port", str(site), "--workers", "2"] for site in sites}
    config = nginx_config(folder, port, sites)
    parts = [
        Part("clock", [*ours, "schedule", "--queue", *beat], env),
        Part("worker 1", [*ours, "worker", *beat], env | asking),
        Part("worker 2", [*ours, "worker", *beat], env | asking, alone=True),
        *(
            Part(f"site {number}", serve[site], env, asked=f"http://127.0.0.1:{site}/healthz")
            for number, site in enumerate(sites, 1)
        ),
        Part("nginx", [nginx, "-c", str(config)], {}, asked=f"http://127.0.0.1:{port}/healthz"),
    ]
    with ExitStack() as stack:
        for part in parts:
            part.start()
            stack.callback(part.end, signal.SIGTERM)
        yield parts, port
