"""The nouns all else is written in: what is read, what a posting holds, how a crawl left a source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

KIND = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A board or a listing: what one spider reads under one key."""

    #: The spider's name, such as ``greenhouse``.
    kind: str
    #: What names the board within its ATS, as written there: upper and lower case matter.
    key: str

    def __post_init__(self) -> None:
        if not KIND.fullmatch(self.kind) or not self.key or self.key != self.key.strip() or "\n" in self.key:
            raise ValueError(f"no source: {self.kind}:{self.key} (write kind:key, such as greenhouse:acme)")

    @classmethod
    def parse(cls, text: str) -> Source:
        """Read ``kind:key``; ValueError where it is not of that form."""
        kind, colon, key = text.partition(":")
        if not colon:
            raise ValueError(f"no source: {text!r} (write kind:key, such as greenhouse:acme)")
        return cls(kind, key)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Workplace(StrEnum):
    """Where the work is done."""

    REMOTE = "remote"
    HYBRID = "hybrid"
    ONSITE = "onsite"


class EmploymentType(StrEnum):
    """How one is employed."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    CONTRACT = "contract"
    TEMPORARY = "temporary"
    INTERNSHIP = "internship"
    VOLUNTEER = "volunteer"
    OTHER = "other"


class Interval(StrEnum):
    """What a salary is paid for."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of work. Only the text is sure; the rest is None where it is not known."""

    #: As the source writes it.
    text: str
    city: str | None = None
    region: str | None = None
    #: ISO 3166, two capital letters.
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay in whole units of its currency; at least one end is known."""

    minimum: float | None
    maximum: float | None
    #: ISO 4217, three capital letters.
    currency: str
    interval: Interval
    #: ``field`` where the source says it in a field of its own, ``text`` where it was read out of the text.
    origin: str = "field"

    def __post_init__(self) -> None:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a salary without an amount")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"no currency: {self.currency!r}")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"salary from {self.minimum} to {self.maximum}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One vacancy, as one source published it. Texts are clean, times aware UTC, unknown is None."""

    source: Source
    #: The source's own id, unique within the source.
    ref: str
    title: str
    #: The page for people.
    url: str
    apply_url: str | None = None
    #: Who hires, as the source names it; None on a board that does not say.
    employer: str | None = None
    places: tuple[Place, ...] = ()
    workplace: Workplace | None = None
    #: ISO country codes from which a remote posting may be worked; None where it is not said.
    remote_scope: tuple[str, ...] | None = None
    employment_type: EmploymentType | None = None
    department: str | None = None
    salary: Salary | None = None
    #: ISO 639-1, two small letters.
    language: str | None = None
    posted_at: datetime | None = None
    #: When the source says it was last changed.
    changed_at: datetime | None = None
    closes_at: datetime | None = None
    #: Sanitised, safe to put into a page; as its source sent it until the posting is finished.
    description_html: str = ""
    #: The same as plain text, with its paragraphs and list items.
    description_text: str = ""

    def __post_init__(self) -> None:
        if not self.ref:
            raise ValueError("a posting without a ref")
        if not self.title.strip():
            raise ValueError(f"posting {self.ref} has no title")
        for name in ("url", "apply_url"):
            address = getattr(self, name)
            if address is not None and not is_web_address(address):
                raise ValueError(f"posting {self.ref}: {name} is no web address: {address[:80]!r}")
        for name in ("posted_at", "changed_at", "closes_at"):
            moment = getattr(self, name)
            if moment is not None and moment.utcoffset() is None:
                raise ValueError(f"posting {self.ref}: {name} has no time zone")


def is_web_address(text: str) -> bool:
    """Whether a text is an http(s) address with a host and nothing that could break out of a page."""
    if not re.fullmatch(r"https?://[^\s<>\"'\\\x00-\x1f\x7f]+", text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that earned a tag."""

    #: ``title``, ``text``, ``employer`` or ``page``.
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A solution a posting serves, with the evidence for it."""

    solution: str
    #: From 0 to 1: of tags with 0.8, about 80 in 100 are right.
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class EmployerSolution:
    """A solution an employer works on, and how that is known."""

    solution: str
    #: Where it comes from: ``known``, ``handbook-checked``, ``grid-map``, ``operator``, …
    evidence: str


@dataclass(frozen=True, slots=True)
class Employer:
    """Who hires; may be a firm, an NGO or a city."""

    slug: str
    name: str
    homepage: str | None = None
    solutions: tuple[EmployerSolution, ...] = ()


class Outcome(StrEnum):
    """How a crawl left a source."""

    #: Every page came, every row made a posting, and the count agrees with the source's own total.
    COMPLETE = "complete"
    #: Something was read, but not all of it, or not surely all of it.
    PARTIAL = "partial"
    #: Nothing could be read.
    FAILED = "failed"
    #: The source says that nothing changed, or sent the same bytes as last time.
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets a source answer «nothing changed», and lets us see it."""

    etag: str | None = None
    last_modified: str | None = None
    #: Of all bytes that the reading rests on.
    digest: str | None = None


@dataclass(slots=True, kw_only=True)
class Reading:
    """What one crawl brought of one source. Its outcome is the cautious one until a spider proves better."""

    source: Source
    started_at: datetime
    outcome: Outcome = Outcome.FAILED
    #: One line for people; None where all is well.
    reason: str | None = None
    postings: list[Posting]
    #: Refs the source listed, those too whose postings were not read again.
    listed: set[str]
    #: Refs whose own pages say that they are over, though their source cannot.
    ended: set[str] = field(default_factory=set)
    #: The source answered 404 or 410.
    gone: bool = False
    #: Absence from this kind of source proves nothing: a feed shows only its newest entries.
    window: bool = False
    validators: Validators = Validators()
    #: Being read in part is all one can have of it, and no fault.
    excused: bool = False

    @property
    def faulty(self) -> bool:
        """Whether somebody should look: it failed, or was read in part though it should be read whole."""
        return self.outcome in (Outcome.FAILED, Outcome.PARTIAL) and not self.excused
