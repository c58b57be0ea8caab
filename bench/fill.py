"""Postings a second: our crawl against bare Scrapy that writes one batch a board, and against itself without pipeline.

python -m bench.fill --runs 5 [--postgres postgresql+psycopg://…]
"""

from __future__ import annotations

import argparse
from typing import Any

from bench.running import board_server, empty_database, keep, medians, run, table

#: What is compared with what: the first pass in postings, the second one, of unchanged boards, in boards.
PASSES = (("items", "bare", "spiders", "ours"), ("fetch again", "ours again"))


def one_run(postgres: str | None, port: int, boards: int) -> dict[str, dict[str, Any]]:
    """Each of them once, one after the other."""
    given = ("--boards", boards, "--port", port)
    found = {}
    with (
        empty_database(postgres) as items,
        empty_database(postgres) as bare,
        empty_database(postgres) as ours,
        empty_database(postgres) as none,
    ):
        found["items"] = run("crawls", "items", *given, "--database", items)
        found["bare"] = run("crawls", "bare", *given, "--database", bare)
        found["spiders"] = run("crawls", "spiders", *given, "--database", none)
        found["ours"] = run("crawls", "ours", *given, "--database", ours)
        found["fetch again"] = run("crawls", "fetch", "--known", *given, "--database", bare)
        found["ours again"] = run("crawls", "ours", *given, "--database", ours)
    return found


def compare(runs: list[dict[str, dict[str, Any]]], boards: int, postings: int) -> dict[str, dict[str, float]]:
    """The middle of the runs, with the rate of each, and how much of that of the first one of its pass it is."""
    found: dict[str, dict[str, float]] = {}
    for names, many in zip(PASSES, (boards * postings, boards), strict=True):
        for name in names:
            middle = medians([{key: each[name][key] for key in ("seconds", "processor")} for each in runs])
            middle["a second"] = round(many / middle["seconds"], 1)
            paired = [
                {
                    "of the first": each[names[0]]["seconds"] / each[name]["seconds"],
                    "by processor": each[names[0]]["processor"] / each[name]["processor"],
                }
                for each in runs
            ]
            found[name] = middle | medians(paired)
    return found


def main() -> None:
    """Run it all, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--boards", type=int, default=600)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--bytes", type=int, default=4000)
    parser.add_argument("--postgres", help="a PostgreSQL where databases may be made, to be measured too")
    given = parser.parse_args()
    found = {}
    with board_server(given.postings, given.bytes) as port:
        for database in (None, given.postgres) if given.postgres else (None,):
            runs = [one_run(database, port, given.boards) for _ in range(given.runs)]
            found["PostgreSQL" if database else "SQLite"] = compare(runs, given.boards, given.postings)
    rows = [(system, name, *each.values()) for system, of_system in found.items() for name, each in of_system.items()]
    head = ("store", "crawl", "seconds", "processor s", "postings or boards/s", "ratio", "ratio by processor")
    table(head, rows)
    keep("fill", vars(given) | {"found": found})


if __name__ == "__main__":
    main()
