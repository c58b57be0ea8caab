"""Remembers what takes long to count: for a while, or for as long as nothing has changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
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

    def told(self, name: str, count: Callable[[], Told]) -> Told:
        """What a count came to lately, else what it comes to now."""
        with self._lock:
            moment, value = self._known.get(name, (0.0, None))
        if value is None or time.monotonic() - moment > WHILE:
            value = count()
            with self._lock:
                self._known[name] = time.monotonic(), value
        told: Told = value
        return told


class Unchanged:
    """What was counted last, each count as long as its mark stays the same."""

    def __init__(self, most: int) -> None:
        self._lock = Lock()
        self._most = most
        self._known: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()

    def told(self, name: Hashable, mark: Hashable, count: Callable[[], Told]) -> Told:
        """What a count came to when its mark was this one, else what it comes to now."""
        with self._lock:
            known = self._known.get(name)
        told: Told = known[1] if known and known[0] == mark else count()
        with self._lock:
            self._known[name] = mark, told
            self._known.move_to_end(name)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return told
