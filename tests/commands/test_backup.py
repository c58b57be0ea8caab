"""A backup is the whole database at one moment; restoring it is done whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import main
from postings.kept import Filters
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import Store, open_store

BOARD = Source("greenhouse", "made-up")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["db", *arguments])


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment's database, empty."""
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", database_url)
    return database_url


def filled(url: str, *refs: str) -> Store:
    """A store with a board of these postings."""
    store = open_store(url, upgrade=True)
    store.sources.add(BOARD, employer="Acme", now=NOW)
    keep(store, *refs)
    return store


def keep(store: Store, *refs: str) -> None:
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    postings = [Posting(source=BOARD, ref=ref, title=f"Engineer {ref}", url="https://acme.example/1") for ref in refs]
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=set(refs))
    store.crawls.save(turn, read, {}, now=NOW)


def refs(url: str) -> set[str]:
    store = open_store(url)
    assert store.check() == []
    found = {each.posting.ref for each in store.postings.every(Filters(status="all"))}
    store.close()
    return found


def test_what_was_there_comes_back_and_nothing_else(tmp_path: Path, url: str) -> None:
    store = filled(url, "a")
    copy = tmp_path / "copies" / "jobs.backup"
    copy.parent.mkdir()
    assert typed("backup", str(copy)).exit_code == 0
    assert [path.name for path in copy.parent.iterdir()] == ["jobs.backup"]
    keep(store, "a", "b")
    store.close()
    refused = typed("restore", str(copy))
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert refs(url) == {"a", "b"}
    done = typed("restore", str(copy), "--force")
    assert done.exit_code == 0, done.stderr
    assert refs(url) == {"a"}


def test_a_backup_of_a_database_in_use_is_one_moment_of_it(tmp_path: Path, url: str) -> None:
    store = filled(url, "0")
    done = threading.Event()

    def write() -> None:
        for number in range(200):
            if done.is_set():
                return
            keep(store, *map(str, range(number + 1)))

    writer = threading.Thread(target=write)
    writer.start()
    copy = tmp_path / "jobs.backup"
    assert typed("backup", str(copy)).exit_code == 0
    done.set()
    writer.join()
    store.close()
    assert typed("restore", str(copy), "--force").exit_code == 0
    kept = refs(url)
    assert kept == set(map(str, range(len(kept))))


def test_a_broken_backup_changes_nothing(tmp_path: Path, url: str) -> None:
    filled(url, "a").close()
    copy = tmp_path / "jobs.backup"
    typed("backup", str(copy))
    whole = copy.read_bytes()
    for broken in (b"", b"no backup", whole[: len(whole) // 2], whole[:5000]):
        copy.write_bytes(broken)
        done = typed("restore", str(copy), "--force")
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
        assert refs(url) == {"a"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_backup_that_fails_leaves_the_last_one(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "jobs.backup"
    copy.write_bytes(b"yesterday's")
    monkeypatch.setenv("PATH", os.devnull)
    done = typed("backup", str(copy))
    assert ("pg_dump is not there" if url.startswith("postgresql") else "there is no database") in done.stderr
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.backup"]
    assert copy.read_bytes() == b"yesterday's"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, url: str) -> None:
    filled(url, "a").close()
    done = typed("backup", str(tmp_path / "no" / "jobs.backup"))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    done = typed("restore", str(tmp_path / "no.backup"), "--force")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_a_file_in_use_is_not_replaced(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    store = filled(sqlite_url, "a")
    copy = tmp_path / "jobs.backup"
    typed("backup", str(copy))
    keep(store, "a", "b")
    done = typed("restore", str(copy), "--force")
    assert (done.exit_code, "in use" in done.stderr) == (2, True)
    store.close()
    assert refs(sqlite_url) == {"a", "b"}


def test_a_broken_database_is_replaced(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    filled(sqlite_url, "a").close()
    copy = tmp_path / "jobs.backup"
    typed("backup", str(copy))
    (tmp_path / "test.db").write_bytes(b"broken" * 1000)
    assert typed("restore", str(copy), "--force").exit_code == 0
    assert refs(sqlite_url) == {"a"}


def test_a_database_of_another_program_is_no_backup(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE things (id)")
    other.close()
    done = typed("restore", str(tmp_path / "other.db"))
    assert (done.exit_code, "no backup of this program" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["other.db"]
