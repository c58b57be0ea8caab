"""What a spider says of its ATS: where a board is, how its pages hold rows, and how one row reads."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote

from scrapy import Request
from scrapy.http import Response

from postings.posting import Posting, Source
from scraper.asking import json_of


class Board:
    """The boards of one ATS, to be said by a subclass; the rest is what most of them have in common."""

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

    @property
    def pages(self) -> bool:
        """Whether a list may have several pages."""
        return type(self).next_page is not Board.next_page

    @property
    def details(self) -> bool:
        """Whether a posting has an answer of its own beside its row."""
        return type(self).detail is not Board.detail

    @property
    def names_rows(self) -> bool:
        """Whether a row's ref can be told before its posting is made."""
        return type(self).ref is not Board.ref
