"""The same facts as JSON, for programs: no key, bounded pages, described by an OpenAPI document."""

from __future__ import annotations

from typing import Any, TypedDict

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from postings import solutions
from postings.as_json import PostingJson, as_json, moment
from postings.as_row import csv_lines
from postings.kept import KeptSource
from postings.posting import Employer
from postings.solutions import Solution
from web import openapi
from web.at_hand import base, now, store
from web.choice import Choice, read_choice
from web.jobs import hirer, known, listed, moved
from web.openapi import described
from web.parameters import LAST_ID, ORDER, PAGING, PARAMETERS, quoted

bp = Blueprint("api", __name__, url_prefix="/api/v1")

_NAME = tuple(parameter for parameter in PARAMETERS if parameter.name == "q")


class PostingList(TypedDict):
    """A page of postings, newest first."""

    items: list[PostingJson]
    total: int
    #: The address of the next page; null on the last.
    next: str | None


class FeedsJson(TypedDict):
    """Where to follow what is new."""

    rss: str
    atom: str
    json: str


class SolutionJson(TypedDict):
    """One of Project Drawdown's solutions, with its open postings counted."""

    slug: str
    name: str
    sectors: list[str]
    summary: str
    gigatons: list[float] | None
    climatebase_name: str | None
    drawdown_url: str
    nearby: list[str]
    open_postings: int
    url: str
    feeds: FeedsJson


class SolutionList(TypedDict):
    """All solutions, in alphabetical order."""

    items: list[SolutionJson]
    total: int
    next: str | None


class WorksOnJson(TypedDict):
    """A solution an employer works on, and how that is known."""

    slug: str
    evidence: str


class HirerJson(TypedDict):
    """An employer, with its solutions and its open postings counted."""

    slug: str
    name: str
    homepage: str | None
    solutions: list[WorksOnJson]
    open_postings: int
    url: str


class EmployerList(TypedDict):
    """A page of employers, those that hire most first."""

    items: list[HirerJson]
    total: int
    next: str | None


class BoardJson(TypedDict):
    """A source, and how its last crawls went."""

    kind: str
    key: str
    employer: str | None
    state: str
    open_postings: int
    last_crawl_at: str | None
    last_complete_at: str | None
    last_outcome: str | None
    last_reason: str | None
    #: How often in a row it was gone, and how many closings wait for a second crawl.
    gone_count: int
    held: int


class BoardList(TypedDict):
    """A page of sources, by kind and key."""

    items: list[BoardJson]
    total: int
    next: str | None


@bp.get("/postings")
@described(PostingList, *PARAMETERS, *PAGING, *ORDER)
def postings() -> ResponseReturnValue:
    """Postings by any filter, newest first."""
    choice = read_choice(request.args)
    known(choice)
    found = listed(choice, texts=True)
    following = None
    if found.more:
        by_page = choice.sort == "relevance"
        rest = choice.with_page(choice.page + 1) if by_page else choice.going_on(found.items[-1].id)
        following = rest.address(f"{base()}/api/v1/postings")
    return jsonify(items=[as_json(kept) for kept in found.items], total=found.total, next=following)


@bp.get("/postings.csv")
def table() -> Response:
    """All postings that pass the filters, as a table, by id."""
    choice = read_choice(request.args)
    known(choice)
    found = store().postings.every(choice.filters(now=now()))
    answer = Response(csv_lines(map(as_json, found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=climate-jobs.csv"
    return answer


@bp.get(f"/postings/<int(max={LAST_ID}):posting_id>")
@described(PostingJson, elsewhere="Another posting is shown for the same vacancy: see there.")
def posting(posting_id: int) -> ResponseReturnValue:
    """One posting, open or closed; a redirect to the one that is shown for the same vacancy, where it is another."""
    kept = store().postings.one(posting_id) or abort(404, description=f"There is no posting {posting_id}.")
    if kept.shown_as is not None:
        return moved(f"{bp.url_prefix}/postings/{kept.shown_as}")
    return jsonify(as_json(kept))


@bp.get("/solutions")
@described(SolutionList)
def all_solutions() -> ResponseReturnValue:
    """Every solution with its count of open postings."""
    counts = store().postings.open_counts()
    items = [_solution(each, counts.get(each.slug, 0)) for each in solutions.all_solutions()]
    return jsonify(items=items, total=len(items), next=None)


@bp.get("/solutions/<slug>")
@described(SolutionJson)
def solution(slug: str) -> ResponseReturnValue:
    """One solution."""
    found = solutions.by_slug(slug) or abort(404, description=f"There is no solution {quoted(slug)}.")
    return jsonify(_solution(found, store().postings.open_counts().get(slug, 0)))


@bp.get("/employers")
@described(EmployerList, *_NAME, *PAGING)
def employers() -> ResponseReturnValue:
    """Employers whose name holds a text."""
    choice = read_choice(request.args, parameters=_NAME)
    found = store().postings.employers(name=choice.one("q"), most=choice.per_page, skip=choice.skip)
    return _list([_hirer(*pair) for pair in found.items], found.total, choice, "employers")


@bp.get("/employers/<slug>")
@described(HirerJson)
def employer(slug: str) -> ResponseReturnValue:
    """One employer."""
    found = hirer(slug)
    return jsonify(_hirer(found, store().postings.openings(slug)))


@bp.get("/sources")
@described(BoardList, *PAGING)
def sources() -> ResponseReturnValue:
    """What is read, and how it fares."""
    choice = read_choice(request.args, parameters=())
    found = store().sources.all()
    items = [_board(each) for each in found[choice.skip : choice.skip + choice.per_page]]
    return _list(items, len(found), choice, "sources")


@bp.get("/openapi.json")
def document() -> ResponseReturnValue:
    """What this interface offers, as OpenAPI 3.1."""
    return jsonify(openapi.document(bp.name))


def _list(items: list[Any], total: int, choice: Choice, path: str) -> ResponseReturnValue:
    more = choice.skip + len(items) < total and items
    following = choice.with_page(choice.page + 1).address(f"{base()}/api/v1/{path}") if more else None
    return jsonify(items=items, total=total, next=following)


def _solution(each: Solution, open_postings: int) -> SolutionJson:
    address = f"{base()}/solutions/{each.slug}"
    return {
        "slug": each.slug,
        "name": each.name,
        "sectors": list(each.sectors),
        "summary": each.summary,
        "gigatons": list(each.gigatons) if each.gigatons else None,
        "climatebase_name": each.climatebase_name,
        "drawdown_url": each.drawdown_url,
        "nearby": list(each.nearby),
        "open_postings": open_postings,
        "url": address,
        "feeds": {"rss": f"{address}/feed.rss", "atom": f"{address}/feed.atom", "json": f"{address}/feed.json"},
    }


def _hirer(each: Employer, open_postings: int) -> HirerJson:
    return {
        "slug": each.slug,
        "name": each.name,
        "homepage": each.homepage,
        "solutions": [{"slug": line.solution, "evidence": line.evidence} for line in each.solutions],
        "open_postings": open_postings,
        "url": f"{base()}/employers/{each.slug}",
    }


def _board(each: KeptSource) -> BoardJson:
    return {
        "kind": each.source.kind,
        "key": each.source.key,
        "employer": each.employer.slug if each.employer else None,
        "state": each.state,
        "open_postings": each.open_postings,
        "last_crawl_at": moment(each.last_crawl_at),
        "last_complete_at": moment(each.last_complete_at),
        "last_outcome": each.last_outcome,
        "last_reason": each.last_reason,
        "gone_count": each.gone_count,
        "held": each.held,
    }
