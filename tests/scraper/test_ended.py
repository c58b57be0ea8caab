"""Postings a feed no longer shows, by what their own pages say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from recorded_boards import LOADER, Engine

from postings.kept import Filters
from postings.life import Rule
from postings.posting import Source
from postings.store import Store
from scraper.turns import Turns

NOW = datetime.now(UTC)
FEED = Source("rss", "https://jobs.acme.example/feed.xml")
ITEM = "<item><title>{0}</title><link>https://jobs.acme.example/{0}</link><guid>{0}</guid></item>"
LD = '<script type="application/ld+json">{{"@type": "JobPosting", "title": "x", "validThrough": "{}"}}</script>'


def crawl(store: Store, folder: Path, shown: list[str], at: datetime, pages: dict[str, dict[str, object]]) -> None:
    items = "".join(ITEM.format(name) for name in shown)
    (folder / "feed.xml").write_text(f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>')
    routes: list[dict[str, object]] = [{"url": FEED.key, "file": "feed.xml", "content_type": "application/rss+xml"}]
    routes += [{"url": f"https://jobs.acme.example/{name}", **page} for name, page in pages.items()]
    spider = LOADER.load("rss")(key=FEED.key)
    spider.crawler = type("Crawler", (), {"engine": Engine(folder, routes)})()
    spider._turns = Turns(store, "rss", [FEED], quick=False)
    turn = store.sources.take(FEED, now=at)
    assert turn is not None
    reading = asyncio.run(spider.bring(FEED, turn)).reading
    store.crawls.save(turn, reading, {}, now=at)


@pytest.mark.parametrize(
    ("page", "body", "ends"),
    [
        ({"status": 404}, "", True),
        ({"status": 410}, "", True),
        ({"status": 500}, "", False),
        ({"file": "page.html", "content_type": "text/html"}, "<h1>Still open</h1>", False),
        ({"file": "page.html", "content_type": "text/html"}, LD.format("2020-01-31"), True),
        ({"file": "page.html", "content_type": "text/html"}, LD.format(f"{NOW + timedelta(days=9):%Y-%m-%d}"), False),
        ({"file": "page.html", "content_type": "text/html"}, LD.format("nonsense"), False),
    ],
)
def test_a_posting_a_feed_no_longer_shows_is_closed_when_its_page_says_so(
    store: Store, tmp_path: Path, page: dict[str, object], body: str, ends: bool
) -> None:
    (tmp_path / "page.html").write_text(f"<!doctype html><html><body>{body}</body></html>")
    store.sources.add(FEED, now=NOW)
    crawl(store, tmp_path, ["a", "b"], NOW - timedelta(days=3), {})
    crawl(store, tmp_path, ["b"], NOW, {"a": page})
    found = {each.posting.ref: each for each in store.postings.every(Filters(status="all", source=FEED))}
    assert found["b"].open
    assert found["a"].open is not ends
    if ends:
        assert found["a"].closing is not None
        assert found["a"].closing.rule == Rule.PAGE


def test_a_page_is_looked_at_once_a_day(store: Store, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><h1>Open</h1>")
    store.sources.add(FEED, now=NOW)
    pages: dict[str, dict[str, object]] = {"a": {"file": "page.html", "content_type": "text/html"}}
    crawl(store, tmp_path, ["a", "b"], NOW - timedelta(days=3), {})
    turn = store.sources.take(FEED, now=NOW)
    assert turn is not None
    looked = store.sources.unlisted(turn, {"b"}, before=NOW - timedelta(days=1), most=20)
    assert looked == [("a", "https://jobs.acme.example/a")]
    store.sources.release(turn)
    crawl(store, tmp_path, ["b"], NOW, pages)
    assert store.sources.unlisted(turn, {"b"}, before=NOW - timedelta(days=1), most=20) == []
