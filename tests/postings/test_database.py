"""A server that is restarted is waited for; one that never answered is not."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from postings import database
from postings.database import libpq_url, sqlite_file
from postings.kept import StoreError
from postings.store import open_store


def failing(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let the next connections fail; how often one was tried."""
    connect, tried = psycopg.connect, [0]

    def attempt(*arguments: Any, **named: Any) -> Any:
        tried[0] += 1
        if tried[0] <= times:
            raise psycopg.OperationalError("the database system is starting up")
        return connect(*arguments, **named)

    monkeypatch.setattr(psycopg, "connect", attempt)
    monkeypatch.setattr(database, "PAUSE", 0)
    return tried


def test_a_server_that_is_restarted_is_waited_for(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(postgres_url, upgrade=True)
    with psycopg.connect(libpq_url(postgres_url) or "", autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    tried = failing(monkeypatch, 3)
    assert store.not_ready() is None
    assert tried == [4]
    store.close()


def test_a_server_that_stays_away_is_not_waited_for_for_ever(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(postgres_url, upgrade=True)
    store.close()
    monkeypatch.setattr(database, "RESTART", 0)
    failing(monkeypatch, 1000)
    assert "starting up" in (store.not_ready() or "")


def test_a_server_that_never_answered_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = failing(monkeypatch, 1000)
    with pytest.raises(StoreError, match="starting up"):
        open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert tried == [1]


def test_addresses_are_told_apart() -> None:
    assert libpq_url("sqlite:///x.db") is None
    assert libpq_url("postgresql+psycopg://me:p%40ss@h:1/d?sslmode=require") == (
        "postgresql://me:p%40ss@h:1/d?sslmode=require"
    )
    assert str(sqlite_file("sqlite:////tmp/x.db")) == "/tmp/x.db"  # noqa: S108
    assert sqlite_file("sqlite://") is None
    assert sqlite_file("postgresql://h/d") is None
    with pytest.raises(StoreError, match="CLIMATE_JOBS_DATABASE_URL"):
        libpq_url("nonsense")
