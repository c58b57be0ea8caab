"""A database server that ends connections, as one that is restarted does: a visitor need not notice."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, visitor
from sqlalchemy import Engine, event

from postings.database import connect, libpq_url
from postings.store import Store
from web.errors import TRIES

PATHS = ("/", "/jobs?q=solar", f"/solutions/{HEAT_PUMPS}", f"/solutions/{HEAT_PUMPS}/feed.rss", "/api/v1/postings")


class Cuts:
    """Ends connections the moment they are used: of those to come, so many."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.left = self.done = 0
        self._url = libpq_url(url) or ""
        event.listen(engine, "before_cursor_execute", self._cut)

    def _cut(self, connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self.left:
            self.left, self.done = self.left - 1, self.done + 1
            with psycopg.connect(self._url, autocommit=True) as other:
                # With a second to end in, it has ended when this returns.
                other.execute("SELECT pg_terminate_backend(%s, 1000)", [_pid(connection)])


def _pid(connection: object) -> int:
    pid: int = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[attr-defined]
    return pid


@pytest.fixture
def cut(made_postgres_url: str) -> Iterator[tuple[FlaskClient, Cuts]]:
    engine = connect(made_postgres_url)
    store = Store(engine)
    yield visitor(store), Cuts(engine, made_postgres_url)
    store.close()


@pytest.mark.parametrize("times", [1, TRIES])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_whose_connection_is_cut_is_asked_for_again(
    cut: tuple[FlaskClient, Cuts], path: str, times: int
) -> None:
    client, cuts = cut
    cuts.left = times
    assert client.get(path).status_code == 200
    assert cuts.done == times


def test_the_driver_asks_for_nothing_of_its_own(cut: tuple[FlaskClient, Cuts], monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.types.TypeInfo, "fetch", cut_off)
    assert cut[0].get("/api/v1/postings").status_code == 200


def test_what_is_not_there_is_so_the_second_time_too(cut: tuple[FlaskClient, Cuts]) -> None:
    client, cuts = cut
    cuts.left = 1
    assert client.get("/jobs/987654").status_code == 404
    assert cuts.done == 1


def test_a_database_that_goes_on_cutting_is_told_of(cut: tuple[FlaskClient, Cuts]) -> None:
    client, cuts = cut
    cuts.left = 1_000
    assert client.get("/api/v1/postings").status_code == 503
    assert cuts.done == 1 + TRIES
