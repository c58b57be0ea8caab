"""One question to a source: an answer that can be read, or a plain word for why there is none."""

from __future__ import annotations

import json
from typing import Any

import orjson
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from postings.posting import Validators


class Unreadable(Exception):
    """A source did not answer as it should; the text is one line for people."""


class Gone(Unreadable):
    """What was asked for is not there: 404 or 410."""


class Unchanged(Exception):
    """A source says that nothing changed since it was last read whole."""


class Stopped(Exception):
    """The crawl is ending: no more is asked."""


async def ask(engine: ExecutionEngine, request: Request) -> Response:
    """Get one answer that can be read.

    Raises:
        Stopped: the crawl is ending.
        Unchanged, Gone, Unreadable: as ``judged`` says.
    """
    if not engine.running:
        raise Stopped
    try:
        response = await engine.download_async(request)
    except Exception as error:
        if not engine.running:
            raise Stopped from error
        return judged(error)
    return judged(response)


def judged(came: Response | BaseException) -> Response:
    """The answer that came, where it can be read.

    Raises:
        Unchanged: 304.
        Gone: 404 or 410.
        Unreadable: any other answer than 200, or none.
    """
    if isinstance(came, IgnoreRequest):
        raise Unreadable(str(came) or "not asked") from came
    if isinstance(came, BaseException):
        raise Unreadable(_why(came)) from came
    response = came
    if response.status == 304:
        raise Unchanged
    if response.status in (404, 410):
        raise Gone(f"HTTP {response.status}: it is not there")
    if 300 <= response.status < 400:
        raise Unreadable(f"HTTP {response.status}: sends us on to {_header(response, 'Location') or 'nowhere'}"[:200])
    if response.status != 200:
        raise Unreadable(f"HTTP {response.status}")
    return response


def json_of(response: Response) -> Any:
    """What an answer in JSON holds.

    Raises:
        Unreadable: it is no JSON.
    """
    try:
        return _json(response.body)
    except ValueError as error:
        content = _header(response, "Content-Type").split(";")[0].strip() or "nothing we know"
        raise Unreadable(f"not JSON but {content if response.body else 'empty'}"[:200]) from error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        # Half an emoji, as cut texts hold it, is more than orjson bears.
        return json.loads(body)


def validators(response: Response) -> Validators:
    """What lets the next question be «did anything change?»."""
    return Validators(_header(response, "ETag") or None, _header(response, "Last-Modified") or None)


def conditions(known: Validators) -> dict[str, str]:
    """The headers that ask so."""
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _why(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"no answer ({type(error).__name__}{': ' + words if words else ''})"[:200]
