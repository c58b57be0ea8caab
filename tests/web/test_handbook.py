"""What a solution's page shows of the handbook, its pictures, and the answers to the links of its pages."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import SHARED
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, visitor

from postings.handbook import read_page
from postings.store import Store
from postings.store.handbook import CheckedLink

PAGES = Path(__file__).parents[1] / "postings" / "handbook" / "pages"
SEED = SHARED / "seed-site"
LAST_FORM = """---
title: High-Efficiency Heat Pumps
---
![A heat pump](../static/img/pump.png)

:::company job openings
### [View open jobs](https://climatebase.org/jobs?l=&q=&drawdown_solutions=High-Efficiency+Heat+Pumps)
#### Example Companies
- [Daikin](https://www.daikin.com) - Makes air conditioners.
- [Carrier](https://www.carrier.com) - Makes pumps.
- [Gone Heating](https://gone.example) - Made boilers.
:::

## Overview

Read [an article](https://gone.example/article) or [another](https://kept.example). <script>alert(1)</script>
"""


def take(store: Store, raw: bytes, name: str = f"solution-{HEAT_PUMPS}.md") -> None:
    store.handbook.take(read_page(raw, file=name), raw, now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = empty_store(tmp_path)
    crawl(opened, [made_up("1")])
    take(opened, (PAGES / f"solution-{HEAT_PUMPS}.md").read_bytes())
    take(opened, LAST_FORM.encode())
    yield opened
    opened.close()


def shown(visit: FlaskClient) -> str:
    text = visit.get(f"/solutions/{HEAT_PUMPS}").text
    return text[text.index('class="handbook"') :]


def test_both_forms_of_a_page_show_their_companies_with_evidence_beside_real_postings(store: Store) -> None:
    page = visitor(store).get(f"/solutions/{HEAT_PUMPS}").text
    assert "Heat Pump Engineer 1" in page
    told = shown(visitor(store))
    for name, note in [("Daikin", "Makes air conditioners."), ("Carrier", "Makes pumps."), ("Darcy Solutions", "")]:
        entry = re.search(rf"<bdi>{name}</bdi></a>.*?(?=<dt>|</dl>)", told, re.DOTALL)
        assert entry is not None
        assert note in entry[0]
        assert "common knowledge" in entry[0]
    unchecked = told[told.index("from lists that nobody has checked") :]
    assert "Warm &amp; Sons" in unchecked
    assert "named in an unchecked list on its page" in unchecked
    assert "Darcy" not in unchecked


def test_what_opens_the_page_stands_before_its_companies(store: Store) -> None:
    take(store, LAST_FORM.replace("## Overview", "An opening.\n\n## Overview").encode())
    told = shown(visitor(store))
    assert told.index("An opening.") < told.index("Companies and organisations it names") < told.index("Overview")


def test_the_text_is_clean_and_credited(store: Store) -> None:
    told = shown(visitor(store))
    assert "<h3>Overview</h3>" in told
    assert "alert(1)" not in told
    assert "© 2023 Climate Tech Handbook" in told
    assert "MIT licence" in told


def test_what_is_broken_is_linked_no_longer_and_what_moved_is_followed(store: Store) -> None:
    gone, moved = CheckedLink("broken", "HTTP 404"), CheckedLink("moved", "it has moved", "https://daikin.example/new")
    store.handbook.note_links(
        {"https://gone.example": gone, "https://gone.example/article": gone, "https://www.daikin.com": moved}, now=NOW
    )
    told = shown(visitor(store))
    assert "Gone Heating" in told
    assert "https://gone.example" not in told
    assert 'href="https://kept.example"' in told
    assert 'href="https://daikin.example/new"' in told


def test_a_page_without_handbook_says_nothing_of_it(tmp_path: Path) -> None:
    assert "handbook" not in visitor(empty_store(tmp_path)).get("/solutions/composting").text.lower().split("<main")[1]


def test_a_cover_comes_from_the_folder_the_operator_names(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<img" not in shown(visitor(store))
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    (folder / "pump.png").write_bytes(b"picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "out.png").symlink_to(tmp_path / "secret.png")
    (folder / "notes.txt").write_text("no picture")
    monkeypatch.setenv("CLIMATE_JOBS_PICTURES", str(folder))
    visit = visitor(store)
    assert '<img class="cover" src="/pictures/pump.png" alt="A heat pump"' in shown(visit)
    answer = visit.get("/pictures/pump.png")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"picture", "image/png")
    for trick in (
        "../secret.png",
        "..%2fsecret.png",
        "deep/../../secret.png",
        "out.png",
        "notes.txt",
        "no.png",
        "deep",
    ):
        assert visit.get(f"/pictures/{trick}").status_code == 404


def test_a_folder_of_pictures_that_is_none_is_told_at_the_start(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_PICTURES", "/no/such/folder")
    with pytest.raises(ValueError, match="CLIMATE_JOBS_PICTURES is no folder"):
        visitor(store)


def encoded(thing: Any) -> str:
    return base64.b64encode(json.dumps(thing).encode()).decode()


@pytest.mark.parametrize(
    ("place", "filter_shown"),
    [
        ("Berlin", "in Berlin"),
        ("Berlin%2C+Germany", "in Berlin, Germany"),
        ("ChIJAVkDPzdOqEcRcDteW0YgIQQ%3ABerlin%2C+Germany", "in Berlin, Germany"),
        (quote(encoded({"city": "Berlin", "country": "Germany"})), "in Berlin, Germany"),
        (encoded({"label": "Berlin", "value": {"lat": 1}}), "in Berlin"),
        (quote(encoded([{"description": "Berlin"}]).rstrip("=")), "in Berlin"),
        (quote(encoded("Berlin")), "in Berlin"),
        (
            quote(base64.urlsafe_b64encode(json.dumps({"name": "São?>Paulo"}, ensure_ascii=False).encode())),
            "in São?&gt;Paulo",
        ),
        (quote(encoded({"lat": 1.5})), None),
        ("Bonn", "in Bonn"),
        ("remote", "remote"),
    ],
)
def test_a_place_is_read_in_words_and_in_base64(store: Store, place: str, filter_shown: str | None) -> None:
    answer = visitor(store).get(f"/jobs?l={place}&q=&drawdown_solutions=High-Efficiency+Heat+Pumps")
    assert answer.status_code == 200
    filters = re.findall('aria-label="Remove the filter ([^"]*)', answer.text)
    assert filters == [*([filter_shown] if filter_shown else []), "High-Efficiency Heat Pumps"]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("l=&q=&drawdown_solutions=High-Efficiency+Heat+Pumps", "High-Efficiency Heat Pumps jobs"),
        ("drawdown_solutions=high-efficiency%20heat%20pumps&p=0&remote=false", "High-Efficiency Heat Pumps jobs"),
        ("drawdown_solutions=Composting&drawdown_solutions=Recycling", "Composting, Recycling jobs"),
        ("drawdown_solutions=Composting%2CRecycling", "Composting, Recycling jobs"),
        ("drawdown_solutions=Indigenous+Peoples+Forest+Tenure", "Indigenous Peoples’ Forest Tenure jobs"),
        ("drawdown_solutions=Wind+Turbines+%28Onshore%29", "Onshore Wind Turbines jobs"),
    ],
)
def test_a_link_shows_the_solutions_it_names(store: Store, query: str, heading: str) -> None:
    answer = visitor(store).get(f"/jobs?{query}")
    assert answer.status_code == 200
    assert f"<h1>{heading}</h1>" in answer.text


def test_an_unknown_solution_is_named_and_the_nearest_offered(store: Store) -> None:
    answer = visitor(store).get("/jobs?l=&q=&drawdown_solutions=Efficient+Heat+Pump")
    assert answer.status_code == 400
    assert "knows no «Efficient Heat Pump»; is «High-Efficiency Heat Pumps»" in answer.text
    assert '<a href="/jobs?solution=high-efficiency-heat-pumps">' in answer.text
    told = visitor(store).get("/api/v1/postings?drawdown_solutions=Efficient+Heat+Pump")
    assert "High-Efficiency Heat Pumps" in told.json["error"]["message"]
    assert visitor(store).get("/jobs?drawdown_solutions=Fast+Fashion").status_code == 400


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sectors=Buildings&p=0&remote=false", 'value="buildings" selected'),
        ("sectors=Energy", 'value="electricity" selected'),
        ("sectors=Materials+%26+Manufacturing", 'value="industry" selected'),
        ("sectors=Food%2C+Agriculture%2C+%26+Land+Use", 'value="food-agriculture-and-land-use" selected'),
        ("sectors=Media+%26+Journalism", "There is no sector «Media &amp; Journalism» here"),
        ("sectors=Energy&sectors=Buildings", "Several sectors were asked for"),
        ("remote=true", "Remove the filter Remote"),
    ],
)
def test_a_link_of_a_sector_is_answered_or_says_why_not(store: Store, query: str, told: str) -> None:
    answer = visitor(store).get(f"/jobs?l=&q=&{query}")
    assert answer.status_code == 200
    assert told in answer.text


@pytest.mark.skipif(not SEED.exists(), reason="the handbook's pages are not beside the project")
def test_every_job_link_of_the_handbook_is_answered_where_only_its_host_is_ours(store: Store) -> None:
    visit, count = visitor(store), 0
    for path in sorted(SEED.glob("2*/**/*.md")):
        text = path.read_text("utf-8")
        title = re.search(r"^title: (.*)$", text, re.MULTILINE)
        for link in re.findall(r"\(https?://climatebase\.org(/jobs[^)\s]*)\)", text):
            answer = visit.get(link)
            count += 1
            assert answer.status_code == 200
            if path.name.startswith("solution-"):
                assert title is not None
                heading = re.search(r"<h1>(.*) jobs</h1>", answer.text)
                assert heading is not None
                assert title[1].startswith(heading[1])
    assert count == 134


@pytest.mark.parametrize("place", ["%00", "/" * 300, "e30", "bnVsbA==", "W1tbW1tbW1tbXV1dXV1dXV0=", "%ED%A0%80"])
def test_no_place_is_too_strange(store: Store, place: str) -> None:
    assert visitor(store).get(f"/jobs?l={place}&p=99999&sectors=%00&remote=maybe").status_code in (200, 400)
