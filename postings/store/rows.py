"""Between rows and nouns: how a posting, its places, its tags and its text stand in the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import orjson

from postings.folding import folded
from postings.life import fingerprint
from postings.posting import (
    EmploymentType,
    Evidence,
    Interval,
    Place,
    Posting,
    Salary,
    Source,
    Tag,
    Workplace,
)

Value = TypeVar("Value")

#: Databases bound the parameters of one statement.
_AT_ONCE = 500


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def slices(ids: Iterable[Value]) -> Iterator[list[Value]]:
    """Values in parts of which each can be named in one statement."""
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def last_seen_of(last_seen: datetime, closed_at: datetime | None, unchanged_at: datetime | None) -> datetime:
    """When a posting was last seen: by itself, or since then with all that its unchanged source has open."""
    return max(last_seen, unchanged_at) if closed_at is None and unchanged_at is not None else last_seen


def tagged(tags: Sequence[Tag]) -> str:
    """Name a posting's tags: another name means that they changed."""
    return hashlib.blake2b(orjson.dumps([[tag.solution, tag.confidence] for tag in tags]), digest_size=8).hexdigest()


def posting_values(posting: Posting, tags: Sequence[Tag]) -> dict[str, Any]:
    """The columns of a posting that follow from what its source says."""
    salary = posting.salary
    return {
        "ref": posting.ref,
        "title": posting.title,
        "url": posting.url,
        "apply_url": posting.apply_url,
        "workplace": posting.workplace,
        "remote_scope": list(posting.remote_scope) if posting.remote_scope is not None else None,
        "employment_type": posting.employment_type,
        "department": posting.department,
        "salary_min": salary and salary.minimum,
        "salary_max": salary and salary.maximum,
        "salary_currency": salary and salary.currency,
        "salary_interval": salary and salary.interval,
        "salary_from": salary and salary.origin,
        "language": posting.language,
        "posted_at": posting.posted_at,
        "changed_at": posting.changed_at,
        "closes_at": posting.closes_at,
        "fingerprint": fingerprint(posting),
        "tagged": tagged(tags),
    }


def called(*names: str | None) -> str:
    """What a place is found by: its text, city and region, made comparable."""
    return folded("\n".join(filter(None, names)))


def place_values(posting_id: int, places: Sequence[Place]) -> list[dict[str, Any]]:
    """The rows of a posting's places."""
    return [
        {
            "posting_id": posting_id,
            "position": position,
            "text": place.text,
            "city": place.city,
            "region": place.region,
            "country": place.country,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "folded": called(place.text, place.city, place.region),
        }
        for position, place in enumerate(places)
    ]


def tag_values(posting_id: int, tags: Sequence[Tag]) -> list[dict[str, Any]]:
    """The rows of a posting's tags."""
    return [
        {
            "posting_id": posting_id,
            "solution": tag.solution,
            "confidence": tag.confidence,
            "evidence": {"found": [[each.where, each.text] for each in tag.evidence]},
        }
        for tag in tags
    ]


def place_of(row: Any) -> Place:
    """A place, as its row tells it."""
    return Place(row.text, row.city, row.region, row.country, row.latitude, row.longitude)


def tag_of(row: Any) -> Tag:
    """A tag, as its row tells it."""
    found = tuple(Evidence(where, text) for where, text in row.evidence["found"])
    return Tag(row.solution, row.confidence, found)


def salary_of(row: Any) -> Salary | None:
    """The pay, as a posting's row tells it."""
    if row.salary_currency is None:
        return None
    interval = Interval(row.salary_interval)
    return Salary(row.salary_min, row.salary_max, row.salary_currency, interval, row.salary_from)


def posting_of(row: Any, places: Sequence[Place], *, html: str = "", text: str = "") -> Posting:
    """A posting, as its row (with kind and key of its source) tells it."""
    return Posting(
        source=Source(row.kind, row.key),
        ref=row.ref,
        title=row.title,
        url=row.url,
        apply_url=row.apply_url,
        places=tuple(places),
        workplace=Workplace(row.workplace) if row.workplace else None,
        remote_scope=tuple(row.remote_scope) if row.remote_scope is not None else None,
        employment_type=EmploymentType(row.employment_type) if row.employment_type else None,
        department=row.department,
        salary=salary_of(row),
        language=row.language,
        posted_at=row.posted_at,
        changed_at=row.changed_at,
        closes_at=row.closes_at,
        description_html=html,
        description_text=text,
    )
