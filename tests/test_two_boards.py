"""Two boards of one employer, imported and crawled by the real program: each vacancy once."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from replaying import Replay, replaying

pytestmark = pytest.mark.whole

GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/thaw/jobs"
LEVER = "https://api.lever.co/v0/postings/thaw"
ASKED = ("three years in the trade", "a licence to drive", "no fear of narrow cellars", "patience with old pipes")
HTML = (
    "<p>You replace gas boilers with heat pumps, from the first visit to the last screw, with two colleagues.</p>"
    f"<p>We ask for:</p><ul>{''.join(f'<li>{each}</li>' for each in ASKED)}</ul><p>You get a car and thirty days.</p>"
)
SHOP = HTML.replace("You replace gas boilers with heat pumps", "You run our shop for pipes, pumps and radiators")


def greenhouse(ref: int, title: str, city: str, html: str) -> dict[str, Any]:
    address = f"https://job-boards.greenhouse.io/thaw/jobs/{ref}"
    told = {"id": ref, "title": title, "absolute_url": address, "location": {"name": city}, "content": escape(html)}
    return told | {"first_published": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T09:00:00Z"}


def lever(ref: str, title: str, city: str, html: str) -> dict[str, Any]:
    opening, _, rest = html.partition("<p>We ask for:</p>")
    asked, _, closing = rest.partition("</ul>")
    categories = {"location": city, "allLocations": [city], "team": "Field", "commitment": "Full-time"}
    return {
        "id": f"0b4c7a52-6d1e-4b5e-9f37-0c7b7f6f1a{ref}",
        "text": title,
        "hostedUrl": f"https://jobs.lever.co/thaw/0b4c7a52-6d1e-4b5e-9f37-0c7b7f6f1a{ref}",
        "categories": categories,
        "createdAt": 1767225600000,
        "description": opening,
        "lists": [{"text": "We ask for:", "content": asked.removeprefix("<ul>")}],
        "additional": closing,
    }


def play(folder: Path, board: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    """Put both boards where the proxy finds them."""
    (folder / "board.json").write_text(json.dumps({"jobs": board, "meta": {"total": len(board)}}))
    (folder / "second.json").write_text(json.dumps(second))
    routes = [{"url": GREENHOUSE, "file": "board.json"}, {"url": LEVER, "file": "second.json"}]
    (folder / "samples.json").write_text(json.dumps(routes))


def vacancies(replay: Replay) -> list[dict[str, Any]]:
    """The open jobs, each vacancy once."""
    return [json.loads(line) for line in replay.run("export").stdout.splitlines()]


def test_two_boards_of_one_employer_show_each_vacancy_once(samples: Path, tmp_path: Path) -> None:
    played = tmp_path / "played"
    played.mkdir()
    board = [greenhouse(4012345, "Heat Pump Fitter (m/f/d)", "Leeds, United Kingdom", HTML)]
    board += [greenhouse(4012346, "Heat Pump Fitter (m/f/d)", "York, United Kingdom", HTML)]
    second = [lever("01", "Heat Pump Fitter", "Bristol, United Kingdom", HTML)]
    second += [lever("02", "Heat Pump Fitter", "Bristol, United Kingdom", SHOP)]
    play(played, board, second)
    boards = tmp_path / "boards.csv"
    boards.write_text("name,ats,ats_token\nThaw Heating,greenhouse,thaw\nThaw Heating Ltd,lever,thaw\n")
    with replaying(SHARED, tmp_path, samples=played) as replay:
        assert replay.run("sources", "import", str(boards)).returncode == 0
        report = json.loads(replay.run("crawl", "greenhouse:thaw", "lever:thaw", "--json").stdout)
        shown = {len(each["also_at"]): each for each in vacancies(replay)}
        split = replay.run("postings", "split", str(shown[2]["id"]))
        apart = vacancies(replay)
        every = replay.export()
    assert report["postings"] == {"seen": 4, "new": 4, "changed": 0, "closed": 0, "reopened": 0}
    assert {others: len(each["locations"]) for others, each in shown.items()} == {0: 1, 2: 3}
    assert split.stdout.startswith(f"Posting {shown[2]['id']} stands for itself now. It was one vacancy with ")
    assert sorted(len(each["locations"]) for each in apart) == [1, 1, 2]
    assert sorted((len(each["locations"]), len(each["also_at"])) for each in every) == [(1, 0), (1, 0), (1, 1), (1, 1)]
