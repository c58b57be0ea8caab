"""Who hires: employers and the solutions they work on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, insert, select, update

from postings.database import reading, writing
from postings.directory import Entry
from postings.names import folded, free_slug, slug_of
from postings.posting import Employer, EmployerSolution
from postings.store import changes
from postings.store.rows import now
from postings.tables import EmployerRow, EmployerSolutionRow, NamedRow, Note, SourceRow

_LOADED = "directory"


class Employers:
    """Reads and writes employers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self, name: str) -> Employer | None:
        """The employer of a name; legal form and case do not count."""
        with reading(self._engine) as connection:
            row = connection.execute(select(EmployerRow.id).where(EmployerRow.folded == folded(name))).first()
            return one(connection, row[0]) if row else None

    def has_loaded(self, version: str) -> bool:
        """Whether this version of a directory is loaded already."""
        with reading(self._engine) as connection:
            return _loaded(connection) == version

    def load(self, entries: Sequence[Entry], *, version: str) -> int:
        """Load a directory, unless this version of it is loaded already; what an operator set stays.

        Returns:
            How many organisations were written.
        """
        if self.has_loaded(version):
            return 0
        with writing(self._engine) as connection:
            if (before := _loaded(connection)) == version:
                return 0
            _load_employers(connection, entries)
            _load_boards(connection, entries)
            if before is None:
                connection.execute(insert(Note).values(name=_LOADED, value=version))
            else:
                connection.execute(update(Note).where(Note.name == _LOADED).values(value=version))
            changes.note_employers(connection)
        return len(entries)


def _loaded(connection: Connection) -> str | None:
    return connection.scalar(select(Note.value).where(Note.name == _LOADED))


def _load_employers(connection: Connection, entries: Sequence[Entry]) -> None:
    columns = (EmployerRow.id, EmployerRow.slug, EmployerRow.name, EmployerRow.set_by)
    known = {row.slug: row for row in connection.execute(select(*columns))}
    fresh = [entry.employer for entry in entries if entry.employer.slug not in known]
    if fresh:
        connection.execute(insert(EmployerRow), [_values(employer, set_by="directory") for employer in fresh])
    renamed = []
    for entry in entries:
        row = known.get(entry.employer.slug)
        if row is not None and row.set_by != "operator":
            values = _values(entry.employer, set_by="directory")
            connection.execute(update(EmployerRow).where(EmployerRow.id == row.id).values(values))
            renamed += [row.id] if row.name != entry.employer.name else []
    changes.rename(connection, renamed)
    _load_solutions(connection, entries)


def _load_solutions(connection: Connection, entries: Sequence[Entry]) -> None:
    ids = {row.slug: row for row in connection.execute(select(EmployerRow.id, EmployerRow.slug, EmployerRow.set_by))}
    changed_by_hand = {row.id for row in ids.values() if row.set_by == "operator"}
    connection.execute(
        EmployerSolutionRow.__table__.delete().where(EmployerSolutionRow.set_by == "directory")  # type: ignore[attr-defined]
    )
    taken = {
        (row.employer_id, row.solution)
        for row in connection.execute(select(EmployerSolutionRow.employer_id, EmployerSolutionRow.solution))
    }
    values = []
    for entry in entries:
        employer_id = ids[entry.employer.slug].id
        if employer_id in changed_by_hand:
            continue
        for each in entry.employer.solutions:
            if (employer_id, each.solution) not in taken:
                row = {"employer_id": employer_id, "solution": each.solution, "evidence": each.evidence}
                values.append(row | {"set_by": "directory"})
    if values:
        connection.execute(insert(EmployerSolutionRow), values)


def _load_boards(connection: Connection, entries: Sequence[Entry]) -> None:
    ids = dict(connection.execute(select(EmployerRow.slug, EmployerRow.id)).all())
    columns = (SourceRow.id, SourceRow.kind, SourceRow.key, SourceRow.set_by)
    known = {(row.kind, row.key): row for row in connection.execute(select(*columns))}
    fresh = []
    for entry in entries:
        if entry.board is None:
            continue
        employer_id, row = ids[entry.employer.slug], known.get((entry.board.kind, entry.board.key))
        if row is None:
            fresh.append(
                {
                    "kind": entry.board.kind,
                    "key": entry.board.key,
                    "employer_id": employer_id,
                    "state": "active",
                    "set_by": "directory",
                    "added_at": now(),
                }
            )
        elif row.set_by == "directory":
            connection.execute(update(SourceRow).where(SourceRow.id == row.id).values(employer_id=employer_id))
    if fresh:
        connection.execute(insert(SourceRow), fresh)


def _values(employer: Employer, *, set_by: str) -> dict[str, str | None]:
    return {
        "slug": employer.slug,
        "name": employer.name,
        "folded": folded(employer.name),
        "homepage": employer.homepage,
        "set_by": set_by,
    }


def one(connection: Connection, employer_id: int) -> Employer:
    """The employer of an id."""
    return many(connection, [employer_id])[employer_id]


def many(connection: Connection, ids: Iterable[int]) -> dict[int, Employer]:
    """Employers with their solutions, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    solutions: dict[int, list[EmployerSolution]] = {}
    rows = select(EmployerSolutionRow).where(EmployerSolutionRow.employer_id.in_(wanted))
    for row in connection.execute(rows.order_by(EmployerSolutionRow.solution)):
        solutions.setdefault(row.employer_id, []).append(EmployerSolution(row.solution, row.evidence))
    _add_named(connection, wanted, solutions)
    return {
        row.id: Employer(row.slug, row.name, row.homepage, tuple(solutions.get(row.id, ())))
        for row in connection.execute(select(EmployerRow).where(EmployerRow.id.in_(wanted)))
    }


def _add_named(connection: Connection, ids: Sequence[int], solutions: dict[int, list[EmployerSolution]]) -> None:
    """Add what pages of the handbook name employers for, where nothing better is known."""
    for row in connection.execute(select(NamedRow).where(NamedRow.employer_id.in_(ids)).order_by(NamedRow.solution)):
        known = solutions.setdefault(row.employer_id, [])
        if all(each.solution != row.solution for each in known):
            known.append(EmployerSolution(row.solution, row.evidence))


def find_or_add(connection: Connection, name: str, *, set_by: str, homepage: str | None = None) -> int:
    """The id of the employer of a name, added where it is new."""
    found = connection.scalar(select(EmployerRow.id).where(EmployerRow.folded == folded(name)).order_by(EmployerRow.id))
    if found is not None:
        return found
    like = select(EmployerRow.slug).where(EmployerRow.slug.startswith(slug_of(name), autoescape=True))
    employer = Employer(free_slug(name, set(connection.scalars(like))), name, homepage)
    added = connection.execute(insert(EmployerRow).values(_values(employer, set_by=set_by)))
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])
