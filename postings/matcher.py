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

#: So much of a phrase is looked for in one pass, the rest is looked up: a small automaton is quickly made.
_HEAD = 12
#: How far a term with stars may reach from its longest stem.
_REACH = 60


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
    stems: list[tuple[str, int, bool]]
    marked: list[tuple[str, int, bool]]


def index(terms: Iterable[Term]) -> Index:
    """Write out all spellings of all terms.

    Raises:
        ValueError: where a term cannot be read; the message says where it stands.
    """
    made = Index({}, [], [])
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
    return made


class Matcher:
    """Finds all terms of a lexicon in texts."""

    def __init__(self, terms: Sequence[Term], spelt: Index | None = None) -> None:
        self._terms = terms
        spelt = spelt or index(terms)
        self._lower = _Finder(spelt.phrases, spelt.stems)
        self._marked = _Finder({}, spelt.marked)

    def find(self, text: Folded) -> list[tuple[int, int, Term]]:
        """Every term in a text, overlapping ones too, by where it starts and ends in the folded text."""
        found = self._lower.find(text.lower)
        found += self._marked.find(text.marked)
        found.sort()
        terms = self._terms
        return [(start, end, terms[number]) for start, end, number in found]


class _Finder:
    """Finds phrases by their heads and a dictionary, and stems by their longest part, in one pass."""

    def __init__(self, phrases: dict[str, int | list[int]], stems: Iterable[tuple[str, int, bool]]) -> None:
        self._phrases = phrases
        lengths: dict[str, int] = defaultdict(int)
        for text in phrases:
            lengths[text[:_HEAD]] |= 1 << len(text)
        by_anchor: dict[str, list[tuple[str, int, bool]]] = {}
        for stem in stems:
            by_anchor.setdefault(max(stem[0].split("*"), key=len), []).append(stem)
        heads = list({**lengths, **by_anchor})
        self._heads = AhoCorasick(heads, implementation=Implementation.ContiguousNFA, store_patterns=False)
        self._lengths = [_bits(lengths.get(head, 0)) for head in heads]
        self._stems = [by_anchor.get(head) for head in heads]

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Where each stands in a text, with its number. The loop that costs most: it calls little."""
        found: list[tuple[int, int, int]] = []
        phrases, all_lengths, all_stems = self._phrases, self._lengths, self._stems
        for head, start, stem_end in self._heads.find_matches_as_indexes(text, overlapping=True):
            if all_stems[head]:
                found += self._stems_at(head, text, start, stem_end)
            if start and text[start - 1].isalnum():
                continue
            for length in all_lengths[head]:
                end = start + length
                codes = phrases.get(text[start:end])
                if codes is None or (last := _word_end(text, end)) is None:
                    continue
                for code in (codes,) if isinstance(codes, int) else codes:
                    if code & 1 or last == end:
                        found.append((start, last, code >> 1))
        return found

    def _stems_at(self, head: int, text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        for stem, number, plural in self._stems[head] or ():
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
def _bits(number: int) -> tuple[int, ...]:
    """The places of the bits that are set."""
    return tuple(place for place in range(number.bit_length()) if number >> place & 1)


@cache
def _pattern(stem: str) -> re.Pattern[str]:
    body = r"\w*".join(re.escape(part) for part in stem.split("*"))
    return re.compile(rf"(?<!\w){body}(?!\w)")
