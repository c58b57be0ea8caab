"""How many questions a board costs: as many as docs/boards.md says, and none twice."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from recorded_boards import RECORDED, Engine, read, routes_of

from postings.posting import Source

#: The recorded board, the pages of its list, and the postings that are asked for one by one.
COSTS = [
    ("workable:acme", 1, 0),
    ("smartrecruiters:Acme", 2, 3),
    ("recruitee:acme", 1, 0),
    ("personio:overseas", 2, 0),
    ("personio:acme", 2, 0),
    ("teamtailor:acme", 2, 0),
    ("teamtailor:paged", 3, 0),
    ("bamboohr:acme", 1, 2),
    ("bamboohr:empty", 2, 0),
    ("breezy:acme", 1, 2),
    ("workday:acme.wd5/Careers", 2, 22),
    # A posting with a row for each of two places.
    ("rippling:acme", 1, 1),
    ("rippling:newer", 3, 3),
]


@pytest.mark.parametrize(("source", "pages", "details"), COSTS, ids=[source for source, _, _ in COSTS])
def test_a_board_costs_as_many_requests_as_its_form_needs(source: str, pages: int, details: int) -> None:
    board = Source.parse(source)
    folder = RECORDED / board.kind / quote(board.key, safe="")
    engine = Engine(folder, routes_of(folder))
    read(board, engine)
    asked = [(request.method, request.url, request.body) for request in engine.asked]
    assert len(asked) == pages + details
    assert len(set(asked)) == len(asked)
