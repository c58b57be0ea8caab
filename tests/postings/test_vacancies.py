"""Which postings are one vacancy: pairs that are, as many that are not, and what holds for any postings."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.likeness import Likeness
from postings.posting import EmploymentType, Interval, Place, Salary, Workplace
from postings.succession import successors
from postings.vacancies import Known, Rule, Vacancy, vacancies

BOARD, OTHER_BOARD, LISTING = 1, 2, 3
FULL_TIME, PART_TIME = EmploymentType.FULL_TIME, EmploymentType.PART_TIME
BERLIN, HAMBURG = Place("Berlin", "Berlin", None, "DE"), Place("Hamburg, Germany", "Hamburg", None, "DE")
PAGE = "https://acme.example/jobs/{id}"


def words(seed: int, many: int = 200) -> str:
    """A text of its own."""
    dice = random.Random(seed)
    return " ".join("".join(dice.choices("abcdefghijklmnoprstuvw", k=6)) for _ in range(many))


AT_LISTING: dict[str, Any] = {"source": LISTING}
TEXT = f"We install heat pumps in Berlin. {words(1)} You will work in Berlin."
IN_HAMBURG = TEXT.replace("Berlin", "Hamburg")
WITH_PERKS = f"{TEXT} {words(2, 25)}"
SHORTENED = " ".join(TEXT.split()[:60])
OTHER_TEAM = TEXT.replace(words(1)[:280], words(3)[:280])


def posting(number: int = 1, **says: Any) -> Known:
    """A posting of a board, as far as deciding needs it."""
    told: dict[str, Any] = {"title": "Heat Pump Engineer", "text": TEXT, "places": (BERLIN,), "source": BOARD} | says
    text, places = told.pop("text"), told.pop("places")
    told = {"ref": f"r{number}", "url": PAGE.format(id=number), "board": told["source"] != LISTING} | told
    return Known(id=number, likeness=Likeness.of(told["title"], text, places), **told)


def pay(least: float, most: float, currency: str = "EUR") -> Salary:
    return Salary(least, most, currency, Interval.YEAR)


#: What the second of two postings says otherwise than the first, and by which rule they are one vacancy.
ONE: list[tuple[str, dict[str, Any], dict[str, Any], Rule]] = [
    ("the same again", {}, {}, Rule.TEXT),
    ("another city", {}, {"text": IN_HAMBURG, "places": (HAMBURG,)}, Rule.TEXT),
    ("its own city", {"title": "Fitter Berlin"}, {"title": "Fitter, Hamburg", "places": (HAMBURG,)}, Rule.TEXT),
    ("who may apply", {"title": "Fitter (m/w/d)"}, {"title": "Fitter (f/m/x)"}, Rule.TEXT),
    ("an abbreviation", {"title": "Sr. Engineer, Heat"}, {"title": "Senior Engineer - Heat"}, Rule.TEXT),
    ("a paragraph more", {}, {"text": WITH_PERKS}, Rule.TEXT),
    ("a few words by chance", {}, {"text": "12 words are enough if they are the same in both"}, Rule.ADDRESS),
    ("pay known to one", {"salary": pay(50_000, 60_000)}, {}, Rule.TEXT),
    ("hybrid here, on site there", {"workplace": Workplace.HYBRID}, {"workplace": Workplace.ONSITE}, Rule.TEXT),
    ("two systems", {}, {"source": OTHER_BOARD}, Rule.TEXT),
    ("departments", {"department": "R&D"}, AT_LISTING | {"department": "IT", "text": WITH_PERKS}, Rule.TEXT),
    ("pay rounded", {"salary": pay(50_000, 60_000)}, {"salary": pay(48_000, 62_000), "source": LISTING}, Rule.TEXT),
    ("remote at a listing", {"workplace": Workplace.HYBRID}, AT_LISTING | {"workplace": Workplace.REMOTE}, Rule.TEXT),
    ("shortened", {}, AT_LISTING | {"text": SHORTENED}, Rule.EXCERPT),
]  # fmt: skip
TWO: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("title alone", {}, {"text": words(9)}),
    ("title alone, at two sources", {}, {"text": words(9), "source": OTHER_BOARD}),
    ("no text", {"text": ""}, {"text": ""}),
    ("few words", {"text": "Apply by mail."}, {"text": "Apply by mail."}),
    ("text alone", {}, {"title": "Cool Pump Engineer"}),
    ("another team", {}, {"text": OTHER_TEAM}),
    ("another team, nearly the same words", {"department": "Solar"}, {"department": "Wind", "text": WITH_PERKS}),
    ("senior", {}, {"title": "Senior Heat Pump Engineer"}),
    ("two and three", {"title": "Engineer II"}, {"title": "Engineer III"}),
    ("C++ and C#", {"title": "C++ Engineer"}, {"title": "C# Engineer"}),
    ("shifts", {"title": "Operator, 2nd Shift"}, {"title": "Operator, 3rd Shift"}),
    ("regions", {"title": "Sales Manager EMEA"}, {"title": "Sales Manager APAC"}),
    ("another one's city in the title", {"title": "Fitter Hamburg"}, {"title": "Fitter Berlin"}),
    ("languages asked", {}, {"text": TEXT.replace("You will", "You speak French fluently and")}),
    ("another pay", {"salary": pay(50_000, 60_000)}, {"salary": pay(70_000, 90_000)}),
    ("slightly other pay on one board", {"salary": pay(50_000, 60_000)}, {"salary": pay(50_000, 62_000)}),
    ("pay that nothing rounds to", {"salary": pay(50_000, 60_000)}, AT_LISTING | {"salary": pay(90_000, 99_000)}),
    ("full and part time", {"employment_type": FULL_TIME}, {"employment_type": PART_TIME}),
    ("from home and in the office", {"workplace": Workplace.REMOTE}, {"workplace": Workplace.ONSITE}),
    ("shortened to nothing", {}, {"text": " ".join(TEXT.split()[:20]), "source": LISTING}),
    ("shortened, another level", {}, AT_LISTING | {"title": "Senior Heat Pump Engineer", "text": SHORTENED}),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "rule"), [case[1:] for case in ONE], ids=[case[0] for case in ONE])
def test_one_vacancy(first: dict[str, Any], second: dict[str, Any], rule: Rule) -> None:
    if rule is Rule.ADDRESS:
        second = second | {"source": LISTING, "url": PAGE.format(id=1) + "/?utm_source=list"}
    assert vacancies([posting(1, **first), posting(2, **second)]) == [Vacancy(1, {2: rule})]


@pytest.mark.parametrize(("first", "second"), [case[1:] for case in TWO], ids=[case[0] for case in TWO])
def test_two_vacancies(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert vacancies([posting(1, **first), posting(2, **second)]) == [Vacancy(1, {}), Vacancy(2, {})]


@pytest.mark.parametrize(
    ("board", "listing"),
    [
        ({"apply_url": "https://apply.example/x1/apply"}, {"url": "https://www.apply.example/x1?utm_campaign=c"}),
        ({"ref": "4012345"}, {"url": "https://acme.example/careers?gh_jid=4012345"}),
        ({"url": "https://jobs.ashbyhq.com/acme/0b1c2d3e-4f5a-6789-abcd-0123456789ab"},
         {"apply_url": "https://acme.example/open/0b1c2d3e-4f5a-6789-abcd-0123456789ab/application"}),
    ],
)  # fmt: skip
def test_the_same_page_is_one_vacancy_whatever_the_text(board: dict[str, Any], listing: dict[str, Any]) -> None:
    here = posting(1, title="Sr. Heat Pump Engineer", **board)
    there = posting(2, title="Senior Heat Pump Engineer (Remote)", text=words(5), source=LISTING, **listing)
    assert vacancies([here, there]) == [Vacancy(1, {2: Rule.ADDRESS})]


def test_a_page_that_several_postings_of_one_source_lead_to_is_that_of_none() -> None:
    form = {"apply_url": "https://acme.example/apply"}
    board = [posting(each, text=words(each), title=f"Engineer, team {each}", **form) for each in (1, 2)]
    listing = posting(3, title="Engineer, team 1", text=words(7), source=LISTING, **form)
    assert len(vacancies([*board, listing])) == 3


def test_a_listing_without_texts_follows_what_the_board_says() -> None:
    board = [posting(1), posting(2, text=IN_HAMBURG, places=(HAMBURG,)), posting(3, text=words(5))]
    listing = [posting(9 + each, text="", source=LISTING, url=PAGE.format(id=each)) for each in (1, 2, 3)]
    by = Rule.ADDRESS
    assert vacancies([*board, *listing]) == [Vacancy(1, {2: Rule.TEXT, 10: by, 11: Rule.TEXT}), Vacancy(3, {12: by})]


def test_a_page_with_a_wholly_other_title_is_another_vacancy() -> None:
    listing = posting(2, title="Accountant", text=words(5), source=LISTING, url=PAGE.format(id=1))
    assert len(vacancies([posting(1), listing])) == 2


def test_the_employers_own_board_is_shown_before_a_listing_and_then_the_oldest() -> None:
    found = vacancies([posting(1, source=LISTING), posting(2), posting(3, source=OTHER_BOARD)])
    assert found == [Vacancy(2, {1: Rule.TEXT, 3: Rule.TEXT})]


def test_a_posting_between_two_does_not_make_them_one() -> None:
    cheap, silent, dear = posting(1, salary=pay(1, 2)), posting(2), posting(3, salary=pay(3, 4))
    assert vacancies([cheap, silent, dear]) == [Vacancy(1, {2: Rule.TEXT}), Vacancy(3, {})]


def test_an_excerpt_that_may_be_of_two_vacancies_is_of_none() -> None:
    two = [posting(1, salary=pay(1, 2)), posting(2, salary=pay(3, 4))]
    excerpt = posting(3, text=SHORTENED, source=LISTING)
    assert len(vacancies([*two, excerpt])) == 3


def test_an_excerpt_is_of_no_vacancy_that_its_listing_gives_another_title() -> None:
    board = posting(1, title="Senior Fitter", url=PAGE.format(id=2))
    there = posting(2, title="Fitter", source=LISTING, url=PAGE.format(id=2))
    excerpt = posting(3, title="Senior Fitter", source=LISTING, text=SHORTENED)
    assert vacancies([board, there, excerpt]) == [Vacancy(1, {2: Rule.ADDRESS}), Vacancy(3, {})]


def test_what_was_taken_apart_stays_apart() -> None:
    found = vacancies([posting(each) for each in (1, 2, 3)], apart={1})
    assert found == [Vacancy(1, {}), Vacancy(2, {3: Rule.TEXT})]


def any_postings() -> st.SearchStrategy[list[Known]]:
    """Postings of few titles, texts, places, pays and pages, so that many are alike."""
    texts = [TEXT, IN_HAMBURG, WITH_PERKS, OTHER_TEAM, SHORTENED, ""]
    one = st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Fitter", "Fitter Berlin", "Senior Fitter"]),
            "text": st.sampled_from(texts),
            "places": st.sampled_from([(BERLIN,), (HAMBURG,)]),
            "salary": st.sampled_from([None, pay(1, 2), pay(5, 6)]),
            "source": st.sampled_from([BOARD, OTHER_BOARD, LISTING]),
            "url": st.integers(1, 9).map(lambda page: PAGE.format(id=page)),
        }
    )
    return st.lists(one, max_size=12).map(lambda all_: [posting(at, **says) for at, says in enumerate(all_, 1)])


@given(any_postings(), st.randoms(use_true_random=False))
def test_the_order_of_postings_does_not_matter(given_: list[Known], dice: random.Random) -> None:
    mixed = given_[:]
    dice.shuffle(mixed)
    assert vacancies(mixed) == vacancies(given_)


@given(any_postings())
def test_every_posting_is_of_one_vacancy_and_deciding_again_changes_nothing(given_: list[Known]) -> None:
    found = vacancies(given_)
    assert sorted(each for one in found for each in (one.shown, *one.others)) == [each.id for each in given_]
    by_id = {each.id: each for each in given_}
    for one in found:
        again = vacancies([by_id[each] for each in (one.shown, *one.others)])
        assert (one.shown, one.others.keys()) in [(each.shown, each.others.keys()) for each in again]


@given(any_postings())
def test_postings_of_one_source_that_contradict_each_other_are_never_one(given_: list[Known]) -> None:
    by_id = {each.id: each for each in given_}
    for one in vacancies(given_):
        told = [by_id[each] for each in (one.shown, *one.others)]
        for source in (BOARD, OTHER_BOARD, LISTING):
            assert len({each.salary for each in told if each.source == source} - {None}) <= 1
            assert len({"Senior" in each.title for each in told if each.source == source}) <= 1


def test_a_likeness_comes_back_as_it_was_stored() -> None:
    told = Likeness.of("Fitter", TEXT, (BERLIN,))
    again = Likeness.load(told.dump())
    assert again == replace(told, sample=again.sample)
    assert list(again.sample) == list(told.sample)


@pytest.mark.parametrize(
    ("before", "shown", "apart", "expected"),
    [
        ({1: 1, 2: 1}, {2: 2}, set(), {1: 2}),
        ({1: 1, 2: 1, 3: 1}, {2: 2, 3: 2}, set(), {1: 2}),
        ({1: 1, 2: 1, 3: 1}, {2: 2, 3: 3}, {2}, {1: 3}),
        ({1: 1, 2: 1}, {}, set(), {1: 1, 2: 1}),
        ({1: 1, 2: 1, 3: 1}, {}, {1}, {1: 1, 2: 2, 3: 2}),
        ({1: 1, 2: 1}, {1: 1}, {2}, {2: 2}),
        ({2: 7, 3: 7}, {}, set(), {2: 2, 3: 2}),
    ],
)
def test_closed_postings_stay_with_those_of_their_vacancy(
    before: dict[int, int], shown: dict[int, int], apart: set[int], expected: dict[int, int]
) -> None:
    assert successors(before, shown, apart=apart) == expected
