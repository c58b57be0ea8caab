"""How right the tags are: tags of labelled postings against their truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import source_hash
from random import Random
from typing import Any

from postings.caveats import limits
from postings.posting import Tag

#: Tags are put together by confidence from these up.
_STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_WORST = 20
_DRAWS = 200
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled posting and the tags it was given."""

    ref: str
    title: str
    tags: Sequence[Tag]
    #: Solutions it must have.
    truth: frozenset[str]
    #: Solutions it may have; they count neither way.
    also_ok: frozenset[str] = frozenset()
    language: str | None = None
    hard: bool = False
    #: Postings of one employer are drawn and set aside together.
    employer: str | None = None

    @property
    def given(self) -> frozenset[str]:
        """The solutions of its tags that count."""
        return frozenset(tag.solution for tag in self.tags) - (self.also_ok - self.truth)


@dataclass(slots=True)
class Score:
    """Counts of right, wrong and missed, and what follows from them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was given that is right; None where nothing was."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what is true that was given; None where nothing is."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there was nothing to find and nothing given."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def count(self, given: frozenset[str], truth: frozenset[str]) -> None:
        """Add one posting's tags."""
        self.right += len(given & truth)
        self.wrong += len(given - truth)
        self.missed += len(truth - given)

    def figures(self) -> dict[str, float | int | None]:
        """All of it as plain numbers."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every figure for a set of labelled postings, as plain data.

    Raises:
        ValueError: where the set is empty.
    """
    if not judged:
        raise ValueError("no labelled posting")
    return {
        "postings": len(judged),
        "labels": sum(len(one.truth) for one in judged),
        "micro": _micro(judged).figures(),
        "strict": _strict(judged).figures(),
        "macro": _macro(judged),
        "interval": _interval(judged),
        "folds": _folds(judged),
        "exact_match": _share(sum(one.given == one.truth for one in judged), len(judged)),
        "no_solution": _no_solution(judged),
        "hard": _part([one for one in judged if one.hard]),
        "languages": _languages(judged),
        "solutions": {slug: score.figures() for slug, score in sorted(_by_solution(judged).items())},
        "reliability": _reliability(judged),
        "confusions": _confusions(judged),
        "errors": _errors(judged),
        "limits": list(limits(judged)),
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _micro(judged: Iterable[Judged]) -> Score:
    score = Score()
    for one in judged:
        score.count(one.given, one.truth)
    return score


def _strict(judged: Iterable[Judged]) -> Score:
    score = Score()
    for one in judged:
        score.count(frozenset(tag.solution for tag in one.tags), one.truth)
    return score


def _by_solution(judged: Iterable[Judged]) -> dict[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for one in judged:
        for slug in one.given | one.truth:
            scores[slug].count(one.given & {slug}, one.truth & {slug})
    return scores


def _macro(judged: Iterable[Judged]) -> dict[str, float | int | None]:
    """The plain mean over the solutions that are true of some posting."""
    scores = [score for score in _by_solution(judged).values() if score.right + score.missed]
    means = {
        name: _share(sum(getattr(score, name) or 0.0 for score in scores), len(scores))
        for name in ("precision", "recall", "f1")
    }
    return {**means, "solutions": len(scores)}


def _by_employer(judged: Iterable[Judged]) -> list[list[Judged]]:
    """The postings of each employer, in an order that says nothing of them."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.employer or one.ref].append(one)
    return [groups[name] for name in sorted(groups, key=lambda name: source_hash(name.encode()))]


def _interval(judged: Sequence[Judged]) -> list[float]:
    """Between which values the micro F1 lies in 95 of 100 sets of employers drawn anew from these."""
    groups = _by_employer(judged)
    draw = Random(0)  # noqa: S311
    drawn = sorted(
        _micro(one for group in draw.choices(groups, k=len(groups)) for one in group).f1 or 0.0 for _ in range(_DRAWS)
    )
    return [drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS)]]


def _folds(judged: Sequence[Judged]) -> list[float | None]:
    """The micro F1 of each fifth of the employers."""
    groups = _by_employer(judged)
    return [_micro(one for group in groups[fold::_FOLDS] for one in group).f1 for fold in range(_FOLDS)]


def _no_solution(judged: Sequence[Judged]) -> dict[str, float | int | None]:
    """How well postings without a solution are told: as if «none» were a tag of its own."""
    score = Score()
    for one in judged:
        score.count(_none(one.given), _none(one.truth))
    without = [one for one in judged if not one.truth]
    wrong = sum(bool(one.given) for one in without)
    return {**score.figures(), "postings": len(without), "wrong_tag": _share(wrong, len(without))}


def _none(solutions: frozenset[str]) -> frozenset[str]:
    return frozenset() if solutions else frozenset({"none"})


def _part(part: Sequence[Judged]) -> dict[str, Any]:
    without = [one for one in part if not one.truth]
    return {
        "postings": len(part),
        **_micro(part).figures(),
        "wrong_tag": _share(sum(bool(one.given) for one in without), len(without)),
    }


def _languages(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    counts = Counter(one.language for one in judged if one.language)
    found = {
        language: _part([one for one in judged if one.language == language]) for language, _ in counts.most_common()
    }
    if len(counts) > 1 and "en" in counts:
        found["not en"] = _part([one for one in judged if one.language not in (None, "en")])
    return found


def _reliability(judged: Iterable[Judged]) -> list[dict[str, float | int | None]]:
    """Of tags of about one confidence, how many are right; tags that may be there are left out."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in _STEPS]
    for one in judged:
        for tag in one.tags:
            if tag.solution in one.given:
                step = max((index for index, low in enumerate(_STEPS) if tag.confidence >= low), default=0)
                rows[step].append((tag.confidence, tag.solution in one.truth))
    return [
        {
            "from": low,
            "tags": len(row),
            "confidence": _share(sum(confidence for confidence, _ in row), len(row)),
            "right": _share(sum(right for _, right in row), len(row)),
        }
        for low, row in zip(_STEPS, rows, strict=True)
    ]


def _confusions(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """Which solution was given where which was meant, most often first."""
    pairs: Counter[tuple[str | None, str | None]] = Counter()
    for one in judged:
        wrong, missed = one.given - one.truth, one.truth - one.given
        for given in wrong or {None}:
            pairs.update((given, meant) for meant in missed or {None} if given or meant)
    return [
        {"given": given, "meant": meant, "postings": count}
        for (given, meant), count in sorted(pairs.items(), key=lambda pair: (-pair[1], str(pair[0])))[:_WORST]
    ]


def _errors(judged: Iterable[Judged]) -> dict[str, list[dict[str, Any]]]:
    """The surest wrong tags with the words that earned them, and what was missed."""
    wrong, missed = [], []
    for one in judged:
        wrong += [(tag, one) for tag in one.tags if tag.solution in one.given - one.truth]
        missed += [(slug, one) for slug in sorted(one.truth - one.given)]
    wrong.sort(key=lambda pair: -pair[0].confidence)
    return {
        "wrong": [
            {
                "id": one.ref,
                "title": one.title,
                "solution": tag.solution,
                "confidence": tag.confidence,
                "evidence": [{"where": found.where, "text": found.text} for found in tag.evidence],
                "truth": sorted(one.truth),
            }
            for tag, one in wrong[:_WORST]
        ],
        "missed": [
            {"id": one.ref, "title": one.title, "solution": slug, "given": sorted(one.given)}
            for slug, one in missed[:_WORST]
        ],
    }
