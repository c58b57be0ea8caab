"""Who asks again for a feed in which nothing has changed costs one reading of the last change, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, made_up

from postings.store import Store, StoreError, open_store
from web import create_app

FEED = f"/solutions/{HEAT_PUMPS}/feed.rss"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, upgrade=True)
    crawl(opened, [made_up("1"), made_up("2")])
    yield opened
    opened.close()


@pytest.fixture
def asked(store: Store) -> tuple[FlaskClient, list[str]]:
    """A visitor, and the paths for which the application itself was asked."""
    app, paths = create_app(store, clock=lambda: NOW, patience=0), []

    @app.before_request
    def note() -> None:
        from flask import request

        paths.append(request.full_path)

    return app.test_client(), paths


def poll(client: FlaskClient, path: str, etag: str, **more: str) -> Any:
    return client.get(path, headers={"If-None-Match": etag, "Accept-Encoding": "gzip"} | more)


@pytest.mark.parametrize("path", [FEED, f"/solutions/{HEAT_PUMPS}/feed.json", "/jobs/feed.atom?country=DE"])
def test_a_second_poll_is_answered_before_the_application(asked: tuple[FlaskClient, list[str]], path: str) -> None:
    client, paths = asked
    etag = client.get(path, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    first, second = poll(client, path, etag), poll(client, path, etag)
    assert (first.status_code, second.status_code, len(paths)) == (304, 304, 2)
    assert second.data == b""
    lasting = {name: value for name, value in first.headers if not name.startswith("X-RateLimit")}
    assert dict(second.headers) == lasting
    assert {"ETag", "Cache-Control", "Content-Security-Policy"} <= lasting.keys()
    assert poll(client, path, '"another"').status_code == 200


def test_a_change_of_its_own_postings_ends_it_and_another_does_not(
    store: Store, asked: tuple[FlaskClient, list[str]]
) -> None:
    client, paths = asked
    etag = client.get(FEED).headers["ETag"]
    for _ in range(2):
        assert poll(client, FEED, etag).status_code == 304
    before = len(paths)
    crawl(store, [made_up("1"), made_up("2"), made_up("3")], tags=lambda posting: [], now=NOW + timedelta(hours=1))
    assert poll(client, FEED, etag).status_code == 200
    assert len(paths) == before + 1


def test_a_database_that_is_gone_is_told_by_the_application(
    store: Store, asked: tuple[FlaskClient, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = asked
    etag = client.get(FEED).headers["ETag"]
    for _ in range(2):
        poll(client, FEED, etag)

    def gone(*_: object, **__: object) -> None:
        raise StoreError("the database is gone")

    monkeypatch.setattr(store.postings, "moved", gone)
    assert poll(client, FEED, etag).status_code == 503


def test_who_polls_too_often_is_refused_though_nothing_has_changed(asked: tuple[FlaskClient, list[str]]) -> None:
    client, paths = asked
    etag = client.get(FEED).headers["ETag"]
    stranger: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    codes = [client.get(FEED, headers={"If-None-Match": etag}, **stranger).status_code for _ in range(301)]
    assert codes == [304] * 300 + [429]
    assert len(paths) == 2
    assert client.get("/about", **stranger).status_code == 429
    assert poll(client, FEED, etag).status_code == 304


def test_a_feed_of_the_last_days_is_asked_for_anew(asked: tuple[FlaskClient, list[str]]) -> None:
    client, paths = asked
    path = "/jobs/feed.rss?posted_within=7"
    etag = client.get(path).headers["ETag"]
    for _ in range(2):
        assert poll(client, path, etag).status_code == 304
    assert len(paths) == 3


def test_many_polls_in_one_second_ask_the_database_once(store: Store) -> None:
    client = create_app(store, clock=lambda: NOW, patience=3600).test_client()
    etag = client.get(FEED).headers["ETag"]
    for _ in range(2):
        assert poll(client, FEED, etag).status_code == 304
    crawl(store, [made_up("1"), made_up("2"), made_up("3")], now=NOW + timedelta(hours=1))
    assert poll(client, FEED, etag).status_code == 304
    assert client.get(FEED).headers["ETag"] != etag
    assert poll(client, FEED, etag).status_code == 200


def test_the_watching_connection_is_made_anew_where_it_was_lost(store: Store) -> None:
    mark = store.postings.moved()
    store.postings._glance._pulse._driver.close()
    assert store.postings.moved() == mark
