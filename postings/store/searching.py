"""Words as a visitor writes them -> the postings that have them, by the database's own full-text index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    String,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from postings.folding import folded
from postings.tables import SearchedRow
from postings.word_lists import WORD, words_of

#: More words than this are not looked for.
MOST_WORDS = 10
#: A search looks at so many postings that have its words, the newest; a word that most postings have costs no more.
MOST_FOUND = 10_000

#: Small figures and the plain ones they are found by, as the databases' indexes have them (migration 0007).
_SMALL = str.maketrans("₂₃₄²³", "23423")
_PHRASE = re.compile(r'"([^"]*)"?|[^"]+')
#: Shorter words have no plural that one would look for.
_SHORTEST = 3


def phrases(words: str) -> list[list[str]]:
    """What must stand in a posting: single words, and those in quotation marks together and in order."""
    found: list[list[str]] = []
    plain = unicodedata.normalize("NFC", words).translate(_SMALL)
    for part in _PHRASE.finditer(re.sub("[“”„«»]", '"', plain)):
        each = WORD.findall(part[0])
        found += [each] if part[1] is not None else [[word] for word in each]
    return [phrase for phrase in found if phrase][:MOST_WORDS]


def ids(connection: Connection, words: str, *, most: int) -> Sequence[int]:
    """The open postings that have all words, the newest of them."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        # The oldest first, its index is read in two thirds of the time, and mostly these are all.
        found = _told(connection, having(words, dialect, status="open", most=2 * most + 1, newest=False))
        if len(found) <= 2 * most:
            return found[-most:]
    return _told(connection, having(words, dialect, status="open", most=most))


def _told(connection: Connection, found: Select[Any]) -> Sequence[int]:
    # In one row: to fetch a row for each takes longer than to find them.
    line = connection.scalar(select(func.aggregate_strings(cast(found.subquery().c[0], String), ",")))
    told: list[int] = orjson.loads(f"[{line or ''}]")
    return told


def by_relevance(connection: Connection, words: str, found: Sequence[int]) -> list[int]:
    """Put postings first whose title has the words, then those whose employer or places have them.

    What is equal stays in order.
    """
    wanted = [folded(" ".join(phrase)) for phrase in phrases(words)]
    rows = select(SearchedRow).where(SearchedRow.posting_id.in_(found))
    worth = {row.posting_id: _worth(wanted, row) for row in connection.execute(rows)}
    return sorted(found, key=lambda posting_id: -worth.get(posting_id, 0))


def _worth(wanted: Sequence[str], row: Any) -> int:
    title, named = folded(row.title), folded(f"{row.employer}\n{row.places}")
    together = " ".join(wanted) in title
    return sum(3 * (phrase in title) + (phrase in named) for phrase in wanted) + together


def having(
    words: str, dialect: str, *, status: str, most: int = MOST_FOUND, after: int = 0, newest: bool = True
) -> Select[Any]:
    """Ask for the ids of postings that have all words.

    Args:
        status: ``open``, ``closed`` or ``all``.
        most: of open ones, and of closed ones.
        after: only ids above it.
        newest: whether to tell of the newest, those first; else SQLite tells of the oldest.
    """
    wanted = phrases(words)
    if dialect != "sqlite":
        query = _postgres(wanted, status, most, after)
    elif status == "all":
        each = (_sqlite(wanted, status, most, after, newest).subquery() for status in ("open", "closed"))
        query = select(union_all(*map(select, each)).subquery().c[0])
    else:
        query = _sqlite(wanted, status, most, after, newest)
    return query if wanted else query.where(literal(False))


def _sqlite(wanted: list[list[str]], status: str, most: int, after: int, newest: bool) -> Select[Any]:
    """The words of closed postings are kept under numbers below zero (migration 0011)."""
    words = table("words", column("rowid"))
    asked = " AND ".join(f"({' OR '.join(_quoted(spelling) for spelling in _spellings(each))})" for each in wanted)
    is_open = status == "open"
    found = words.c.rowid if is_open else -words.c.rowid
    query = select(found.label("posting_id")).where(literal_column("words").op("MATCH")(asked or '""'))
    query = query.where(words.c.rowid > after if is_open else words.c.rowid < -after)
    return query.order_by(words.c.rowid.desc() if newest == is_open else words.c.rowid).limit(most)


def _quoted(phrase: list[str]) -> str:
    return f'"{" ".join(phrase)}"'


def _postgres(wanted: list[list[str]], status: str, most: int, after: int) -> Select[Any]:
    """Migrations 0009, 0011 and 0013 say why the question itself is kept in the database, and what it is asked."""
    asked = " & ".join(f"({' | '.join(map(_followed, _spellings(each)))})" for each in wanted)
    query = cast(literal(asked), TSQUERY)
    found = func.words_listed(query, status, literal(after, BigInteger), most).table_valued("posting_id")
    return select(found.render_derived().c.posting_id)


def _followed(phrase: list[str]) -> str:
    words = " <-> ".join(f"'{plain}'" for word in phrase for plain in words_of(word))
    return f"({words})"


def _spellings(phrase: list[str]) -> Iterator[list[str]]:
    """A phrase as it stands; a single word in singular and plural too."""
    yield phrase
    word = phrase[0]
    if len(phrase) == 1 and len(word) >= _SHORTEST and word.isascii() and word.isalpha():
        yield from ([other] for other in _numbers(word))


def _numbers(word: str) -> Iterator[str]:
    """The plurals of a word, or what it may be the plural of; not all that are tried are words."""
    if word[-3:].lower() == "ies":
        yield word[:-3] + "y"
    if word[-1] in "yY" and word[-2] not in "aeiouAEIOU":
        yield word[:-1] + "ies"
    elif word[-1] in "sS" and word[-2:].lower() != "ss":
        yield word[:-1]
    else:
        yield word + "s"
