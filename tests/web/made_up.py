"""A store with made-up postings, for the tests of the site."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from postings.posting import Evidence, Outcome, Place, Posting, Reading, Source, Tag
from postings.store import Store, open_store
from web import create_app

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
#: A board of a made-up employer.
THAW = Source("greenhouse", "thaw")
HEAT_PUMPS = "high-efficiency-heat-pumps"


def made_up(ref: str, source: Source = THAW, **more: Any) -> Posting:
    """A posting with a title, an address and whatever else is said."""
    facts: dict[str, Any] = {
        "title": f"Heat Pump Engineer {ref}",
        "url": f"https://boards.example/{source.key}/{ref}",
        "places": (Place("Berlin", "Berlin", None, "DE", 52.52, 13.41),),
        "description_html": "<p>You install heat pumps in old houses.</p>",
        "description_text": "You install heat pumps in old houses.",
        "posted_at": NOW - timedelta(days=3),
    }
    return Posting(source=source, ref=ref, **(facts | more))


def tag(solution: str = HEAT_PUMPS, confidence: float = 0.92, words: str = "heat pumps", where: str = "text") -> Tag:
    """A tag with one piece of evidence."""
    return Tag(solution, confidence, (Evidence(where, words),))


@cache
def _fresh_database() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="climate-jobs-tests-"))
    path = folder / "fresh.db"
    open_store(f"sqlite:///{path}").close()
    return path


def empty_store(folder: Path) -> Store:
    """A store with catalogue and directory, without any posting."""
    path = folder / "site.db"
    shutil.copy(_fresh_database(), path)
    return open_store(f"sqlite:///{path}")


def crawl(
    store: Store,
    postings: Iterable[Posting],
    *,
    source: Source = THAW,
    employer: str = "Thaw Heating",
    homepage: str | None = "https://thaw.example",
    solutions: Iterable[str] = (HEAT_PUMPS,),
    tags: Callable[[Posting], list[Tag]] = lambda posting: [tag()],
    now: datetime = NOW,
    outcome: Outcome = Outcome.COMPLETE,
) -> None:
    """Keep a crawl of a source that listed exactly these postings."""
    if not store.sources.has(source):
        store.sources.add(source, now=now, employer=employer, homepage=homepage, solutions=tuple(solutions))
    listed = list(postings)
    turn = store.sources.take(source, now=now)
    assert turn is not None
    reading = Reading(
        source=source,
        started_at=now,
        outcome=outcome,
        postings=listed,
        listed={posting.ref for posting in listed},
    )
    store.crawls.save(turn, reading, {posting.ref: tags(posting) for posting in listed}, now=now)


def visitor(store: Store, now: datetime = NOW) -> FlaskClient:
    """Somebody who visits the site of a store at a moment."""
    return create_app(store, clock=lambda: now, patience=0).test_client()


def page(client: FlaskClient, path: str, code: int = 200) -> LexborHTMLParser:
    """The page at a path."""
    answer = client.get(path)
    assert answer.status_code == code, answer.text[:500]
    return LexborHTMLParser(answer.text)


def text(found: LexborHTMLParser, selector: str = "main") -> str:
    """What stands in a part of a page, its white space made one."""
    node = found.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text(separator=" ").split())
