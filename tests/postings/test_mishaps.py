"""A full disk and a lost connection: nothing of the crawl is kept, nothing else is harmed, and it can be done again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, make_url

from postings.database import connect
from postings.kept import Filters
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import Store, StoreError, open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "energyhub")


def reading(count: int) -> Reading:
    postings = [
        Posting(source=BOARD, ref=str(n), title=f"Job {n}", url="https://x.example/", description_text="word " * 800)
        for n in range(count)
    ]
    listed = {each.ref for each in postings}
    return Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=listed)


def kept(store: Store) -> int:
    return store.postings.page(Filters(status="all", source=BOARD)).total


def test_a_full_disk_keeps_nothing_of_a_board_and_all_of_the_rest(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    open_store(url).close()
    engine = connect(url)
    store = Store(engine)
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()

    @event.listens_for(engine, "connect")
    def fill(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")  # type: ignore[attr-defined]

    with pytest.raises(StoreError, match="full"):
        store.crawls.save(turn, reading(200), {}, now=NOW)
    event.remove(engine, "connect", fill)
    engine.dispose()
    assert kept(store) == 0
    assert store.check() == []
    assert store.crawls.save(turn, reading(200), {}, now=NOW).new == 200
    assert store.check() == []


def test_a_connection_lost_while_a_board_is_kept_keeps_nothing_of_it(postgres_url: str) -> None:
    store = open_store(postgres_url, upgrade=True)
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    read = reading(50)

    class Cutting(dict[str, list[object]]):
        """Cuts all connections in the middle of the transaction, when the first posting's tags are asked for."""

        cut = False

        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            if not self.cut:
                self.cut = True
                address = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
                with psycopg.connect(address, autocommit=True) as server:
                    server.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
            return default

    with pytest.raises(StoreError):
        store.crawls.save(turn, read, Cutting(), now=NOW)  # type: ignore[arg-type]
    assert kept(store) == 0
    assert store.crawls.save(turn, read, {}, now=NOW).new == 50
    assert store.check() == []
    store.close()
