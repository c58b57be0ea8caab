"""``climate-jobs postings split``: what it says, and what of a wrong command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import main
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "energyhub")
TEXT = "You keep the grid in balance, with batteries, cars and heat pumps, together with four others."


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three postings: two of one vacancy, and another one."""
    address = f"sqlite:///{tmp_path / 'jobs.db'}"
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", address)
    store = open_store(address)
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    postings = [
        Posting(source=BOARD, ref=ref, title=title, url=f"https://acme.example/{ref}", description_text=TEXT)
        for ref, title in (("a", "Grid Engineer"), ("b", "Grid Engineer"), ("c", "Grid Planner"))
    ]
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=set("abc"))
    store.crawls.save(turn, read, {}, now=NOW)
    store.close()


def split(posting: str) -> Result:
    return CliRunner().invoke(main, ["postings", "split", posting])


def test_a_posting_is_taken_out_of_a_vacancy_once(kept: None) -> None:
    done = split("2")
    assert (done.exit_code, done.stdout) == (
        0,
        "Posting 2 stands for itself now. It was one vacancy with 1, by the rule «text».\n",
    )
    assert split("2").exit_code == 2


@pytest.mark.parametrize(
    ("posting", "line"),
    [
        ("3", "posting 3 is one vacancy with no other: nothing to take apart"),
        ("99", "there is no posting 99"),
    ],
)
def test_what_cannot_be_taken_apart_is_told_in_one_line(kept: None, posting: str, line: str) -> None:
    told = split(posting)
    assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"climate-jobs: {line}\n")


@pytest.mark.parametrize("posting", ["x", "0", "99999999999999999999"])
def test_what_is_no_number_of_a_posting_is_refused(kept: None, posting: str) -> None:
    told = split(posting)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Traceback" not in told.stderr
