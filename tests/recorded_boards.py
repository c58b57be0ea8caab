"""Recorded answers, played to a spider without a network."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

from postings.posting import Reading, Source

RECORDED = Path(__file__).parent / "recorded"
LOADER = get_spider_loader(get_project_settings())


class Engine:
    """Answers as ``routes`` say; what they do not know is 404.

    A route is ``{"url", "file"}``, with ``method``, ``status``, ``content_type``, ``headers``, ``body_contains`` and
    ``match`` where it needs them; the first that fits answers.
    """

    def __init__(self, folder: Path, routes: list[dict[str, Any]]) -> None:
        self.folder, self.routes = folder, routes
        self.running = True
        self.asked: list[Request] = []

    async def download_async(self, request: Request) -> Response:
        """Answer a request."""
        self.asked.append(request)
        for route in self.routes:
            if _fits(route, request):
                body = (self.folder / route["file"]).read_bytes() if route.get("file") else b""
                return _response(request, route.get("status", 200), body, route)
        return _response(request, 404, b"not recorded", {})


def _fits(route: dict[str, Any], request: Request) -> bool:
    wanted, asked = urlsplit(route["url"]), urlsplit(request.url)
    if route.get("method", "GET") != request.method or route.get("body_contains", "").encode() not in request.body:
        return False
    if (wanted.netloc, wanted.path.rstrip("/")) != (asked.netloc, asked.path.rstrip("/")):
        return False
    return route.get("match") != "exact" or sorted(parse_qsl(wanted.query)) == sorted(parse_qsl(asked.query))


def _response(request: Request, status: int, body: bytes, route: dict[str, Any]) -> Response:
    headers = {"Content-Type": route.get("content_type", "application/json"), **route.get("headers", {})}
    return TextResponse(request.url, status=status, body=body, headers=headers, request=request, encoding="utf-8")


def read(source: Source, engine: Engine, kind: type[Spider] | None = None) -> Reading:
    """What the spider of a source, or another kind of spider, makes of recorded answers."""
    spider = (kind or LOADER.load(source.kind))(key=source.key)
    spider.crawler = SimpleNamespace(engine=engine)
    return asyncio.run(spider.bring(source)).reading


def routes_of(folder: Path) -> list[dict[str, Any]]:
    """The routes of a folder of recorded answers."""
    found: list[dict[str, Any]] = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
    return found
