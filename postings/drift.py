"""Whether a source is still what it was: a board that names another employer, or lost its texts, is not to be believed.

Pure arithmetic over what two complete crawls brought.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from postings.names import folded
from postings.posting import Reading

#: Fewer postings say too little of a board.
ENOUGH = 5
#: What most postings had, and hardly any has now, was lost.
MOST, HARDLY_ANY = 0.8, 0.2


@dataclass(frozen=True, slots=True)
class Profile:
    """What a complete crawl brought, in figures."""

    #: How many postings were read, and how many of them had a text, and a date.
    read: int
    described: int
    dated: int
    #: How many were listed, those too that were not read again.
    listed: int
    #: Whom most of them name as their employer; None where the source does not say.
    employer: str | None

    @classmethod
    def of(cls, reading: Reading) -> Profile:
        """The profile of a reading."""
        names = Counter(posting.employer for posting in reading.postings if posting.employer)
        return cls(
            read=len(reading.postings),
            described=sum(bool(posting.description_text) for posting in reading.postings),
            dated=sum(posting.posted_at is not None for posting in reading.postings),
            listed=len(reading.listed),
            employer=names.most_common(1)[0][0] if names else None,
        )

    def as_json(self) -> dict[str, Any]:
        """The profile as it is kept."""
        return asdict(self)


def drift(before: Profile | None, after: Profile) -> list[str]:
    """What is not as it was, a line each with the figures; nothing where too little is known to say."""
    if before is None:
        return []
    found = []
    if before.employer and after.employer and folded(before.employer) != folded(after.employer):
        found.append(f"its postings name «{after.employer}» as their employer, before «{before.employer}»")
    if before.listed >= ENOUGH and after.listed == 0:
        found.append(f"it lists nothing, before {before.listed} postings")
    for what, had, has in (
        ("texts", before.described, after.described),
        ("dates", before.dated, after.dated),
    ):
        enough = min(before.read, after.read) >= ENOUGH
        if enough and had >= MOST * before.read and has <= HARDLY_ANY * after.read:
            found.append(f"{has} of {after.read} postings have {what}, before {had} of {before.read}")
    return found
