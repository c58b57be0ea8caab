"""Killed at any moment: nothing is lost, doubled or wrongly closed, and what was interrupted is crawled again."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from replaying import Replay, replaying
from test_real_boards import boards

from postings.store import open_store

pytestmark = pytest.mark.whole

#: 200 by ``make thorough``.
KILLS = int(os.environ.get("CLIMATE_JOBS_KILLS", "6"))
#: What depends on when it was crawled, and in which order.
PASSING = ("id", "first_seen", "last_seen", "closed_at", "closing")


def state(replay: Replay) -> dict[str, Any]:
    """All that is kept, but for moments and numbers."""
    found = {}
    for posting in replay.export("all"):
        source = posting["source"]
        key = f"{source['kind']}:{source['key']}:{source['ref']}"
        assert key not in found
        found[key] = {name: value for name, value in posting.items() if name not in PASSING}
    return found


def faults(replay: Replay) -> list[str]:
    """What ``db check`` finds."""
    store = open_store(replay.environment["CLIMATE_JOBS_DATABASE_URL"])
    try:
        return store.check()
    finally:
        store.close()


@pytest.fixture(scope="module")
def undisturbed(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The store after a crawl that nothing disturbed."""
    with replaying(SHARED, tmp_path_factory.mktemp("undisturbed")) as replay:
        replay.crawl(*(source for source, _ in boards(samples)))
        return state(replay)


def test_a_crawl_killed_again_and_again_ends_where_an_undisturbed_one_does(
    samples: Path, tmp_path: Path, undisturbed: dict[str, Any], database_url: str
) -> None:
    wanted = [source for source, _ in boards(samples)]
    dice = random.Random(7)
    with replaying(SHARED, tmp_path) as replay:
        replay.use(database_url)
        replay.add(*wanted)
        for _ in range(KILLS):
            crawl = replay.start("crawl", *dice.sample(wanted, len(wanted)))
            try:
                crawl.wait(dice.uniform(0.5, 4))
            except subprocess.TimeoutExpired:
                crawl.send_signal(signal.SIGKILL)
                crawl.wait()
            assert faults(replay) == []
        last = replay.crawl(*wanted)
        assert last["failed"] == 0
        assert {each["source"] for each in last["results"]} == set(wanted)
        assert state(replay) == undisturbed


def test_everything_on_one_machine_killed_again_and_again_leaves_a_sound_store(
    samples: Path, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    wanted = [source for source, _ in boards(samples)]
    dice = random.Random(11)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with replaying(SHARED, tmp_path) as replay:
        replay.add(*wanted)
        for _ in range(KILLS // 2):
            up = replay.start("up", "--port", str(port))
            time.sleep(dice.uniform(1, 5))
            up.send_signal(signal.SIGKILL)
            up.wait()
            assert faults(replay) == []
            wait_until_free(port)
        read: set[str] = set()
        while read != set(wanted):
            # The crawl of a killed clock ends by itself; what it is still reading is left to it.
            rest = [source for source in wanted if source not in read]
            read |= {each["source"] for each in replay.crawl(*rest)["results"]}
        kept = state(replay)
    assert {key: kept[key] for key in undisturbed} == undisturbed


def wait_until_free(port: int) -> None:
    """The site ends with the process that started it."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)
            else:
                return
    pytest.fail("the site outlived the process that started it")


def test_everything_on_one_machine_starts_serves_and_ends_cleanly(samples: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = tmp_path / "told"
    # Into a file: a pipe that nobody empties would make it wait.
    with replaying(SHARED, tmp_path) as replay, told.open("wb") as lines:
        command = [sys.executable, "-m", "commands", "up", "--port", str(port)]
        up = subprocess.Popen(command, env=replay.environment, stderr=lines, stdout=lines)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            try:
                body = opener.open(f"http://127.0.0.1:{port}/solutions/grid-flexibility").read().decode()
            except OSError:
                body = ""
            if "Associate General Counsel" in body:
                break
            time.sleep(0.1)
        up.send_signal(signal.SIGINT)
        up.wait(timeout=60)
    assert "Associate General Counsel" in body
    assert up.returncode == 0
    assert "greenhouse:energyhub: complete, 16 seen, 16 new" in told.read_text()
    assert "Traceback" not in told.read_text()


def test_two_crawls_at_once_read_no_source_twice(samples: Path, tmp_path: Path, database_url: str) -> None:
    wanted = [source for source, _ in boards(samples)]
    with replaying(SHARED, tmp_path) as replay:
        replay.use(database_url)
        replay.add(*wanted)
        for crawl in [replay.start("crawl", "--due", "--kind", "greenhouse") for _ in range(3)]:
            crawl.wait()
        asked = [each["url"] for each in replay.asked() if each["method"] == "GET"]
        crawls = json.loads(replay.run("crawls", "list", "--json", "--most", "10000").stdout)
    read = [each["source"] for each in crawls]
    assert len(read) == len(set(read)) >= 160
    assert len(asked) == len(set(asked)) == len(read)
