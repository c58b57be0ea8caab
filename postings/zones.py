"""Tells the parts of a posting apart: who hires, the work, what is asked for, what is given, what the law wants."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import StrEnum

from postings.lexicon import Kind
from postings.matcher import Mention


class Zone(StrEnum):
    """A part of a posting. The values are the topics of headings in the lexicon."""

    TITLE = "title"
    #: The employer's name.
    NAME = "name"
    #: Before the first heading: mostly the employer and the role in a few words.
    OPENING = "opening"
    EMPLOYER = "employer"
    DUTIES = "duties"
    REQUIREMENTS = "requirements"
    PERKS = "perks"
    LEGAL = "legal"


#: A heading is a short line, or stands at the start of a sentence with a colon behind it.
_HEADING_LENGTH = 70
#: One set of marks to look for, told apart only where one stands: more than twice as fast as two patterns in one.
_SENTENCE_END = re.compile(r"[.!?;\n•·|](?:(?<=[\n•·|])|[ )\"”»])")
_MARKUP = " #*_>\t"
_BEFORE_HEADING = "\n.:;!?•·|)"
_NOT_LETTERS = re.compile(r"[\W_]+")


class Zones:
    """The parts of one posting, and what its sentences are about. Positions are those of the original text."""

    def __init__(self, text: str, marks: Iterable[Mention], *, name: int, body: int) -> None:
        """Read headings and cues.

        Args:
            marks: headings and cues in the text, by position.
            name: where the employer's name starts, behind the title.
            body: where the text starts.
        """
        self.text = text
        self._starts = [0, name, body]
        self._zones = [Zone.TITLE, Zone.NAME, Zone.OPENING]
        self._ends = [end.end() for end in _SENTENCE_END.finditer(text)]
        self._cues: list[tuple[int, str]] = []
        self._about: dict[int, set[str]] = {}
        for start, end, at, term in marks:
            if at < body:
                continue
            if term.kind is Kind.CUE:
                self._cues.append((at, term.topic))
            elif _heads(text, at, at + end - start):
                self._starts.append(at)
                self._zones.append(Zone(term.topic))

    def in_body(self, position: int) -> bool:
        """Whether a position lies behind the title and the employer's name."""
        return position >= self._starts[2]

    def zone(self, position: int) -> Zone:
        """The part a position lies in."""
        return self._zones[bisect_right(self._starts, position) - 1]

    def sentence(self, position: int) -> tuple[int, int]:
        """Where the sentence or list item around a position starts and ends."""
        index = bisect_right(self._ends, position)
        start = self._ends[index - 1] if index else 0
        return start, self._ends[index] if index < len(self._ends) else sys.maxsize

    def cues(self, position: int) -> set[str]:
        """What the sentence around a position is about."""
        start, end = self.sentence(position)
        found = self._about.get(start)
        if found is None:
            first = bisect_left(self._cues, (start, ""))
            found = {topic for _, topic in self._cues[first : bisect_left(self._cues, (end, ""), first)]}
            self._about[start] = found
        return found


def _heads(text: str, start: int, end: int) -> bool:
    """Whether words are a heading: they begin a line and are nearly alone in it, or begin a sentence before a colon."""
    before = text[max(0, start - 8) : start].rstrip(_MARKUP)
    if before and before[-1] not in _BEFORE_HEADING:
        return False
    after = text[end : end + _HEADING_LENGTH].partition("\n")[0].strip(_MARKUP)
    if after.startswith(":") and text[start].isupper() and (not before or before[-1] in _BEFORE_HEADING):
        return True
    if before and before[-1] != "\n":
        return False
    return after[-1:] not in (".", ",") and len(_NOT_LETTERS.sub("", after)) <= (end - start) * 0.8
