"""A board server for the benchmarks: any number of made-up boards at Greenhouse, Lever and Ashby, on this machine.

python -m bench.server --port 8900 --postings 50 --bytes 4000 [--restless]

With ``--restless`` it serves careers pages and feeds that change by the minute, and that now and then fail.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
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


class Restless:
    """Boards at ``/page/N`` and feeds at ``/feed/N``: each step one posting is new, one gone, some another.

    What is gone never comes back. A board that is ill stays so for a while, so that asking again does not help.
    """

    #: Seconds between two changes of a board, and for which it is ill; how many such times of a hundred it is, and how.
    STEP, ILL_FOR = 60, 10
    ILL = (("500", 4), ("404", 2), ("429", 3), ("cut", 4), ("endless", 2), ("slow", 4))

    def __init__(self, postings: int, size: int) -> None:
        self._postings, self._size = postings, size
        self._began = time.time()
        self._calm_since: float | None = None

    def listed(self, path: str) -> dict[str, str]:
        """What is listed now: the title of each posting by its address."""
        return {f"https://boards.example{path}/{number}": title for number, title, _ in self._rows(path)}

    def _rows(self, path: str) -> list[tuple[int, str, str]]:
        passed = (self._calm_since or time.time()) - self._began
        step = int(passed / self.STEP + random.Random(path).random())  # noqa: S311
        rows = []
        for number in range(step, step + self._postings):
            said = step // 3 if number % 4 == 0 else 0
            dice = random.Random(f"{path} {number} {said}")  # noqa: S311
            rows.append((number, " ".join(dice.choices(WORDS, k=4)).title(), Boards.plain(dice, self._size)))
        return rows

    def _page(self, path: str) -> str:
        postings = [
            {
                "@type": "JobPosting",
                "url": f"https://boards.example{path}/{number}",
                "title": title,
                "description": text,
                "datePosted": "2026-03-01",
                "jobLocation": {"@type": "Place", "address": "Berlin, Germany"},
            }
            for number, title, text in self._rows(path)
        ]
        marked = (f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in postings)
        return f"<!doctype html><title>Jobs</title>{''.join(marked)}<p>Work with us.</p>"

    def _feed(self, path: str) -> str:
        items = [
            {"id": address, "url": address, "title": title, "content_html": text}
            for (_, title, text), address in zip(self._rows(path), self.listed(path), strict=True)
        ]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Jobs", "items": items})

    def _fault(self, path: str) -> str | None:
        if self._calm_since is not None:
            return None
        dice = random.Random(f"{path} {int(time.time() / self.ILL_FOR)}")  # noqa: S311
        well = 100 - sum(share for _, share in self.ILL)
        return dice.choices([None, *(name for name, _ in self.ILL)], [well, *(share for _, share in self.ILL)])[0]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A board or a feed, or what an ill server has in its place."""
        path, fault = request.path, self._fault(request.path)
        if fault in ("500", "404"):
            return web.Response(status=int(fault), text="<p>Not now</p>", content_type="text/html")
        if fault == "429":
            return web.Response(status=429, headers={"Retry-After": "2"})
        if fault == "slow":
            await asyncio.sleep(random.uniform(2, 8))  # noqa: S311
        is_page = request.match_info["form"] == "page"
        body, kind = (self._page(path), "text/html") if is_page else (self._feed(path), "application/feed+json")
        if fault not in ("cut", "endless"):
            return web.Response(text=body, content_type=kind)
        answer = web.StreamResponse(headers={"Content-Type": kind})
        if fault == "cut":
            answer.content_length = len(body)
        else:
            answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write(body[: len(body) * 2 // 3].encode())
        if request.transport is not None:
            request.transport.close()
        return answer

    async def list(self, request: web.Request) -> web.Response:
        """For the benchmark: what the paths it names list now."""
        return web.json_response({path: self.listed(path) for path in await request.json()})

    async def calm(self, _request: web.Request) -> web.Response:
        """For the benchmark: from now on nothing changes, and nothing fails."""
        self._calm_since = self._calm_since or time.time()
        return web.Response()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--bytes", type=int, default=4000)
    parser.add_argument("--restless", action="store_true", help="careers pages and feeds that change and fail")
    given = parser.parse_args()
    app = web.Application()
    if given.restless:
        restless = Restless(given.postings, given.bytes)
        app.router.add_get("/{form:page|feed}/{number:\\d+}", restless.answer)
        app.router.add_post("/listed", restless.list)
        app.router.add_post("/calm", restless.calm)
    else:
        app.router.add_get("/{kind}/{number:\\d+}", Boards(given.postings, given.bytes).answer)
    # The boards of a restless one are spread over this machine's addresses, 127.0.0.0/8.
    host = "0.0.0.0" if given.restless else "127.0.0.1"  # noqa: S104
    web.run_app(app, host=host, port=given.port, print=lambda _: print("serving", flush=True), access_log=None)


if __name__ == "__main__":
    main()
