"""Postings a second on one core: tagging, against a bare Aho-Corasick scan of the same texts for the same phrases.

python -m bench.tagging --runs 5
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence

from ahocorasick_rs import AhoCorasick

from bench.running import keep, medians, table
from bench.server import Boards
from postings.lexicon import compiled
from postings.tagger import Tagger


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Processor time for all texts."""
    started = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - started


def main() -> None:
    """Run both in turn, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--postings", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=4000)
    given = parser.parse_args()
    dice = random.Random(1)  # noqa: S311
    texts = [Boards.plain(dice, given.bytes) for _ in range(given.postings)]
    words, _ = compiled.shipped()
    scan = AhoCorasick(sorted({term.text.lower() for term in words.terms}))
    tagger = Tagger.shipped()
    runs = []
    for _ in range(given.runs):
        scanned = seconds(lambda text: scan.find_matches_as_indexes(text.lower(), overlapping=True), texts)
        tagged = seconds(lambda text: tagger.tags(title="Engineer", text=text), texts)
        runs.append({"scan": len(texts) / scanned, "tagging": len(texts) / tagged, "ratio": scanned / tagged})
    middle = medians(runs)
    table(
        ("what", "postings/s", "ratio"), [("scan", middle["scan"], 1), ("tagging", middle["tagging"], middle["ratio"])]
    )
    keep("tagging", vars(given) | {"found": middle})


if __name__ == "__main__":
    main()
