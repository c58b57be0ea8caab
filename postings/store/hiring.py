"""What the site asks of employers: who they are, who hires, and for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, select

from postings.database import reading
from postings.handbook.nouns import EXAMPLE
from postings.posting import Employer
from postings.store import employers
from postings.store.counts import Counts
from postings.store.lately import Unchanged
from postings.tables import EmployerRow, EmployerSolutionRow, NamedRow

#: The employers of so many solutions are remembered: of all of them.
HIRERS = 100
#: Names are written almost alike from so many per cent on.
ALIKE = 75


@dataclass(frozen=True, slots=True)
class EmployerPage:
    """A part of a list of employers, each with the number of its open postings."""

    items: list[tuple[Employer, int]]
    total: int


class Hiring(Counts):
    """Reads employers, each with the number of its open postings; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._hirers: Unchanged = Unchanged(HIRERS)

    def employers_of(self, solution: str, *, most: int | None = None) -> list[tuple[Employer, int]]:
        """The employers that work on a solution, each with its open postings for it; those that hire most first.

        An employer belongs to it by the directory, as an example on its page of the handbook, or by an open posting
        that serves it.
        """
        return self.working_on(solution, most=most).items

    def working_on(self, solution: str, *, most: int | None = None) -> EmployerPage:
        """The first of the employers that work on a solution, and how many there are in all."""
        return self._hirers.told((solution, most), self.moved(), lambda: self._working_on(solution, most))

    def _working_on(self, solution: str, most: int | None) -> EmployerPage:
        listed = select(EmployerSolutionRow.employer_id).where(EmployerSolutionRow.solution == solution)
        named = select(NamedRow.employer_id).where(NamedRow.solution == solution, NamedRow.evidence == EXAMPLE)
        with reading(self._engine) as connection:
            with self._glance.shelf(connection) as shelf:
                counts = dict(shelf.hiring(solution))
            ids = {*counts, *connection.scalars(listed), *connection.scalars(named)}
            with self._glance.hirers(connection) as known:
                # Known by name, and so in their order; the sorting keeps it.
                ordered = sorted((each for each in known if each in ids), key=lambda each: -counts.get(each, 0))
            found = employers.many(connection, ordered[:most])
        return EmployerPage([(found[each], counts.get(each, 0)) for each in ordered[:most]], len(ordered))

    def hiring(self, solution: str | None = None) -> dict[str, int]:
        """The employers with open postings, for a solution or at all, by slug, and how many they have."""
        with reading(self._engine) as connection:
            with self._glance.shelf(connection) as shelf:
                counts = dict(shelf.hiring(solution))
            with self._glance.hirers(connection) as known:
                return {known[employer_id].slug: count for employer_id, count in counts.items()}

    def how_many_hire(self, solution: str) -> int:
        """How many employers have open postings for a solution."""
        with reading(self._engine) as connection, self._glance.shelf(connection) as shelf:
            return len(shelf.hiring(solution))

    def employer(self, slug: str) -> Employer | None:
        """The employer of a slug."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(EmployerRow.id).where(EmployerRow.slug == slug))
            return employers.one(connection, found) if found is not None else None

    def openings(self, employer: str) -> int:
        """How many open postings the employer of a slug has."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(EmployerRow.id).where(EmployerRow.slug == employer))
            with self._glance.shelf(connection) as shelf:
                return shelf.hiring().get(found or 0, 0)

    def employers(self, *, name: str | None = None, most: int = 100, skip: int = 0) -> EmployerPage:
        """Employers whose name holds a text, each with its open postings; those that hire most first."""
        with reading(self._engine) as connection:
            ordered, counts = self._hirers.told(None, self.moved(), self._most_hiring)
            if name:
                names, part = self._glance.names(), name.casefold()
                ordered = [each for each in ordered if part in names.get(each, "")]
            shown = ordered[skip : skip + most]
            found = employers.many(connection, shown)
        return EmployerPage([(found[each], counts.get(each, 0)) for each in shown if each in found], len(ordered))

    def _most_hiring(self) -> tuple[list[int], Mapping[int, int]]:
        """All employers, those that hire most first, and how many postings each has open."""
        names = self._glance.names()
        with self._glance.current() as shelf:
            counts = dict(shelf.hiring())
        return sorted(names, key=lambda each: -counts.get(each, 0)), counts

    def similar_employers(self, name: str, *, most: int = 3) -> list[Employer]:
        """Employers whose name is written almost like this, the most similar first."""
        with reading(self._engine) as connection:
            names = self._glance.names()
            alike = process.extract(name.casefold(), names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=most)
            found = employers.many(connection, [employer_id for _, _, employer_id in alike])
        return [found[employer_id] for _, _, employer_id in alike if employer_id in found]
