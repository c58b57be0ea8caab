"""Remembers what takes long to count, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

Told = TypeVar("Told")

#: For how long, in seconds.
WHILE = 300.0


class Lately:
    """What was counted lately, by name."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[float, Any]] = {}

    def told(self, name: str, count: Callable[[], Told], *, large: bool) -> Told:
        """What a count came to lately, else what it comes to now.

        Args:
            large: whether it takes long; else it is always counted anew.
        """
        if not large:
            return count()
        with self._lock:
            moment, value = self._known.get(name, (0.0, None))
        if value is None or time.monotonic() - moment > WHILE:
            value = count()
            with self._lock:
                self._known[name] = time.monotonic(), value
        told: Told = value
        return told
