"""How postings go out: pages, feeds and an API over a store. ``create_app`` makes the site."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from postings.posting import is_web_address
from postings.store import Store
from web import (
    api,
    body,
    embed,
    employers,
    errors,
    feeds,
    handbook,
    headers,
    jobposting,
    jobs,
    limits,
    machines,
    metrics,
    pages,
    pictures,
    shortlist,
    sitemap,
    unchanged,
    words,
    worldmap,
)
from web.at_hand import Site

__all__ = ["create_app"]


#: A feed's reader hears of a change so many seconds late at most; the database is asked no oftener for their sake.
PATIENCE = 1.0


def create_app(
    store: Store | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: float = PATIENCE,
) -> Flask:
    """Make the site.

    Args:
        store: what it shows; None opens the environment's store at first need.
        clock: tells the present moment; aware, UTC.
        patience: how many seconds late a feed's reader may hear of a change.

    Raises:
        ValueError: where a setting of the environment cannot be used; its text names it.
    """
    base = os.environ.get("CLIMATE_JOBS_BASE_URL", "").rstrip("/")
    if base and not is_web_address(base):
        raise ValueError(f"CLIMATE_JOBS_BASE_URL is no web address: {base[:80]!r}")
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.extensions["site"] = Site(store, clock, base or None)
    for part in (metrics, words, body, handbook, jobposting, errors):
        part.register(app)
    unchanged.register(app, patience)
    for part in (limits, headers):
        part.register(app)
    for room in (
        pages,
        jobs,
        employers,
        feeds,
        handbook,
        shortlist,
        worldmap,
        pictures,
        api,
        embed,
        sitemap,
        machines,
        metrics,
    ):
        app.register_blueprint(room.bp)
    return app
