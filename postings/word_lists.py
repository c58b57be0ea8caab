"""What PostgreSQL's full-text index has of a posting: a list of its words, each with where it stands.

Its own parser takes longer for a text than all else that is written of a posting, so the lists are made here.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy.types import UserDefinedType

#: PostgreSQL knows 16,383 places in a text, and 255 of one word; longer words, in bytes, it does not keep.
_PLACES, _MOST_PLACES, _LONGEST_WORD = 16_383, 255, 2_046
#: PostgreSQL's number for the type of such lists.
_TSVECTOR = 3614

#: Marks that belong to the letter before them; an accent is no letter of its own, nor is a vowel of Hindi.
_MARKS = "".join(chr(code) for code in range(0x300, 0xFE30) if unicodedata.category(chr(code))[0] == "M")
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
#: Small figures, and letters that are none with an accent, with the plain ones they are found by.
_LETTERS = str.maketrans("øØłŁđĐıħ₂₃₄²³", "oOlLdDih23423")
_ACCENTS = range(0x300, 0x370)
#: What is no letter or figure parts words; the bytes of letters that are not ASCII stay.
_PARTED = bytes(code if code > 0x7F or chr(code).isalnum() else 0x20 for code in range(256))
_COUNT = [b"\0" + count.to_bytes(2, "big") for count in range(_MOST_PLACES + 1)]
_NUMBER = struct.Struct("!i")


class WordList(bytes):
    """A list of words as PostgreSQL reads it."""

    __slots__ = ()


class ListType(UserDefinedType[WordList]):
    """The type of a column of such lists; the driver writes them."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """What PostgreSQL calls it."""
        return "TSVECTOR"


def listed(text: str) -> WordList:
    """The words of a text, each with its places, as PostgreSQL sends and takes such lists in binary form."""
    words = _words(text)
    found: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for word, place in zip(words, _places(), strict=False):
        found[word].append(place)
    if len(words) > _PLACES or max(map(len, found), default=0) > _LONGEST_WORD:
        found = _bounded(found, words)
    if max(map(len, found.values()), default=0) > _MOST_PLACES:
        found.update({word: places[:_MOST_PLACES] for word, places in found.items()})
    entries = [word + _COUNT[len(places)] + b"".join(places) for word, places in found.items()]
    return WordList(_NUMBER.pack(len(entries)) + b"".join(entries))


def words_of(text: str) -> list[str]:
    """The words of a text as they stand in its list: small letters without accents."""
    return [word.decode() for word in _words(text)]


def teach(driver: Any, connection: Any) -> None:
    """Let a connection of psycopg send lists of words.

    Args:
        driver: the module ``psycopg``, which need not be installed where no PostgreSQL is used.
    """
    connection.adapters.register_dumper(WordList, _dumper(driver))


@lru_cache
def _dumper(driver: Any) -> Any:
    class Dumper(driver.adapt.Dumper):  # type: ignore[misc]
        format = driver.pq.Format.BINARY
        oid = _TSVECTOR

        def dump(self, value: WordList) -> bytes:
            return value

    return Dumper


@cache
def _places() -> list[bytes]:
    """All places as they are sent; who writes into no PostgreSQL needs not have them."""
    return [place.to_bytes(2, "big") for place in range(1, _PLACES + 1)]


def _bounded(found: Mapping[bytes, list[bytes]], words: Sequence[bytes]) -> defaultdict[bytes, list[bytes]]:
    """The words that PostgreSQL can keep; of those behind the last place that it knows, that they are there counts."""
    kept = {word: found.get(word) or _places()[-1:] for word in words if len(word) <= _LONGEST_WORD}
    return defaultdict(list, kept)


def _words(text: str) -> list[bytes]:
    if not text.isascii():
        foreign = set(_FOREIGN.findall(text))
        for letter in foreign:
            text = text.replace(letter, _plain(letter))
        if not foreign.isdisjoint(_MARKS):
            # One that belongs to no letter is none of a word's.
            text = " ".join(WORD.findall(text))
    return text.encode().lower().translate(_PARTED).split()


@lru_cache(maxsize=10_000)
def _plain(letter: str) -> str:
    """What a letter is found by, small and without its accent; a blank for what is none."""
    plain = "".join(_without_accent(letter)).translate(_LETTERS).lower()
    return plain if all(part.isalnum() or part in _MARKS for part in plain) else " "


def _without_accent(letter: str) -> Iterator[str]:
    return (part for part in unicodedata.normalize("NFD", letter) if ord(part) not in _ACCENTS)
