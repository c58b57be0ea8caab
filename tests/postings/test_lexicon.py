"""The lexicon read from its files, and kept written out."""

import pytest

from postings.folding import Folded
from postings.lexicon import Kind, load
from postings.lexicon.compiled import compiled
from postings.matcher import Matcher

TRADE = """
[heat-pumps.core]
en = ["heat pump", "geothermal (heating|hvac)=0.6"]
de = ["*wärmepumpe*"]
[heat-pumps.field]
en = ["=HVAC"]
"""
COMMON = """
[perks.heading]
en = ["benefits"]
[families.heat]
members = ["heat-pumps", "district-heat"]
default = "heat-pumps"
[families.heat.tell.district-heat]
en = ["pipe"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "heat.toml").write_text(TRADE, encoding="utf-8")
    (tmp_path / "_common.toml").write_text(COMMON, encoding="utf-8")
    return tmp_path


def found(words, spelt, text):
    return [(term.topic, term.text) for _, _, term in Matcher(words.terms, spelt).find(Folded(text))]


def test_terms_have_their_kind_and_weight(folder):
    weights = {term.text: (term.kind, term.weight) for term in load(folder).terms}
    assert weights["heat pump"] == (Kind.CORE, 0.8)
    assert weights["geothermal (heating|hvac)"] == (Kind.CORE, 0.6)
    assert weights["=HVAC"] == (Kind.FIELD, 0.25)
    assert weights["pipe"] == (Kind.SIBLING, 0.5)


def test_families_have_members_and_a_default(folder):
    (family,) = load(folder).families
    assert (family.name, family.members, family.default) == ("heat", ("heat-pumps", "district-heat"), "heat-pumps")


@pytest.mark.parametrize(
    "text", ["[a.core]\nxx = ['b']", "[a.other]\nen = ['b']", "[a.core]\nen = [1]", "no toml", "[a]\nen = ['b']"]
)
def test_a_faulty_file_is_named(folder, text):
    (folder / "faulty.toml").write_text(text)
    with pytest.raises(ValueError, match=r"faulty\.toml"):
        load(folder)


def test_a_faulty_term_is_named(folder):
    (folder / "faulty.toml").write_text("[a.core]\nen = ['(b']")
    with pytest.raises(ValueError, match=r"a\.core, en, '\(b'"):
        compiled(folder, folder / "kept")


def test_what_was_kept_finds_the_same(folder):
    text = "Heat pumps, geothermal HVAC and Wärmepumpen; benefits: a pipe"
    first = found(*compiled(folder, folder / "kept"), text)
    again = found(*compiled(folder, folder / "kept"), text)
    assert first == again
    # «pipe» alone says nothing of district heat.
    assert len(first) == 5


def test_kept_spellings_are_made_anew_when_the_words_change(folder):
    compiled(folder, folder / "kept")
    (folder / "heat.toml").write_text(TRADE.replace("heat pump", "heat exchanger"), encoding="utf-8")
    words, spelt = compiled(folder, folder / "kept")
    assert found(words, spelt, "heat exchangers") == [("heat-pumps", "heat exchanger")]
    assert len(list((folder / "kept").iterdir())) == 1


def test_spoilt_kept_spellings_do_no_harm(folder):
    compiled(folder, folder / "kept")
    (kept,) = (folder / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:50])
    assert found(*compiled(folder, folder / "kept"), "heat pump") == [("heat-pumps", "heat pump")]


def test_where_nothing_can_be_kept_the_words_are_read_all_the_same(folder):
    nowhere = folder / "heat.toml" / "kept"
    assert found(*compiled(folder, nowhere), "heat pump") == [("heat-pumps", "heat pump")]


def test_kept_spellings_that_lack_a_part_are_made_anew(folder):
    compiled(folder, folder / "kept")
    (kept,) = (folder / "kept").iterdir()
    kept.write_bytes(b"".join(kept.read_bytes().splitlines(keepends=True)[:-1]))
    assert found(*compiled(folder, folder / "kept"), "heat pumps") == [("heat-pumps", "heat pump")]
