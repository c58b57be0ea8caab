"""What every view has at hand: the store, the present moment and the site's own address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from flask import current_app, g, request

from postings.store import Store, open_store


class Site:
    """What one application shows, and by which clock."""

    def __init__(self, store: Store | None, clock: Callable[[], datetime], base: str | None) -> None:
        self._store = store
        self._opening = Lock()
        self.clock = clock
        self.base = base

    @property
    def store(self) -> Store:
        """The store, opened at first need."""
        if self._store is None:
            with self._opening:
                self._store = self._store or open_store()
        return self._store


def _site() -> Site:
    site: Site = current_app.extensions["site"]
    return site


def store() -> Store:
    """The store behind the site."""
    return _site().store


def now() -> datetime:
    """The moment of this request, the same wherever it is asked."""
    if "now" not in g:
        g.now = _site().clock()
    moment: datetime = g.now
    return moment


def base() -> str:
    """The site's public address without a slash at its end, for feeds and other machines."""
    return _site().base or request.url_root.rstrip("/")


def root() -> str:
    """What stands before every path of the site where it does not lie at the top of its host."""
    return request.script_root
