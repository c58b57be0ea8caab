"""The heavy work on texts: in this process, or in one beside it while this one fetches and writes."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from multiprocessing.connection import wait
from typing import Any

from postings.deciding import Decider, Words
from postings.posting import Employer, Posting, Tag
from scraper.clean import describe
from scraper.finish import said

log = logging.getLogger(__name__)

#: What a row that lacks something, or holds something else than it should, raises.
BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)

#: With so much to do, the process beside has to clean no markup: it is done here, where there is time.
ENOUGH = 2


class Texts:
    """Finishes and tags postings. What comes out is the same wherever it is done."""

    def __init__(self) -> None:
        self._beside: ProcessPoolExecutor | None = None
        #: What that process has still to do, and what it has done that nobody here has taken yet.
        self._given: set[Future[Any]] = set()
        self._done_there: set[Future[Any]] = set()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Have it done in a process beside this one as long as this lasts, where there is a core for it.

        It starts with the first text. It is no fork: a fresh one is smaller than one that holds what crawls load.
        """
        if _cores() > 1:
            self._beside = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
        try:
            yield
        finally:
            if self._beside is not None:
                self._beside.shutdown(cancel_futures=True)
                self._beside = None

    async def finished(self, postings: Sequence[Posting]) -> list[Posting | str]:
        """Postings with all that their own words say, or what is wrong with one."""
        if not postings:
            return []
        described = [_described(each) for each in postings] if self._has_time() else None
        found = await self._done(read, postings, described)
        pairs = zip(postings, found, strict=True)
        return [each if isinstance(each, str) else replace(posting, **each) for posting, each in pairs]

    async def tags(
        self, postings: Sequence[Posting], employers: Sequence[Employer | None], told_by: Sequence[str] | None = None
    ) -> list[list[Tag]]:
        """The tags of postings.

        Args:
            employers: of each of them.
            told_by: texts that say what their employer does, of whom nothing else is known; None where it is known.
        """
        return await self._done(tag, list(map(Words.of, postings)), employers, told_by) if postings else []

    async def _done(self, work: Callable[..., list[Any]], *given: Any) -> list[Any]:
        if self._beside is not None:
            try:
                doing = self._beside.submit(work, *given)
                self._given.add(doing)
                doing.add_done_callback(self._note_done)
                try:
                    return await asyncio.wrap_future(doing)
                finally:
                    self._done_there.discard(doing)
            except BrokenProcessPool:
                log.warning("the process for texts has ended: going on without it")
                self._beside = None
        return work(*given)

    def _has_time(self) -> bool:
        """Whether that process has enough to do, and this one is not behind with what it has done."""
        return len(self._given) >= ENOUGH and not self._done_there

    def _note_done(self, doing: Future[Any]) -> None:
        self._given.discard(doing)
        self._done_there.add(doing)


@cache
def the_texts() -> Texts:
    """The one that all crawls of this process share."""
    return Texts()


def read(
    postings: Sequence[Posting], described: Sequence[tuple[str, str] | None] | None = None
) -> list[dict[str, Any] | str]:
    """What the words of postings say, one after the other, or what is wrong with one.

    Args:
        described: their descriptions, where these are cleaned already.
    """
    found: list[dict[str, Any] | str] = []
    for posting, clean in zip(postings, described or [None] * len(postings), strict=True):
        try:
            found.append(said(posting, clean))
        except BROKEN as error:
            found.append(fault_of(error))
    return found


def _described(posting: Posting) -> tuple[str, str] | None:
    try:
        return describe(posting.description_html)
    except BROKEN:
        # Whoever reads it tells what is wrong.
        return None


def tag(
    postings: Sequence[Words], employers: Sequence[Employer | None], told_by: Sequence[str] | None
) -> list[list[Tag]]:
    """Tag postings, one after the other."""
    decider = Decider.of_environment()
    if told_by is not None and employers[0] is not None:
        employers = [decider.told(employers[0], told_by)] * len(postings)
    return [decider.tags(posting, employer) for posting, employer in zip(postings, employers, strict=True)]


def fault_of(error: Exception) -> str:
    """What is wrong with a row, in one line."""
    return f"{type(error).__name__}: {error}"[:120]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin() -> None:
    """Make a process one that leaves Ctrl-C to its parent, and ends when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
