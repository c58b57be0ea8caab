"""How often the tags are right, as the site tells it: a file that ``climate-jobs evaluate --write`` made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

_WITH, _WITHOUT = "with_directory", "without_directory"


@dataclass(frozen=True, slots=True)
class Part:
    """Figures for a part of the postings, or for one way to tag them; None where there was nothing to count."""

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    #: The share of postings without a solution that got one.
    wrong_tag: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """Of tags of about one confidence, how many were right."""

    sure_from: float
    tags: int
    confidence: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One measurement and what it cannot say."""

    measured_at: datetime
    #: The version of the tagger that was measured.
    lexicon: str
    postings: int
    labels: int
    #: Where F1 lies for other employers of the kind.
    interval: tuple[float, float]
    parts: tuple[Part, ...]
    reliability: tuple[Step, ...]
    limits: tuple[str, ...]


def published(measured: Mapping[str, Any], otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a report for the site.

    Args:
        measured: the report, with when and by which lexicon it was made, and whether with the directory.
        otherwise: the report for the same postings with the directory where that one is without, and the other way.
    """
    ways = (_WITH, _WITHOUT) if measured["directory"] else (_WITHOUT, _WITH)
    kept = ("measured_at", "lexicon", "postings", "labels", "interval", "exact_match", "reliability", "limits")
    return {
        **{name: measured[name] for name in kept},
        **{way: _plain(report) for way, report in zip(ways, (measured, otherwise), strict=True)},
        "hard": measured["hard"],
        "languages": measured["languages"],
    }


def _plain(report: Mapping[str, Any]) -> dict[str, Any]:
    return {**report["micro"], "wrong_tag": report["no_solution"]["wrong_tag"]}


@cache
def shipped() -> Figures | None:
    """The measurement that comes with the package; None where none does."""
    file = files("postings").joinpath("figures.json")
    return read(file.read_bytes()) if file.is_file() else None


def read(content: bytes) -> Figures:
    """Read what ``published`` kept."""
    data = orjson.loads(content)
    parts = {
        "By text and employer": data[_WITH],
        "By text alone": data[_WITHOUT],
        "Hard to tell": data["hard"],
        "Not in English": data["languages"].get("not en"),
    }
    low, high = data["interval"]
    return Figures(
        measured_at=datetime.fromisoformat(data["measured_at"]),
        lexicon=data["lexicon"],
        postings=data["postings"],
        labels=data["labels"],
        interval=(low, high),
        parts=tuple(_part(name, part) for name, part in parts.items() if part),
        reliability=tuple(
            Step(step["from"], step["tags"], step["confidence"], step["right"]) for step in data["reliability"]
        ),
        limits=tuple(data["limits"]),
    )


def _part(name: str, part: Mapping[str, Any]) -> Part:
    return Part(name, part["precision"], part["recall"], part["f1"], part["wrong_tag"])
