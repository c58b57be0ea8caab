"""Made-up postings for the benchmark of the site: as many as wanted, one in five open, spread over thirteen months.

python -m bench.filled --postings 100000 --database URL
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from postings import database, solutions
from postings.life import Rule
from postings.posting import EmploymentType, Workplace
from postings.store import changes, open_store
from postings.store.rows import called
from postings.tables import CrawlRow, EmployerRow, PlaceRow, PostingRow, SourceRow, TagRow, TextRow

#: The moment after the last crawl.
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_DAYS = 400
#: Postings of one employer.
_EACH = 50
_BATCH = 2_000
_COUNTRIES = ("US", "US", "US", "DE", "DE", "GB", "FR", "IN", "CA", "NL", "ES", "SE", "AU", "BR", "KE", "DK", "IT")
_TRADES = ("Heat Pump", "Solar", "Wind", "Battery", "Grid", "Software", "Finance", "Forest", "Water", "Data", "Supply")
_ROLES = ("Engineer", "Engineer", "Engineer", "Technician", "Manager", "Analyst", "Lead", "Planner", "Intern", "Fitter")
_RANKS = ("", "Senior", "Junior", "Principal", "Lead", "Head of", "Associate")
_COMMON = (
    "you",
    "we",
    "our",
    "the",
    "and",
    "with",
    "team",
    "work",
    "project",
    "energy",
    "climate",
    "design",
    "in",
    "of",
)
_Row = dict[str, Any]


class Maker:
    """Makes up rows, always the same for the same seed.

    Args:
        length: words of a text; real ones have about 600.
    """

    def __init__(self, seed: int, length: int = 600) -> None:
        self._length = length
        self._dice = random.Random(seed)  # noqa: S311
        letters = "abdefgiklmnoprstuv"
        self._words = ["".join(self._dice.choices(letters, k=self._dice.randint(4, 9))) for _ in range(20_000)]
        self._towns = [self._town(word.title()) for word in self._words[:6_000]]
        self._slugs = [each.slug for each in solutions.all_solutions()]
        self._dice.shuffle(self._slugs)

    def _town(self, name: str) -> _Row:
        country = self._dice.choice(_COUNTRIES)
        place = {"latitude": self._dice.uniform(-50, 65), "longitude": self._dice.uniform(-120, 150)}
        text = f"{name}, {country}"
        return {"text": text, "city": name, "country": country, "folded": called(text, name)} | place

    def posting(self, number: int, of: int) -> _Row:
        """A posting without its id, its employer and its source."""
        dice = self._dice
        age = timedelta(days=_DAYS * (1 - number / of))
        seen = NOW - age
        is_open = dice.random() < 0.9 * math.exp(-age.days / 85)
        closed = None if is_open else min(NOW, seen + timedelta(days=dice.expovariate(1 / 40)))
        salary = dice.randrange(30_000, 150_000, 500) if dice.random() < 0.3 else None
        return {
            "ref": str(number),
            "title": f"{dice.choice(_RANKS)} {dice.choice(_TRADES)} {dice.choice(_ROLES)}".strip(),
            "url": f"https://boards.example/{number}",
            "workplace": dice.choice((*Workplace, None)),
            "employment_type": dice.choice((EmploymentType.FULL_TIME, *EmploymentType, None)),
            "language": dice.choice(("en", "en", "en", "de", "fr", None)),
            "salary_min": salary,
            "salary_max": salary and salary * 1.3,
            "salary_currency": salary and dice.choice(("USD", "EUR")),
            "salary_interval": salary and "year",
            "salary_from": salary and "field",
            "posted_at": seen - timedelta(hours=dice.randrange(500)),
            "dated_at": seen - timedelta(hours=dice.randrange(500)),
            "first_seen": seen,
            "last_seen": closed or NOW,
            "read_at": closed or NOW,
            "closed_at": closed,
            "closing_rule": closed and Rule.UNLISTED,
            "fingerprint": "made up",
            "tagged": "made up",
        }

    def text(self) -> str:
        """About a page of words, some of them in every text."""
        dice = self._dice
        common = dice.choices(_COMMON, k=self._length // 2)
        rare = (self._words[int(len(self._words) * dice.random() ** 3)] for _ in common)
        words = [word for pair in zip(common, rare, strict=True) for word in pair]
        if dice.random() < 0.02:
            words += ["heat", "pumps", "in", "old", "houses"]
        return " ".join(words)

    @property
    def most_served(self) -> str:
        """The slug of the solution that most postings serve."""
        return self._slugs[0]

    def rare_words(self) -> list[str]:
        """Words that some texts have."""
        return self._words[1_000:2_000]

    def places(self) -> Iterator[_Row]:
        """One place of work, sometimes two."""
        for position in range(1 if self._dice.random() < 0.85 else 2):
            yield {"position": position} | self._dice.choice(self._towns)

    def tags(self) -> Iterator[_Row]:
        """The solutions of three postings in five; some solutions have many more than others."""
        if self._dice.random() < 0.6:
            number = int(len(self._slugs) * self._dice.random() ** 2)
            for slug in {self._slugs[number], self._dice.choice(self._slugs)}:
                yield {
                    "solution": slug,
                    "confidence": round(0.5 + self._dice.random() / 2, 2),
                    "evidence": {"found": [["text", "heat pumps"]]},
                }


def fill(url: str, postings: int, length: int) -> None:
    """Fill an empty database."""
    open_store(url, upgrade=True).close()
    engine, maker = database.connect(url), Maker(7, length)
    with database.writing(engine) as connection:
        hirers, boards = _employers(connection, max(1, postings // _EACH))
        crawl = _crawl(connection, boards[0])
    indexes = _take_indexes(engine)
    numbers = iter(range(postings))
    while batch := list(islice(numbers, _BATCH)):
        # Of its own, so that the batch is told from the others.
        moment = NOW - timedelta(days=1) + timedelta(milliseconds=batch[0])
        rows = [maker.posting(number, postings) | {"touched_at": moment} for number in batch]
        for row in rows:
            place = maker._dice.randrange(len(boards))
            row |= {"employer_id": hirers[place], "source_id": boards[place]}
            row["closing_crawl"] = crawl if row["closed_at"] else None
        with database.writing(engine) as connection:
            ids = list(
                connection.scalars(insert(PostingRow).returning(PostingRow.id, sort_by_parameter_order=True), rows)
            )
            _parts(connection, maker, ids)
            changes.note(connection, now=moment)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for index in indexes:
            connection.execute(text(index))
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _take_indexes(engine: Engine) -> list[str]:
    """Take PostgreSQL's indexes of words away, and tell how to make them again: quicker over a full table."""
    if engine.dialect.name == "sqlite":
        return []
    with database.writing(engine) as connection:
        named = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'words' AND indexdef LIKE '%USING gin%'"
        found = connection.execute(text(named)).all()
        for index in found:
            connection.execute(text(f"DROP INDEX {index.indexname}"))
    return [index.indexdef for index in found]


def _parts(connection: Connection, maker: Maker, ids: list[int]) -> None:
    texts = [(posting_id, maker.text()) for posting_id in ids]
    rows = [{"posting_id": posting_id, "html": f"<p>{words}</p>", "text": words} for posting_id, words in texts]
    connection.execute(insert(TextRow), rows)
    for table, part in ((PlaceRow, maker.places), (TagRow, maker.tags)):
        connection.execute(insert(table), [{"posting_id": each} | row for each in ids for row in part()])


def _employers(connection: Connection, count: int) -> tuple[list[int], list[int]]:
    names = [f"Made-up {number}" for number in range(count)]
    rows = [{"slug": name.lower().replace(" ", "-"), "name": name, "folded": name.lower()} for name in names]
    hirers = list(
        connection.scalars(insert(EmployerRow).returning(EmployerRow.id), [row | {"set_by": "listing"} for row in rows])
    )
    read = {"last_crawl_at": NOW, "last_complete_at": NOW, "last_outcome": "complete", "added_at": NOW}
    boards = [
        {"kind": "greenhouse", "key": f"made-up-{hirer}", "employer_id": hirer, "state": "active", "set_by": "operator"}
        | read
        for hirer in hirers
    ]
    return hirers, list(connection.scalars(insert(SourceRow).returning(SourceRow.id), boards))


def _crawl(connection: Connection, board: int) -> int:
    counts = dict.fromkeys(("seen", "new", "changed", "closed", "reopened", "held"), 0)
    row = {"source_id": board, "started_at": NOW, "ended_at": NOW, "outcome": "complete"} | counts
    return connection.execute(insert(CrawlRow).values(row).returning(CrawlRow.id)).scalar_one()


def main() -> None:
    """Fill the database that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, required=True)
    parser.add_argument("--words", type=int, default=600, help="of each text")
    parser.add_argument("--database", required=True)
    given = parser.parse_args()
    began = time.perf_counter()
    fill(given.database, given.postings, given.words)
    print(f"{given.postings} postings in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
