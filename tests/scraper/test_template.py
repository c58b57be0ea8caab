"""A new board system: what the template begins reads a board as it stands."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from recorded_boards import Engine, read
from scrapy import Spider

from postings.posting import Outcome, Source

TOP = Path(__file__).parents[2]
ROW = {
    "id": 7,
    "title": "Heat pump installer",
    "url": "https://jobs.newsystem.example/acme/7",
    "location": "Berlin, Germany",
    "published_at": "2026-03-02T08:00:00+01:00",
    "description": "<p>You fit heat pumps.</p>",
}
ROUTES: list[dict[str, Any]] = [{"url": "https://jobs.newsystem.example/acme", "file": "board.json"}]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spider file that the documented command writes, in a copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copytree(TOP / "scraper", copy / "scraper", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "postings").symlink_to(TOP / "postings")
    shutil.copy(TOP / "scrapy.cfg", copy)
    command = [sys.executable, "-m", "scrapy", "genspider", "-t", "ats", "newsystem", "jobs.newsystem.example"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy / "scraper" / "spiders" / "newsystem.py"


def spider_of(file: Path) -> type[Spider]:
    spec = importlib.util.spec_from_file_location("newsystem", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NewsystemSpider  # type: ignore[no-any-return]


def test_what_the_template_begins_reads_a_whole_board(begun: Path, tmp_path: Path) -> None:
    assert len(begun.read_text(encoding="utf-8").splitlines()) < 40
    (tmp_path / "board.json").write_text(json.dumps({"jobs": [ROW]}))
    reading = read(Source("newsystem", "acme"), Engine(tmp_path, ROUTES), spider_of(begun))
    assert reading.outcome == Outcome.COMPLETE
    (posting,) = reading.postings
    assert (posting.ref, posting.title, posting.description_text) == ("7", ROW["title"], "You fit heat pumps.")
    assert [(place.city, place.country) for place in posting.places] == [("Berlin", "DE")]


def test_a_row_without_its_title_makes_it_partial(begun: Path, tmp_path: Path) -> None:
    rows = [ROW, {name: value for name, value in ROW.items() if name != "title"} | {"id": 8}]
    (tmp_path / "board.json").write_text(json.dumps({"jobs": rows}))
    reading = read(Source("newsystem", "acme"), Engine(tmp_path, ROUTES), spider_of(begun))
    assert reading.outcome == Outcome.PARTIAL
    assert [posting.ref for posting in reading.postings] == ["7"]
