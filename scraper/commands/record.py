"""``scrapy record KIND KEY``: saves a board's answers, byte for byte, with the postings they give, for the tests."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from mimetypes import guess_extension
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scrapy import Request, signals
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import Response

from postings.as_json import as_read
from postings.posting import Reading
from scraper.boards import Brought

_EXPECTED, _ROUTES = "expected.json", "routes.json"


def told(reading: Reading) -> dict[str, Any]:
    """A reading as its expected file holds it."""
    postings = [{"employer": posting.employer, **as_read(posting)} for posting in reading.postings]
    return {"outcome": reading.outcome, "reason": reading.reason, "gone": reading.gone, "postings": postings}


class Command(ScrapyCommand):
    """Reads one board, keeps nothing in the store, and writes what came into a folder."""

    requires_project = True

    def syntax(self) -> str:
        """How it is called."""
        return "[options] <kind> <key>"

    def short_desc(self) -> str:
        """What it does."""
        return "Save a board's answers, with the postings they give, for the tests"

    def add_options(self, parser: ArgumentParser) -> None:
        """Take the folder to write into."""
        super().add_options(parser)
        parser.add_argument("--to", default="tests/recorded", help="folder to write into (default: tests/recorded)")

    def run(self, args: list[str], opts: Namespace) -> None:
        """Read the board and write what came."""
        if len(args) != 2:
            raise UsageError()
        kind, key = args
        assert self.settings is not None
        assert self.crawler_process is not None
        # Nothing of this goes into the store.
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        folder = Path(opts.to) / kind / quote(key, safe="")
        recording = _Recording(folder)
        crawler = self.crawler_process.create_crawler(kind)
        crawler.signals.connect(recording.answer, signal=signals.response_received)
        crawler.signals.connect(recording.brought, signal=signals.item_scraped)
        self.crawler_process.crawl(crawler, key=key)
        self.crawler_process.start()
        self.exitcode = 0 if recording.write() else 1


class _Recording:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._routes: list[dict[str, Any]] = []
        self._bodies: list[tuple[str, bytes]] = []
        self._reading: Reading | None = None

    def answer(self, response: Response, request: Request) -> None:
        """Take in one answer."""
        if request.url.endswith("/robots.txt"):
            return
        content = (response.headers.get("Content-Type") or b"").decode("latin-1")
        name = f"{len(self._bodies) + 1}{guess_extension(content.split(';')[0]) or '.txt'}"
        self._bodies.append((name, response.body))
        route: dict[str, Any] = {"url": request.url, "file": name, "match": "exact", "content_type": content}
        if request.method != "GET":
            route |= {"method": request.method, "body_contains": request.body.decode("utf-8", "replace")}
        if response.status != 200:
            route["status"] = response.status
        self._routes.append(route)

    def brought(self, item: Any) -> None:
        """Take in what the spider made of it."""
        if isinstance(item, Brought):
            self._reading = item.reading

    def write(self) -> bool:
        """Write it all; False where nothing came."""
        if self._reading is None or not self._bodies:
            reason = self._reading.reason if self._reading else "it could not be asked"
            print(f"Nothing was recorded: {reason}", file=sys.stderr)
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, body in self._bodies:
            (self._folder / name).write_bytes(body)
        for name, thing in ((_ROUTES, self._routes), (_EXPECTED, told(self._reading))):
            text = json.dumps(thing, indent=1, ensure_ascii=False)
            (self._folder / name).write_text(text + "\n", encoding="utf-8")
        print(f"{self._folder}: {len(self._bodies)} answers, {len(self._reading.postings)} postings. Read {_EXPECTED}.")
        return True
