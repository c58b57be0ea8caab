"""The handbook’s method as a page: pick a solution, choose employers, follow their jobs; kept in the address only."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from postings import solutions
from web.at_hand import now, store
from web.choice import Choice, read_choice
from web.jobs import known
from web.parameters import PARAMETERS

bp = Blueprint("shortlist", __name__)

_NAMED = tuple(parameter for parameter in PARAMETERS if parameter.name in ("solution", "employer"))
#: How many employers of a solution are offered, and how many are advised; how many jobs are listed.
OFFERED, ADVISED, LISTED = 60, 10, 50


@bp.get("/shortlist")
def shortlist() -> str:
    """A choice of employers with their open jobs, a feed and a table of them."""
    given = read_choice(request.args, parameters=_NAMED)
    hirers = known(given)
    found = given.solutions[0] if given.solutions else None
    of_it = store().postings.employers_of(found.slug) if found else []
    offered = [employer for employer, _ in of_it if employer.slug not in hirers]
    chosen = Choice(tuple(("employer", slug) for slug in sorted(hirers)))
    return render_template(
        "shortlist.html",
        given=given,
        solution=found,
        sectors=solutions.by_sector(),
        offered=offered[:OFFERED],
        left_out=len(offered[OFFERED:]),
        counts=store().postings.hiring() if hirers or offered else {},
        chosen=chosen,
        hirers=hirers,
        advised=ADVISED,
        jobs=store().postings.page(chosen.filters(now=now()), most=LISTED) if hirers else None,
    )
