"""A solution's last year as a small picture: how many jobs were open each week, and how many were new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from postings.store.counts import Span

WEEKS = 52
#: Less history than this shows nothing.
_LEAST = 3
WIDTH, HEIGHT, _BARS = 520, 120, 28


@dataclass(frozen=True, slots=True)
class Chart:
    """What the picture is drawn from; lengths are in its own units."""

    #: The last day of the first week.
    since: date
    #: How many were open at the end of each week, and how many were new in it.
    open: tuple[int, ...]
    new: tuple[int, ...]

    @property
    def most(self) -> int:
        """The largest number that was open."""
        return max(self.open)

    @property
    def line(self) -> str:
        """The open jobs as the path of a line."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in self._points())

    @property
    def area(self) -> str:
        """What lies under that line."""
        first, *_, last = self._points()
        return f"{self.line}L{last[0]:g} {HEIGHT}L{first[0]:g} {HEIGHT}Z"

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """The new jobs as bars: left, top, width and height."""
        step, most = WIDTH / len(self.new), max(self.new) or 1
        heights = [round(count / most * _BARS, 1) for count in self.new]
        return [
            (round(index * step + step * 0.2, 1), HEIGHT - height, round(step * 0.6, 1), height)
            for index, height in enumerate(heights)
            if height
        ]

    def _points(self) -> list[tuple[float, float]]:
        step = WIDTH / (len(self.open) - 1)
        return [
            (round(index * step, 1), round(HEIGHT - count / (self.most or 1) * (HEIGHT - 6), 1))
            for index, count in enumerate(self.open)
        ]


def chart(spans: Sequence[Span], today: date) -> Chart | None:
    """Draw the last year of a solution; None where too little of it is known."""
    if not spans:
        return None
    known = (today - min(span.first for span in spans)).days // 7 + 1
    weeks = min(WEEKS, known)
    if weeks < _LEAST:
        return None
    begun = today - timedelta(days=7 * weeks - 1)
    opened, closed, new = [0] * (weeks + 1), [0] * (weeks + 1), [0] * (weeks + 1)
    for span in spans:
        week = min((span.first - begun).days // 7, weeks)
        # Of before the first week: open in it, but not new.
        opened[max(week, 0)] += span.count
        new[week if week >= 0 else weeks] += span.count
        if span.last is not None:
            closed[min(max((span.last - begun).days // 7, 0), weeks)] += span.count
    changes = (more - fewer for more, fewer in zip(opened[:weeks], closed[:weeks], strict=True))
    return Chart(since=begun + timedelta(days=6), open=tuple(accumulate(changes)), new=tuple(new[:weeks]))
