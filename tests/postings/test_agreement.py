"""Employers' entries against what their postings speak of."""

from __future__ import annotations

from collections.abc import Sequence

from postings import solutions
from postings.agreement import Spoken, disagreements, unproven, without_postings
from postings.posting import Employer, EmployerSolution, Evidence, Tag

COMPOST, HEAT = "composting", "high-efficiency-heat-pumps"


def acme(*origins: str) -> Employer:
    return Employer("acme", "Acme", None, tuple(EmployerSolution(COMPOST, origin) for origin in origins))


def tag(slug: str, where: str = "text") -> Tag:
    return Tag(slug, 0.9, (Evidence(where, "words"),))


def spoken(employer: Employer, *postings: Sequence[Tag]) -> Spoken:
    one = Spoken(employer)
    for tags in postings:
        one.count(tags)
    return one


def test_an_entry_no_posting_speaks_of_is_named() -> None:
    (found,) = disagreements([spoken(acme("known"), *[[tag(COMPOST, "employer")]] * 5)])
    assert (found.postings, found.entry, found.instead) == (5, {COMPOST: 0}, {})


def test_what_most_postings_speak_of_and_the_entry_lacks_is_named() -> None:
    tags = [[tag(COMPOST), tag(HEAT)]] * 3 + [[tag(COMPOST)]] * 2
    (found,) = disagreements([spoken(acme("known"), *tags)])
    assert (found.entry, found.instead) == ({COMPOST: 5}, {HEAT: 3})


def test_an_entry_that_postings_bear_out_is_not_named() -> None:
    tags = [[tag(COMPOST, "title")], [tag(HEAT)], [tag(HEAT)], [], []]
    assert disagreements([spoken(acme("known"), *tags)]) == []


def test_few_postings_or_no_entry_prove_nothing() -> None:
    assert disagreements([spoken(acme("known"), *[[tag(HEAT)]] * 4)]) == []
    assert disagreements([spoken(acme("handbook-gemini"), *[[tag(HEAT)]] * 5)]) == []


def test_only_solutions_that_rest_on_a_machines_label_are_unproven() -> None:
    assert [lines for _, lines in unproven([acme("handbook-gemini")])] == [
        [EmployerSolution(COMPOST, "handbook-gemini")]
    ]
    assert unproven([acme("known;handbook-gemini"), acme("grid-map"), acme()]) == []


def test_a_solution_with_an_open_posting_is_hired_for() -> None:
    assert len(without_postings({})) == len(solutions.all_solutions())
    assert COMPOST not in without_postings({COMPOST: 1})
    assert COMPOST in without_postings({COMPOST: 0})
