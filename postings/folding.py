"""Texts made comparable: one case, no accents, one blank between words; and the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

#: Parts two paragraphs, list items or fields of a folded text; no term holds it.
BORDER = "\x01"
_BLANKS = "\t\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
#: Hyphens, dashes, slashes, apostrophes and the marks of Markdown part words as blanks do.
_MARKS = r"\-\u2010-\u2015\u2212_/\\'\u2018\u2019\u201b`\u00b4\u02bc*#"
#: Letters that become none or two.
_UNEVEN = {"ß": "ss", "ẞ": "SS", "İ": "I", **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")}
_UNEVEN.update({chr(code): "" for code in range(0x300, 0x370)})
_RARE = re.compile(f"[{''.join(_UNEVEN)}]")
_RUN = re.compile("  +")
_BREAK = re.compile("\n[ \n]+")


def _even() -> dict[str, str]:
    """Letters with an accent and marks that part words, each with the one plain letter or blank it becomes."""
    plain: dict[str, str] = {}
    for code in [*range(0xC0, 0x180), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code) and chr(code) not in _UNEVEN:
            plain[chr(code)] = base
    plain.update({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "₂": "2", "₄": "4"})
    single = re.compile(f"[{_BLANKS}{_MARKS}]")
    plain.update({chr(code): " " for code in range(0x3001) if single.match(chr(code))})
    return plain


_EVEN = _even()
_EVEN_ASCII = {letter: plain for letter, plain in _EVEN.items() if letter.isascii()}


class Folded:
    """A text made comparable, that still knows where each of its letters stood.

    `marked` is folded but for its capital letters; `lower` is folded whole, letter for letter as long as `marked`.
    """

    __slots__ = ("_ends", "_shifts", "lower", "marked")

    def __init__(self, text: str) -> None:
        #: Ends of uneven places in the folded text, and what to add to a position from there on.
        self._ends: list[int] = []
        self._shifts: list[int] = []
        letters = _EVEN_ASCII if text.isascii() else _EVEN.keys() & set(text)
        for letter in letters:
            text = text.replace(letter, _EVEN[letter])
        places = [*_BREAK.finditer(text), *_RUN.finditer(text)]
        if not text.isascii():
            places += _RARE.finditer(text)
        self.marked = self._levelled(text, sorted(place.span() for place in places)).replace("\n", " ")
        self.lower = self.marked.lower()

    def _levelled(self, text: str, places: list[tuple[int, int]]) -> str:
        """The text with its uneven places made even, and a note of each."""
        parts: list[str] = []
        at = length = 0
        for start, end in places:
            if start < at:
                continue
            first = text[start]
            put = BORDER if first == "\n" else " " if first == " " else _UNEVEN[first]
            parts += (text[at:start], put)
            length += start - at + len(put)
            at = end
            # The second of two letters stands where the one was.
            self._ends.append(length - (len(put) > 1))
            self._shifts.append(end - length)
        parts.append(text[at:])
        return "".join(parts)

    def original(self, position: int) -> int:
        """Where a position of the folded text stands in the text as it was."""
        index = bisect_right(self._ends, position) - 1
        return position + self._shifts[index] if index >= 0 else position


def folded(text: str) -> str:
    """A text made comparable."""
    return Folded(text).lower


def marked(text: str) -> str:
    """A text made comparable but for its capital letters."""
    return Folded(text).marked
