"""Postings and their tags: the rules with a lexicon of a few words, and the shipped lexicon with its own sentences."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings import solutions
from postings.lexicon import Family, Kind, Lexicon, Term, compiled
from postings.lexicon.spellings import spellings
from postings.posting import Employer, EmployerSolution
from postings.tagger import OWN_POSTINGS, THRESHOLD, Tagger

WORDS, _ = compiled.shipped()
SENTENCES = sorted((Path(__file__).parent / "tagging").glob("*.toml"))
HEAT, SOLAR, ROOF, WIND = "heat-pumps", "big-solar", "roof-solar", "wind"


def term(text, topic, kind=Kind.CORE, weight=0.8, language="en"):
    return Term(text, kind, topic, language, weight)


@pytest.fixture(scope="module")
def few_words():
    marks = [one for one in WORDS.terms if one.kind in (Kind.HEADING, Kind.CUE)]
    words = [
        term("heat pump", HEAT),
        term("heat pump installer", HEAT, Kind.JOB, 0.9),
        term("*wärmepumpe*", HEAT, language="de"),
        term("=WP", HEAT, weight=0.6),
        term("hydronic", HEAT, Kind.FIELD, 0.25),
        term("heat pump dryer", HEAT, Kind.NOT, 1.0),
        term("solar", SOLAR),
        term("solar", ROOF),
        term("rooftop solar", ROOF),
        term("homeowner", ROOF, Kind.SIBLING, 1.0),
        term("megawatt", SOLAR, Kind.SIBLING, 1.0),
        term("wind farm", WIND),
    ]
    return Tagger(Lexicon((*marks, *words), (Family("solar", (SOLAR, ROOF), SOLAR),), "few"))


def found(tagger, text, title="Engineer", **more):
    return [tag.solution for tag in tagger.tags(title=title, text=text, **more)]


FILLER = "You will talk to our customers, write offers and keep the records in order. " * 60


def test_a_term_in_the_title_carries_a_tag_and_is_its_evidence(few_words):
    (tag,) = few_words.tags(title="Heat-Pump Installers wanted", text=FILLER)
    assert tag.solution == HEAT
    assert tag.confidence > 0.8
    assert [(one.where, one.text) for one in tag.evidence] == [("title", "Heat-Pump Installers")]


def test_evidence_in_the_text_stands_as_it_was_written(few_words):
    text = "Wir montieren\u00a0Luft-Wärmepumpenanlagen und prüfen sie. Wärmepumpen sind unser Fach."
    (tag,) = few_words.tags(title="Monteur", text=text)
    assert [one.text for one in tag.evidence] == ["Wärmepumpenanlagen", "Wärmepumpen"]
    assert all(one.text in text and one.where == "text" for one in tag.evidence)


def test_words_within_other_words_are_none(few_words):
    assert found(few_words, "A cheat pumpkin and the windfarmer. Solarwinds.") == []


def test_capital_letters_matter_for_acronyms(few_words):
    assert found(few_words, "WP and WP. WP. We build it.", title="WP") == [HEAT]
    assert found(few_words, "wp and wp. wp. We build it.", title="wp") == []


def test_a_field_term_alone_earns_nothing(few_words):
    assert found(few_words, "Hydronic, hydronic and again hydronic.", title="Hydronic") == []


def test_a_field_term_supports_what_is_there(few_words):
    alone = few_words.tags(title="Heat pump sales", text=FILLER)[0].confidence
    supported = few_words.tags(title="Heat pump sales", text=f"{FILLER} Hydronic systems.")[0].confidence
    assert supported > alone


def test_a_cancelling_phrase_cancels_what_it_holds(few_words):
    assert found(few_words, "We sell the heat pump dryer.", title="Heat pump dryer sales") == []


def test_one_mention_in_passing_is_less_than_several(few_words):
    once = few_words.tags(title="Clerk", text=f"{FILLER} About a wind farm. {FILLER}")
    often = few_words.tags(
        title="Clerk", text=f"{FILLER} About a wind farm. A wind farm again. {FILLER} Of wind farms."
    )
    assert often[0].confidence > (once[0].confidence if once else 0)


@pytest.mark.parametrize(
    "text",
    [
        "Benefits:\n\n- a heat pump for your house\n- heat pump advice\n- more",
        "We pay a heat pump stipend and health insurance for heat pump owners.",
        "Equal Opportunity\n\nWe hire heat pump people and heat pump haters.",
        "We hire you regardless of race, heat pump or gender.",
    ],
)
def test_perks_and_boilerplate_earn_nothing(few_words, text):
    assert found(few_words, f"{FILLER}\n\n{text}") == []


def test_what_an_employer_says_of_itself_carries_every_role(few_words):
    assert found(few_words, f"We are a maker of heat pumps. {FILLER}", title="Accountant") == [HEAT]


def test_one_customer_industry_among_many_earns_nothing(few_words):
    assert found(few_words, f"Our clients include airports, wind farms and hospitals. {FILLER}") == []


def test_siblings_that_share_a_word_are_told_apart_by_their_own(few_words):
    assert found(few_words, "We build solar.") == [SOLAR]
    assert found(few_words, "We build solar for every homeowner.") == [ROOF]
    assert found(few_words, "We build rooftop solar. Solar is good.") == [ROOF]
    assert found(few_words, "We build solar by the megawatt.") == [SOLAR]


def maker(*lines, evidence="known"):
    return Employer("maker", "Maker", None, tuple(EmployerSolution(slug, evidence) for slug in lines))


def test_what_is_known_of_an_employer_passes_to_every_role(few_words):
    (tag,) = few_words.tags(title="Accountant", text=FILLER, employer=maker(HEAT, evidence="known;grid-map"))
    assert tag.solution == HEAT
    assert [one.where for one in tag.evidence] == ["employer"]
    assert "known" in tag.evidence[0].text


def test_machine_labels_alone_earn_nothing(few_words):
    assert found(few_words, FILLER, employer=maker(HEAT, evidence="handbook-gemini")) == []


def test_a_hint_raises_what_the_text_says(few_words):
    text = f"{FILLER} A wind farm. {FILLER}"
    assert found(few_words, FILLER, employer=maker(WIND, evidence="grid-map")) == []
    assert found(few_words, text, employer=maker(WIND, evidence="grid-map")) == [WIND]


def test_an_employer_of_many_lines_passes_none_on(few_words):
    many = maker(HEAT, SOLAR, ROOF, WIND, "fifth", "sixth")
    assert found(few_words, FILLER, employer=many) == []
    assert found(few_words, FILLER, title="Heat pump installer", employer=many) == [HEAT]


def test_what_an_employers_postings_repeat_is_its_line_of_work(few_words):
    mission = "We are the maker of heat pumps that every house in the north deserves, and we grow."
    texts = [
        f"{mission}\n\nYou will {work} for us, day by day and year by year, in our lovely office." for work in "abcd"
    ]
    assert few_words.lines(texts) == (EmployerSolution(HEAT, OWN_POSTINGS),)
    assert few_words.lines(texts[:2]) == ()
    assert few_words.lines([mission, *(text.split("\n")[-1] for text in texts[1:])]) == ()


def test_tags_come_surest_first(few_words):
    tags = few_words.tags(title="Heat pump installer", text=f"We build rooftop solar. {FILLER}")
    assert [tag.solution for tag in tags] == [HEAT, ROOF]
    assert tags[0].confidence > tags[1].confidence >= THRESHOLD


@given(st.text(max_size=300), st.text(max_size=300), st.none() | st.text(max_size=30))
def test_any_text_is_answered(title, text, company):
    for tag in Tagger.shipped().tags(title=title, text=text, company=company):
        assert THRESHOLD <= tag.confidence <= 1


def test_ten_megabytes_of_text_hold_nobody_up(few_words):
    started = time.perf_counter()
    assert found(few_words, "heat pump " * 1_000_000, title="Heat pump installer") == [HEAT]
    assert time.perf_counter() - started < 2


def test_the_version_follows_the_lexicon():
    assert Tagger(WORDS).version == Tagger.shipped().version
    assert Tagger(Lexicon(WORDS.terms, WORDS.families, "other")).version != Tagger.shipped().version


def test_every_term_of_the_lexicon_can_be_read_and_belongs_to_a_solution():
    faults = []
    for one in WORDS.terms:
        try:
            spellings(one.text, one.language)
        except ValueError as error:
            faults.append(f"{one.topic}.{one.kind}.{one.language}: {error}")
        if one.kind not in (Kind.HEADING, Kind.CUE) and solutions.by_slug(one.topic) is None:
            faults.append(f"{one.topic} is no solution")
        if not 0 <= one.weight <= 1:
            faults.append(f"{one.topic}: {one.text} weighs {one.weight}")
    assert faults == []


def test_every_member_of_a_family_is_a_solution():
    for family in WORDS.families:
        assert family.default in family.members
        assert all(solutions.by_slug(slug) for slug in family.members)


def sentences():
    for file in SENTENCES:
        for slug, kinds in tomllib.loads(file.read_text(encoding="utf-8")).items():
            yield pytest.param(slug, kinds, id=slug)


def tagged(sentence):
    title, bar, text = sentence.partition(" | ")
    return found(Tagger.shipped(), text if bar else title, title=title if bar else "")


@pytest.mark.parametrize(("slug", "kinds"), list(sentences()))
def test_sentences_of_job_ads_match_and_look_alikes_do_not(slug, kinds):
    missed = [sentence for sentence in kinds["match"] if slug not in tagged(sentence)]
    wrong = [sentence for sentence in kinds["not"] if slug in tagged(sentence)]
    assert (missed, wrong) == ([], [])


def test_every_solution_has_sentences_enough():
    known = {
        slug: kinds for file in SENTENCES for slug, kinds in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
    assert set(known) == {solution.slug for solution in solutions.all_solutions()}
    assert [slug for slug, kinds in known.items() if len(kinds["match"]) < 8 or len(kinds["not"]) < 4] == []
