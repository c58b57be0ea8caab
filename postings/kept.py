"""What the store gives back: a posting with its life, a source with its health, a crawl with its counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from postings.posting import Employer, Place, Posting, Source, Tag, Validators


class StoreError(Exception):
    """The store cannot be used; its text is one line for people."""


class ConnectionLost(StoreError):
    """The database server ended a connection that was in use; who only reads may ask again at once."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Which crawl closed a posting, and by which rule of ``postings.life``."""

    crawl: int
    rule: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another posting of the same vacancy, at another source or for another place."""

    source: Source
    ref: str
    url: str
    #: Its own places of work.
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPosting:
    """A stored posting.

    In lists its texts are empty, and so is what its employer works on: loaded for one posting or a feed only.
    """

    id: int
    posting: Posting
    employer: Employer
    #: Most confident first.
    tags: tuple[Tag, ...]
    first_seen: datetime
    last_seen: datetime
    #: What lists are sorted by.
    dated_at: datetime
    #: When anything a reader sees last changed.
    touched_at: datetime
    closed_at: datetime | None = None
    closing: Closing | None = None
    also_at: tuple[Elsewhere, ...] = ()
    #: The posting that is shown in its place; None where it is shown itself.
    shown_as: int | None = None
    #: Where its vacancy was seen first, source and ref, which name it for ever; and when.
    first_at: tuple[Source, str]
    known_since: datetime

    @property
    def open(self) -> bool:
        """Whether it was still open when last looked at."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSource:
    """A source with what its last crawls say of it."""

    source: Source
    employer: Employer | None
    state: str
    open_postings: int
    due_at: datetime | None
    last_crawl_at: datetime | None
    last_complete_at: datetime | None
    last_outcome: str | None
    last_reason: str | None
    gone_count: int
    #: How many closings wait for a crawl that confirms them.
    held: int
    #: What is not as it was, with the figures.
    alarm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCrawl:
    """One crawl of one source and what it changed."""

    id: int
    source: Source
    started_at: datetime
    ended_at: datetime
    outcome: str
    reason: str | None
    faulty: bool
    seen: int
    new: int
    changed: int
    closed: int
    reopened: int
    held: int
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The right to read one source now, until its lease ends."""

    id: int
    source: Source
    employer: Employer | None
    validators: Validators
    lease: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which postings are wanted; what is None or empty does not count."""

    words: str | None = None
    #: City, region, country or «remote», as a visitor writes it.
    place: str | None = None
    #: Slugs; any of them.
    solutions: tuple[str, ...] = ()
    #: Slugs; any of them.
    employers: tuple[str, ...] = ()
    workplace: str | None = None
    country: str | None = None
    employment_type: str | None = None
    language: str | None = None
    #: Dated after.
    since: datetime | None = None
    salary_min: float | None = None
    currency: str | None = None
    #: ``open``, ``closed`` or ``all``.
    status: str = "open"
    source: Source | None = None
    #: Each posting as its source published it, and not each vacancy once.
    each: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list of postings, newest first."""

    items: list[KeptPosting] = field(default_factory=list)
    total: int = 0
    #: Whether the list goes on behind this part.
    more: bool = False
    #: Whether there are more than the total: so many postings had the words that only the newest were looked at.
    bounded: bool = False
