"""The list of a board, page by page: its rows, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scraper.asking import Gone, Unreadable
from scraper.board import Board
from scraper.texts import BROKEN

#: No board has more pages; one that seems to goes in circles.
MOST_PAGES = 500

Fetch = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class BoardList:
    """The rows of all pages, and what is wrong with them."""

    rows: list[Any] = field(default_factory=list)
    refs: set[str] = field(default_factory=set)
    #: How many rows have a ref that came before.
    repeats: int = 0
    #: How many the source says it has.
    total: int | None = None
    #: Why it is not whole.
    fault: str | None = None
    #: Why it may not be, though it seems so.
    doubt: str | None = None
    #: Of all bytes that came, and of the program that reads them.
    digest: str = ""


class _Repeated(Unreadable):
    """A page has only rows that came before."""


async def read_list(board: Board, fetch: Fetch, request: Request, response: Response) -> BoardList:
    """Read the list whose first page came.

    Raises:
        Unreadable: not even the first page holds rows as it should.
    """
    digest = hashlib.blake2b(_program().encode(), digest_size=16)
    found = BoardList()
    following: Request | None = None
    for number in range(MOST_PAGES):
        digest.update(response.body)
        try:
            following = _take_page(board, request, response, found, first=number == 0)
            if following is None:
                break
            request, response = following, await fetch(following)
        except Unreadable as error:
            if isinstance(error, (Gone, _Repeated)) and following and following.meta.get("may_be_missing"):
                break
            if not found.rows:
                raise
            found.fault = str(error)
            break
    else:
        found.fault = f"more than {MOST_PAGES} pages"
    found.digest = digest.hexdigest()
    return found


def _take_page(board: Board, request: Request, response: Response, found: BoardList, *, first: bool) -> Request | None:
    """Take in what a page holds; the request for the next one."""
    page = board.page(response)
    if first:
        found.total = _asked(board.total, page)
    found.doubt = found.doubt or _asked(board.doubt, page)
    _add(board, _asked(board.rows, page), found)
    return _asked(lambda of: board.next_page(of, request, len(found.rows)), page)


def _add(board: Board, rows: list[Any], found: BoardList) -> None:
    """Take in the rows of a page; Unreadable where they only repeat what came before, and so may hide others."""
    if board.names_rows:
        refs = []
        for row in rows:
            with suppress(*BROKEN):
                refs.append(board.ref(row))
        if refs and found.refs.issuperset(refs):
            raise _Repeated("a page repeats those before it")
        found.repeats += len(refs) - len(set(refs) - found.refs)
        found.refs.update(refs)
    found.rows += rows


def _asked(question: Callable[[Any], Any], page: Any) -> Any:
    try:
        return question(page)
    except BROKEN as error:
        raise Unreadable(f"not what a board looks like ({type(error).__name__}: {error})"[:200]) from error


@cache
def _program() -> str:
    """Another version may read the same bytes otherwise."""
    return version("climate-jobs")
