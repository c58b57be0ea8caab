"""What is due, in batches: a host's sources stay together, and nothing is handed out twice."""

from __future__ import annotations

import pytest

from postings.posting import Source
from scraper import batches as module
from scraper.batches import batches, upstream


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("greenhouse:acme", "boards-api.greenhouse.io"),
        ("lever:acme", "api.lever.co"),
        ("ashby:Acme Inc", "api.ashbyhq.com"),
        ("workable:acme", "apply.workable.com"),
        ("himalayas:all", "himalayas.app"),
    ],
)
def test_boards_of_one_host_belong_together(source: str, host: str) -> None:
    assert upstream(Source.parse(source)) == host


@pytest.mark.parametrize(
    "source", ["recruitee:acme", "jsonld:https://acme.example/jobs", "rss:https://acme.example/feed", "ukg:strange"]
)
def test_boards_with_a_host_of_their_own_are_dealt_out(source: str) -> None:
    assert upstream(Source.parse(source)).startswith("lot ")


def test_a_host_is_always_in_the_same_lot() -> None:
    assert upstream(Source("jsonld", "https://acme.example/jobs")) == upstream(Source("rss", "https://ACME.example/f"))
    lots = {upstream(Source("recruitee", f"acme-{number}")) for number in range(200)}
    assert len(lots) == module.LOTS


def test_each_upstream_gets_one_batch_of_bounded_size_in_the_order_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    due = [Source(kind, f"{number}") for number in range(5) for kind in ("greenhouse", "lever")]
    made = {batch.upstream: batch.sources for batch in batches(due, waiting=(), handed_out=())}
    assert made == {
        "boards-api.greenhouse.io": [Source("greenhouse", str(number)) for number in range(3)],
        "api.lever.co": [Source("lever", str(number)) for number in range(3)],
    }


def test_what_waits_or_is_being_read_is_left_out() -> None:
    due = [Source("greenhouse", "a"), Source("greenhouse", "b"), Source("lever", "a"), Source("ashby", "a")]
    made = batches(due, waiting={"api.lever.co"}, handed_out={Source("greenhouse", "a"), Source("ashby", "a")})
    assert [(batch.upstream, batch.sources) for batch in made] == [
        ("boards-api.greenhouse.io", [Source("greenhouse", "b")])
    ]
