"""What a page for people holds for programs: its elements, and the JSON in its scripts."""

from __future__ import annotations

import json
import re
from typing import Any

from scrapy.http import HtmlResponse, Response, TextResponse

from scraper.asking import Unreadable

BEGINS = re.compile(r"[\[{]")


def html_of(response: Response) -> HtmlResponse:
    """An answer as a page, whatever it is called, to be asked for its elements; Unreadable where it is no text."""
    if not isinstance(response, TextResponse):
        raise Unreadable("not a page but something binary")
    return response if isinstance(response, HtmlResponse) else response.replace(cls=HtmlResponse)


def json_after(mark: str, response: Response) -> Any:
    """The JSON value that comes first after a mark in a page.

    Raises:
        Unreadable: the mark is not there, or what follows it is no JSON.
    """
    text, name = html_of(response).text, mark.strip(" =(>")
    start = text.find(mark)
    value = BEGINS.search(text, start + len(mark)) if start >= 0 else None
    if value is None:
        raise Unreadable(f"a page without {name}")
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, value.start())[0]
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"a page whose {name} cannot be read ({error})"[:200]) from error


def next_props(response: Response) -> Any:
    """What a page made with Next.js was made from."""
    whole = json_after('id="__NEXT_DATA__"', response)
    try:
        return whole["props"]["pageProps"]
    except (LookupError, TypeError) as error:
        raise Unreadable("a page without pageProps") from error
