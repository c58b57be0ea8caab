"""What a posting is recognised by when it is published again: its title and its text, each in a few bytes.

Two texts are compared without either of them: of all runs of three words, a sample is kept that is the same sample
in every text, so that what two samples share is what the texts share.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from zlib import crc32

from postings.posting import Place

#: Another one means that what is stored says other things: it is made anew.
VERSION = 2
#: So many runs of words are kept of a text; one with fewer is kept whole.
_KEPT = 192
_TITLE = struct.Struct("<B8s")
_HEAD = struct.Struct("<B8s8sHI")

#: «(m/w/d)», «F/H», «(all genders)»: who may apply is no part of what the work is.
_ANYONE = re.compile(
    r"\(?(?<![^\W_])[mwfdxhiu](?:\s?[/|*]\s?(?:[mwfdxhiu*]|div|divers|gn|all))+(?![^\W_])\)?|\((?:all genders?|gn)\)",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(r"[^\W_]+[+#]*")
_SAME = {"sr": "senior", "jr": "junior"}
#: Where one works is told by the places.
_NO_MATTER = {"and", "remote", "hybrid", "onsite"}
#: Scripts without blanks have a word for each letter.
_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")
_HERE = "here"
#: ASCII's bytes, with a blank in place of all that is neither letter nor figure.
_PARTED = bytes(code if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
#: «Berlin-Süd» may be written «BERLIN SÜD» too.
_PARTING = re.compile(r"[\s-]+")
#: What the languages are called that a posting may ask for.
_LANGUAGES = (
    "english englisch anglais inglés inglese engels",
    "german deutsch allemand alemán tedesco duits",
    "french französisch français francés francese frans",
    "spanish spanisch espagnol español spagnolo spaans",
    "italian italienisch italien italiano italiaans",
    "dutch niederländisch néerlandais nederlands neerlandés",
    "portuguese portugiesisch portugais portugués português",
    "polish polnisch polonais polski polaco",
    "swedish schwedisch suédois svenska",
    "danish dänisch danois dansk",
    "norwegian norwegisch norvégien norsk",
    "finnish finnisch finnois suomi",
    "czech tschechisch tchèque",
    "romanian rumänisch roumain",
    "hungarian ungarisch hongrois",
    "greek griechisch grec",
    "turkish türkisch turc",
    "russian russisch russe",
    "ukrainian ukrainisch ukrainien",
    "arabic arabisch arabe",
    "hebrew hebräisch hébreu",
    "japanese japanisch japonais",
    "korean koreanisch coréen",
    "chinese mandarin cantonese chinesisch chinois",
    "hindi",
    "indonesian bahasa",
    "vietnamese",
    "thai",
    "swahili kiswahili",
)
_ASKED = {name.encode(): 1 << bit for bit, names in enumerate(_LANGUAGES) for name in names.split()}


@dataclass(frozen=True)
class Likeness:
    """What a posting is recognised by."""

    #: The title's mark; titles that differ in nothing but who may apply, and the posting's own city, share it.
    title: bytes
    #: The text's mark, its own cities left out.
    text: bytes
    #: How many words the text has.
    words: int
    #: The languages it names, a bit each.
    languages: int
    #: The lowest of the numbers that its runs of three words have.
    sample: Sequence[int]

    @classmethod
    def of(cls, title: str, text: str, places: Iterable[Place]) -> Likeness:
        """The likeness of a posting."""
        cities = _cities(places)
        words = _words(_without(text.casefold(), cities))
        # Each word's number goes on from that of the words before it.
        runs = set(map(crc32, words[2:], map(crc32, words[1:], map(crc32, words))))
        asked = 0
        for word in _ASKED.keys() & set(words):
            asked |= _ASKED[word]
        return cls(
            title=_title_mark(title, cities),
            text=_mark(words),
            words=min(len(words), 0xFFFF),
            languages=asked,
            sample=tuple(sorted(runs)[:_KEPT]),
        )

    @classmethod
    def load(cls, stored: bytes) -> Likeness:
        """The likeness that was stored; ``current`` and ``is_whole`` say whether it can be read."""
        _, title, text, words, languages = _HEAD.unpack_from(stored)
        return cls(title, text, words, languages, array("I", stored[_HEAD.size :]))

    def dump(self) -> bytes:
        """As it is stored."""
        head = _HEAD.pack(VERSION, self.title, self.text, self.words, self.languages)
        return head + array("I", self.sample).tobytes()

    def shared(self, other: Likeness) -> tuple[float, float]:
        """How much two texts have in common: of both together, and of the shorter one; from 0 to 1."""
        limit = min(self._limit, other._limit)
        ours, theirs = bisect_right(self.sample, limit), bisect_right(other.sample, limit)
        common, least = len(self._numbers & other._numbers), min(ours, theirs)
        return (common / (ours + theirs - common), common / least) if least else (0.0, 0.0)

    @cached_property
    def _numbers(self) -> frozenset[int]:
        return frozenset(self.sample)

    @property
    def _limit(self) -> int:
        """Up to which number the sample is whole."""
        return self.sample[-1] if len(self.sample) >= _KEPT else 0xFFFFFFFF


def of_title(title: str, places: Iterable[Place]) -> bytes:
    """What is stored of a posting as long as no other one has its title: that alone."""
    return _TITLE.pack(VERSION, _title_mark(title, _cities(places)))


def current(stored: bytes | None) -> bool:
    """Whether what is stored was made by this version."""
    return stored is not None and stored[0] == VERSION


def is_whole(stored: bytes) -> bool:
    """Whether the likeness of the text is stored too."""
    return len(stored) > _TITLE.size


def title_of(stored: bytes) -> bytes:
    """The title's mark in what is stored."""
    title: bytes = _TITLE.unpack_from(stored)[1]
    return title


def _cities(places: Iterable[Place]) -> list[str]:
    """The cities of work as they may stand in a title or a text, longest first."""
    named = {name.casefold().strip() for each in places if each.city for name in (each.city, each.text.split(",")[0])}
    return sorted((name for name in named if len(name) > 2), key=lambda name: (-len(name), name))


def _without(text: str, cities: Sequence[str]) -> str:
    if not any(_PARTING.split(city)[0] in text for city in cities):
        return text
    names = (_PARTING.pattern.join(map(re.escape, _PARTING.split(city))) for city in cities)
    return re.sub(rf"(?<![^\W_])(?:{'|'.join(names)})(?![^\W_])", _HERE, text)


def _title_mark(title: str, cities: Sequence[str]) -> bytes:
    return _mark(word.encode() for word in _title_words(title, cities))


def _title_words(title: str, cities: Sequence[str]) -> list[str]:
    plain = _TITLE_WORD.findall(_without_accents(_without(_ANYONE.sub(" ", title).casefold(), cities)))
    words = [_SAME.get(word, word) for word in plain if word not in _NO_MATTER]
    return [word for word in words if word != _HERE] or plain


def _without_accents(text: str) -> str:
    # Folding, as it is done for search, would part «c#» from its mark.
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _words(text: str) -> list[bytes]:
    if text.isascii():
        # Many times as quick as the pattern, and the same.
        return text.encode().translate(_PARTED).split()
    return list(map(str.encode, _WORD.findall(text)))


def _mark(words: Iterable[bytes]) -> bytes:
    return blake2b(b" ".join(words), digest_size=8).digest()
