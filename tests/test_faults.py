"""Many boards, every fault there is, several rounds: no wrong closing, no lost posting, no board read twice at once."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from replaying import Replay, replaying

pytestmark = pytest.mark.whole

HOST = "https://boards-api.greenhouse.io/v1/boards"
FULL = "CLIMATE_JOBS_KILLS" in os.environ
BOARDS, ROUNDS = (200, 6) if FULL else (60, 3)
KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "headers": {"Retry-After": "0"}},
    {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}},
    {"kind": "status", "status": 404},
    {"kind": "status", "status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
    {"kind": "drop"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "empty"},
    {"kind": "body", "file": "broken.json"},
)


class World:
    """Boards as their employers keep them, written where the proxy plays them from."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        folder.mkdir()
        self.boards = {f"board-{number}": self._some(20) for number in range(BOARDS)}
        self.next = 1_000_000
        (folder / "broken.json").write_text('{"jobs": [{"id": 1}], "meta": {"total": 1}}')
        routes = [{"url": f"{HOST}/{name}/jobs", "file": f"{name}.json"} for name in self.boards]
        (folder / "samples.json").write_text(json.dumps(routes))
        self.write()

    def _some(self, count: int) -> set[int]:
        return set(self.dice.sample(range(1, 1_000_000), count))

    def move(self) -> None:
        """Fill some vacancies and open others, as boards do."""
        for listed in self.boards.values():
            listed -= set(self.dice.sample(sorted(listed), self.dice.randint(0, 1)))
            for _ in range(self.dice.randint(0, 3)):
                self.next += 1
                listed.add(self.next)
        self.write()

    def write(self) -> None:
        """Put the boards where the proxy finds them."""
        for name, listed in self.boards.items():
            rows = [
                {
                    "id": ref,
                    "title": f"Job {ref}",
                    "absolute_url": f"https://{name}.example/{ref}",
                    "content": "&lt;p&gt;x",
                }
                for ref in sorted(listed)
            ]
            page = {"jobs": rows, "meta": {"total": len(rows)}}
            (self.folder / f"{name}.json").write_text(json.dumps(page))


def open_postings(replay: Replay) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for posting in replay.export():
        found.setdefault(posting["source"]["key"], set()).add(int(posting["source"]["ref"]))
    return found


def test_faults_close_nothing_and_what_is_gone_is_closed_in_time(
    samples: Path, tmp_path: Path, database_url: str
) -> None:
    dice = random.Random(3)
    world = World(tmp_path / "world", dice)
    sources = [f"greenhouse:{name}" for name in world.boards]
    # What came and went while its board could not be read was never seen.
    ever: dict[str, set[int]] = {name: set(listed) for name, listed in world.boards.items()}
    with replaying(SHARED, tmp_path, samples=world.folder) as replay:
        replay.use(database_url)
        (tmp_path / "broken.json").write_bytes((world.folder / "broken.json").read_bytes())
        assert replay.crawl(*sources)["exit"] == 0
        before = open_postings(replay)
        for _ in range(ROUNDS):
            world.move()
            faulty = dice.sample(sorted(world.boards), BOARDS // 3)
            faults = [{"prefix": f"{HOST}/{name}/", **dice.choice(KINDS)} for name in faulty]
            replay.faults.write_text(json.dumps(faults))
            results = {each["source"].partition(":")[2]: each for each in replay.crawl(*sources)["results"]}
            after = open_postings(replay)
            for name, listed in world.boards.items():
                if name in faulty:
                    assert results[name]["closed"] == 0, results[name]
                    assert before[name] <= after[name], name
                else:
                    assert after[name] == listed, name
                    ever[name] |= listed
            before = after
        replay.faults.write_text("[]")
        for _ in range(2):
            replay.crawl(*sources)
        assert open_postings(replay) == world.boards
        for name, listed in world.boards.items():
            ever[name] |= listed
        known = Counter(each["source"]["key"] for each in replay.export("all"))
        assert known == {name: len(listed) for name, listed in ever.items()}
