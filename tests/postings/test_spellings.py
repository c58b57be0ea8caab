"""What a term of the lexicon stands for."""

import pytest

from postings.lexicon.spellings import spellings, split_weight


def texts(term, language="en"):
    return {spelling.text for spelling in spellings(term, language)}


def test_alternatives_and_optional_parts_are_written_out():
    assert texts("(ground|air) source [heat ]pump") == {
        "ground source heat pump",
        "ground source pump",
        "air source heat pump",
        "air source pump",
    }


def test_optional_parts_may_stand_within_alternatives():
    assert texts("parc (solaire[s]|éolien)", "fr") == {"parc solaires", "parc solaire", "parc eolien"}


def test_an_english_word_in_y_also_ends_in_ies():
    assert texts("home battery") == {"home battery", "home batteries"}
    assert texts("freeway") == {"freeway"}


def test_german_umlauts_are_also_written_with_e():
    assert texts("*wärmepumpe*", "de") == {"*warmepumpe*", "*waermepumpe*"}


def test_stars_stay():
    assert spellings("*windpark*", "de") == [("*windpark*", False)]
    assert texts("solar *dach*", "de") == {"solar *dach*"}


def test_capitals_stay_where_they_matter():
    assert texts("=BESS") == {"BESS"}


@pytest.mark.parametrize(
    ("term", "parts"),
    [
        ("heat pump", ("heat pump", None)),
        ("retrofit=0.2", ("retrofit", 0.2)),
        ("=PAC=0.5", ("=PAC", 0.5)),
        ("=EV", ("=EV", None)),
    ],
)
def test_a_weight_of_its_own_is_parted_from_the_term(term, parts):
    assert split_weight(term) == parts


@pytest.mark.parametrize(
    "term", ["", "*", "[heat]", "(heat|air pump", "heat pump)", "[heat] (a", "(a|b)(a|b|c)" * 6, "heat (air )pump"]
)
def test_a_slip_of_the_pen_is_refused(term):
    with pytest.raises(ValueError, match=r"term|bracket"):
        spellings(term, "en")
