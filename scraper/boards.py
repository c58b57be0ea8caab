"""The half that all spiders share: turns, how a board is read, and an outcome that never claims too much."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from postings.kept import Turn
from postings.posting import Outcome, Posting, Reading, Source, Validators
from scraper.asking import Gone, Stopped, Unchanged, Unreadable, ask, conditions, judged, validators
from scraper.board import Board
from scraper.board_list import read_list
from scraper.ended import has_ended
from scraper.rows import joined
from scraper.texts import BROKEN, fault_of, the_texts
from scraper.turns import Turns

log = logging.getLogger(__name__)

#: The answers that come to a spider; to one that follows, those of where it is sent.
_ALL = frozenset(range(100, 600))
_BUT_REDIRECTS = _ALL - (frozenset(range(300, 400)) - {304})


@dataclass(slots=True)
class Brought:
    """What a crawl brought of a source, and the turn it was read in; None where the store does not know the source."""

    turn: Turn | None
    reading: Reading

    def __str__(self) -> str:
        """Short, for logs."""
        return f"{len(self.reading.postings)} postings of {self.reading.source}"


class BoardSpider(Board, Spider):
    """Reads boards of one ATS; a subclass says what ``scraper.board`` asks of it."""

    def __init__(
        self,
        *,
        key: str | None = None,
        sources: Sequence[Source] | None = None,
        only_due: bool = False,
        **kwargs: Any,
    ) -> None:
        """Read one board (``-a key=…``), the sources named or those of them that are due, or else all that are due."""
        super().__init__(**kwargs)
        self._wanted, self._only_due = [Source(self.name, key)] if key else sources, only_due
        self._turns: Turns | None = None

    async def start(self) -> AsyncIterator[Request]:
        """Ask for board after board, with a few of them being read at any time."""
        quick = not (self.details or self.pages or self.window)
        self._turns = Turns.from_crawler(self.crawler, self.name, self._wanted, only_due=self._only_due, quick=quick)
        self._room = asyncio.Semaphore(self.at_once)
        try:
            while True:
                await self._room.acquire()
                taken = self._turns.take()
                if taken is None:
                    return
                yield self._opening(*taken)
        finally:
            self._turns.give_back()

    async def opened(self, response: Response, **of: Any) -> AsyncIterator[Brought]:
        """Read the board whose first page came."""
        async for brought in self._bring_in(response, **of):
            yield brought

    async def not_opened(self, failure: Failure) -> AsyncIterator[Brought]:
        """Say why the first page of a board did not come, or look for it elsewhere."""
        came = failure.value or Unreadable("no answer")
        async for brought in self._bring_in(came, **failure.request.cb_kwargs):  # type: ignore[attr-defined]
            yield brought

    def _opening(self, source: Source, turn: Turn | None) -> Request:
        request = self._mannered(self._asking(self.addresses(source.key)[0], turn))
        # All answers come to us, but for those that send a spider on that follows.
        request.meta["handle_httpstatus_list"] = _BUT_REDIRECTS if self.follows else _ALL
        return request.replace(
            callback=self.opened,
            errback=self.not_opened,
            cb_kwargs={"source": source, "turn": turn},
            dont_filter=True,
        )

    async def _bring_in(
        self, opened: Response | BaseException, *, source: Source, turn: Turn | None
    ) -> AsyncIterator[Brought]:
        try:
            if isinstance(opened, BaseException) and not self._running:
                raise Stopped
            yield await self.bring(source, turn, opened)
        except Stopped:
            if turn is not None and self._turns is not None:
                self._turns.give_back([turn])
        finally:
            self._room.release()

    async def bring(
        self, source: Source, turn: Turn | None = None, opened: Response | BaseException | None = None
    ) -> Brought:
        """Read one source, whatever comes; the outcome says how it went.

        Args:
            opened: what came of its first page; None where it is still to be asked for.

        Raises:
            Stopped: the crawl ends before the source is read.
        """
        reading = Reading(source=source, started_at=datetime.now(UTC), postings=[], listed=set(), window=self.window)
        try:
            await self.read(reading, turn, opened)
        except Stopped:
            raise
        except Unchanged:
            reading.outcome = Outcome.UNCHANGED
        except Unreadable as error:
            reading.gone = isinstance(error, Gone)
            reading.reason = str(error)
        except Exception as error:
            # A fault of ours with one board must not keep the others from being read.
            log.exception("%s could not be read", source)
            reading.reason = f"a fault of this program: {type(error).__name__}: {error}"[:200]
        return Brought(turn, reading)

    async def read(self, reading: Reading, turn: Turn | None, opened: Response | BaseException | None) -> None:
        """Fill a reading from its source; it ends as ``complete`` only when nothing is missing.

        Raises:
            Unchanged: the source is as it was when it was last read whole.
            Unreadable: nothing could be read of it.
        """
        known = turn.validators if turn else Validators()
        request, response = await self._first(reading.source, turn, opened)
        found = await read_list(self, self.fetch, request, response)
        marks = Validators() if self.pages else validators(response)
        reading.validators = replace(marks, digest=found.digest)
        if reading.validators.digest == known.digest and not found.fault:
            raise Unchanged
        broken = await self._take(found.rows, reading, turn)
        if self.window and turn is not None:
            await self._look_at_pages(reading, turn)
        faults = [found.fault] if found.fault else []
        if broken:
            faults.append(f"{len(broken)} of {len(found.rows)} rows made no posting ({broken[0]})")
        listed = len(found.rows) - (0 if self.row_per_place else found.repeats)
        if found.total is not None and found.total != listed and not found.fault:
            faults.append(f"listed {listed} of {found.total}")
        if found.doubt:
            faults.append(found.doubt)
        reading.outcome = Outcome.PARTIAL if faults or self.window else Outcome.COMPLETE
        reading.excused = self.window and not faults
        reading.reason = "; ".join(faults) or ("it shows only its newest entries" if self.window else None)

    async def _first(
        self, source: Source, turn: Turn | None, opened: Response | BaseException | None
    ) -> tuple[Request, Response]:
        fault: Unreadable | None = None
        for address in self.addresses(source.key):
            request = self._asking(address, turn)
            try:
                came, opened = opened, None
                response = await self.fetch(request) if came is None else judged(came)
                if self.anywhere:
                    self.page(response)
                return request, response
            except Unreadable as error:
                # It is gone only where every address says so.
                fault = error if fault is None or isinstance(fault, Gone) else fault
                if not (self.anywhere or isinstance(error, Gone)):
                    break
        raise fault or Unreadable("no address")

    def _asking(self, address: str, turn: Turn | None) -> Request:
        request = self.request(address)
        if turn is None or self.pages:
            return request
        return request.replace(headers={**request.headers, **conditions(turn.validators)})

    async def fetch(self, request: Request) -> Response:
        """Get one answer, as ``scraper.asking.ask`` does, in this spider's manner."""
        assert self.crawler.engine is not None
        return await ask(self.crawler.engine, self._mannered(request))

    def _mannered(self, request: Request) -> Request:
        request.meta.setdefault("dont_redirect", not self.follows)
        request.meta.setdefault("probe", self._wanted is not None and not self._only_due)
        request.meta.setdefault("dont_obey_robotstxt", self.documented_api)
        return request

    async def _take(self, rows: Sequence[Any], reading: Reading, turn: Turn | None) -> list[str]:
        """Make the postings; returns what was wrong with rows that made none."""
        rough: list[Posting] = []
        refs: set[str] = set()
        broken = []
        read_lately = self._read_lately(turn)
        for row in rows:
            try:
                if self.details and (ref := self.ref(row)) in read_lately and self.detail(row, reading.source):
                    reading.listed.add(ref)
                    continue
                # A further row of a posting adds its place; the page of it has been read.
                again = self.details and ref in refs
                posting = self._listed_only(row, reading) if again else await self._one(row, reading, turn)
            except (*BROKEN, Unreadable) as error:
                broken.append(fault_of(error))
                continue
            if posting is not None:
                rough.append(posting)
                refs.add(posting.ref)
        made: dict[str, Posting] = {}
        for done in await the_texts().finished(rough):
            if isinstance(done, str):
                broken.append(done)
            else:
                made[done.ref] = joined(made.get(done.ref), done)
        for fault in broken:
            log.warning("%s: a row made no posting: %s", reading.source, fault)
        reading.postings = list(made.values())
        reading.listed |= made.keys()
        return broken

    async def _look_at_pages(self, reading: Reading, turn: Turn) -> None:
        """Look at postings that a feed no longer shows: their own pages may say that they are over."""
        if self._turns is None:
            return
        still = []
        for ref, address in self._turns.unlisted(turn, reading.listed):
            if not self._turns.keep(turn):
                return
            request = Request(address, meta={"dont_redirect": False, "dont_obey_robotstxt": False})
            if await has_ended(self.fetch, request, reading):
                reading.ended.add(ref)
            else:
                still.append(ref)
        self._turns.looked_at(turn, still)

    async def _one(self, row: Any, reading: Reading, turn: Turn | None) -> Posting | None:
        request = self.detail(row, reading.source)
        if request is None:
            return self.posting(row, reading.source)
        if turn is not None and self._turns is not None and not self._turns.keep(turn):
            raise Unreadable("another crawl took it over")
        try:
            return self.detailed(row, await self.fetch(request), reading.source)
        except Gone:
            # The list counts; what it tells itself is a posting still.
            return self._listed_only(row, reading)

    def _listed_only(self, row: Any, reading: Reading) -> Posting | None:
        """The posting of a row whose own page is not there; where lists tell too little for one, it is listed."""
        try:
            return self.posting(row, reading.source)
        except NotImplementedError:
            reading.listed.add(self.ref(row))
            return None

    def _read_lately(self, turn: Turn | None) -> frozenset[str]:
        if not self.details or turn is None or self._turns is None:
            return frozenset()
        return self._turns.read_lately(turn)

    @property
    def _running(self) -> bool:
        return self.crawler.engine is not None and self.crawler.engine.running
