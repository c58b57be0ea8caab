"""Finds every term of a lexicon in a text in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from postings.folding import Folded
from postings.lexicon import Term
from postings.lexicon.spellings import is_cased, spellings

#: So much of a phrase is looked for in one pass, the rest is looked up: a small automaton is quickly made, and one of
#: short heads finds too many that end otherwise.
_HEAD = 14
#: How far a term with stars may reach from its longest stem.
_REACH = 60


#: A word that goes on so after a phrase is no plural of it.
_GOES_ON = frozenset("abcdfghijklmnopqrtuvwxyz0123456789")

#: Spellings with a star and the like, each with its term's number and whether the plural counts too.
_Stems = list[tuple[str, int, bool]]


class Mention(NamedTuple):
    """A term of the lexicon where it stands in a posting."""

    #: Positions in the folded text, and the start in the original.
    start: int
    end: int
    at: int
    term: Term


class Index(NamedTuple):
    """All spellings of all terms as plain data, so that it can be kept. A term is its number in the lexicon."""

    #: Phrases of whole words: for the term, or each, twice its number, and one more where the plural counts too.
    phrases: dict[str, int | list[int]]
    #: Spellings with a star and those that begin or end with a mark; those where capital letters matter.
    stems: _Stems
    marked: _Stems
    #: The beginnings of the phrases, put together by the lengths of the phrases that begin so.
    heads: list[tuple[list[int], list[str]]]


def index(terms: Iterable[Term]) -> Index:
    """Write out all spellings of all terms.

    Raises:
        ValueError: where a term cannot be read; the message says where it stands.
    """
    made = Index({}, [], [], [])
    for number, term in enumerate(terms):
        try:
            forms = spellings(term.text, term.language)
        except ValueError as error:
            raise ValueError(f"{term.topic}.{term.kind}, {term.language}, {term.text!r}: {error}") from error
        for text, plural in forms:
            if is_cased(term.text):
                made.marked.append((text, number, plural))
            elif "*" in text or not (text[0].isalnum() and text[-1].isalnum()):
                made.stems.append((text, number, plural))
            else:
                code, known = 2 * number + plural, made.phrases.get(text)
                made.phrases[text] = code if known is None else [*_codes(known), code]
    made.heads.extend(_heads(made.phrases))
    return made


def _heads(phrases: Iterable[str]) -> Iterator[tuple[list[int], list[str]]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for text in phrases:
        lengths[text[:_HEAD]].add(len(text))
    together: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for head, found in lengths.items():
        together[tuple(sorted(found))].append(head)
    for several, heads in together.items():
        yield list(several), heads


class Matcher:
    """Finds all terms of a lexicon in texts."""

    def __init__(self, terms: Sequence[Term], spelt: Index | None = None) -> None:
        self._terms = terms
        spelt = spelt or index(terms)
        self._lower = _Finder(spelt.phrases, spelt.heads, spelt.stems, Implementation.ContiguousNFA)
        # Of few words, the quicker automaton is small and soon made too.
        self._marked = _Finder({}, [], spelt.marked, Implementation.DFA)

    def find(self, text: Folded) -> list[tuple[int, int, Term]]:
        """The headings and cues in a text, and the terms of those solutions that any of them can carry.

        Overlapping ones too, by where each starts and ends in the folded text.
        """
        terms = self._terms
        found = self._lower.find(text.lower)
        found += self._marked.find(text.marked)
        claimed = {terms[number].topic for _, _, number in found if terms[number].claims}
        telling = [hit for hit in found if terms[hit[2]].marks or terms[hit[2]].topic in claimed]
        telling.sort()
        return [(start, end, terms[number]) for start, end, number in telling]


class _Finder:
    """Finds phrases by their heads and a dictionary, and stems by their longest part, in one pass."""

    def __init__(
        self,
        phrases: dict[str, int | list[int]],
        heads: Sequence[tuple[list[int], list[str]]],
        stems: _Stems,
        automaton: Implementation,
    ) -> None:
        self._phrases = phrases
        #: Put behind a text, so that every phrase may be looked up to its end, and what is before its first letter too.
        self._margin = " " * max((max(lengths) for lengths, _ in heads), default=1)
        by_anchor: dict[str, _Stems] = {}
        for stem in stems:
            by_anchor.setdefault(max(stem[0].split("*"), key=len), []).append(stem)
        #: For each head the lengths of the phrases that begin with it, and the stems whose longest part it is.
        self._begun: list[tuple[tuple[int, ...], _Stems | None]] = []
        starts: list[str] = []
        for lengths, several in heads:
            starts += several
            self._begun += [(tuple(lengths), None)] * len(several)
        for anchor, found in by_anchor.items():
            starts.append(anchor)
            self._begun.append(((), found))
        self._heads = AhoCorasick(starts, implementation=automaton, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Where each stands in a text, with its number. The loop that costs most: it calls little."""
        found: list[tuple[int, int, int]] = []
        phrases, begun, ended = self._phrases.get, self._begun, text + self._margin
        for head, start, stem_end in self._heads.find_matches_as_indexes(text, overlapping=True):
            lengths, stems = begun[head]
            if stems:
                found += _stems_at(stems, text, start, stem_end)
            if not lengths or ended[start - 1].isalnum():
                continue
            for length in lengths:
                end = start + length
                after = ended[end]
                # In the midst of a word nothing ends: seen before it is looked up, that saves most of the time.
                if after in _GOES_ON:
                    continue
                codes = phrases(ended[start:end])
                if codes is None:
                    continue
                last = _word_end(text, end) if after.isalnum() else end
                if last is None:
                    continue
                for code in (codes,) if isinstance(codes, int) else codes:
                    if code & 1 or last == end:
                        found.append((start, last, code >> 1))
        return found


def _stems_at(
    stems: Iterable[tuple[str, int, bool]], text: str, start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """The places of stems, whose longest part stands at one."""
    for stem, number, plural in stems:
        if "*" in stem.strip("*"):
            place = _around(text, start, end, _pattern(stem))
        else:
            place = _alone(text, start, end, stem, plural=plural)
        if place:
            yield *place, number


def _alone(text: str, start: int, end: int, stem: str, *, plural: bool) -> tuple[int, int] | None:
    """The place of a stem, where the words around it end as they must."""
    if stem[0].isalnum() and start and text[start - 1].isalnum():
        return None
    last = _word_end(text, end) if stem[-1].isalnum() else end
    return None if last is None or (last != end and not plural) else (start, last)


def _around(text: str, start: int, end: int, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """The place of a pattern that holds a given part of the text."""
    for match in pattern.finditer(text, max(0, start - _REACH), end + _REACH):
        if match.start() <= start and end <= match.end():
            return match.span()
    return None


def _word_end(text: str, end: int) -> int | None:
    """Where the word that ends a match ends, an English plural included; None where it goes on otherwise."""
    after = text[end : end + 3]
    if not after[:1].isalnum():
        return end
    if after[0] == "s" and not after[1:2].isalnum():
        return end + 1
    return end + 2 if after[:2] == "es" and not after[2:].isalnum() else None


def _codes(codes: int | list[int]) -> Sequence[int]:
    return codes if isinstance(codes, list) else (codes,)


@cache
def _pattern(stem: str) -> re.Pattern[str]:
    body = r"\w*".join(re.escape(part) for part in stem.split("*"))
    return re.compile(rf"(?<!\w){body}(?!\w)")
