"""What pages and feeds cost: from a filled store, from memory, and beside a bare Flask view.

python -m bench.site --database URL [--database URL …]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, render_template, template_rendered
from flask.testing import FlaskClient

from bench.filled import NOW
from postings.store import Store, open_store
from web import create_app

SOLUTION = "high-efficiency-heat-pumps"
#: What readers meet, by name.
PAGES = {
    "home": "/",
    "solutions": "/solutions/",
    "solution": f"/solutions/{SOLUTION}",
    "jobs": "/jobs",
    "jobs, a country": "/jobs?country=DE",
    "jobs, three filters": f"/jobs?solution={SOLUTION}&workplace=remote&language=en",
    "jobs, a place": "/jobs?l=berlin",
    "jobs, age and pay": "/jobs?posted_within=30&salary_min=60000&currency=USD",
    "jobs, page 20": "/jobs?page=20",
    "search, rare words": "/jobs?q=heat+pumps+houses",
    "search, a phrase": "/jobs?q=%22old+houses%22",
    "search, a common word": "/jobs?q=engineer",
    "search and filter": "/jobs?q=engineer&country=KE",
    "search by relevance": "/jobs?q=wind+engineer&sort=relevance",
    "job": "/jobs/{open}",
    "closed job": "/jobs/{closed}",
    "employers": "/employers/",
    "employer": "/employers/made-up-1",
    "embed": f"/embed/solutions/{SOLUTION}",
    "status": "/status",
}
FEEDS = {
    "feed": f"/solutions/{SOLUTION}/feed.rss",
    "feed, Atom": f"/solutions/{SOLUTION}/feed.atom",
    "feed, JSON": f"/solutions/{SOLUTION}/feed.json",
    "feed of all": "/jobs/feed.rss",
    "feed of a filter": "/jobs/feed.rss?workplace=remote",
    "feed of a rare filter": "/jobs/feed.rss?workplace=remote&country=KE",
    "feed of a search": "/jobs/feed.rss?q=heat+pumps",
}
_ROUNDS = 40


def measure(ask: Callable[[], Any], rounds: int) -> float:
    """Milliseconds that something takes, in the middle of many times."""
    ask()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


class Site:
    """A filled store's site, and what it is compared with."""

    def __init__(self, store: Store) -> None:
        self.app = create_app(store, clock=lambda: NOW)
        self.client = self.app.test_client()
        self._shown: list[tuple[Any, dict[str, Any]]] = []
        template_rendered.connect(self._note, self.app)
        # In the place of the first page: what the last answer was made of, rendered again.
        self.app.add_url_rule("/from-memory", view_func=self._from_memory)

    def _note(self, _app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        self._shown.append((template, context))

    def _from_memory(self) -> str:
        return render_template(self._memory[0].name, **self._memory[1])

    def ask(self, path: str, headers: dict[str, str] | None = None) -> Any:
        """Ask for a page; ends the benchmark where there is none."""
        answer = self.client.get(path, headers=headers)
        if answer.status_code not in (200, 304, 410):
            sys.exit(f"{path}: {answer.status}")
        return answer

    def page(self, path: str, rounds: int) -> dict[str, float]:
        """A page's time, that of its template alone, and which part of the requests it can serve of those."""
        self._shown.clear()
        self.ask(path)
        self._memory = self._shown[-1]
        template_rendered.disconnect(self._note, self.app)
        whole = measure(lambda: self.ask(path), rounds)
        template = measure(lambda: self.ask("/from-memory"), rounds)
        template_rendered.connect(self._note, self.app)
        return {"ms": whole, "template ms": template, "of the template's requests/s": template / whole}

    def feed(self, path: str, bare: float, rounds: int) -> dict[str, float]:
        """A feed's time, that of a 304, and which part of a bare view's requests that can serve."""
        etag = {"If-None-Match": self.ask(path).headers["ETag"]}
        whole = measure(lambda: self.ask(path), rounds)
        unchanged = measure(lambda: self.ask(path, etag), rounds * 5)
        return {"ms": whole, "304 ms": unchanged, "of a bare view's requests/s": bare / unchanged}


def bare() -> FlaskClient:
    """A Flask application that says one word."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "ok")
    return app.test_client()


def run(url: str, rounds: int) -> dict[str, Any]:
    """Measure all pages and feeds of a store."""
    store = open_store(url)
    began = time.perf_counter()
    counts = store.postings.totals()
    filled = time.perf_counter() - began
    site, plain = Site(store), bare()
    least = measure(lambda: plain.get("/"), rounds * 5)
    named = {"open": store.postings.page(_open()).items[0].id, "closed": _closed(store)}
    found: dict[str, Any] = {"open postings": counts["postings"], "seconds to fill the shelf": filled, "bare ms": least}
    found |= {name: site.page(path.format(**named), rounds) for name, path in PAGES.items()}
    found |= {name: site.feed(path, least, rounds) for name, path in FEEDS.items()}
    store.close()
    return found


def _open() -> Any:
    from postings.kept import Filters

    return Filters()


def _closed(store: Store) -> int:
    from postings.kept import Filters

    return store.postings.page(Filters(status="closed"), most=1).items[0].id


def main() -> None:
    """Measure the stores that are named, and compare each with the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="append", required=True)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    for kind in (PAGES, FEEDS):
        for name in [name for name in kind if given.only not in name]:
            del kind[name]
    results = [run(url, given.rounds) for url in given.database]
    for name in [*PAGES, *FEEDS]:
        for one in results[1:]:
            one[name]["times the first"] = one[name]["ms"] / results[0][name]["ms"]
    json.dump(results, sys.stdout, indent=1, default=str)


if __name__ == "__main__":
    main()
