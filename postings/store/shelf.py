"""The open postings at a glance: in memory, by all that they are filtered, counted and sorted by.

A set of ids answers a filter, the common part of some sets a choice of filters, and its size how many there are:
the same in thousandths of a second for any number of postings, on any database.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from pyroaring import BitMap64

from postings.folding import folded
from postings.store import where

#: What postings are counted by, each a set of values.
FACETS = ("workplace", "employment_type", "language", "country", "solution")
_DAY = 86_400
#: Pay is put together by the thousand.
_BAND = 1_000
#: A step of sorting costs so many of walking past a posting.
_SORTING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the shelf knows of one open posting."""

    id: int
    #: What lists are sorted by, in seconds since 1970.
    dated: float
    employer: int
    #: Its own, and those where the same vacancy is published too.
    sources: tuple[int, ...]
    solutions: tuple[str, ...]
    workplace: str | None
    employment_type: str | None
    language: str | None
    #: Text, city, region, country, latitude and longitude of each place.
    places: tuple[tuple[str, str | None, str | None, str | None, float | None, float | None], ...]
    #: Currency, and what it pays in a year at most.
    pay: tuple[str, float] | None

    def values(self) -> Iterator[tuple[str, Hashable]]:
        """Everything it can be found by."""
        for name in ("employer", "workplace", "employment_type", "language"):
            if (value := getattr(self, name)) is not None:
                yield name, value
        for country in {place[3] for place in self.places if place[3]}:
            yield "country", country
        yield "day", int(self.dated // _DAY)
        if self.pay:
            yield "pay", (self.pay[0], int(self.pay[1] // _BAND))
        for name, values in (("solution", self.solutions), ("place", self.places), ("source", self.sources)):
            for each in set(values):
                yield name, each


@dataclass(slots=True)
class Shelf:
    """The open postings; one thread at a time may change it."""

    _cards: dict[int, Card] = field(default_factory=dict)
    _sets: dict[str, dict[Any, BitMap64]] = field(default_factory=lambda: defaultdict(dict))
    #: Of each place that was met: text, city and region, made comparable.
    _places: dict[Any, str] = field(default_factory=dict)
    #: Of each city that was met: its name, made comparable.
    _cities: dict[str, str] = field(default_factory=dict)
    _all: BitMap64 = field(default_factory=BitMap64)
    _hiring: dict[str | None, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    #: Days and ids of all, oldest first.
    _days: array[float] = field(default_factory=lambda: array("d"))
    _ids: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def everything(self) -> BitMap64:
        """All open postings."""
        return self._all

    def fill(self, cards: Iterable[Card]) -> None:
        """Put many postings onto an empty shelf."""
        ordered = sorted(cards, key=lambda card: (card.dated, card.id))
        self._days, self._ids = (
            array("d", [card.dated for card in ordered]),
            array("q", [card.id for card in ordered]),
        )
        # A set is made of all its ids at once: one by one they take twice as long.
        found: dict[tuple[str, Any], list[int]] = defaultdict(list)
        for card in ordered:
            self._note(card)
            for named in card.values():
                found[named].append(card.id)
        for (name, value), ids in found.items():
            self._sets[name][value] = BitMap64(ids)
        self._all = BitMap64(self._cards)

    def put(self, card: Card) -> None:
        """Put a posting onto the shelf, in place of what was known of it."""
        self.take(card.id)
        position = self._position(card.dated, card.id)
        self._days.insert(position, card.dated)
        self._ids.insert(position, card.id)
        self._add(card)

    def take(self, posting_id: int) -> None:
        """Take a posting off the shelf, where it is there."""
        card = self._cards.pop(posting_id, None)
        if card is None:
            return
        position = self._position(card.dated, card.id)
        del self._days[position], self._ids[position]
        self._all.discard(posting_id)
        for name, value in card.values():
            found = self._sets[name][value]
            found.discard(posting_id)
            if not found:
                del self._sets[name][value]
        for solution in (None, *card.solutions):
            _count(self._hiring[solution], card.employer, -1)

    def card(self, posting_id: int) -> Card | None:
        """What is known of a posting; None where it is not open."""
        return self._cards.get(posting_id)

    def having(self, name: str, value: Hashable) -> BitMap64:
        """The postings with a value; the set is the shelf's own, not to be changed."""
        return self._sets[name].get(value) or BitMap64()

    def values(self, name: str) -> Mapping[Any, BitMap64]:
        """All values that postings have, with the postings of each."""
        return self._sets[name]

    def counts(self, name: str, among: BitMap64 | None = None) -> dict[Any, int]:
        """How many postings have each value; among some, or among all."""
        if among is None:
            return {value: len(found) for value, found in self._sets[name].items()}
        counted = ((value, found.intersection_cardinality(among)) for value, found in self._sets[name].items())
        return {value: count for value, count in counted if count}

    def at(self, parts: Sequence[where.Part]) -> BitMap64:
        """The postings with a place of work that is called so, wholly or in part."""
        places = self._sets["place"]
        return _union(places[each] for each in where.fitting(parts, places, self._places))

    def cities(self) -> Mapping[str, str]:
        """The cities one can work in, each with its name made comparable."""
        return {city: self._cities[city] for _, city, *_ in self._sets["place"] if city}

    def hiring(self, solution: str | None = None) -> Mapping[int, int]:
        """The employers with open postings, for a solution or at all, and how many."""
        return self._hiring[solution]

    def paying(self, least: float | None, currency: str | None) -> BitMap64:
        """The postings that pay at least so much a year, and in a currency."""
        band = int((least or 0) // _BAND)
        above: list[BitMap64] = []
        border: list[BitMap64] = []
        for (paid_in, at), found in self._sets["pay"].items():
            if currency in (None, paid_in) and at >= band:
                (above if at > band else border).append(found)
        enough = self._those(_union(border), lambda card: card.pay is not None and card.pay[1] >= (least or 0))
        return _union(above) | enough

    def since(self, moment: float) -> BitMap64:
        """The postings dated at a moment or after it."""
        day = int(moment // _DAY)
        later = _union(found for at, found in self._sets["day"].items() if at > day)
        return later | self._those(self.having("day", day), lambda card: card.dated >= moment)

    def newest(
        self, found: BitMap64, *, most: int, skip: int = 0, behind: tuple[float, int] | None = None
    ) -> list[int]:
        """A part of some postings, those dated last first.

        Args:
            behind: when a posting is dated, and its id: only those that stand after it, be it open or not.
        """
        wanted = skip + most
        if len(found) ** 2 * _SORTING < wanted * len(self):
            keys = ((self._cards[posting_id].dated, posting_id) for posting_id in found)
            keys = (key for key in keys if key < behind) if behind else keys
            return [posting_id for _, posting_id in nlargest(wanted, keys)[skip:]]
        picked: list[int] = []
        for posting_id in reversed(self._ids[: self._position(*behind)] if behind else self._ids):
            if posting_id in found:
                picked.append(posting_id)
                if len(picked) == wanted:
                    break
        return picked[skip:]

    def _add(self, card: Card) -> None:
        self._note(card)
        self._all.add(card.id)
        for name, value in card.values():
            sets = self._sets[name]
            if value not in sets:
                sets[value] = BitMap64()
            sets[value].add(card.id)

    def _note(self, card: Card) -> None:
        """Keep all but the sets that a card is in."""
        self._cards[card.id] = card
        for place in card.places:
            if place not in self._places:
                self._places[place] = folded("\n".join(filter(None, place[:3])))
                if city := place[1]:
                    self._cities[city] = folded(city)
        for solution in (None, *card.solutions):
            _count(self._hiring[solution], card.employer, 1)

    def _those(self, among: BitMap64, fit: Callable[[Card], bool]) -> BitMap64:
        return BitMap64(posting_id for posting_id in among if fit(self._cards[posting_id]))

    def _position(self, dated: float, posting_id: int) -> int:
        low, high = bisect_left(self._days, dated), bisect_right(self._days, dated)
        return bisect_left(self._ids, posting_id, low, high)


def _union(sets: Iterable[BitMap64]) -> BitMap64:
    found = list(sets)
    return BitMap64.union(*found) if len(found) > 1 else found[0] if found else BitMap64()


def _count(counter: Counter[int], key: int, change: int) -> None:
    counter[key] += change
    if not counter[key]:
        del counter[key]
