"""The catalogue is whole, agrees with its origin, reads well, and is found by the names people use."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings import solutions
from postings.solutions import SECTORS, all_solutions, by_name, by_sector, by_slug, nearest

TAXONOMY = Path(__file__).parents[3] / "shared" / "taxonomy" / "solutions.json"


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def test_the_catalogue_holds_93_solutions_under_their_own_slugs():
    slugs = [solution.slug for solution in all_solutions()]
    assert len(slugs) == 93
    assert len(set(slugs)) == 93
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)
    assert all(by_slug(slug).slug == slug for slug in slugs)


def test_solutions_stand_in_alphabetical_order():
    names = [solution.name for solution in all_solutions()]
    assert names == sorted(names, key=str.casefold)
    assert names.index("Landfill Methane Capture") < names.index("LED Lighting")


def test_gigatons_add_up_to_the_totals_of_the_table():
    estimates = [solution.gigatons for solution in all_solutions() if solution.gigatons]
    assert len(estimates) == 87
    assert sum(Decimal(str(first)) for first, _ in estimates) == Decimal("1050.91")
    assert sum(Decimal(str(second)) for _, second in estimates) == Decimal("1637.26")


def test_facts_agree_with_the_collection_they_were_taken_from():
    if not TAXONOMY.exists():
        pytest.skip("the collected taxonomy is not beside this checkout")
    collected = {row["slug"]: row for row in json.loads(TAXONOMY.read_text(encoding="utf-8"))}
    assert {solution.slug for solution in all_solutions()} == collected.keys()
    for solution in all_solutions():
        row = collected[solution.slug]
        assert solution.name == row["name"]
        assert list(solution.sectors) == row["sectors"]
        assert (list(solution.gigatons) if solution.gigatons else None) == row["gigatons"]
        assert solution.climatebase_name == row["climatebase_name"]
        assert solution.drawdown_url == row["drawdown_url"]
        assert [(a.term, a.kind, a.source) for a in solution.aliases] == [
            (a["term"], a["kind"], a["source"]) for a in row["aliases"]
        ]


def test_the_file_says_where_every_field_comes_from():
    catalogue = json.loads((Path(solutions.__file__).parent / "solutions.json").read_text(encoding="utf-8"))
    credited = [fact for credit in catalogue["credit"].values() for fact in credit["facts"]]
    assert len(credited) == len(set(credited))
    assert all(row.keys() == set(credited) for row in catalogue["solutions"])
    assert catalogue["credit"]["names_and_numbers"]["from"] == "Project Drawdown"
    assert all(credit["licence"] for credit in catalogue["credit"].values())


@pytest.mark.parametrize("solution", all_solutions(), ids=lambda solution: solution.slug)
def test_a_summary_is_two_or_three_plain_sentences(solution):
    assert len(sentences(solution.summary)) in (2, 3)
    assert 35 <= len(solution.summary.split()) <= 60
    assert solution.summary.endswith(".")
    assert re.fullmatch(r"[A-Za-z,.;:' -]+", solution.summary), "a figure or a sign that a reader stumbles over"


def test_no_summary_says_what_another_says():
    said = [sentence for solution in all_solutions() for sentence in sentences(solution.summary)]
    openings = [" ".join(solution.summary.split()[:2]) for solution in all_solutions()]
    assert len(said) == len(set(said))
    assert len(openings) == len(set(openings))


def test_every_sector_is_known_and_used():
    used = {sector for solution in all_solutions() for sector in solution.sectors}
    assert used == set(SECTORS)
    assert all(solution.sectors and solution.subsector for solution in all_solutions())


def test_each_solution_is_shown_once_under_one_of_its_sectors():
    shown = by_sector()
    assert tuple(shown) == SECTORS
    assert sorted(s.slug for listed in shown.values() for s in listed) == sorted(s.slug for s in all_solutions())
    for sector, listed in shown.items():
        assert listed
        assert all(sector in solution.sectors for solution in listed)
        assert [s.name for s in listed] == sorted((s.name for s in listed), key=str.casefold)
    assert by_slug("insulation") in shown["Buildings"]
    assert by_slug("plant-rich-diets") in shown["Food, Agriculture, and Land Use"]


def test_who_changes_a_list_by_sector_does_not_change_the_next_one():
    by_sector()["Buildings"].clear()
    assert by_sector()["Buildings"]


@pytest.mark.parametrize("solution", all_solutions(), ids=lambda solution: solution.slug)
def test_nearby_solutions_exist_and_are_others(solution):
    assert 2 <= len(solution.nearby) <= 4
    assert len(set(solution.nearby)) == len(solution.nearby)
    assert solution.slug not in solution.nearby
    assert all(by_slug(slug) for slug in solution.nearby)


def test_every_solution_is_near_to_another_one():
    reached = {slug for solution in all_solutions() for slug in solution.nearby}
    assert {solution.slug for solution in all_solutions()} <= reached


def test_no_official_name_leads_to_two_solutions():
    owners: dict[str, set[str]] = {}
    for solution in all_solutions():
        for name in solutions._official_names(solution):
            owners.setdefault(solutions._letters(name), set()).add(solution.slug)
    assert {name: slugs for name, slugs in owners.items() if len(slugs) > 1} == {}


def test_no_synonym_names_two_solutions():
    owners: dict[str, set[str]] = {}
    for solution in all_solutions():
        for alias in solution.aliases:
            assert alias.kind in {"synonym", "field"}
            if alias.kind == "synonym":
                owners.setdefault(solutions._letters(alias.term), set()).add(solution.slug)
    assert {term: slugs for term, slugs in owners.items() if len(slugs) > 1} == {}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("High-Efficiency Heat Pumps", "high-efficiency-heat-pumps"),
        ("High-Efficiency+Heat+Pumps", "high-efficiency-heat-pumps"),
        ("  HIGH efficiency heat pumps ", "high-efficiency-heat-pumps"),
        ("high_efficiency_heat_pumps", "high-efficiency-heat-pumps"),
        ("Waste-to-Energy", "waste-to-energy"),
        ("Waste to Energy", "waste-to-energy"),
        ("Improved Clean Cookstoves", "clean-cooking"),
        ("Net-Zero Buildings", "net-zero-buildings"),
        ("Health and Education", "family-planning-and-education"),
        ("Health & Education", "family-planning-and-education"),
        ("Educating Girls", "family-planning-and-education"),
        ("Indigenous Peoples Forest Tenure", "indigenous-peoples-forest-tenure"),
        ("Indigenous Peoples' Forest Tenure", "indigenous-peoples-forest-tenure"),
        ("Indigenous Peoples’ Forest Tenure", "indigenous-peoples-forest-tenure"),
        ("Tree Plantations on Degraded Land", "tree-plantations-on-degraded-land"),
        ("Tree Plantations (on Degraded Land)", "tree-plantations-on-degraded-land"),
        ("Rooftop Solar", "distributed-solar-photovoltaics"),
        ("Methane Digesters (Small)", "biogas-for-cooking"),
        ("Methane Digesters", "methane-digesters"),
        ("led-lighting", "led-lighting"),
    ],
)
def test_a_solution_is_found_by_its_names_of_today_and_before(text, slug):
    assert by_name(text) is by_slug(slug)


@pytest.mark.parametrize("text", ["", " ", "+", "heat", "heat pump", "ev charging", "High-Efficiency Heat Pumps jobs"])
def test_a_name_is_not_guessed(text):
    assert by_name(text) is None


def test_every_solution_is_found_by_its_name_slug_and_climatebase_name():
    for solution in all_solutions():
        for name in {solution.name, solution.slug, solution.climatebase_name or solution.name}:
            assert by_name(name) is solution
            assert by_name(name.upper().replace(" ", "+")) is solution


def test_an_unknown_slug_is_no_solution():
    assert by_slug("High-Efficiency Heat Pumps") is None
    assert by_slug("hydrogen") is None


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("heat pump", "high-efficiency-heat-pumps"),
        ("heatpumps", "high-efficiency-heat-pumps"),
        ("insulaton", "insulation"),
        ("nuclar power", "nuclear-power"),
        ("ev charging", "electric-cars"),
        ("recycle", "recycling"),
        ("plant based", "plant-rich-diets"),
        ("High-Efficiency Heat Pumps jobs", "high-efficiency-heat-pumps"),
    ],
)
def test_what_was_probably_meant_comes_first(text, slug):
    assert nearest(text)[0].slug == slug


@pytest.mark.parametrize(
    "text", ["", "and", "of", "a", "qwerty", "steel", "carbon accounting", "software engineer", "🌍"]
)
def test_nothing_is_suggested_for_what_is_like_no_solution(text):
    assert nearest(text) == []


def test_one_word_of_many_names_suggests_several_up_to_the_limit():
    assert {s.slug for s in nearest("wind")} == {
        "onshore-wind-turbines",
        "offshore-wind-turbines",
        "micro-wind-turbines",
    }
    assert len(nearest("solar", limit=2)) == 2


@given(st.text() | st.sampled_from([s.name for s in all_solutions()]).map(lambda name: name * 500))
def test_no_text_breaks_a_search(text):
    by_slug(text)
    by_name(text)
    assert len(nearest(text)) <= 3


@given(st.text(st.characters(categories=["Cs", "Cc", "Mn", "Lu", "Nd"])))
def test_no_odd_character_breaks_a_search(text):
    by_name(text)
    nearest(text)
