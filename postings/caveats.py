"""What the figures of a labelled set cannot say, counted from the set itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from postings.solutions import all_solutions

if TYPE_CHECKING:
    from postings.evaluation import Judged


def limits(judged: Sequence[Judged]) -> Iterator[str]:
    """A sentence for each limit, shown wherever the figures are."""
    count = len(judged)
    debatable = sum(bool(one.also_ok) for one in judged)
    yield f"Tags that one could also accept, on {debatable} of {count} postings, count neither for nor against."
    yield "The labels are the judgement of whoever made the set: a second reader would decide some otherwise."
    if hard := sum(one.hard for one in judged):
        yield f"{hard} of {count} postings are marked as hard to tell: the set is no picture of all jobs."
    labelled = Counter(slug for one in judged for slug in one.truth)
    single = sum(postings == 1 for postings in labelled.values())
    yield (
        f"{len(labelled)} of {len(all_solutions())} solutions have a labelled posting, {single} of them a single one: "
        "their own figures are uncertain or missing."
    )
    if other := sum(one.language not in (None, "en") for one in judged):
        yield f"{other} of {count} postings are in other languages than English."
    yield "A set that the words were tuned on flatters: postings of other employers are judged worse."
