"""What every view has at hand: the store, the present moment and the site's own address."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Lock, Thread

from flask import current_app, g, request

from postings.store import Store, StoreError, open_store
from postings.store.lately import Unchanged

#: So many pages are kept as they were made, each for one address of the site.
PAGES = 16


class Site:
    """What one application shows, and by which clock."""

    def __init__(self, store: Store | None, clock: Callable[[], datetime], base: str | None) -> None:
        self._store = store
        self._opening = Lock()
        self._reading: Thread | None = None
        self.clock = clock
        self.base = base
        #: Pages as they were made last.
        self.made: Unchanged = Unchanged(PAGES)

    @property
    def store(self) -> Store:
        """The store, opened at first need."""
        if self._store is None:
            with self._opening:
                self._store = self._store or open_store(frugal=True)
        return self._store

    def get_ready(self) -> None:
        """Read the open postings in the background, before a visitor has to wait for it."""
        self._reading = Thread(target=self._read, name="getting ready", daemon=True)
        self._reading.start()

    def not_ready(self) -> str | None:
        """Why visitors had better be sent elsewhere just now; None where they need not be."""
        if self._reading is not None and self._reading.is_alive():
            return "the open postings are still being read"
        try:
            return self.store.not_ready()
        except StoreError as error:
            return str(error)

    def _read(self) -> None:
        # A million objects come and none of them goes: looking for garbage among them takes a fifth longer now,
        # and would stop every request for a third of a second again and again.
        gc.disable()
        try:
            with suppress(StoreError):
                self.store.postings.totals()
        finally:
            gc.enable()
            gc.collect()
            gc.freeze()


def _site() -> Site:
    site: Site = current_app.extensions["site"]
    return site


def not_ready() -> str | None:
    """Why the site had better not be asked just now; None where it may be."""
    return _site().not_ready()


def store() -> Store:
    """The store behind the site."""
    return _site().store


def now() -> datetime:
    """The moment of this request, the same wherever it is asked."""
    if "now" not in g:
        g.now = _site().clock()
    moment: datetime = g.now
    return moment


def unchanged(name: str, make: Callable[[], str]) -> str:
    """A page that is the same for all who ask: made anew on the next day, and when anything has changed."""
    mark = (store().postings.moved(), now().date())
    page: str = _site().made.told((name, base(), root()), mark, make)
    return page


def base() -> str:
    """The site's public address without a slash at its end, for feeds and other machines."""
    return _site().base or request.url_root.rstrip("/")


def root() -> str:
    """What stands before every path of the site where it does not lie at the top of its host."""
    return request.script_root
