"""What a visitor chose: read from an address, asked of the store, written into an address again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import abort
from werkzeug.datastructures import MultiDict

from postings import solutions
from postings.kept import Filters
from postings.names import slug_of
from postings.posting import Source
from postings.solutions import Solution
from web.errors import Offering
from web.parameters import MOST_VALUES, ORDER, PAGING, PARAMETERS, PER_PAGE, Missing, Parameter, Unlike, quoted

#: Stands for «none»: no posting is tagged with it.
_NO_SOLUTION = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters as an address gives them, in one order and spelling."""

    #: Name and value of each filter that counts.
    pairs: tuple[tuple[str, str], ...] = ()
    page: int = 1
    per_page: int = PER_PAGE
    #: The posting after which the list goes on; in place of a page.
    after: int | None = None
    #: ``date`` or ``relevance``.
    sort: str = "date"

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def one(self, name: str) -> str | None:
        """The value of a filter, where it was given."""
        return next((value for key, value in self.pairs if key == name), None)

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a filter."""
        return tuple(value for key, value in self.pairs if key == name)

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """The solutions that were named."""
        return tuple(found for slug in self.every("solution") if (found := solutions.by_slug(slug)))

    @property
    def skip(self) -> int:
        """How many of the list stand before this page."""
        return (self.page - 1) * self.per_page

    @property
    def within_sector(self) -> tuple[str, ...]:
        """Slugs of the solutions of the sector that was chosen; of all where none was."""
        sector = self.one("sector")
        return tuple(
            each.slug for each in solutions.all_solutions() if sector is None or sector in map(slug_of, each.sectors)
        )

    @property
    def offered(self) -> dict[str, list[Solution]]:
        """By home sector, the solutions of the sector that was chosen, or of any; and those that were named."""
        slugs = {*self.within_sector, *self.every("solution")}
        found = {home: [each for each in every if each.slug in slugs] for home, every in solutions.by_sector().items()}
        return {home: some for home, some in found.items() if some}

    def with_page(self, page: int) -> Choice:
        """The same list, another page of it."""
        return replace(self, page=page, after=None)

    def going_on(self, after: int) -> Choice:
        """The same list, from behind a posting on."""
        return replace(self, page=1, after=after)

    def sorted_by(self, sort: str) -> Choice:
        """The same list in another order, from its first page."""
        return replace(self, page=1, after=None, sort=sort)

    def without(self, name: str, value: str | None = None) -> Choice:
        """The same choice without a filter, or without one of its values; from its first page."""
        kept = tuple(pair for pair in self.pairs if pair[0] != name or (value is not None and pair[1] != value))
        return Choice(kept, per_page=self.per_page, sort=self.sort)

    def including(self, name: str, value: str) -> Choice:
        """The same choice with one filter set, in place of what it was; from its first page."""
        changed = [pair for pair in self.pairs if pair[0] != name] + [(name, value)]
        return Choice(_ordered(changed), per_page=self.per_page, sort=self.sort)

    def query(self, *, paged: bool = True) -> str:
        """The part of an address behind its question mark, always the same for the same choice."""
        pairs = list(self.pairs)
        if paged and self.page != 1:
            pairs.append(("page", str(self.page)))
        if paged and self.per_page != PER_PAGE:
            pairs.append(("per_page", str(self.per_page)))
        if paged and self.after is not None:
            pairs.append(("after", str(self.after)))
        if paged and self.sort != "date" and self.one("q"):
            pairs.append(("sort", self.sort))
        return urlencode(pairs)

    def address(self, path: str, *, paged: bool = True) -> str:
        """A path with this choice."""
        query = self.query(paged=paged)
        return f"{path}?{query}" if query else path

    def feed(self, form: str) -> str:
        """The path of the feed of this choice: a solution alone has its own."""
        if len(self.pairs) == 1 and (slug := self.one("solution")):
            return f"/solutions/{slug}/feed.{form}"
        return self.address(f"/jobs/feed.{form}", paged=False)

    def filters(self, *, now: datetime, status: str = "open") -> Filters:
        """What to ask the store.

        Args:
            status: the one that counts where none was chosen.
        """
        days, salary, source = self.one("posted_within"), self.one("salary_min"), self.one("source")
        return Filters(
            words=self.one("q"),
            place=self.one("l"),
            solutions=self._wanted(),
            employers=self.every("employer"),
            workplace=self.one("workplace"),
            country=self.one("country"),
            employment_type=self.one("employment_type"),
            language=self.one("language"),
            # By the hour, so that a feed's state holds for a while.
            since=now.replace(minute=0, second=0, microsecond=0) - timedelta(days=int(days)) if days else None,
            salary_min=float(salary) if salary else None,
            currency=self.one("currency"),
            status=self.one("status") or status,
            source=Source.parse(source) if source else None,
        )

    def _wanted(self) -> tuple[str, ...]:
        """Slugs of the solutions wanted: those named, those of the sector, or those named that are of the sector."""
        named = self.every("solution")
        if self.one("sector") is None:
            return named
        return tuple(slug for slug in self.within_sector if not named or slug in named) or (_NO_SOLUTION,)


def read_choice(given: MultiDict[str, str], *, parameters: Sequence[Parameter] = PARAMETERS) -> Choice:
    """Read the filters of an address; what it does not know in it ends the request with 400 or 404."""
    found: list[tuple[str, str]] = []
    for parameter in parameters:
        for value in _values(parameter, given):
            name = "solution" if parameter.name == "drawdown_solutions" else parameter.name
            if (name, value) not in found:
                found.append((name, value))
    page, per_page, after, sort = (next(iter(_values(parameter, given)), None) for parameter in (*PAGING, *ORDER))
    return Choice(
        _ordered(found),
        page=int(page or 1),
        per_page=int(per_page or PER_PAGE),
        after=int(after) if after else None,
        sort=sort or "date",
    )


def _values(parameter: Parameter, given: MultiDict[str, str]) -> list[str]:
    sent = list(dict.fromkeys(value for value in given.getlist(parameter.name) if value.strip()))
    if len(sent) > 1 and not parameter.many:
        abort(400, description=f"{parameter.name} is given twice: {', '.join(map(quoted, sent[:2]))}")
    if len(sent) > MOST_VALUES:
        abort(400, description=f"{parameter.name} is given more than {MOST_VALUES} times")
    read = []
    for value in sent:
        try:
            read.append(parameter.read(value))
        except Missing as error:
            abort(404, description=f"{parameter.name} {error}")
        except Unlike as error:
            raise Offering(f"{parameter.name} {error}", error.near) from None
        except ValueError as error:
            abort(400, description=f"{parameter.name} {error}")
    return [value for value in read if value]


def _ordered(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    order = {parameter.name: position for position, parameter in enumerate(PARAMETERS)}
    return tuple(
        sorted(pairs, key=lambda pair: (order[pair[0]], pair[1] if pair[0] in ("solution", "employer") else ""))
    )
