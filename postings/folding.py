"""Texts made comparable: one case, no accents, one blank between words; and the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

#: Parts two paragraphs, list items or fields of a folded text; no term holds it.
BORDER = "\x01"
_BLANKS = "\t\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
#: Hyphens, dashes, slashes, apostrophes and the marks of Markdown part words as blanks do.
_MARKS = r"\-\u2010-\u2015\u2212_/\\'\u2018\u2019\u201b`\u00b4\u02bc*#"
#: Letters that become none or two.
_UNEVEN = {"ß": "ss", "ẞ": "SS", "İ": "I", **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")}
_UNEVEN.update({chr(code): "" for code in range(0x300, 0x370)})
_BREAK = re.compile("\n[ \n]+")
_RUN = re.compile("  +")
_RARE = re.compile(f"[{''.join(_UNEVEN)}]")


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
_EVEN_ASCII = {letter for letter in _EVEN if letter.isascii()}
_FOREIGN = re.compile(r"[^\x00-\x7f]")


class Folded:
    """A text made comparable, that still knows where each of its letters stood.

    `marked` is folded but for its capital letters; `lower` is folded whole, letter for letter as long as `marked`.
    """

    __slots__ = ("_ends", "_even", "_kinds", "_lines", "_shifts", "lower", "marked")

    def __init__(self, text: str) -> None:
        #: Ends of uneven places in the folded text, and what to add to a position from there on; made when asked for.
        self._ends: list[int] | None = None
        self._shifts: list[int] = []
        foreign = set() if text.isascii() else set(_FOREIGN.findall(text))
        for letter in _EVEN_ASCII | (_EVEN.keys() & foreign):
            text = text.replace(letter, _EVEN[letter])
        #: The text with one letter for each, and the kinds of uneven places in it.
        self._even = text
        self._kinds = [_BREAK]
        text = _BREAK.sub(BORDER, text)
        if "  " in text:
            text = _RUN.sub(" ", text)
            self._kinds.append(_RUN)
        if rare := _UNEVEN.keys() & foreign:
            for letter in rare:
                text = text.replace(letter, _UNEVEN[letter])
            self._kinds.append(_RARE)
        self._lines = text
        self.marked = text.replace("\n", " ")
        self.lower = self.marked.lower()

    def amid(self, position: int) -> bool:
        """Whether a word stands before a position of the folded text, in the same line and with no full stop."""
        return position > 1 and self._lines[position - 1] == " " and self._lines[position - 2].isalnum()

    def _note_places(self) -> list[int]:
        """Note where the folded text parts from the one before."""
        text = f"\0{self._even}"
        found = (place.span() for kind in self._kinds for place in kind.finditer(self._even))
        # Blanks behind a line's end belong to that.
        spans = sorted(place for place in found if text[place[0]] != "\n")
        puts = [len(_UNEVEN.get(self._even[start], " ")) for start, _ in spans]
        widths = (end - start - put for (start, end), put in zip(spans, puts, strict=True))
        self._shifts = list(accumulate(widths, initial=0))
        # The second of two letters stands where the one was.
        places = zip(spans, self._shifts[1:], puts, strict=True)
        self._ends = [end - shift - (put > 1) for (_, end), shift, put in places]
        return self._ends

    def original(self, position: int) -> int:
        """Where a position of the folded text stands in the text as it was."""
        (found,) = self.originals((position,))
        return found

    def originals(self, positions: Iterable[int]) -> list[int]:
        """The same of many."""
        ends = self._note_places() if self._ends is None else self._ends
        shifts = self._shifts
        return [position + shifts[bisect_right(ends, position)] for position in positions]


def folded(text: str) -> str:
    """A text made comparable."""
    return Folded(text).lower


def marked(text: str) -> str:
    """A text made comparable but for its capital letters."""
    return Folded(text).marked
