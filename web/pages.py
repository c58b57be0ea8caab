"""The solutions: all of them by sector, one of them with its jobs and employers; and what this site is."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, render_template

from postings import figures, solutions
from postings.kept import Filters
from web import openapi
from web.at_hand import now, store, unchanged
from web.chart import WEEKS, Chart, chart
from web.choice import Choice
from web.gigatons import share
from web.parameters import quoted

bp = Blueprint("pages", __name__)

#: How many of the newest postings the home page shows, and a solution's page before its list goes on elsewhere.
NEWEST, LISTED = 8, 50
#: How many of a solution's employers its page names, so that it stays small; beyond them it says how many there are.
NAMED = 250


@bp.get("/")
def home() -> str:
    """The sectors with their solutions, what is new of those that serve one, and a search."""
    return unchanged("home", _home)


def _home() -> str:
    serving = Filters(solutions=tuple(each.slug for each in solutions.all_solutions()))
    newest = store().postings.page(serving, most=NEWEST)
    counts, totals = store().postings.overview()
    return render_template(
        "home.html",
        choice=Choice(),
        sectors=solutions.by_sector(),
        counts=counts,
        totals=totals,
        newest=newest.items,
        serving=newest.total,
    )


@bp.get("/solutions/")
def all_solutions() -> str:
    """Every solution by sector, each with its count of open jobs."""
    return unchanged("solutions", _all_solutions)


def _all_solutions() -> str:
    return render_template("solutions.html", sectors=solutions.by_sector(), counts=store().postings.open_counts())


@bp.get("/solutions/<slug>")
def solution(slug: str) -> str:
    """One solution: what it is, who works on it, its open jobs newest first."""
    found = solutions.by_slug(slug) or abort(404, description=f"There is no solution {quoted(slug)}.")
    page = store().handbook.page(slug)
    return render_template(
        "solution.html",
        solution=found,
        handbook=page,
        hiring=store().postings.how_many_hire(slug),
        employer_counts=store().postings.hiring(slug) if page else {},
        choice=Choice((("solution", slug),)),
        jobs=store().postings.page(Filters(solutions=(slug,)), most=LISTED),
        employers=store().postings.working_on(slug, most=NAMED),
        nearby=[near for each in found.nearby if (near := solutions.by_slug(each))],
        counts=store().postings.open_counts(),
        share=share(found),
        chart=_year(slug),
    )


def _year(slug: str) -> Chart | None:
    since, today = now() - timedelta(weeks=WEEKS), now().date()
    return store().postings.remembered(
        f"year of {slug} up to {today}", (slug,), lambda: chart(store().postings.spans(slug, since=since), today)
    )


@bp.get("/api")
def api() -> str:
    """What programs can ask for."""
    return render_template("api.html", document=openapi.document("api"))


@bp.get("/about")
def about() -> str:
    """How postings come here, how they are tagged, what closing means."""
    return render_template("about.html", figures=figures.shipped())
