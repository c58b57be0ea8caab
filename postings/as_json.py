"""A posting as JSON: one object for the API, the export and the JSON Feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, TypedDict

from postings import solutions
from postings.kept import KeptPosting
from postings.posting import EmploymentType, Evidence, Place, Posting, Salary, Tag, Workplace


class EmployerJson(TypedDict):
    """Who hires."""

    slug: str
    name: str
    homepage: str | None


class PlaceJson(TypedDict):
    """A place of work."""

    text: str
    city: str | None
    region: str | None
    country: str | None
    latitude: float | None
    longitude: float | None


#: Pay; written as a call, because ``from`` is a word of the language.
SalaryJson = TypedDict(
    "SalaryJson",
    {
        "min": float | None,
        "max": float | None,
        "currency": str,
        "interval": Literal["year", "month", "week", "day", "hour"],
        "from": Literal["field", "text"],
    },
)


class ClosingJson(TypedDict):
    """Which crawl closed a posting, and by which rule."""

    crawl: int
    rule: str


class EvidenceJson(TypedDict):
    """The words that earned a tag."""

    where: Literal["title", "text", "employer", "page"]
    text: str


class TagJson(TypedDict):
    """A solution a posting serves."""

    slug: str
    name: str
    confidence: float
    evidence: list[EvidenceJson]


class SourceJson(TypedDict):
    """Where a posting was found."""

    kind: str
    key: str
    ref: str


class ElsewhereJson(SourceJson):
    """Another source that published the same vacancy."""

    url: str


class ReadJson(TypedDict):
    """What a source says in a posting; unknown is null, times are ISO 8601 in UTC."""

    title: str
    url: str
    apply_url: str | None
    locations: list[PlaceJson]
    workplace: Workplace | None
    remote_scope: list[str] | None
    employment_type: EmploymentType | None
    department: str | None
    salary: SalaryJson | None
    language: str | None
    posted_at: str | None
    changed_at: str | None
    closes_at: str | None
    description_html: str
    description_text: str
    source: SourceJson


class PostingJson(ReadJson):
    """One vacancy, with its life, its solutions and where else it was published."""

    id: int
    status: Literal["open", "closed"]
    employer: EmployerJson
    first_seen: str
    last_seen: str
    closed_at: str | None
    closing: ClosingJson | None
    solutions: list[TagJson]
    also_at: list[ElsewhereJson]


def as_json(kept: KeptPosting) -> PostingJson:
    """Write a stored posting, loaded with its texts, as the object that all machines get."""
    closing = kept.closing
    return {
        "id": kept.id,
        "status": "open" if kept.open else "closed",
        "employer": {"slug": kept.employer.slug, "name": kept.employer.name, "homepage": kept.employer.homepage},
        **as_read(kept.posting),
        "first_seen": iso(kept.first_seen),
        "last_seen": iso(kept.last_seen),
        "closed_at": moment(kept.closed_at),
        "closing": {"crawl": closing.crawl, "rule": closing.rule} if closing else None,
        "solutions": [_tag(tag) for tag in kept.tags],
        "also_at": [
            {"kind": other.source.kind, "key": other.source.key, "ref": other.ref, "url": other.url}
            for other in kept.also_at
        ],
    }


def as_read(posting: Posting) -> ReadJson:
    """Write what a source says in a posting: the same object without what only the store knows."""
    scope = posting.remote_scope
    return {
        "title": posting.title,
        "url": posting.url,
        "apply_url": posting.apply_url,
        "locations": [_place(place) for place in posting.places],
        "workplace": posting.workplace,
        "remote_scope": list(scope) if scope is not None else None,
        "employment_type": posting.employment_type,
        "department": posting.department,
        "salary": _salary(posting.salary) if posting.salary else None,
        "language": posting.language,
        "posted_at": moment(posting.posted_at),
        "changed_at": moment(posting.changed_at),
        "closes_at": moment(posting.closes_at),
        "description_html": posting.description_html,
        "description_text": posting.description_text,
        "source": {"kind": posting.source.kind, "key": posting.source.key, "ref": posting.ref},
    }


def iso(moment: datetime) -> str:
    """A moment in UTC to the second, as ``2026-11-23T08:30:00Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment(known: datetime | None) -> str | None:
    """A moment, where it is known."""
    return iso(known) if known else None


def _place(place: Place) -> PlaceJson:
    return {
        "text": place.text,
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _salary(salary: Salary) -> SalaryJson:
    return {
        "min": salary.minimum,
        "max": salary.maximum,
        "currency": salary.currency,
        "interval": salary.interval.value,
        "from": "text" if salary.origin == "text" else "field",
    }


def _tag(tag: Tag) -> TagJson:
    known = solutions.by_slug(tag.solution)
    return {
        "slug": tag.solution,
        "name": known.name if known else tag.solution,
        "confidence": tag.confidence,
        "evidence": [_evidence(each) for each in tag.evidence],
    }


def _evidence(evidence: Evidence) -> EvidenceJson:
    return {"where": evidence.where, "text": evidence.text}  # type: ignore[typeddict-item]
