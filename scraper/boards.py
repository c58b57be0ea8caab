"""The half that all spiders share: turns, the pages of a board, and an outcome that never claims too much."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any, ClassVar
from urllib.parse import quote

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from postings.kept import Turn
from postings.posting import Outcome, Posting, Reading, Source, Validators
from scraper.asking import Gone, Stopped, Unchanged, Unreadable, ask, conditions, json_of, judged, validators
from scraper.ended import has_ended
from scraper.texts import BROKEN, fault_of, the_texts
from scraper.turns import Turns

log = logging.getLogger(__name__)

#: The answers that come to a spider; to one that follows, those of where it is sent.
_ALL = frozenset(range(100, 600))
_BUT_REDIRECTS = _ALL - (frozenset(range(300, 400)) - {304})
#: No board has more pages; one that seems to goes in circles.
MOST_PAGES = 500


@dataclass(slots=True)
class Brought:
    """What a crawl brought of a source, and the turn it was read in; None where the store does not know the source."""

    turn: Turn | None
    reading: Reading

    def __str__(self) -> str:
        """Short, for logs."""
        return f"{len(self.reading.postings)} postings of {self.reading.source}"


@dataclass(slots=True)
class _List:
    """The rows of a board's list, and what is wrong with it."""

    rows: list[Any] = field(default_factory=list)
    refs: set[str] = field(default_factory=set)
    #: How many rows have a ref that came before.
    repeats: int = 0
    total: int | None = None
    fault: str | None = None
    doubt: str | None = None


class _Repeated(Unreadable):
    """A page has only rows that came before."""


class BoardSpider(Spider):
    """Reads boards of one ATS. A subclass says where a board is and how one row reads."""

    #: Where the board of a key is; the first of several that is there.
    board_url: ClassVar[str | tuple[str, ...]]
    #: Whether robots.txt of the host speaks of its pages only, and the ATS documents this API for anyone to read.
    documented_api: ClassVar[bool] = False
    #: Whether it shows only its newest entries, so that absence proves nothing.
    window: ClassVar[bool] = False
    #: Whether it brings postings of many employers, of which only those with a solution are wanted.
    listing: ClassVar[bool] = False
    #: Whether an address may send us on to another one; an API that does has no answer for us.
    follows: ClassVar[bool] = False
    #: Whether another address is tried whatever is wrong with the first, and not only where it is not there.
    anywhere: ClassVar[bool] = False
    #: Whether a posting has a row for each of its places; elsewhere a row that comes again hides another.
    row_per_place: ClassVar[bool] = False
    #: How many boards are read side by side.
    at_once: ClassVar[int] = 8

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
        quick = not (self._details or self._pages or self.window)
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

    # What a subclass says.

    def addresses(self, key: str) -> list[str]:
        """Where the board of a key may be; the next is tried where one is not there."""
        urls = (self.board_url,) if isinstance(self.board_url, str) else self.board_url
        return [url.format(key=quote(key, safe="%")) for url in urls]

    def request(self, address: str) -> Request:
        """The request for the first page of a list."""
        return Request(address)

    def page(self, response: Response) -> Any:
        """What an answer holds: JSON, unless a subclass reads otherwise; Unreadable where it is something else."""
        return json_of(response)

    def rows(self, page: Any) -> list[Any]:
        """The rows of a page of the list."""
        raise NotImplementedError

    def total(self, page: Any) -> int | None:  # noqa: ARG002
        """How many rows the source says it has, where it says so on its first page."""
        return None

    def doubt(self, page: Any) -> str | None:  # noqa: ARG002
        """Why a list may lack postings though it seems whole, so that none is closed; asked of every page."""
        return None

    def next_page(self, page: Any, request: Request, seen: int) -> Request | None:  # noqa: ARG002
        """The request for the page after this one, where the ATS pages.

        One that only makes sure that nothing is left has ``may_be_missing`` in its meta: that it is not there, or
        brings what came before, is no fault then.

        Args:
            seen: how many rows have come so far.
        """
        return None

    def ref(self, row: Any) -> str:
        """The ref of a row; needed where ``detail`` is."""
        raise NotImplementedError

    def detail(self, row: Any, source: Source) -> Request | None:  # noqa: ARG002
        """The request for what the list does not hold of a posting, where the ATS has it on a page of its own.

        Where that page is not there, ``posting`` is asked for what the list alone tells.
        """
        return None

    def posting(self, row: Any, source: Source) -> Posting | None:
        """The posting a row tells of; None for a row that is none, such as an unlisted one."""
        raise NotImplementedError

    def detailed(self, row: Any, response: Response, source: Source) -> Posting | None:
        """The posting that a row and the answer to its ``detail`` tell of."""
        raise NotImplementedError

    # How a board is read.

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
        found = await self._list(reading, turn, opened)
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

    async def _list(self, reading: Reading, turn: Turn | None, opened: Response | BaseException | None) -> _List:
        request, response = await self._first(reading.source, turn, opened)
        digest = hashlib.blake2b(_program().encode(), digest_size=16)
        found = _List()
        following: Request | None = None
        for number in range(MOST_PAGES):
            digest.update(response.body)
            try:
                page = self.page(response)
                found.total = self._asked(self.total, page) if number == 0 else found.total
                found.doubt = found.doubt or self._asked(self.doubt, page)
                self._add(self._asked(self.rows, page), found)
                following = self._following(page, request, len(found.rows))
                if following is None:
                    break
                request, response = following, await self.fetch(following)
            except Unreadable as error:
                if isinstance(error, (Gone, _Repeated)) and following and following.meta.get("may_be_missing"):
                    break
                if not found.rows:
                    raise
                found.fault = str(error)
                break
        else:
            found.fault = f"more than {MOST_PAGES} pages"
        marks = Validators() if self._pages else validators(response)
        reading.validators = replace(marks, digest=digest.hexdigest())
        return found

    def _add(self, rows: list[Any], found: _List) -> None:
        """Take in the rows of a page; Unreadable where they only repeat what came before, and so may hide others."""
        if type(self).ref is not BoardSpider.ref:
            refs = []
            for row in rows:
                with suppress(*BROKEN):
                    refs.append(self.ref(row))
            if refs and found.refs.issuperset(refs):
                raise _Repeated("a page repeats those before it")
            found.repeats += len(refs) - len(set(refs) - found.refs)
            found.refs.update(refs)
        found.rows += rows

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
        if turn is None or self._pages:
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
                if self._details and (ref := self.ref(row)) in read_lately:
                    reading.listed.add(ref)
                    continue
                # A further row of a posting adds its place; the page of it has been read.
                again = self._details and ref in refs
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
                made[done.ref] = _joined(made.get(done.ref), done)
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
        if not self._details or turn is None or self._turns is None:
            return frozenset()
        return self._turns.read_lately(turn)

    @property
    def _running(self) -> bool:
        return self.crawler.engine is not None and self.crawler.engine.running

    @property
    def _pages(self) -> bool:
        return type(self).next_page is not BoardSpider.next_page

    @property
    def _details(self) -> bool:
        return type(self).detail is not BoardSpider.detail

    def _following(self, page: Any, request: Request, seen: int) -> Request | None:
        return self._asked(lambda of: self.next_page(of, request, seen), page)

    @staticmethod
    def _asked(question: Callable[[Any], Any], page: Any) -> Any:
        try:
            return question(page)
        except BROKEN as error:
            raise Unreadable(f"not what a board looks like ({type(error).__name__}: {error})"[:200]) from error


def _joined(first: Posting | None, again: Posting) -> Posting:
    """One posting of two rows with the same id: an ATS repeats a vacancy for each of its places, or languages."""
    if first is None:
        return again
    told = first if first.description_text or not again.description_text else again
    kinds = {first.workplace, again.workplace} - {None}
    return replace(
        first,
        places=tuple(dict.fromkeys([*first.places, *again.places])),
        workplace=kinds.pop() if len(kinds) == 1 else None,
        salary=first.salary or again.salary,
        language=told.language,
        description_html=told.description_html,
        description_text=told.description_text,
    )


@cache
def _program() -> str:
    """Another version may read the same bytes otherwise."""
    return version("climate-jobs")
