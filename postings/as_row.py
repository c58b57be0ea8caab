"""A posting as one row of a table: what a spreadsheet can hold of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from postings.as_json import PostingJson

COLUMNS = (
    *("id", "title", "status", "employer", "url", "apply_url", "locations", "workplace", "employment_type"),
    *("department", "salary_min", "salary_max", "salary_currency", "salary_interval", "language", "posted_at"),
    *("first_seen", "last_seen", "closes_at", "closed_at", "solutions", "source", "ref", "description_text"),
)


class _Line:
    """Takes what a csv writer writes and gives it back."""

    def write(self, text: str) -> str:
        return text


def as_row(posting: PostingJson) -> dict[str, Any]:
    """A posting's facts by column."""
    salary: dict[str, Any] = dict(posting["salary"] or {})
    flat: dict[str, Any] = {
        **posting,
        "employer": posting["employer"]["name"],
        "locations": "; ".join(place["text"] for place in posting["locations"]),
        "solutions": "; ".join(each["slug"] for each in posting["solutions"]),
        "source": f"{posting['source']['kind']}:{posting['source']['key']}",
        "ref": posting["source"]["ref"],
        **{f"salary_{name}": salary.get(name) for name in ("min", "max", "currency", "interval")},
    }
    return {name: flat[name] for name in COLUMNS}


def csv_lines(postings: Iterable[PostingJson]) -> Iterator[str]:
    """A table as lines of CSV, its heading first, one posting at a time."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(COLUMNS))
    for posting in postings:
        yield str(writer.writerow([_safe(cell) for cell in as_row(posting).values()]))


def _safe(cell: Any) -> Any:
    """Keep a spreadsheet from running what an employer wrote."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
