"""What a person types, and what it says and leaves behind."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import COMMANDS, main
from postings.posting import Evidence, Outcome, Posting, Reading, Source, Tag
from postings.store import Store, open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "energyhub")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a store that is not there yet, as the environment names it."""
    address = f"sqlite:///{tmp_path / 'kept' / 'jobs.db'}"
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", address)
    return address


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def fill(store: Store, *refs: str, title: str = "Grid engineer") -> None:
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    postings = [Posting(source=BOARD, ref=ref, title=title, url=f"https://acme.example/{ref}") for ref in refs]
    reading = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=postings, listed=set(refs))
    tag = Tag("grid-flexibility", 0.9, (Evidence("title", "Grid"),))
    store.crawls.save(turn, reading, {ref: [tag] for ref in refs}, now=NOW)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    told = typed(command, "--help")
    assert told.exit_code == 0
    assert "Usage:" in told.output


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["crawl", "no-such:board"], "no such kind: no-such"),
        (["crawl", "greenhouse"], "write kind:key"),
        (["crawl", "greenhouse:never-heard-of"], "no such source"),
        (["crawl", "--kind", "nonsense"], "no such kind: nonsense"),
        (["crawl", "greenhouse:energyhub", "--kind", "lever"], "is not of the kind lever"),
        (["sources", "add", "nonsense:x"], "no such kind: nonsense"),
        (
            ["sources", "add", "lever:acme", "--employer", "A", "--solution", "heat-pump"],
            "did you mean high-efficiency",
        ),
        (["sources", "add", "lever:acme", "--employer", "A", "--homepage", "javascript:1"], "no web address"),
        (["sources", "add", "lever:acme", "--solution", "composting"], "--employer"),
        (["sources", "pause", "lever:never-heard-of"], "no such source"),
        (["crawls", "undo", "4711"], "there is no crawl 4711"),
        (["worker"], "workers need PostgreSQL"),
        (["schedule", "--queue"], "workers need PostgreSQL"),
        (["export", "--solution", "nonsense"], "no such solution: nonsense"),
        (["export", "--format", "parquet"], "--output"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(url: str, arguments: list[str], line: str) -> None:
    told = typed(*arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    assert line in told.stderr
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [["crawl"], ["status"], ["export"], ["sources", "list"], ["db", "check"]])
def test_a_database_that_is_none_is_told_in_one_line(tmp_path: Path, url: str, command: list[str]) -> None:
    (tmp_path / "kept" / "jobs.db").write_bytes(b"no database" * 500)
    told = typed(*command)
    assert (told.exit_code, told.stdout) == (2, "")
    assert len(told.stderr.splitlines()) == 1
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["jobs.db"]
    assert (tmp_path / "kept" / "jobs.db").read_bytes() == b"no database" * 500


def test_a_pace_that_is_none_is_told_and_nothing_is_written(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_PACE", "fast")
    told = typed("crawl")
    assert (told.exit_code, told.stderr) == (
        2,
        "climate-jobs: CLIMATE_JOBS_PACE: 'fast' is no number of requests a second\n",
    )
    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "no rows"),
        (b"name,homepage\nAcme,\n", "no column ats, ats_token"),
        (b'name,ats,ats_token\n"Acme,lever,acme\n', "unexpected end"),
        (b"name,ats,ats_token\nAcme,lever\n", "row 2: not as many cells"),
        (b"name,ats,ats_token\n,lever,acme\n", "row 2: no name"),
        (b"name,ats,ats_token,solutions\nAcme,lever,acme,\nB,lever,b,heat-pumping\n", "row 3: no such solution"),
        (b"name,ats,ats_token\nAcme,Lever!,acme\n", "row 2: no source"),
        (b"\xff\xfe\x00", "utf-8"),
    ],
)
def test_a_broken_table_of_boards_changes_nothing(tmp_path: Path, url: str, content: bytes, line: str) -> None:
    (tmp_path / "boards.csv").write_bytes(content)
    told = typed("sources", "import", str(tmp_path / "boards.csv"))
    assert told.exit_code == 2
    assert line in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not list((tmp_path / "kept").iterdir())


def test_a_table_of_boards_is_added_and_added_again_without_harm(tmp_path: Path, url: str) -> None:
    table = "name,homepage,careers_url,ats,ats_token,solutions,note\nAcme,https://acme.example/,,lever,acme,composting,x\nB,,,,,,\n"
    (tmp_path / "boards.csv").write_text(table)
    first, second = (typed("sources", "import", str(tmp_path / "boards.csv")) for _ in range(2))
    assert "1 added, 0 updated, 1 rows without a board" in first.output
    assert "0 added, 1 updated" in second.output
    (found,) = (
        each for each in json.loads(typed("sources", "list", "--json").output) if each["source"] == "lever:acme"
    )
    assert found["employer"] == {"slug": "acme", "name": "Acme"}


def test_a_source_is_paused_resumed_and_removed_with_its_postings(url: str) -> None:
    store = open_store(url)
    fill(store, "1", "2")
    assert typed("sources", "pause", str(BOARD)).exit_code == 0
    assert typed("sources", "resume", str(BOARD)).exit_code == 0
    assert "2 postings closed" in typed("sources", "remove", str(BOARD)).output
    assert typed("sources", "remove", str(BOARD)).exit_code == 2
    (closed, _) = (json.loads(line) for line in typed("export", "--status", "closed").output.splitlines())
    assert closed["closing"]["rule"] == "source-removed"
    assert store.check() == []


def test_the_postings_come_out_as_lines_and_as_a_table(tmp_path: Path, url: str) -> None:
    fill(open_store(url), "1", title='=HYPERLINK("https://evil.example")')
    (line,) = (json.loads(text) for text in typed("export").output.splitlines())
    assert (line["source"]["ref"], line["solutions"][0]["slug"]) == ("1", "grid-flexibility")
    assert typed("export", "--solution", "composting").output == ""
    (row,) = csv.DictReader(io.StringIO(typed("export", "--format", "csv").output))
    assert row["title"].startswith("'=HYPERLINK")
    parquet = tmp_path / "jobs.parquet"
    assert typed("export", "--format", "parquet", "--output", str(parquet)).exit_code == 0
    import pyarrow.parquet as pq

    assert pq.read_table(parquet).to_pylist()[0]["ref"] == "1"


def test_the_status_tells_what_is_wrong(url: str) -> None:
    store = open_store(url)
    fill(store, *"abcdefghijkl")
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    reading = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=[], listed=set())
    store.crawls.save(turn, reading, {}, now=NOW)
    report = json.loads(typed("status", "--json").output)
    assert [each["source"] for each in report["held_back"]] == ["greenhouse:energyhub"]
    assert report["alarms"][0]["reason"] == "it lists nothing, before 12 postings"
    assert report["open"] == {"postings": 12, "employers": 1}
    assert "would close 12 of 12 open postings" in typed("status").output


def test_the_crawls_are_listed_and_undone(url: str) -> None:
    store = open_store(url)
    fill(store, "1", "2", "3")
    fill(store, "1", "2")
    last = json.loads(typed("crawls", "list", "--json").output)[0]
    assert (last["source"], last["closed"]) == ("greenhouse:energyhub", 1)
    assert typed("crawls", "undo", str(last["crawl"])).output == "1 postings reopened.\n"
    assert typed("crawls", "undo", str(last["crawl"])).output == "Nothing to take back.\n"


def test_the_database_is_made_checked_and_upgraded(url: str) -> None:
    assert typed("db", "check").exit_code == 1
    assert typed("db", "upgrade").exit_code == 0
    assert typed("db", "check").output == "The database is at head and sound.\n"


def test_the_stored_postings_are_tagged_anew(url: str) -> None:
    fill(open_store(url), "1", title="Heat pump installer")
    assert "1 postings tagged, 1 otherwise than before" in typed("retag").output
    assert "Nothing to do" in typed("retag").output
    assert "1 postings tagged, 0 otherwise than before" in typed("retag", "--all").output


def test_entries_that_postings_contradict_are_listed(url: str) -> None:
    fill(open_store(url), *"12345", title="Heat pump installer")
    typed("retag")
    found = json.loads(typed("directory", "check", "--json").output)
    (entry,) = found["disagree"]
    assert (entry["employer"], entry["open_postings"]) == ("energyhub", 5)
    assert entry["entry"]["grid-flexibility"] == 0
    assert entry["instead"] == {"high-efficiency-heat-pumps": 5}
    assert "high-efficiency-heat-pumps" not in found["no_postings"]
    assert {"employer", "solutions"} == found["machine_labels_only"][0].keys()
    assert "1 employers whose open postings disagree" in typed("directory", "check").output
