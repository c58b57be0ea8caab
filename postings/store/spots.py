"""Where open postings are, for a map: places that lie close together as one spot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap64

from postings.store.shelf import Shelf

#: Places in one square of so many degrees are one spot.
SQUARE = 2.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Open postings of one neighbourhood."""

    #: Of its place with the most postings, as that is found by; and how many places it is.
    name: str
    places: int
    latitude: float
    longitude: float
    count: int


def spots(shelf: Shelf, among: BitMap64 | None) -> tuple[list[Spot], int]:
    """The spots of some postings or of all, the largest first; and how many postings have a place on the map."""
    squares: dict[tuple[int, int], list[tuple[int, Any, BitMap64]]] = defaultdict(list)
    for place, found in shelf.values("place").items():
        here = found if among is None else found & among
        latitude, longitude = place[4:]
        if here and latitude is not None and longitude is not None:
            square = int(latitude // SQUARE), int(longitude // SQUARE)
            squares[square].append((len(here), place, here))
    on_map = BitMap64.union(BitMap64(), *(here for each in squares.values() for _, _, here in each))
    found_spots = [_spot(each) for each in squares.values()]
    return sorted(found_spots, key=lambda spot: (-spot.count, spot.name)), len(on_map)


def _spot(parts: Sequence[tuple[int, Any, BitMap64]]) -> Spot:
    _, (text, city, _, _, latitude, longitude), _ = max(parts, key=lambda part: (part[0], part[1][0]))
    together = BitMap64.union(BitMap64(), *(here for _, _, here in parts))
    return Spot(city or text, len({place[1] or place[0] for _, place, _ in parts}), latitude, longitude, len(together))
