"""What a posting is tagged with in the end: by the tagger, from the operator's threshold up, as people corrected it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from postings import corrections
from postings.corrections import Corrections
from postings.names import slug_of
from postings.posting import Employer, Posting, Source, Tag
from postings.tagger import THRESHOLD, Tagger

#: The environment's variable for the least confidence that is kept, and so shown.
VARIABLE = "CLIMATE_JOBS_CONFIDENCE"
#: So many postings of an employer say well enough what they have in common.
ENOUGH_TEXTS = 60


class Words(NamedTuple):
    """What of a posting its tags depend on: little to send to another process."""

    source: Source
    ref: str
    title: str
    employer: str | None
    description_text: str

    @classmethod
    def of(cls, posting: Posting) -> Words:
        """Those of a posting."""
        return cls(posting.source, posting.ref, posting.title, posting.employer, posting.description_text)


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides on tags. The same for what a crawl brings and for what is stored."""

    tagger: Tagger
    corrections: Corrections
    threshold: float

    @classmethod
    def of_environment(cls) -> Decider:
        """One with the shipped lexicon and the operator's settings.

        Raises:
            ValueError: where a setting cannot be used; its text is one line and names it.
        """
        return cls(Tagger.shipped(), corrections.of_environment(), least_confidence())

    @property
    def version(self) -> str:
        """Another one whenever the lexicon, the rules or a setting is, so that tags may be too."""
        said = f"{self.tagger.version} {self.corrections.digest} {self.threshold}"
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    def tags(self, posting: Posting | Words, employer: Employer | None) -> list[Tag]:
        """The tags of a posting, surest first.

        Args:
            employer: who hires, as far as the store knows; the posting's own word for it is the next best.
        """
        name = employer.name if employer else posting.employer
        found = self.tagger.tags(title=posting.title, text=posting.description_text, company=name, employer=employer)
        sure = [tag for tag in found if tag.confidence >= self.threshold]
        slug = employer.slug if employer else slug_of(posting.employer) if posting.employer else None
        return self.corrections.apply(sure, posting.source, posting.ref, slug)

    def told(self, employer: Employer, texts: Sequence[str]) -> Employer:
        """An employer of which nothing is known, with what its own postings say of it."""
        return replace(employer, solutions=self.tagger.lines(texts[:ENOUGH_TEXTS]))


def check_environment() -> None:
    """Refuse settings with which nothing could be tagged, for whoever starts others that tag.

    Raises:
        ValueError: as ``Decider.of_environment``.
    """
    corrections.of_environment()
    least_confidence()


def least_confidence() -> float:
    """The confidence from which tags are kept: CLIMATE_JOBS_CONFIDENCE, else the tagger's own.

    Raises:
        ValueError: where the variable holds no number that can be used.
    """
    said = os.environ.get(VARIABLE)
    if not said:
        return THRESHOLD
    try:
        least = float(said)
    except ValueError:
        least = -1
    if not THRESHOLD <= least <= 1:
        raise ValueError(f"{VARIABLE}: {said!r} is no number from {THRESHOLD} to 1")
    return least
