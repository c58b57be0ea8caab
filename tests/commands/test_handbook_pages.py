"""Pages read in, written out and their links checked, as typed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_commands import BOARD, NOW, fill

from commands import main
from postings.posting import Outcome, Reading
from postings.store import Store, open_store
from scraper.link_check import no_such_host

PAGES = Path(__file__).parents[1] / "postings" / "handbook" / "pages"
BASE = "https://jobs.example.org"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a store that is not there yet, as the environment names it."""
    address = f"sqlite:///{tmp_path / 'jobs.db'}"
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", address)
    monkeypatch.delenv("CLIMATE_JOBS_BASE_URL", raising=False)
    return address


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A handbook's folder of pages."""
    return Path(shutil.copytree(PAGES, tmp_path / "docs"))


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pages", *arguments])


def test_an_import_tells_page_by_page_what_it_took_and_doubts(url: str, docs: Path) -> None:
    told = typed("import", str(docs))
    assert told.exit_code == 0
    assert (
        "solution-building-retrofitting.md: taken: Building Retrofitting, 6 companies (5 new employers)" in told.output
    )
    assert "  its job link has a wrong target: Insulation" in told.output
    assert "sector-buildings.md: passed over: it is about no single solution" in told.output
    assert told.output.endswith("3 taken, 0 unchanged, 1 passed over, 0 failed\n")
    assert typed("import", str(docs)).output.endswith("0 taken, 3 unchanged, 1 passed over, 0 failed\n")


def test_a_page_that_cannot_be_read_changes_nothing_and_is_named(url: str, docs: Path, tmp_path: Path) -> None:
    typed("import", str(docs))
    before = open_store(url).handbook.page("building-retrofitting")
    broken = docs / "solution-building-retrofitting.md"
    broken.write_bytes(b"---\ntitle: Building Retrofitting\n---\n" + b"x" * 10_000_000)
    (docs / "solution-nonsense.md").write_text("---\ntitle: Nonsense\n---\n")
    (docs / "solution-composting.md").symlink_to("/etc/passwd")
    (docs / "solution-recycling.md").mkdir()
    told = typed("import", str(docs), "--json")
    assert told.exit_code == 1
    report = {row["file"]: row for row in json.loads(told.stdout)["pages"]}
    assert report["solution-building-retrofitting.md"]["reason"].startswith("it has 10,000 kB")
    assert report["solution-nonsense.md"]["reason"].startswith("no such solution: Nonsense")
    assert report["solution-composting.md"]["reason"] == "it is no file of its own"
    assert json.loads(told.stdout)["failed"] == 3
    assert open_store(url).handbook.page("building-retrofitting") == before
    assert typed("export", str(docs), "--base-url", BASE).exit_code == 1
    assert broken.stat().st_size > 10_000_000
    assert (docs / "solution-composting.md").is_symlink()


def test_an_export_writes_what_is_open_and_a_second_one_nothing(url: str, docs: Path) -> None:
    store = open_store(url)
    fill(store, "1", "2", title="Grid engineer")
    (docs / "solution-grid-flexibility.md").write_text("---\ntitle: Grid Flexibility\n---\n\n## Overview\n")
    first = typed("export", str(docs), "--base-url", BASE)
    assert first.exit_code == 0
    assert "solution-grid-flexibility.md: written" in first.output
    page = (docs / "solution-grid-flexibility.md").read_text()
    assert (
        "[View 2 open jobs in this Solution](https://jobs.example.org/jobs?l=&q=&drawdown_solutions=Grid+Flexibility)"
        in page
    )
    assert "- [Grid engineer](https://acme.example/2) - EnergyHub" in page
    assert "- [EnergyHub](https://energyhub.com/) - [2 open jobs](https://jobs.example.org/employers/energyhub)" in page
    assert BOARD.key in page
    before = {path: path.read_bytes() for path in docs.iterdir()}
    second = typed("export", str(docs), "--base-url", BASE)
    assert {line.rpartition(": ")[2] for line in second.output.splitlines()} == {"unchanged"}
    assert {path: path.read_bytes() for path in docs.iterdir()} == before


def test_pages_that_were_imported_are_written_where_they_are_missing(url: str, docs: Path, tmp_path: Path) -> None:
    typed("import", str(docs))
    out = tmp_path / "new" / "docs"
    told = typed("export", str(out), "--base-url", BASE)
    assert told.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "solution-building-retrofitting.md",
        "solution-high-efficiency-heat-pumps.md",
        "solution-methane-leak-management.md",
    ]
    typed("export", str(docs), "--base-url", BASE)
    for path in out.iterdir():
        assert path.read_bytes() == (docs / path.name).read_bytes()


def read_empty(store: Store, *, now: datetime) -> None:
    """A complete crawl of the board that lists nothing: the second one closes all."""
    turn = store.sources.take(BOARD, now=now)
    assert turn is not None
    reading = Reading(source=BOARD, started_at=now, outcome=Outcome.COMPLETE, postings=[], listed=set())
    store.crawls.save(turn, reading, {}, now=now)


def test_what_closes_leaves_the_page_as_if_it_had_never_been_open(url: str, docs: Path) -> None:
    store = open_store(url)
    (docs / "solution-grid-flexibility.md").write_bytes(b"---\r\ntitle: Grid Flexibility\r\n---\r\n\r\n## Over \xe9")
    typed("export", str(docs), "--base-url", BASE)
    before = {path: path.read_bytes() for path in docs.iterdir()}
    fill(store, "1", "2", title="Grid engineer")
    assert "solution-grid-flexibility.md: written" in typed("export", str(docs), "--base-url", BASE).output
    for hours in (1, 3):
        read_empty(store, now=NOW + timedelta(hours=hours))
    assert "solution-grid-flexibility.md: written" in typed("export", str(docs), "--base-url", BASE).output
    assert {path: path.read_bytes() for path in docs.iterdir()} == before


def test_of_two_pages_about_one_solution_the_import_says_which_holds(url: str, docs: Path) -> None:
    (docs / "old").mkdir()
    shutil.copy(docs / "solution-building-retrofitting.md", docs / "old" / "solution-building-retrofitting.mdx")
    told = typed("import", str(docs))
    assert "  it takes the place of solution-building-retrofitting.md\n" in told.output
    (docs / "solution-building-retrofitting.md").unlink()
    typed("export", str(docs), "--base-url", BASE)
    assert not (docs / "solution-building-retrofitting.md").exists()


def test_a_folder_with_a_name_that_is_no_text_is_read(url: str, docs: Path) -> None:
    strange = docs / "d\udcff\x1b[31m"
    strange.mkdir()
    shutil.copy(docs / "solution-building-retrofitting.md", strange / "solution-composting.md")
    told = typed("import", str(docs))
    assert (told.exit_code, "\x1b" in told.output) == (0, False)
    assert "solution-composting.md: taken" in told.output


def test_a_page_that_cannot_be_written_is_named_and_the_others_are_written(
    url: str, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        if "heat-pumps" in path.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        path.write_bytes(content)

    monkeypatch.setattr("commands.pages.replace", full)
    told = typed("export", str(docs), "--base-url", BASE)
    assert told.exit_code == 1
    assert "solution-high-efficiency-heat-pumps.md: failed: No space left on device" in told.output
    assert "solution-methane-leak-management.md: written" in told.output


def test_an_export_says_where_its_links_lead_when_nobody_did(url: str, docs: Path) -> None:
    told = typed("export", str(docs))
    assert told.exit_code == 0
    assert told.stderr == "climate-jobs: CLIMATE_JOBS_BASE_URL is not set: links lead to http://127.0.0.1:8000\n"
    assert typed("export", str(docs), "--base-url", "nonsense").exit_code == 2


class _Site(BaseHTTPRequestHandler):
    """A site with a page that answers, one that never ends, one that is gone, one that has moved, one that is shut."""

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/robots.txt":
            self._say(b"User-agent: *\nDisallow: /shut\n")
            return
        if self.path == "/endless":
            self._go_on()
            return
        status = {"/gone": 404, "/moved": 301, "/forbidden": 403}.get(self.path, 200)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go_on(self) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b"x" * 65_536)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of such a site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_links_are_checked_told_and_kept(url: str, docs: Path, site: str) -> None:
    links = ("/there", "/gone", "/moved", "/forbidden", "/endless", "/shut")
    text = "".join(f"- [x]({site}{link})\n" for link in links) + "- [y](https://nan)\n- [z](http://10.0.0.1/private)\n"
    (docs / "solution-composting.md").write_text(f"---\ntitle: Composting\n---\n\n## Overview\n\n{text}")
    for path in docs.glob("solution-[bhm]*.md"):
        path.unlink()
    assert typed("import", str(docs)).exit_code == 0
    quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = quiet | {"CLIMATE_JOBS_PACE": "0", "CLIMATE_JOBS_ALLOW_PRIVATE": "1", "no_proxy": "*"}
    command = [sys.executable, "-m", "commands", "pages", "check", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    told = {row["address"].removeprefix(site): (row["state"], row["moved_to"]) for row in report["faults"]}
    told.pop("http://10.0.0.1/private", None)
    assert told == {
        "/gone": ("broken", None),
        "/moved": ("moved", f"{site}/elsewhere"),
        "/forbidden": ("unknown", None),
        "/shut": ("unknown", None),
        "https://nan": ("nowhere", None),
    }
    kept = open_store(url).handbook.page("composting")
    assert kept is not None
    assert kept.checked[f"{site}/gone"].reason == "HTTP 404"
    assert kept.checked[f"{site}/there"].state == kept.checked[f"{site}/endless"].state == "sound"


def test_a_host_is_only_missed_where_others_are_found() -> None:
    assert no_such_host({"gone.example": False, "there.example": True}).state == "broken"
    assert no_such_host({"gone.example": False, "127.0.0.1": True, "localhost": True}).state == "unknown"
