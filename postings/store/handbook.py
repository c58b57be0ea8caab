"""What pages of the handbook say, and which employers they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.sql import Select

from postings.database import reading, writing
from postings.handbook.nouns import EXAMPLE, Company, HandbookPage
from postings.handbook.verdicts import DISAGREES, verdict
from postings.names import folded
from postings.posting import Employer
from postings.store import changes, employers
from postings.tables import EmployerRow, LinkRow, NamedRow, PageRow

#: Hosts of pages about companies, which are none of their homepages.
_OTHERS = (
    "amazon.com",
    "climatebase.org",
    "climatetechlist.com",
    "crunchbase.com",
    "facebook.com",
    "github.com",
    "globalclimatelandscape.org",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "twitter.com",
    "wikipedia.org",
    "x.com",
    "youtube.com",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the import of a page changed."""

    #: Whether the page says otherwise than the one that was there, or is new.
    changed: bool
    #: Names of employers that nobody knew before.
    added: tuple[str, ...]
    #: Companies that were judged not to work on the solution, and are not shown.
    left_out: tuple[Company, ...]


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """What came of looking at an address."""

    #: ``sound``, ``moved``, ``broken``, ``nowhere`` (filled in for none) or ``unknown`` (could not be looked at).
    state: str
    reason: str
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """An imported page."""

    page: HandbookPage
    #: Byte for byte.
    raw: bytes
    imported_at: datetime
    #: The employers it and its earlier forms name, each with what they say of it.
    named: tuple[tuple[Employer, Company], ...] = ()
    #: What is known of the addresses it links to.
    checked: Mapping[str, CheckedLink] = field(default_factory=dict)


class Handbook:
    """Reads and writes imported pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, page: HandbookPage, raw: bytes, *, now: datetime) -> Taken:
        """Keep a page in place of the one of its solution that was there, with the employers it names.

        A list of companies takes the place of an earlier list of its kind only: examples that of examples, lists
        made by programs that of such lists.
        """
        wrong = tuple(each for each in page.companies if verdict(each.name, page.solution) == DISAGREES)
        content = msgspec.to_builtins(page)
        with writing(self._engine) as connection:
            here = PageRow.solution == page.solution
            before = connection.execute(select(PageRow.raw, PageRow.content).where(here)).first()
            connection.execute(delete(PageRow).where(here))
            values = {"solution": page.solution, "file": page.file, "raw": raw, "content": content, "imported_at": now}
            connection.execute(insert(PageRow).values(values))
            kept = [each for each in page.companies if each not in wrong]
            added = _name(connection, page.solution, kept, {each.evidence for each in page.companies})
            changes.note_employers(connection)
        return Taken(before is None or before.raw != raw, added, wrong)

    def page(self, solution: str) -> KeptPage | None:
        """The page of a solution."""
        with reading(self._engine) as connection:
            row = connection.execute(select(PageRow).where(PageRow.solution == solution)).first()
            if row is None:
                return None
            page = msgspec.convert(row.content, HandbookPage)
            named = connection.execute(_named(solution)).all()
            known = employers.many(connection, [each.employer_id for each in named])
            return KeptPage(
                page=page,
                raw=row.raw,
                imported_at=row.imported_at,
                named=tuple(
                    (known[each.employer_id], Company(each.name, each.link, each.evidence, each.note)) for each in named
                ),
                checked=_checked(connection, page.links),
            )

    def solutions(self) -> list[str]:
        """The solutions that have a page."""
        with reading(self._engine) as connection:
            return list(connection.scalars(select(PageRow.solution).order_by(PageRow.solution)))

    def note_links(self, found: Mapping[str, CheckedLink], *, now: datetime) -> None:
        """Keep what came of looking at addresses, in place of what was known of them."""
        rows = [
            {
                "address": address,
                "state": link.state,
                "reason": link.reason,
                "moved_to": link.moved_to,
                "checked_at": now,
            }
            for address, link in found.items()
        ]
        with writing(self._engine) as connection:
            connection.execute(delete(LinkRow).where(LinkRow.address.in_(list(found))))
            if rows:
                connection.execute(insert(LinkRow), rows)


def _checked(connection: Connection, addresses: Sequence[str]) -> dict[str, CheckedLink]:
    rows = connection.execute(select(LinkRow).where(LinkRow.address.in_(addresses)))
    return {row.address: CheckedLink(row.state, row.reason, row.moved_to) for row in rows}


def _named(solution: str) -> Select:  # type: ignore[type-arg]
    here = NamedRow.solution == solution
    return select(NamedRow).where(here).order_by(NamedRow.evidence, NamedRow.name, NamedRow.employer_id)


def _name(connection: Connection, solution: str, companies: Iterable[Company], kinds: set[str]) -> tuple[str, ...]:
    here = NamedRow.solution == solution
    connection.execute(delete(NamedRow).where(here, NamedRow.evidence.in_(kinds)))
    others = set(connection.scalars(select(NamedRow.employer_id).where(here)))
    rows: dict[int, dict[str, str | int | None]] = {}
    added = []
    for each in sorted(companies, key=lambda company: company.evidence != EXAMPLE):
        employer_id = _known(connection, each)
        if employer_id is None:
            added.append(each.name)
            employer_id = employers.find_or_add(connection, each.name, set_by="page", homepage=_homepage(each.link))
        row = {"solution": solution, "evidence": each.evidence, "name": each.name, "link": each.link, "note": each.note}
        rows.setdefault(employer_id, {"employer_id": employer_id} | row)
    # What an earlier list of the other kind names stays, unless this one's word is the better one.
    better = [employer_id for employer_id in others & set(rows) if rows[employer_id]["evidence"] == EXAMPLE]
    connection.execute(delete(NamedRow).where(here, NamedRow.employer_id.in_(better)))
    fresh = [row for employer_id, row in rows.items() if employer_id not in others or employer_id in better]
    if fresh:
        connection.execute(insert(NamedRow), fresh)
    return tuple(added)


def _known(connection: Connection, company: Company) -> int | None:
    """The id of the employer that is meant: of the same name, or of the same homepage and a like name."""
    same = select(EmployerRow.id).where(EmployerRow.folded == folded(company.name)).order_by(EmployerRow.id)
    if (found := connection.scalar(same)) is not None:
        return found
    host = _host(company.link)
    if not host:
        return None
    at = select(EmployerRow.id, EmployerRow.name, EmployerRow.homepage)
    rows = connection.execute(at.where(EmployerRow.homepage.contains(host, autoescape=True))).all()
    like = [row.id for row in rows if _host(row.homepage) == host and _first(row.name) == _first(company.name)]
    return like[0] if len(like) == 1 else None


def _first(name: str) -> str:
    return folded(name).split(" ")[0].strip(",.:;()")


def _homepage(link: str | None) -> str | None:
    host = _host(link)
    return f"{urlsplit(link or '').scheme}://{urlsplit(link or '').netloc}/" if host else None


def _host(link: str | None) -> str | None:
    """The host of a company's own site; None where it has none."""
    host = (urlsplit(link or "").hostname or "").removeprefix("www.")
    return None if not host or any(host == other or host.endswith(f".{other}") for other in _OTHERS) else host
