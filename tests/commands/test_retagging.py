"""Tagging anew what is stored: only where something changed, and as people corrected it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import main
from postings.kept import Filters
from postings.posting import Evidence, Outcome, Posting, Reading, Source, Tag
from postings.store import Store, open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "nobody-knows-them")
WIND = "Acme builds and operates offshore wind farms in the North Sea, with forty turbines turning today."


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a board of an employer that no directory has."""
    address = f"sqlite:///{tmp_path / 'jobs.db'}"
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", address)
    store = open_store(address)
    store.sources.add(BOARD, employer="Acme of Nowhere", now=NOW)
    return store


def fill(store: Store, titles: Sequence[str], text: str = "", tags: Sequence[Tag] = ()) -> None:
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    postings = [
        Posting(source=BOARD, ref=title, title=title, url="https://acme.example/1", description_text=text)
        for title in titles
    ]
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=set(titles))
    store.crawls.save(turn, read, dict.fromkeys(titles, tags), now=NOW)


def retag(*options: str) -> str:
    return CliRunner().invoke(main, ["retag", *options]).output


def solutions(store: Store) -> dict[str, list[str]]:
    return {
        kept.posting.ref: [tag.solution for tag in kept.tags] for kept in store.postings.every(Filters(status="all"))
    }


def test_postings_are_tagged_anew_once(opened: Store) -> None:
    fill(opened, ["Heat pump installer", "Accountant"], tags=[Tag("composting", 0.9, (Evidence("title", "x"),))])
    assert retag() == "2 postings tagged, 2 otherwise than before.\n"
    assert solutions(opened) == {"Heat pump installer": ["high-efficiency-heat-pumps"], "Accountant": []}
    assert retag().startswith("Nothing to do")
    assert retag("--all") == "2 postings tagged, 0 otherwise than before.\n"


def test_another_threshold_tags_anew(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(opened, ["Heat pump installer"])
    retag()
    monkeypatch.setenv("CLIMATE_JOBS_CONFIDENCE", "1")
    assert retag() == "1 postings tagged, 1 otherwise than before.\n"
    assert solutions(opened) == {"Heat pump installer": []}


def test_a_correction_counts_at_once_and_outranks_the_tagger(
    opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(opened, ["Heat pump installer"])
    retag()
    file = tmp_path / "corrections.csv"
    head = "what,verdict,solution,by,on\n"
    file.write_text(f"{head}{BOARD}:Heat pump installer,deny,high-efficiency-heat-pumps,Ana,2026-03-01\n")
    monkeypatch.setenv("CLIMATE_JOBS_CORRECTIONS", str(file))
    assert retag() == "1 postings tagged, 1 otherwise than before.\n"
    assert solutions(opened) == {"Heat pump installer": []}


def test_a_bad_correction_stops_before_anything_is_written(
    opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(opened, ["Heat pump installer"])
    (tmp_path / "corrections.csv").write_text("what,verdict,solution,by,on\nacme,add,nonsense,Ana,2026-03-01\n")
    monkeypatch.setenv("CLIMATE_JOBS_CORRECTIONS", str(tmp_path / "corrections.csv"))
    for command in ("retag", "crawl"):
        told = CliRunner().invoke(main, [command])
        assert told.exit_code == 2
        assert told.output.count("\n") == 1
        assert "line 2: no such solution: 'nonsense'" in told.output
    assert solutions(opened) == {"Heat pump installer": []}


def test_an_employer_nobody_knows_passes_on_what_its_postings_repeat(opened: Store) -> None:
    fill(opened, ["Accountant", "Lawyer", "Recruiter"], text=WIND)
    retag()
    evidence = [tag.evidence for kept in opened.postings.every(Filters()) for tag in kept.tags]
    assert len(evidence) == 3
    assert all(Evidence("employer", "Acme of Nowhere (own-postings)") in found for found in evidence)


def test_what_an_operator_says_of_an_employer_tags_anew(opened: Store) -> None:
    fill(opened, ["Accountant"])
    retag()
    said = ["sources", "add", str(BOARD), "--employer", "Acme of Nowhere", "--solution", "composting"]
    assert CliRunner().invoke(main, said).exit_code == 0
    assert retag() == "1 postings tagged, 1 otherwise than before.\n"
    assert solutions(opened) == {"Accountant": ["composting"]}
