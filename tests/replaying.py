"""The real program against recorded answers of real boards, through the proxy that plays them back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Replay:
    """A proxy that plays recordings, and a store of its own to crawl them into."""

    folder: Path
    port: int
    log: Path
    faults: Path
    #: Further environment variables.
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What makes the program ask the proxy."""
        proxy = f"http://127.0.0.1:{self.port}"
        return {
            **os.environ,
            "http_proxy": proxy,
            "https_proxy": proxy,
            "SSL_CERT_FILE": str(self.folder / "ca.pem"),
            "CLIMATE_JOBS_PACE": "0",
            "CLIMATE_JOBS_DATABASE_URL": f"sqlite:///{self.folder / 'climate-jobs.db'}",
            **self.settings,
        }

    def use(self, database_url: str) -> None:
        """Keep all in another database than a file beside the proxy's."""
        self.settings["CLIMATE_JOBS_DATABASE_URL"] = database_url
        done = self.run("db", "upgrade")
        assert done.returncode == 0, done.stderr

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``climate-jobs`` to its end."""
        command = [sys.executable, "-m", "commands", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``climate-jobs`` and leave it running."""
        command = [sys.executable, "-m", "commands", *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, text=True, env=self.environment, **quiet)  # type: ignore[call-overload]

    def add(self, *sources: str) -> None:
        """Add sources."""
        rows = ["name,ats,ats_token", *(f"{source},{source.replace(':', ',', 1)}" for source in sources)]
        (self.folder / "boards.csv").write_text("\n".join(rows))
        done = self.run("sources", "import", str(self.folder / "boards.csv"))
        assert done.returncode == 0, done.stderr

    def crawl(self, *sources: str) -> dict[str, Any]:
        """Crawl, adding the sources first; what ``--json`` says, with the exit code."""
        self.add(*sources)
        done = self.run("crawl", *sources, "--json")
        assert done.returncode in (0, 1), done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report | {"exit": done.returncode}

    def export(self, status: str = "open") -> list[dict[str, Any]]:
        """The stored postings, each as its source published it."""
        return [json.loads(line) for line in self.run("export", "--each", "--status", status).stdout.splitlines()]

    def asked(self) -> list[dict[str, Any]]:
        """The requests the proxy has had."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@contextmanager
def replaying(
    shared: Path,
    folder: Path,
    *,
    at: str = "9999",
    samples: Path | None = None,
    extra: Path | None = None,
    latency: float = 0,
) -> Iterator[Replay]:
    """Play the recordings up to a day, or those of another folder; those of an extra one beside them.

    Args:
        latency: seconds before each answer.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    replay = Replay(folder, port, folder / "replay.jsonl", folder / "faults.json")
    command = [sys.executable, str(shared / "tools" / "replay.py"), "--samples", str(samples or shared / "samples")]
    command += ["--samples", str(extra)] if extra else []
    command += ["--port", str(port), "--ca", str(folder / "ca.pem"), "--at", at]
    command += ["--latency", str(latency)] if latency else []
    command += ["--log", str(replay.log), "--faults", str(replay.faults)]
    proxy = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert proxy.stdout is not None
        assert "replaying" in proxy.stdout.readline()
        yield replay
    finally:
        proxy.terminate()
        proxy.wait()
