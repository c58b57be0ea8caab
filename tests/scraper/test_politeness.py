"""How often the store is asked about a host: for each request, but for hosts without a limit that are well."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from postings.store import open_store
from postings.store.hosts import Hosts
from scraper import politeness
from scraper.politeness import Politeness
from scraper.turns import the_store

URL = "https://acme.example/jobs"


@pytest.fixture
def asked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The hosts that the store was asked about."""
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    open_store(sqlite_url).close()
    the_store.cache_clear()
    hosts: list[str] = []
    reserve = Hosts.reserve

    def counted(self: Hosts, host: str, **more: Any) -> Any:
        hosts.append(host)
        return reserve(self, host, **more)

    monkeypatch.setattr(Hosts, "reserve", counted)
    yield hosts
    the_store.cache_clear()


def ask(manners: Politeness, status: int = 200, **headers: str) -> None:
    request = Request(URL)
    asyncio.run(manners.process_request(request))
    manners.process_response(request, Response(URL, status=status, headers=headers))


def manners() -> Politeness:
    crawler: Any = SimpleNamespace(settings={}, engine=SimpleNamespace(running=True))
    return Politeness.from_crawler(crawler)


def test_a_host_without_a_limit_that_is_well_is_not_asked_about_each_time(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_PACE", "0")
    monkeypatch.setattr(politeness, "STILL_WELL", politeness.LONGEST)
    crawl = manners()
    # One that was never asked before is well.
    for _ in range(5):
        ask(crawl)
    assert asked == ["acme.example"]


@pytest.mark.parametrize("pace", ["0", "1000"])
def test_a_host_that_asks_to_wait_is_asked_about_again_at_once(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, pace: str
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_PACE", pace)
    monkeypatch.setattr(politeness, "STILL_WELL", politeness.LONGEST)
    crawl = manners()
    for _ in range(3):
        ask(crawl)
    ask(crawl, 429, **{"Retry-After": "3600"})
    with pytest.raises(IgnoreRequest, match="left alone until"):
        ask(crawl)


def test_a_host_that_fails_is_asked_about_again(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_PACE", "0")
    monkeypatch.setattr(politeness, "STILL_WELL", politeness.LONGEST)
    crawl = manners()
    for _ in range(3):
        ask(crawl)
    before = len(asked)
    ask(crawl, 500)
    ask(crawl)
    assert len(asked) == before + 1
