"""Which posting is shown for a vacancy that several tell of: decided within the transaction that changed one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from postings.likeness import Likeness, current, is_whole, title_of
from postings.posting import EmploymentType, Workplace
from postings.store.borrowing import borrow_places
from postings.store.likenesses import made_anew
from postings.store.rows import salary_of, slices
from postings.succession import successors
from postings.tables import ApartRow, EmployerRow, LikenessRow, PostingRow, SourceRow, UtcDateTime
from postings.vacancies import Known, Rule, vacancies

_FACTS = (
    *(PostingRow.id, PostingRow.source_id, PostingRow.ref, PostingRow.title, PostingRow.url, PostingRow.apply_url),
    *(PostingRow.department, PostingRow.employment_type, PostingRow.workplace, PostingRow.salary_min),
    *(PostingRow.salary_max, PostingRow.salary_currency, PostingRow.salary_interval, PostingRow.salary_from),
    *(PostingRow.employer_id, PostingRow.shown_as),
    *(LikenessRow.value, SourceRow.employer_id.label("board_of")),
)

# Statements that every board takes are made once.
_TOUCHED = PostingRow.touched_at == bindparam("moment", type_=UtcDateTime())
_OF_HIRERS = PostingRow.employer_id.in_(bindparam("hirers", expanding=True))
_CHANGED = select(
    *(PostingRow.id, PostingRow.employer_id, PostingRow.shown_as, PostingRow.first_seen, LikenessRow.value)
).outerjoin(LikenessRow, LikenessRow.posting_id == PostingRow.id)
_CHANGED_NOW = _CHANGED.where(_TOUCHED)
_CHANGED_BY_ID = _CHANGED.where(PostingRow.id.in_(bindparam("ids", expanding=True)))
_CHANGED_BY_SHOWN = _CHANGED.where(PostingRow.shown_as.in_(bindparam("ids", expanding=True)))
_OPEN = (
    select(*_FACTS, _TOUCHED.label("touched"))
    .join(SourceRow, SourceRow.id == PostingRow.source_id)
    .outerjoin(LikenessRow, LikenessRow.posting_id == PostingRow.id)
    .where(_OF_HIRERS, PostingRow.closed_at.is_(None))
)
_SHOWN = select(PostingRow.shown_as).where(_OF_HIRERS, PostingRow.shown_as.is_not(None))
_CLOSED = select(PostingRow.id, PostingRow.shown_as, PostingRow.shown_rule, PostingRow.touched_at).where(
    _OF_HIRERS,
    PostingRow.closed_at.is_not(None),
    or_(PostingRow.shown_as.is_not(None), PostingRow.id.in_(_SHOWN)),
)
_HELD = (
    select(EmployerRow.id)
    .where(EmployerRow.id.in_(bindparam("hirers", expanding=True)))
    .order_by(EmployerRow.id)
    .with_for_update(key_share=True)
)
_APART = select(ApartRow.posting_id)


@dataclass(slots=True)
class _Standing:
    """Which posting is shown for each of some employers' postings, before and after."""

    before: dict[int, int] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    rules: dict[int, str | None] = field(default_factory=dict)
    #: Those that the transaction changed, and those that are closed.
    touched: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)

    def moved(self) -> list[int]:
        """The postings for which another one is shown now."""
        return [each for each, shown in self.shown.items() if self.before[each] != shown]

    def affected(self) -> set[int]:
        """The postings that are shown otherwise, themselves or by what stands behind them."""
        fronts = {shown for each, shown in self.shown.items() if shown != each}
        found = fronts & {self.shown[each] for each in self.touched}
        for each in self.moved():
            found |= {each, self.before[each], self.shown[each]}
        return found

    def behind(self, fronts: Collection[int]) -> dict[int, list[int]]:
        """The open postings behind some; nothing of those that are closed and shown, which stay as they were."""
        found: dict[int, list[int]] = {
            each: [] for each in fronts if each in self.shown and not (each in self.closed and self.shown[each] == each)
        }
        for each, shown in self.shown.items():
            if shown in found and shown != each and each not in self.closed:
                found[shown].append(each)
        return found


def hold(connection: Connection, hirers: Iterable[int]) -> None:
    """Let nobody else decide for some employers until this transaction ends; before it changes any of their postings.

    Two crawls of one employer's boards at once would not see each other's postings.
    """
    for some in slices(sorted(set(hirers))):
        connection.execute(_HELD, {"hirers": some})


def decide(connection: Connection, *, now: datetime) -> None:
    """Decide for all employers whose postings a transaction touched; after its last change of a posting.

    Args:
        now: what it wrote as ``touched_at``.
    """
    changed = _changed(connection, now=now)
    for some in slices(sorted({row.employer_id for row in changed})):
        these = set(some)
        titles = {title_of(row.value) for row in changed if row.value is not None and row.employer_id in these}
        decide_for(connection, some, titles=titles, now=now)


def _changed(connection: Connection, *, now: datetime) -> list[Any]:
    """What a transaction touched, what was shown for that, and what that was shown for.

    What moved to another employer leaves those behind with whom it was one vacancy.
    """
    touched = list(connection.execute(_CHANGED_NOW, {"moment": now}))
    shown = {row.shown_as for row in touched if row.shown_as is not None}
    # Nothing is shown as what is new.
    known = [row.id for row in touched if row.first_seen != now]
    found = {row.id: row for row in touched}
    for related, ids in ((_CHANGED_BY_ID, shown), (_CHANGED_BY_SHOWN, known)):
        for some in slices(ids):
            found |= {row.id: row for row in connection.execute(related, {"ids": some})}
    return list(found.values())


def decide_for(
    connection: Connection, hirers: Sequence[int], *, titles: Collection[bytes] | None = None, now: datetime
) -> None:
    """Decide for some employers; what changes by it is marked as touched.

    Args:
        titles: the marks of the titles among which anything changed; None for all of them.
    """
    apart = set(connection.scalars(_APART))
    rows = connection.execute(_OPEN, {"moment": now, "hirers": hirers}).all()
    standing = _Standing(
        before={row.id: row.shown_as or row.id for row in rows}, touched={row.id for row in rows if row.touched}
    )
    standing.shown |= standing.before
    alone, undecided = _sorted_out(rows, titles)
    standing.shown |= {each: each for each in alone}
    by_hirer: dict[int, list[Known]] = defaultdict(list)
    for row, known in _with_likeness(connection, undecided):
        by_hirer[row.employer_id].append(known)
    for postings in by_hirer.values():
        for each in vacancies(postings, apart=apart):
            standing.shown |= {each.shown: each.shown} | dict.fromkeys(each.others, each.shown)
            standing.rules |= {one: rule.value for one, rule in each.others.items()}
    _add_closed(connection, hirers, standing, apart, now=now)
    _write(connection, standing, now=now)


def _sorted_out(rows: Sequence[Any], titles: Collection[bytes] | None) -> tuple[list[int], list[Any]]:
    """The postings that surely stand for themselves, and those for which more must be known.

    On one board nothing is decided otherwise but among those of a title that was touched, and one that no other
    posting has is a vacancy of its own.
    """
    sources = Counter(hirer for hirer, _ in {(row.employer_id, row.source_id) for row in rows})
    several = {row.employer_id for row in rows if sources[row.employer_id] > 1 or not current(row.value)}
    of_one_board = [(row, title_of(row.value)) for row in rows if row.employer_id not in several]
    having = Counter((row.employer_id, title) for row, title in of_one_board)
    alone, undecided = [], [row for row in rows if row.employer_id in several]
    for row, title in of_one_board:
        if having[row.employer_id, title] == 1:
            alone.append(row.id)
        elif titles is None or title in titles:
            undecided.append(row)
    return alone, undecided


def _with_likeness(connection: Connection, rows: Sequence[Any]) -> list[tuple[Any, Known]]:
    anew = made_anew(connection, [row.id for row in rows if not (current(row.value) and is_whole(row.value))])
    return [(row, _known(row, anew.get(row.id) or Likeness.load(row.value))) for row in rows]


def _known(row: Any, likeness: Likeness) -> Known:
    return Known(
        id=row.id,
        source=row.source_id,
        board=row.board_of is not None,
        ref=row.ref,
        title=row.title,
        likeness=likeness,
        url=row.url,
        apply_url=row.apply_url,
        department=row.department,
        employment_type=EmploymentType(row.employment_type) if row.employment_type else None,
        workplace=Workplace(row.workplace) if row.workplace else None,
        salary=salary_of(row),
    )


def _add_closed(
    connection: Connection, hirers: Sequence[int], standing: _Standing, apart: Collection[int], *, now: datetime
) -> None:
    """Let closed postings stay with those they were one vacancy with."""
    rows = connection.execute(_CLOSED, {"hirers": hirers}).all()
    standing.before |= {row.id: row.shown_as or row.id for row in rows}
    standing.closed |= {row.id for row in rows}
    standing.touched |= {row.id for row in rows if row.touched_at == now}
    closed = successors(standing.before, standing.shown, apart=apart) if rows else {}
    standing.shown |= closed
    standing.rules |= {row.id: row.shown_rule or Rule.TEXT.value for row in rows if closed[row.id] != row.id}


def _write(connection: Connection, standing: _Standing, *, now: datetime) -> None:
    affected = standing.affected()
    if not affected:
        return
    values = [
        {"row_id": each, "leader": None if shown == each else shown, "rule": standing.rules.get(each)}
        for each, shown in ((each, standing.shown[each]) for each in standing.moved())
    ]
    if values:
        table = PostingRow.__table__
        columns: dict[str, Any] = {"shown_as": bindparam("leader"), "shown_rule": bindparam("rule")}
        connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(columns), values)  # type: ignore[arg-type]
    for some in slices(sorted(affected)):
        connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(touched_at=now))
    borrow_places(connection, standing.behind(affected))
