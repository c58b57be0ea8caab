"""What the site says of its own measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_up import empty_store, page, text, visitor

from postings import figures
from postings.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


MEASURED = {
    "measured_at": "2026-02-03T10:00:00+00:00",
    "lexicon": "abc-def",
    "postings": 1234,
    "labels": 567,
    "interval": [0.71, 0.83],
    "with_directory": {"precision": 0.91, "recall": 0.82, "f1": 0.86, "wrong_tag": 0.04},
    "without_directory": {"precision": 0.88, "recall": 0.79, "f1": 0.84, "wrong_tag": None},
    "hard": {"precision": 0.81, "recall": 0.72, "f1": 0.76, "wrong_tag": 0.07},
    "languages": {},
    "reliability": [{"from": 0.5, "tags": 24, "confidence": 0.55, "right": 0.58}],
    "limits": ["One person labelled <them>."],
}


def test_the_measured_figures_are_shown_with_what_they_cannot_say(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "shipped", lambda: figures.read(json.dumps(MEASURED).encode()))
    shown = text(page(visitor(store), "/about"))
    assert "By text and employer 91% 82% 86% 4%" in shown
    assert "By text alone 88% 79% 84% –" in shown
    assert "1,234 jobs" in shown
    assert "between 71% and 83%" in shown
    assert "50% 24 55% 58%" in shown
    assert "One person labelled <them>." in shown


def test_a_site_without_a_measurement_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "shipped", lambda: None)
    assert "No measurement comes with this copy" in text(page(visitor(store), "/about"))


def test_the_shipped_measurement_can_be_read(store: Store) -> None:
    measured = figures.shipped()
    assert measured is not None
    assert f"{measured.postings:,} jobs" in text(page(visitor(store), "/about"))
