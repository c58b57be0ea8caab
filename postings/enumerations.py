"""Finds what is only one thing among many: the items of long lists in running text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from postings.zones import Zones

#: A list of fewer items is no long one.
_FEWEST_ITEMS = 4
#: An item between two commas has at most so many letters.
_LONGEST_ITEM = 60
#: Nor is its comma further away: before the first item a sentence begins, behind the last one it may go on.
_NEAR = 30


def among_many(zones: Zones, positions: Iterable[int]) -> set[int]:
    """Those of the positions that lie in a long list of which they claim less than half.

    A firm that sells four things names four solutions: these are its lines of work. One that names a solution among
    seven customers, products or topics tells of something else.

    Args:
        positions: all that solutions claim, in the original text.
    """
    sentences: dict[tuple[int, int], set[int]] = defaultdict(set)
    for position in positions:
        sentences[zones.sentence(position)].add(position)
    found: set[int] = set()
    for (start, end), claimed in sentences.items():
        if zones.text.count(",", start, end) >= _FEWEST_ITEMS - 1:
            breaks = [start + at for at, letter in enumerate(zones.text[start:end]) if letter == ","]
            found.update(_listed(breaks, claimed))
    return found


def _listed(breaks: Sequence[int], claimed: set[int]) -> Iterator[int]:
    """The claimed positions of a sentence that lie in a long list."""
    taken = {bisect_right(breaks, position) for position in claimed}
    for position in claimed:
        first, last = _reach(breaks, position)
        items = last - first + 1
        if items >= _FEWEST_ITEMS and 2 * sum(first <= item <= last for item in taken) < items:
            yield position


def _reach(breaks: Sequence[int], position: int) -> tuple[int, int]:
    """The first and the last item of the list around a position, counted by commas; the same where there is none."""
    item = first = last = bisect_right(breaks, position)
    after = breaks[item] - position if item < len(breaks) else _LONGEST_ITEM
    before = position - breaks[item - 1] if item else _LONGEST_ITEM
    if min(after, before) > _NEAR or after + before > 2 * _LONGEST_ITEM:
        return item, item
    while first > 0 and (first == item or breaks[first] - breaks[first - 1] <= _LONGEST_ITEM):
        first -= 1
    while last < len(breaks) and (last == item or breaks[last] - breaks[last - 1] <= _LONGEST_ITEM):
        last += 1
    return first, last
