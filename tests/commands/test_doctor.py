"""The doctor finds what is wrong with a setup, and says the remedy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from commands import findings, main
from postings.database import libpq_url
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import Store, open_store

BOARD = Source("greenhouse", "made-up")
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings without a fault."""
    monkeypatch.setenv("CLIMATE_JOBS_CONTACT", "mail@jobs.example")
    monkeypatch.setenv("CLIMATE_JOBS_BASE_URL", "https://jobs.example")
    monkeypatch.setenv("CLIMATE_JOBS_PROXIES", "1")
    for name in ("CLIMATE_JOBS_PACE", "CLIMATE_JOBS_CONFIDENCE", "CLIMATE_JOBS_CORRECTIONS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kept(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one board that was read whole a moment ago, and nothing else to crawl."""
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", database_url)
    store = open_store(database_url, upgrade=True)
    for each in store.sources.all():
        store.sources.set_state(each.source, "paused")
    store.sources.add(BOARD, employer="Acme", now=NOW)
    crawled(store, ["1"], at=NOW)
    return store


def crawled(store: Store, refs: Sequence[str], *, at: datetime, outcome: Outcome = Outcome.COMPLETE) -> None:
    turn = store.sources.take(BOARD, now=at)
    assert turn is not None
    postings = [Posting(source=BOARD, ref=ref, title="Engineer", url="https://acme.example/1") for ref in refs]
    read = Reading(source=BOARD, started_at=at, outcome=outcome, postings=postings, listed=set(refs))
    store.crawls.save(turn, read, {}, now=at)


def told() -> tuple[int, list[tuple[bool, str]]]:
    """The exit code, and what was found with its remedy."""
    done = CliRunner().invoke(main, ["doctor", "--json"])
    report = json.loads(done.stdout)
    assert report["well"] == (done.exit_code == 0)
    return done.exit_code, [(each["wrong"], f"{each['what']} -> {each['remedy']}") for each in report["findings"]]


def test_a_healthy_setup_has_nothing_to_show(kept: Store) -> None:
    assert told() == (0, [])
    done = CliRunner().invoke(main, ["doctor"])
    assert (done.exit_code, done.stdout) == (0, "All is well.\n")


@pytest.mark.parametrize(
    ("name", "value", "wrong", "line"),
    [
        ("CLIMATE_JOBS_CONTACT", "", False, "set CLIMATE_JOBS_CONTACT"),
        ("CLIMATE_JOBS_BASE_URL", "", False, "set CLIMATE_JOBS_BASE_URL"),
        ("CLIMATE_JOBS_BASE_URL", "jobs", True, "CLIMATE_JOBS_BASE_URL is no web address"),
        ("CLIMATE_JOBS_PROXIES", "", False, "set CLIMATE_JOBS_PROXIES=1"),
        ("CLIMATE_JOBS_PROXIES", "many", True, "CLIMATE_JOBS_PROXIES is no number"),
        ("CLIMATE_JOBS_PACE", "0", False, "asked without limit"),
        ("CLIMATE_JOBS_PACE", "fast", True, "CLIMATE_JOBS_PACE: 'fast' is no number"),
        ("CLIMATE_JOBS_CONFIDENCE", "7", True, "CLIMATE_JOBS_CONFIDENCE: '7' is no number"),
        ("CLIMATE_JOBS_CORRECTIONS", "/no/such.csv", True, "CLIMATE_JOBS_CORRECTIONS"),
        ("CLIMATE_JOBS_KEEP_TEXTS", "x", True, "CLIMATE_JOBS_KEEP_TEXTS: 'x' is no number of days"),
        ("CLIMATE_JOBS_LOG", "xml", True, "CLIMATE_JOBS_LOG: 'xml' is none of"),
        ("CLIMATE_JOBS_LOG_LEVEL", "loud", True, "CLIMATE_JOBS_LOG_LEVEL: 'LOUD' is none of"),
        ("SSL_CERT_FILE", "/no/such.pem", True, "SSL_CERT_FILE is no file"),
    ],
)
def test_each_setting_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, wrong: bool, line: str
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", f"sqlite:///{tmp_path / 'jobs.db'}")
    monkeypatch.setenv(name, value)
    code, found = told()
    assert code == 1
    assert [kind for kind, text in found if line in text] == [wrong]
    assert not (tmp_path / "jobs.db").exists()


def test_a_clock_that_stands_still_is_noticed(kept: Store) -> None:
    crawled(kept, ["1"], at=NOW - timedelta(days=3))
    code, found = told()
    assert code == 1
    assert [wrong for wrong, text in found if "nothing was crawled since" in text] == [True]


def test_what_crawls_found_strange_is_told(kept: Store) -> None:
    crawled(kept, [str(number) for number in range(20)], at=NOW - timedelta(days=9))
    crawled(kept, ["1"], at=NOW - timedelta(days=8))
    crawled(kept, ["1"], at=NOW, outcome=Outcome.FAILED)
    code, found = told()
    assert code == 0
    lines = " ".join(text for _, text in found)
    assert "sources could not be read whole for 3 days: greenhouse:made-up" in lines
    assert "sources with closings held back: greenhouse:made-up" in lines


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_little_room_and_open_doors_are_told(tmp_path: Path, kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "test.db"
    file.chmod(0o666)
    monkeypatch.setattr(findings, "ROOM", 2**62)
    monkeypatch.setattr(findings, "LITTLE", 2**62)
    code, found = told()
    assert code == 1
    assert [wrong for wrong, text in found if "MB are free" in text] == [True]
    assert [wrong for wrong, text in found if "anybody on this machine may write" in text] == [False]


def test_a_database_that_cannot_be_used_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "jobs.db"
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", f"sqlite:///{file}")
    assert any(text.startswith("there is no database at") for _, text in told()[1])
    file.write_bytes(b"no database" * 500)
    code, found = told()
    assert code == 1
    assert any(text.startswith("database: file is not a database") for _, text in found)


def test_a_queue_without_workers_is_told(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", postgres_url)
    assert any("run «climate-jobs db upgrade»" in text for _, text in told()[1])
    open_store(postgres_url, upgrade=True).close()
    with psycopg.connect(libpq_url(postgres_url) or "", autocommit=True) as database:
        database.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('crawls', 'crawl')")
        assert any("1 batches are queued, and no worker lives" in text for _, text in told()[1])
        database.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        database.execute("UPDATE procrastinate_events SET at = now() - interval '2 hours'")
        assert any("a batch waits since" in text and "with 1 workers" in text for _, text in told()[1])
