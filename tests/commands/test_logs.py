"""What the program logs: lines for people on a terminal, JSON with the ids of crawl and source elsewhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from commands import crawling, logs, main
from postings.kept import KeptCrawl
from postings.posting import Outcome, Reading, Source
from scraper.boards import Brought

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test does to logging is undone."""
    for name in (logs.FORM, logs.LEVEL):
        monkeypatch.delenv(name, raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)


def written(monkeypatch: pytest.MonkeyPatch, *, quiet: bool = False, terminal: bool = False) -> io.StringIO:
    """Set up logging into a text."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    logs.set_up(quiet=quiet)
    return stream


def kept(outcome: Outcome) -> KeptCrawl:
    counts = {"seen": 3, "new": 2, "changed": 0, "closed": 1, "reopened": 0, "held": 0}
    faulty = outcome is Outcome.FAILED
    moments = {"started_at": NOW, "ended_at": NOW, "undone_at": None}
    source = Source("greenhouse", "acme")
    return KeptCrawl(id=17, source=source, outcome=outcome, reason=None, faulty=faulty, **counts, **moments)


def test_a_source_that_was_kept_is_a_line_for_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(monkeypatch)
    crawling._log(kept(Outcome.COMPLETE))
    line = json.loads(stream.getvalue())
    assert (line["level"], line["logger"]) == ("INFO", "commands.crawling")
    assert (line["source"], line["crawl"], line["outcome"]) == ("greenhouse:acme", 17, "complete")
    assert (line["seen"], line["new"], line["closed"], line["reason"]) == (3, 2, 1, None)
    assert line["message"] == "greenhouse:acme: complete, 3 seen, 2 new, 1 closed"
    assert datetime.fromisoformat(line["time"])


def test_any_line_about_a_source_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(monkeypatch)
    logging.getLogger("scraper.boards").warning("%s: a row made no posting: %s", Source("lever", "acme"), "KeyError")
    assert json.loads(stream.getvalue())["source"] == "lever:acme"


def test_a_board_that_could_not_be_kept_is_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(monkeypatch)
    source = Source("lever", "acme")
    brought = Brought(None, Reading(source=source, started_at=NOW, postings=[], listed=set()))
    logging.getLogger("scrapy.core.scraper").error(
        "Error processing %(item)s", {"item": brought}, extra={"item": brought}
    )
    line = json.loads(stream.getvalue())
    assert line["message"] == "Error processing 0 postings of lever:acme"
    assert "item" not in line


def test_people_get_lines_and_not_json(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(monkeypatch, terminal=True)
    logging.getLogger("scraper.schedule").info("the clock stands by")
    assert stream.getvalue().endswith(" INFO the clock stands by\n")


@pytest.mark.parametrize(
    ("form", "terminal", "is_json"), [("human", False, False), ("json", True, True), ("", True, False)]
)
def test_the_form_may_be_chosen(monkeypatch: pytest.MonkeyPatch, form: str, terminal: bool, is_json: bool) -> None:
    monkeypatch.setenv(logs.FORM, form)
    stream = written(monkeypatch, terminal=terminal)
    logging.getLogger("web").error("no")
    assert stream.getvalue().startswith("{") == is_json


def test_of_libraries_only_warnings_are_logged_and_of_us_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = written(monkeypatch)
    monkeypatch.setattr(logging.getLogger("scrapy"), "level", logging.DEBUG)
    logging.getLogger("scrapy").warning("chatter")
    logging.getLogger("procrastinate.worker").info("chatter")
    logging.getLogger("scraper").debug("detail")
    assert stream.getvalue() == ""
    logging.getLogger("procrastinate.worker").warning("trouble")
    assert "trouble" in stream.getvalue()
    monkeypatch.setenv(logs.LEVEL, "debug")
    stream = written(monkeypatch)
    logging.getLogger("scraper").debug("detail")
    assert "detail" in stream.getvalue()
    monkeypatch.delenv(logs.LEVEL)
    stream = written(monkeypatch, quiet=True)
    logging.getLogger("scraper").warning("a row made no posting")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("name", "value"), [(logs.FORM, "xml"), (logs.LEVEL, "loud")])
def test_a_setting_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, name: str, value: str
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv(name, value)
    told = CliRunner().invoke(main, ["crawl"])
    assert (told.exit_code, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)
    assert f"{name}: '{value}' is none of" in told.stderr or f"{name}: '{value.upper()}' is none of" in told.stderr
