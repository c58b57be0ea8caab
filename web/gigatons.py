"""How much of the whole a solution is: its gigatons beside the largest of its sector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from postings import solutions
from postings.solutions import Solution


@dataclass(frozen=True, slots=True)
class Share:
    """A solution's gigatons in both scenarios, and its place among the solutions of its home sector."""

    low: float
    high: float
    #: From 0 to 100, of the sector's largest.
    low_percent: float
    high_percent: float
    #: 1 is the largest of the sector.
    rank: int
    of: int


@cache
def share(solution: Solution) -> Share | None:
    """A solution's share, by scenario 1; None where there is no estimate."""
    if solution.gigatons is None:
        return None
    sector = [each for each in solutions.by_sector()[solution.home_sector] if each.gigatons]
    sizes = sorted((each.gigatons[0] for each in sector if each.gigatons), reverse=True)
    largest = max(max(each.gigatons) for each in sector if each.gigatons)
    low, high = solution.gigatons
    return Share(
        low=low,
        high=high,
        low_percent=round(max(low, 0) / largest * 100, 1),
        high_percent=round(max(high, 0) / largest * 100, 1),
        rank=sizes.index(low) + 1,
        of=len(sizes),
    )
