"""Texts made comparable, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from postings.folding import BORDER, Folded, folded, marked

WILD = st.text(st.characters(codec="utf-8") | st.sampled_from(" -\n\t/'’ßİéẞ\u00ad\u0301*_#•"), max_size=60)


def test_hyphens_slashes_apostrophes_and_blanks_are_one_blank():
    assert folded("Heat-Pump\theat–pump  heat/pump heat’pump") == "heat pump heat pump heat pump heat pump"


def test_accents_and_sharp_s_become_plain_letters():
    assert folded("Großwärmepumpen à Évian") == "grosswarmepumpen a evian"


def test_a_letter_with_a_combining_accent_is_one_letter():
    assert folded("e\u0301nergie") == folded("énergie") == "energie"


def test_soft_hyphens_and_zero_width_marks_vanish():
    assert folded("Wärme\u00adpum\u200bpe") == "warmepumpe"


def test_a_wrapped_line_goes_on_but_a_list_item_does_not():
    assert folded("heat\npump") == "heat pump"
    assert folded("heat\n- pump") == f"heat{BORDER}pump"
    assert folded("heat\n\npump") == f"heat{BORDER}pump"


def test_capital_letters_can_be_kept():
    assert marked("Élan-EV  Straße") == "Elan EV Strasse"


@given(WILD)
def test_both_copies_are_equally_long(text):
    both = Folded(text)
    assert len(both.lower) == len(both.marked)


@given(WILD, WILD)
def test_a_word_is_found_where_it_stood(before, after):
    text = f"{before} \nphotovoltaik, {after}"
    both = Folded(text)
    place = both.lower.index("photovoltaik,")
    start, last = both.original(place), both.original(place + 11)
    assert text[start : last + 1].lower() == "photovoltaik"


@given(WILD)
def test_places_in_the_original_never_run_backwards(text):
    both = Folded(text)
    places = [both.original(place) for place in range(len(both.lower))]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
