"""Filters as a visitor sets them -> the condition that postings must meet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from postings.kept import Filters
from postings.posting import Interval, Workplace
from postings.tables import EmployerRow, PlaceRow, PostingRow, SourceRow, TagRow, TextRow

#: What a salary comes to in a year of 52 weeks, 260 days or 2080 hours, so that an hourly wage can be compared.
_A_YEAR = {Interval.MONTH: 12, Interval.WEEK: 52, Interval.DAY: 260, Interval.HOUR: 2080}


def condition(filters: Filters) -> ColumnElement[bool]:
    """What the rows of postings, joined with their sources, must meet."""
    wanted: list[ColumnElement[bool]] = []
    if filters.status != "all":
        closed = PostingRow.closed_at.is_not(None)
        wanted.append(closed if filters.status == "closed" else not_(closed))
    if filters.solutions:
        wanted.append(PostingRow.id.in_(select(TagRow.posting_id).where(TagRow.solution.in_(filters.solutions))))
    for column, value in (
        (PostingRow.workplace, filters.workplace),
        (PostingRow.employment_type, filters.employment_type),
        (PostingRow.language, filters.language),
    ):
        if value:
            wanted.append(column == value)
    if filters.employer:
        hirer = select(EmployerRow.id).where(EmployerRow.slug == filters.employer)
        wanted.append(PostingRow.employer_id.in_(hirer))
    if filters.country:
        wanted.append(PostingRow.id.in_(select(PlaceRow.posting_id).where(PlaceRow.country == filters.country)))
    if filters.since:
        wanted.append(PostingRow.dated_at >= filters.since)
    if filters.source:
        wanted.append(and_(SourceRow.kind == filters.source.kind, SourceRow.key == filters.source.key))
    wanted += _salary(filters) + _words(filters.words) + _place(filters.place)
    return and_(*wanted) if wanted else PostingRow.id.is_not(None)


def _salary(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.salary_min is not None:
        yearly = case(_A_YEAR, value=PostingRow.salary_interval, else_=1)
        wanted.append(func.coalesce(PostingRow.salary_max, PostingRow.salary_min) * yearly >= filters.salary_min)
    if filters.currency:
        wanted.append(PostingRow.salary_currency == filters.currency)
    return wanted


def _words(words: str | None) -> list[ColumnElement[bool]]:
    """Each word stands in the title, the employer's name, a place or the text."""
    named = select(EmployerRow.id)
    return [
        or_(
            PostingRow.title.icontains(word, autoescape=True),
            PostingRow.employer_id.in_(named.where(EmployerRow.name.icontains(word, autoescape=True))),
            PostingRow.id.in_(select(PlaceRow.posting_id).where(PlaceRow.text.icontains(word, autoescape=True))),
            PostingRow.id.in_(select(TextRow.posting_id).where(TextRow.text.icontains(word, autoescape=True))),
        )
        for word in (words or "").split()[:10]
    ]


def _place(place: str | None) -> list[ColumnElement[bool]]:
    text = (place or "").strip()
    if not text:
        return []
    if text.casefold() == Workplace.REMOTE:
        return [PostingRow.workplace == Workplace.REMOTE]
    if len(text) == 2:
        # «de» stands in half of all names of places: two letters are a country or a region, not a part of a word.
        ending = PlaceRow.text.ilike(f"%, {text}") if text.isalpha() else PlaceRow.text == text
        here = or_(PlaceRow.country == text.upper(), PlaceRow.region == text.upper(), ending)
    else:
        columns = (PlaceRow.text, PlaceRow.city, PlaceRow.region)
        here = or_(*(column.icontains(text, autoescape=True) for column in columns))
    return [PostingRow.id.in_(select(PlaceRow.posting_id).where(here))]
