"""A board server for the benchmarks: any number of made-up boards at Greenhouse, Lever and Ashby, on this machine.

python -m bench.server --port 8900 --postings 50 --bytes 4000
"""

from __future__ import annotations

import argparse
import json
import random
from typing import Any

from aiohttp import web

KINDS = ("greenhouse", "lever", "ashby")
#: What ads are mostly made of; a word of a trade is one in forty. Real ones of 4 kB give the tagger 63 terms to weigh
#: (774 postings of recorded boards), these two and a half times as many.
WORDS = [
    "the",
    "a",
    "of",
    "and",
    "with",
    "for",
    "our",
    "your",
    "to",
    "in",
    "on",
    "we",
    "you",
    "will",
    "team",
    "work",
    "role",
    "people",
    "time",
    "day",
    "years",
    "experience",
    "skills",
    "degree",
    "lead",
    "report",
    "develop",
    "test",
    "field",
    "office",
    "customers",
    "partners",
    "quality",
    "data",
    "design",
    "build",
    "project",
    "manage",
    "support",
    "plan",
    "company",
    "growth",
    "learn",
    "health",
    "benefits",
    "apply",
    "join",
    "help",
    "across",
    "business",
    "strong",
    "ability",
    "knowledge",
    "process",
    "process",
    "communication",
    "written",
    "environment",
    "responsible",
    "including",
    "required",
    "preferred",
    "provide",
    "ensure",
    "working",
    "other",
    "new",
] * 4 + ["solar", "battery", "grid", "forest", "turbine", "retrofit"]
PLACES = ("Berlin, Germany", "Austin, TX", "Remote - US", "Nairobi, Kenya", "Lyon, France", "Toronto, ON", "London, UK")


def mark_of(kind: str, number: int) -> str:
    """The ETag of a board, which never changes."""
    return f'"{kind}-{number}"'


class Boards:
    """Boards whose bytes depend on their key only."""

    def __init__(self, postings: int, size: int, distinct: int = 40) -> None:
        dice = random.Random(1)  # noqa: S311
        self.postings = postings
        #: A few whole boards of each kind; a key picks one, and its own number goes into all refs.
        self.pages = {kind: [self._page(kind, dice, size) for _ in range(distinct)] for kind in KINDS}

    def _page(self, kind: str, dice: random.Random, size: int) -> bytes:
        rows = [getattr(self, f"_{kind}")(number, dice, size) for number in range(self.postings)]
        page: Any = rows if kind == "lever" else {"jobs": rows}
        if kind == "greenhouse":
            page["meta"] = {"total": len(rows)}
        return json.dumps(page).encode()

    @classmethod
    def _text(cls, dice: random.Random, size: int) -> str:
        return "".join(f"<p>{words}</p>" for words in cls.plain(dice, size).split("\n"))

    @staticmethod
    def plain(dice: random.Random, size: int) -> str:
        """A text of lines."""
        lines, length = [], 0
        while length < size:
            lines.append(" ".join(dice.choices(WORDS, k=40)))
            length += len(lines[-1]) + 7
        return "\n".join(lines)

    def _greenhouse(self, number: int, dice: random.Random, size: int) -> dict[str, Any]:
        text = self._text(dice, size).replace("<", "&lt;").replace(">", "&gt;")
        return {
            "id": f"@@@@@@{number}",
            "title": " ".join(dice.choices(WORDS, k=4)).title(),
            "absolute_url": f"https://boards.example/@@@@@@/{number}",
            "location": {"name": dice.choice(PLACES)},
            "departments": [{"name": "Engineering"}],
            "first_published": "2026-03-01T09:00:00-04:00",
            "updated_at": "2026-03-02T09:00:00-04:00",
            "content": text,
        }

    def _lever(self, number: int, dice: random.Random, size: int) -> dict[str, Any]:
        return {
            "id": f"@@@@@@-{number}",
            "text": " ".join(dice.choices(WORDS, k=4)).title(),
            "hostedUrl": f"https://boards.example/@@@@@@/{number}",
            "categories": {"location": dice.choice(PLACES), "commitment": "Full-time"},
            "createdAt": 1767225600000,
            "description": self._text(dice, size),
        }

    def _ashby(self, number: int, dice: random.Random, size: int) -> dict[str, Any]:
        return {
            "id": f"@@@@@@-{number}",
            "title": " ".join(dice.choices(WORDS, k=4)).title(),
            "jobUrl": f"https://boards.example/@@@@@@/{number}",
            "location": dice.choice(PLACES),
            "employmentType": "FullTime",
            "publishedAt": "2026-03-01T09:00:00.000+00:00",
            "descriptionHtml": self._text(dice, size),
        }

    async def answer(self, request: web.Request) -> web.Response:
        """A board, or that nothing changed."""
        kind, number = request.match_info["kind"], int(request.match_info["number"])
        mark = mark_of(kind, number)
        if request.headers.get("If-None-Match") == mark:
            return web.Response(status=304, headers={"ETag": mark})
        pages = self.pages[kind]
        body = pages[number % len(pages)].replace(b"@@@@@@", b"%06d" % number)
        return web.Response(body=body, headers={"ETag": mark, "Content-Type": "application/json; charset=utf-8"})


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--bytes", type=int, default=4000)
    given = parser.parse_args()
    app = web.Application()
    app.router.add_get("/{kind}/{number:\\d+}", Boards(given.postings, given.bytes).answer)
    web.run_app(app, host="127.0.0.1", port=given.port, print=lambda _: print("serving", flush=True), access_log=None)


if __name__ == "__main__":
    main()
