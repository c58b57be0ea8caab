"""Asks a database whether anything has changed, as cheaply as it can be asked."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from threading import Lock
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from postings.kept import StoreError

_NEWEST = "SELECT max(id) FROM changes"


class Pulse:
    """Tells the number of the last change, over a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._held: PoolProxiedConnection | None = None
        #: What was read last, and when, by the clock of this process.
        self._last = (-math.inf, 0)

    def newest(self, *, within: float = 0) -> int:
        """The number of the last change; 0 before the first.

        Args:
            within: it may be the one of so many seconds ago.
        """
        moment = time.monotonic()
        read_at, number = self._last
        if moment - read_at < within:
            return number
        number = self._read()
        self._last = moment, number
        return number

    def _read(self) -> int:
        with self._lock:
            try:
                return self._ask()
            except self._engine.dialect.loaded_dbapi.Error:
                # The server may have ended a connection that was quiet for long.
                self._let_go()
            try:
                return self._ask()
            except Exception as error:
                self._let_go()
                raise StoreError(f"database: {error}") from error

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._let_go()

    def _ask(self) -> int:
        if self._held is None:
            self._held = self._engine.raw_connection()
            if self._engine.dialect.name == "postgresql":
                self._driver.autocommit = True
        number: int | None = self._driver.execute(_NEWEST).fetchone()[0]
        return number or 0

    @property
    def _driver(self) -> Any:
        assert self._held is not None
        return self._held.driver_connection

    def _let_go(self) -> None:
        if self._held is not None:
            with suppress(Exception):
                self._held.invalidate()
            self._held = None
