"""What is read anew of a board whose postings were read within the week: all that costs no request."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from postings.kept import Turn
from postings.posting import Outcome, Reading, Source
from scraper.spiders.jsonld import JsonldSpider

PAGE = "https://acme.example/careers"
INLINE, LINKED = "https://acme.example/jobs/1", "https://acme.example/jobs/2"


def test_a_posting_on_the_list_itself_is_read_each_time_and_a_page_of_its_own_once_a_week() -> None:
    spider: Any = JsonldSpider()
    spider._turns = SimpleNamespace(read_lately=lambda turn: frozenset({INLINE, LINKED}))
    source = Source("jsonld", PAGE)
    reading = Reading(
        source=source, started_at=datetime(2026, 3, 1, tzinfo=UTC), outcome=Outcome.FAILED, postings=[], listed=set()
    )
    turn: Any = Turn.__new__(Turn)
    told = {"title": "Fitter, as of today", "url": INLINE, "description": "<p>What it says now.</p>"}
    # The page of the second is not asked for: nothing here could answer.
    assert asyncio.run(spider._take([(told, PAGE, False), LINKED], reading, turn)) == []
    assert [(each.ref, each.title) for each in reading.postings] == [(INLINE, "Fitter, as of today")]
    assert reading.listed == {INLINE, LINKED}
