"""Who hires, and for what."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from postings.kept import Filters
from web.at_hand import store
from web.choice import Choice, read_choice
from web.jobs import hirer
from web.parameters import PARAMETERS

bp = Blueprint("employers", __name__, url_prefix="/employers")

_NAMED = tuple(parameter for parameter in PARAMETERS if parameter.name == "q")
LISTED = 50


@bp.get("/")
def employers() -> str:
    """All employers, those that hire most first."""
    choice = read_choice(request.args, parameters=_NAMED)
    found = store().postings.employers(name=choice.one("q"), most=choice.per_page, skip=choice.skip)
    last_page = max(1, -(-found.total // choice.per_page))
    return render_template("employers.html", choice=choice, found=found, last_page=last_page)


@bp.get("/<slug>")
def employer(slug: str) -> str:
    """One employer: its solutions with evidence, its open jobs, its boards and how they fare."""
    found = hirer(slug)
    return render_template(
        "employer.html",
        employer=found,
        choice=Choice((("employer", slug),)),
        jobs=store().postings.page(Filters(employers=(slug,)), most=LISTED),
        boards=store().sources.all(employer=slug),
    )
