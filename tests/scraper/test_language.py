"""The language of a posting."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from scraper import language as module
from scraper import language_model
from scraper.language import language
from scraper.language_model import identifier

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


ENGLISH = (
    "You will work with our team on the design of solar plants, and you have an eye for what is to be built next. "
)
GERMAN = "Wir suchen eine Person, die mit uns die Montage von Wärmepumpen plant und sich auf der Baustelle auskennt. "


@pytest.mark.parametrize(("text", "code"), [(ENGLISH, "en"), (GERMAN, "de"), (ENGLISH.upper(), "en")])
def test_what_is_clearly_english_or_german_needs_no_model(monkeypatch, text, code):
    monkeypatch.setattr(module, "_told", lambda _: pytest.fail("the model was asked"))
    assert language(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Wij zoeken een monteur voor de montage van warmtepompen in het noorden, die in een team van tien werkt.",
            "nl",
        ),
        ("Vi søger en montør til vores hold, som kan planlægge arbejdet og har lyst til at lære om varmepumper.", "da"),
        ("Vi söker en montör som är van att arbeta i lag och som vill lära sig att bygga solparker på landet.", "sv"),
        ("Nous cherchons une personne qui planifie les chantiers et qui aime le travail en équipe dans le nord.", "fr"),
        ("Para la nueva planta solar buscamos una persona que conozca los tejados y el trabajo en equipo.", "es"),
        ("O trabalho é feito em equipe e a pessoa vai cuidar dos painéis solares nas casas de nossos clientes.", "pt"),
        ("Nel nostro gruppo cerchiamo una persona che conosca i tetti e il lavoro di montaggio dei pannelli.", "it"),
    ],
)
def test_languages_that_share_small_words_are_told_apart(text, code):
    assert language(text) == code
    assert language(f"{text} {text}") == code


def test_two_languages_in_equal_parts_are_left_to_the_model(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "_told", asked.append)
    assert language(ENGLISH + GERMAN) is None
    assert len(asked) == 1


@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation rows are not here")
def test_languages_of_real_postings_are_right():
    rows = [json.loads(line) for line in EVALUATION.read_text(encoding="utf-8").splitlines()]
    named = [(language(row["text"]), row["lang"]) for row in rows]
    assert sum(found is not None for found, _ in named) >= 0.97 * len(named)
    assert sum(found in (None, label) for found, label in named) >= 0.98 * len(named)


@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation rows are not here")
def test_small_words_say_what_the_model_says(monkeypatch):
    texts = [json.loads(line)["text"] for line in EVALUATION.read_text(encoding="utf-8").splitlines()]
    quick = [module._clearly(" ".join(text.split())[: module.TELLING]) for text in texts]
    assert sum(code is not None for code in quick) >= 0.9 * len(texts)
    monkeypatch.setattr(module, "_clearly", lambda _: None)
    told = [language(text) for text in texts]
    assert {(ours, model) for ours, model in zip(quick, told, strict=True) if ours and model} <= {
        ("en", "en"),
        ("de", "de"),
    }


@given(st.text())
def test_any_text_is_taken(text):
    code = language(text)
    assert code is None or (len(code) == 2 and code.islower())


def test_the_model_on_disk_says_what_the_whole_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, ours = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True), identifier()
    monkeypatch.setattr(language_model, "_MOVES", 100)
    for text in (ENGLISH, GERMAN, "Wij zoeken een monteur", "Buscamos una persona", "求人 太陽光発電", "x", "\x00"):
        assert ours.classify(text) == whole.classify(text)
