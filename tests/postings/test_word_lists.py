"""The lists of words that PostgreSQL searches are what it would have made itself, and every word of a text is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, bindparam, text

from postings.database import connect, reading
from postings.store.searching import phrases
from postings.word_lists import ListType, listed, words_of

LETTERS = "aAbBzZ09äÄéÉñßøŁ₂жЖёΣσ東京한नेि"


@pytest.fixture(scope="module")
def connection(postgres: str) -> Iterator[Connection]:
    engine = connect(postgres)
    with reading(engine) as found:
        yield found
    engine.dispose()


def told(connection: Connection, asked: str, of: str, **given: str) -> object:
    """What PostgreSQL says of the list of a text."""
    statement = text(f"SELECT {asked} FROM (SELECT CAST(:document AS tsvector) AS document) AS lists")  # noqa: S608
    statement = statement.bindparams(bindparam("document", type_=ListType()))
    return connection.scalar(statement, {"document": listed(of)} | given)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Straße: Größe, naïve Łódź; «Übermut» – 東京 Ÿ", "straße große naive lodz ubermut 東京 y"),
        ("R&D, heat-pumps/HVAC_lead (m/w/d) 401k 3.5 CO₂", "r d heat pumps hvac lead m w d 401k 3 5 co2"),
        ("don’t ΣΟΦΟΣ İstanbul हिन्दी e\u0301t\u0301 \u0301", "don t σοφοσ istanbul हिन्दी et"),
        ("", ""),
    ],
)
def test_words_are_small_and_without_accents(said: str, words: str) -> None:
    assert words_of(said) == words.split()


def test_words_stand_where_they_stood(connection: Connection) -> None:
    assert told(connection, "document::text", "Heat, heat and Größe") == "'and':3 'große':4 'heat':1,2"
    assert told(connection, "document::text", " - ") == ""


@given(st.lists(st.text(LETTERS, min_size=1, max_size=6), max_size=40))
def test_plain_words_are_listed_as_postgresql_would(connection: Connection, words: list[str]) -> None:
    plain = [word for word in words_of(" ".join(words)) if not any(letter.isdigit() for letter in word)]
    assert told(connection, "document = to_tsvector('simple', :plain)", " ".join(plain), plain=" ".join(plain))


@given(st.text(max_size=60))
@example("½ ²x e\u0301 \u0301 ŉ ǰ 한국 हिन्दी")
def test_every_word_of_a_text_finds_it(connection: Connection, said: str) -> None:
    assert told(connection, "length(document)", said) == len(set(words_of(said)))
    for phrase in phrases(f'"{said}"'):
        wanted = " <-> ".join(f"'{plain}'" for word in phrase for plain in words_of(word))
        assert told(connection, "document @@ CAST(:wanted AS tsquery)", said, wanted=wanted), phrase


def test_what_is_too_long_or_too_often_for_postgresql_is_kept_as_far_as_it_can_be(connection: Connection) -> None:
    assert told(connection, "length(document)", "a " * 300) == 1
    assert told(connection, "document::text", f"{'a' * 3_000} b {'ä' * 1_500}") == f"'{'a' * 1_500}':3 'b':2"
    many = " ".join(f"w{number}" for number in range(20_000)) + " w0 last last"
    assert told(connection, "length(document)", many) == 20_001
    assert told(connection, "document @@ 'w0 & w19999 & last'::tsquery", many)
