"""How hosts are asked by several crawls at once, as the host itself sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SHARED
from replaying import Replay, replaying

pytestmark = pytest.mark.whole

HOST = "https://boards-api.greenhouse.io/"


def crawl_side_by_side(replay: Replay, boards: int, crawls: int = 3) -> list[float]:
    """Let several processes read boards of one host; when each request came."""
    replay.add(*(f"greenhouse:board-{number}" for number in range(boards)))
    shares = [[f"greenhouse:board-{number}" for number in range(start, boards, crawls)] for start in range(crawls)]
    for process in [replay.start("crawl", *share) for share in shares]:
        process.wait()
    return sorted(each["t"] for each in replay.asked() if each["url"].startswith(HOST))


def test_no_window_of_a_second_holds_more_requests_than_the_pace(
    samples: Path, tmp_path: Path, database_url: str
) -> None:
    with replaying(SHARED, tmp_path) as replay:
        replay.use(database_url)
        replay.settings["CLIMATE_JOBS_PACE"] = "6"
        times = crawl_side_by_side(replay, 15)
    assert len(times) == 15
    for start in times:
        assert sum(start <= moment < start + 1 for moment in times) <= 6


@pytest.mark.parametrize("pace", ["0", "8"])
def test_a_host_that_asks_to_wait_is_left_alone_by_all(samples: Path, tmp_path: Path, pace: str) -> None:
    with replaying(SHARED, tmp_path) as replay:
        replay.settings["CLIMATE_JOBS_PACE"] = pace
        fault = {"prefix": HOST, "kind": "status", "status": 429, "headers": {"Retry-After": "2"}, "times": 1}
        replay.faults.write_text(json.dumps([fault]))
        times = crawl_side_by_side(replay, 6)
        (told,) = (each["t"] for each in replay.asked() if each["status"] == 429)
    # What was under way when the host said so had left already.
    assert not [moment for moment in times if told + 0.3 < moment < told + 2]
    assert len(times) == 7


def test_a_host_that_asks_for_longer_is_read_another_time(samples: Path, tmp_path: Path) -> None:
    with replaying(SHARED, tmp_path) as replay:
        fault = {"prefix": HOST, "kind": "status", "status": 429, "headers": {"Retry-After": "3600"}}
        replay.faults.write_text(json.dumps([fault]))
        (result,) = replay.crawl("greenhouse:energyhub")["results"]
        again = replay.crawl("greenhouse:solsystems")["results"]
        asked = replay.asked()
    assert (result["outcome"], result["reason"]) == ("failed", "HTTP 429")
    assert again[0]["reason"].startswith("boards-api.greenhouse.io is left alone until")
    assert len(asked) == 1
