"""What readers of the site meet, side by side on stores of several sizes: pages, feeds, and answers of «304».

python -m bench.site --database sqlite:////tmp/small.db --database sqlite:////tmp/large.db --json site.json
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask, render_template, template_rendered

from bench.filled import NOW, Maker
from postings.kept import Filters
from postings.store import open_store
from web import create_app

SOLUTION = Maker(7).most_served
#: What readers meet, by name.
PAGES = {
    "home": "/",
    "solutions": "/solutions/",
    "solution": f"/solutions/{SOLUTION}",
    "jobs": "/jobs",
    "jobs, a country": "/jobs?country=DE",
    "jobs, three filters": "/jobs?country=US&workplace=remote&language=en&per_page=20",
    "jobs, a place": "/jobs?l=berlin",
    "jobs, age and pay": "/jobs?posted_within=30&salary_min=60000&currency=USD",
    "jobs, page 20": "/jobs?page=20",
    "search, rare words": "/jobs?q=heat+pumps+houses",
    "search, a phrase": "/jobs?q=%22old+houses%22",
    "search, a common word": "/jobs?q=engineer",
    # As many are shown of a million as ten thousand have: of these, twenty are open and have the word, six have both.
    "search, another word each time": "/jobs?q={word}&per_page=10",
    "search, another and a common word": "/jobs?q=engineer+{word}&per_page=5",
    "search and filter": "/jobs?q=engineer&country=KE",
    "search by relevance": "/jobs?q=wind+engineer&sort=relevance",
    "map": "/map",
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
#: What no page at a million postings may take longer than at ten thousand; what a page may cost beside its template.
SLOWER, OF_TEMPLATE, OF_BARE = 1.5, 0.3, 0.7
#: The pages that are held against their templates.
HELD = ("home", "solution", "jobs, a country", "search, rare words", "search, another word each time")
_ROUNDS = 30


class Site:
    """A filled store's site, and what it is compared with."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        began = time.perf_counter()
        self.open = self._store.postings.totals()["postings"]
        self.seconds = time.perf_counter() - began
        app = create_app(self._store, clock=lambda: NOW)
        self._client = app.test_client()
        self._shown: list[tuple[Any, dict[str, Any]]] = []
        template_rendered.connect(self._note, app)
        # What the last answer was made of, rendered again.
        app.add_url_rule("/from-memory", view_func=lambda: render_template(self._shown[0][0].name, **self._shown[0][1]))
        ids = {status: self._store.postings.page(Filters(status=status), most=1) for status in ("open", "closed")}
        self._ids = {status: page.items[0].id for status, page in ids.items()}
        self._words = cycle(Maker(7).rare_words())

    def _note(self, _app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        self._shown.append((template, context))

    def ask(self, path: str, etag: str | None = None) -> Any:
        """Ask for a page; ends the benchmark where there is none."""
        path = path.format(**self._ids, word=next(self._words))
        answer = self._client.get(path, headers={"If-None-Match": etag} if etag else None)
        if answer.status_code not in (200, 304, 410):
            sys.exit(f"{path}: {answer.status}")
        return answer

    def ways(self, name: str, path: str) -> dict[str, Callable[[], Any]]:
        """What is measured of a page: the whole of it, and its template alone; of a feed: the whole, and a «304»."""
        if name in FEEDS:
            etag = self.ask(path).headers["ETag"]
            return {"ms": lambda: self.ask(path), "304 ms": lambda: self.ask(path, etag)}
        self._shown.clear()
        self.ask(path)
        return {"ms": lambda: self.ask(path), "template ms": lambda: self._client.get("/from-memory")}

    def close(self) -> None:
        """End it."""
        self._store.close()


def measured(ways: list[Callable[[], Any]], rounds: int) -> list[float]:
    """Milliseconds that each takes, in the middle of many rounds in each of which all take their turn."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 2):
        for way, taken in zip(ways, times, strict=True):
            began = time.perf_counter()
            way()
            if number >= 2:
                taken.append((time.perf_counter() - began) * 1000)
    return [statistics.median(taken) for taken in times]


def bare() -> Callable[[], Any]:
    """A Flask application that says one word."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "ok")
    client = app.test_client()
    return lambda: client.get("/")


def run(sites: list[Site], rounds: int, only: str) -> dict[str, list[dict[str, float]]]:
    """All pages and feeds, each on all sites in turn."""
    found: dict[str, list[dict[str, float]]] = {}
    for name, path in (PAGES | FEEDS).items():
        if only not in name:
            continue
        ways = [site.ways(name, path) for site in sites]
        flat = [bare(), *(way for each in ways for way in each.values())]
        plain, *times = measured(flat, rounds)
        rest = iter(times)
        found[name] = [{kind: next(rest) for kind in each} for each in ways]
        for one in found[name]:
            one["times the first"] = one["ms"] / found[name][0]["ms"]
            if "304 ms" in one:
                one["of a bare view"] = plain / one["304 ms"]
            else:
                one["of its template"] = one["template ms"] / one["ms"]
    return found


def missed(found: dict[str, list[dict[str, float]]]) -> list[str]:
    """What is slower than it may be, a line each."""
    lines = []
    for name, results in found.items():
        last = results[-1]
        if last["times the first"] > SLOWER:
            lines.append(f"{name}: {last['times the first']:.2f} times the first, {SLOWER} at most")
        if name in HELD and last["of its template"] < OF_TEMPLATE:
            lines.append(
                f"{name}: {last['of its template']:.0%} of its template's requests, {OF_TEMPLATE:.0%} at least"
            )
        if last.get("of a bare view", 1) < OF_BARE:
            lines.append(f"{name}: {last['of a bare view']:.0%} of a bare view's requests, {OF_BARE:.0%} at least")
    return lines


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """The ratios, for people."""
    lines = [f"{'':30} {'ms, by store':>28} {'ratio':>6} {'of template':>12} {'304 of bare':>12}"]
    for name, results in found.items():
        times = " ".join(f"{one['ms']:9.2f}" for one in results)
        last = results[-1]
        parts = [f"{last[key]:12.0%}" if key in last else f"{'':12}" for key in ("of its template", "of a bare view")]
        lines.append(f"{name:30} {times:>28} {last['times the first']:6.2f} {' '.join(parts)}")
    return "\n".join(lines)


def main() -> None:
    """Measure the stores that are named, and compare each with the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", required=True, help="the smallest first")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--only", default="", help="pages and feeds with this in their name")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    given = parser.parse_args()
    sites = [Site(url) for url in given.database]
    found = run(sites, given.rounds, given.only)
    stores = [{"open": site.open, "seconds to fill the shelf": round(site.seconds, 2)} for site in sites]
    if given.json:
        given.json.write_text(json.dumps({"stores": stores, "found": found, "missed": missed(found)}, indent=1))
    print(table(found))
    print(*stores, f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB for all of them", sep="\n")
    print("missed:", *(missed(found) or ["nothing"]), sep="\n  ")
    for site in sites:
        site.close()


if __name__ == "__main__":
    main()
