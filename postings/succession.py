"""Which posting stands for those that closed while others tell of the same vacancy still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping


def successors(before: Mapping[int, int], shown: Mapping[int, int], *, apart: Collection[int] = ()) -> dict[int, int]:
    """The posting that is shown for each closed one.

    Those that were one vacancy stay one: a feed knows it by the oldest of them, be that closed or not.

    Args:
        before: what was shown for each posting, open and closed, until now; for most, the posting itself.
        shown: what is shown for each open posting from now on.
        apart: postings that stand for themselves.
    """
    families: dict[int, list[int]] = defaultdict(list)
    for each, stood in sorted(before.items()):
        families[stood].append(each)
    found: dict[int, int] = {}
    for stood, family in families.items():
        closed = [each for each in family if each not in shown]
        found |= {each: each for each in closed}
        still = [each for each in family if each in shown and each not in apart]
        kept = [each for each in closed if each not in apart]
        if kept:
            home = shown[still[0]] if still else stood if stood in kept else kept[0]
            found |= dict.fromkeys(kept, home)
    return found
