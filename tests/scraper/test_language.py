"""The language of a posting."""

import json
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.language import Moves, language

EVALUATION = Path(__file__).parents[2].parent / "shared" / "eval" / "dev.jsonl"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We are looking for a solar installer to join our crew and learn on the roof.", "en"),
        ("Wir suchen eine Projektleiterin für den Bau von Windparks in Norddeutschland.", "de"),
        ("Nous recherchons un ingénieur pour le développement de nos centrales solaires.", "fr"),
        ("Buscamos una persona que instale bombas de calor en las casas de nuestros clientes y quiera aprender.", "es"),
        ("Wij zoeken een monteur die warmtepompen plaatst in woningen rond Utrecht.", "nl"),
        ("Cerchiamo un tecnico per la manutenzione degli impianti fotovoltaici.", "it"),
        ("Procuramos uma pessoa para instalar painéis solares em casas de Lisboa.", "pt"),
        ("私たちは太陽光発電所の保守を担当するエンジニアを募集しています。一緒に働きましょう。", "ja"),
        ("Data Scientist", None),
        ("Python, SQL, AWS", None),
        ("123 456 789 --- *** 123 456 789 --- *** 123 456", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_named_only_where_it_is_sure(text, code):
    assert language(text) == code


@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation rows are not here")
def test_languages_of_real_postings_are_right():
    rows = [json.loads(line) for line in EVALUATION.read_text(encoding="utf-8").splitlines()]
    named = [(language(row["text"]), row["lang"]) for row in rows]
    assert sum(found is not None for found, _ in named) >= 0.97 * len(named)
    assert sum(found in (None, label) for found, label in named) >= 0.98 * len(named)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_taken(text):
    code = language(text)
    assert code is None or (len(code) == 2 and code.islower())


def test_the_lighter_table_has_the_same_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    table = array("I", [dice % 7 if dice % 11 else dice for dice in range(3 * 256)])
    moves = Moves(table)
    monkeypatch.setattr(Moves, "MOST", 100)
    for _ in range(2):
        assert [moves[place] for place in range(len(table))] == list(table)
    assert len(moves) <= 100
