"""What is known of the labels that models once gave to companies in the handbook: which were right, which wrong.

The labels are the Climate Tech Handbook's of 2023 and 2024 (MIT licence, Copyright (c) 2023 Climate Tech Handbook);
``verdicts.csv`` names those that were compared with what is known of the company otherwise.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from postings.names import folded

AGREES, DISAGREES = "agrees", "disagrees"


def verdict(company: str, solution: str) -> str | None:
    """Whether a company rightly stands under a solution: ``agrees``, ``disagrees``; None where that was not judged."""
    return _verdicts().get((folded(company), solution))


@cache
def _verdicts() -> dict[tuple[str, str], str]:
    lines = files("postings.handbook").joinpath("verdicts.csv").read_text(encoding="utf-8").splitlines()
    return {(folded(row["name"]), row["solution"]): row["verdict"] for row in csv.DictReader(lines)}
