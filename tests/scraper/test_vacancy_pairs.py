"""Real postings told apart and put together: pairs that were read by hand, and postings published through two systems.

``vacancy_pairs.csv`` names pairs of one board by their refs. ``same``: one vacancy, repeated for a city or twice.
``different``: another level, shift, language, team, region or pay, or another text under the same title. Left out are
pairs that nobody can tell: the same text, word for word, under titles that may be two names of one thing.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from recorded_boards import Engine, read

from postings.likeness import Likeness
from postings.posting import Posting, Source
from postings.vacancies import Known, vacancies

PAIRS = Path(__file__).with_name("vacancy_pairs.csv")
ADDRESSES = {
    "ashby": "https://api.ashbyhq.com/posting-api/job-board/{}",
    "greenhouse": "https://boards-api.greenhouse.io/v1/boards/{}/jobs",
    "lever": "https://api.lever.co/v0/postings/{}",
    "arbeitnow": "https://www.arbeitnow.com/api/job-board-api",
}
#: Recordings with texts, of employers whose postings are like each other.
TEXTS = (
    *("ashby/Crusoe.json", "ashby/backmarket.json", "ashby/roadsurfer.com.json", "ashby/ramp-2026.json"),
    *("greenhouse/canonical-2020-08-31.json", "greenhouse/canonical-2023-07-03.json"),
    "greenhouse/catawiki-content.json",
)
#: Of a listing's texts so much is left where it shortens them.
LEFT = 0.4


def board(kind: str, folder: Path, file: str) -> list[Posting]:
    """The postings of a board's recording."""
    key = Path(file).stem if kind != "arbeitnow" else "all"
    return read(Source(kind, key), Engine(folder, [{"url": ADDRESSES[kind].format(key), "file": file}])).postings


@cache
def recorded(file: str) -> list[Posting]:
    """The postings of a real board."""
    return board(file.split("/")[0], SHARED / "samples", file)


def together(*boards: Sequence[Posting]) -> list[set[tuple[int, str]]]:
    """The vacancies of one employer's sources, each as numbers of sources and refs."""
    every = [(number, posting) for number, postings in enumerate(boards) for posting in postings]
    found = vacancies(_known(at, number, posting) for at, (number, posting) in enumerate(every))
    refs = [(number, posting.ref) for number, posting in every]
    return [{refs[each] for each in (one.shown, *one.others)} for one in found]


def _known(at: int, number: int, posting: Posting) -> Known:
    return Known(
        id=at,
        source=number,
        board=posting.source.kind != "arbeitnow",
        ref=posting.ref,
        title=posting.title,
        likeness=Likeness.of(posting.title, posting.description_text, posting.places),
        url=posting.url,
        apply_url=posting.apply_url,
        department=posting.department,
        employment_type=posting.employment_type,
        workplace=posting.workplace,
        salary=posting.salary,
    )


@cache
def judged() -> dict[str, tuple[int, int]]:
    """How many pairs of each verdict were made one vacancy, and how many there are."""
    counts: dict[str, list[bool]] = defaultdict(list)
    homes: dict[str, dict[str, int]] = {}
    for row in csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines()):
        if row["recording"] not in homes:
            found = together(recorded(row["recording"]))
            homes[row["recording"]] = {ref: at for at, refs in enumerate(found) for _, ref in refs}
        home = homes[row["recording"]]
        counts[row["verdict"]].append(home[row["first"]] == home[row["second"]])
    return {verdict: (sum(made), len(made)) for verdict, made in counts.items()}


def test_of_real_pairs_of_one_vacancy_nearly_all_are_found(samples: Path) -> None:
    made, many = judged()["same"]
    assert many >= 95
    assert made / many >= 0.95


def test_of_real_pairs_of_two_vacancies_none_is_made_one(samples: Path) -> None:
    made, many = judged()["different"]
    assert many >= 500
    assert made == 0


def _text(posting: Posting, short: bool) -> str:
    words = posting.description_text.split()
    return f"<p>{escape(' '.join(words[: int(len(words) * LEFT)]))}…</p>" if short else posting.description_html


def greenhouse(posting: Posting, number: int) -> dict[str, Any]:
    return {
        "id": 5_000_000 + number,
        "title": posting.title,
        "absolute_url": f"https://boards.greenhouse.io/twin/jobs/{5_000_000 + number}",
        "location": {"name": "; ".join(place.text for place in posting.places)},
        "content": escape(_text(posting, False)),
        "updated_at": "2026-01-01T00:00:00Z",
    }


def lever(posting: Posting, number: int) -> dict[str, Any]:
    return {
        "id": f"0b4c7a52-6d1e-4b5e-9f37-{number:012}",
        "text": posting.title,
        "hostedUrl": f"https://jobs.lever.co/twin/0b4c7a52-6d1e-4b5e-9f37-{number:012}",
        "categories": {"allLocations": [place.text for place in posting.places], "team": "Another name"},
        "description": _text(posting, False),
        "createdAt": 1767225600000,
    }


def arbeitnow(posting: Posting, number: int, *, short: bool = False) -> dict[str, Any]:
    return {
        "slug": f"twin-{number}",
        "company_name": "Twin",
        "title": posting.title,
        "description": _text(posting, short),
        "url": f"https://www.arbeitnow.com/jobs/twin/{number}",
        "location": posting.places[0].text if posting.places else "",
        "remote": True,
    }


def shortened(posting: Posting, number: int) -> dict[str, Any]:
    return arbeitnow(posting, number, short=True)


@pytest.mark.parametrize("file", TEXTS)
@pytest.mark.parametrize(("shape", "least"), [(greenhouse, 0.95), (lever, 0.95), (arbeitnow, 0.95), (shortened, 0.93)])
def test_real_postings_published_through_a_second_system_are_found(
    file: str, shape: Callable[..., dict[str, Any]], least: float, samples: Path, tmp_path: Path
) -> None:
    first = [posting for posting in recorded(file) if len(posting.description_text.split()) > 120]
    rows = [shape(posting, number) for number, posting in enumerate(first)]
    kind = "arbeitnow" if shape is shortened else shape.__name__
    page: Any = {"greenhouse": {"jobs": rows}, "lever": rows, "arbeitnow": {"data": rows}}[kind]
    (tmp_path / "twin.json").write_text(json.dumps(page))
    second = board(kind, tmp_path, "twin.json")
    found = together(first, second)
    home = {one: at for at, refs in enumerate(found) for one in refs}
    right = [home[0, posting.ref] == home[1, twin.ref] for posting, twin in zip(first, second, strict=True)]
    assert sum(right) / len(right) >= least
    assert _of_first(found) == _of_first(together(first))


def _of_first(found: Sequence[set[tuple[int, str]]]) -> set[frozenset[str]]:
    """The vacancies of the first source alone."""
    return {frozenset(ref for number, ref in refs if number == 0) for refs in found} - {frozenset()}
