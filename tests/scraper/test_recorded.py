"""Every spider against recorded answers: what comes in is what must come out."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from recorded_boards import LOADER, RECORDED, Engine, read, routes_of

from postings.posting import Source
from scraper.commands.record import told
from scraper.spiders import kinds

FOLDERS = sorted(path.parent for path in RECORDED.glob("*/*/routes.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}:{unquote(folder.name)}")
def test_a_recorded_board_gives_the_expected_postings(folder: Path) -> None:
    reading = read(Source(folder.parent.name, unquote(folder.name)), Engine(folder, routes_of(folder)))
    found = json.loads(json.dumps(told(reading)))
    expected = folder / "expected.json"
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was not there and is written now: read it against the page, then commit it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_a_spider_and_its_file_share_one_name() -> None:
    assert sorted(LOADER.list()) == kinds()


@pytest.mark.parametrize("kind", kinds())
def test_every_spider_has_a_recorded_page(kind: str) -> None:
    assert any(folder.parent.name == kind for folder in FOLDERS)


def test_the_documents_name_every_system_and_every_exception_from_robots_txt() -> None:
    text = (RECORDED.parents[1] / "docs" / "boards.md").read_text(encoding="utf-8")
    table, _, manners = text.partition("## Manners")
    for kind in kinds():
        assert f"| `{kind}` |" in table, kind
        assert (f"`{kind}`" in manners) is LOADER.load(kind).documented_api, kind
