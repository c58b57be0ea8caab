"""The list of jobs with its filters, and one job."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from postings import solutions
from postings.kept import Filters
from postings.posting import Employer, Source
from web import codes
from web.at_hand import now, store
from web.choice import Choice, read_choice

bp = Blueprint("jobs", __name__)

#: Ids are 64-bit numbers in both databases.
LAST_ID = 2**63 - 1
#: How many open jobs a closed one points to.
ONWARD = 6


@bp.get("/jobs")
def jobs() -> str:
    """Open jobs by any filter, newest first."""
    choice = read_choice(request.args)
    hirer = known(choice)
    found = store().postings.page(
        choice.filters(now=now()), most=choice.per_page, skip=(choice.page - 1) * choice.per_page
    )
    words = choice.one("q")
    return render_template(
        "jobs.html",
        choice=choice,
        employer=hirer,
        jobs=found,
        last_page=max(1, -(-found.total // choice.per_page)),
        sectors=solutions.by_sector(),
        likely=[each for each in solutions.nearest(words) if each not in choice.solutions] if words else [],
        countries=codes.countries(),
        languages=codes.languages(),
    )


@bp.get(f"/jobs/<int(max={LAST_ID}):posting_id>")
def job(posting_id: int) -> ResponseReturnValue:
    """One job; once closed, that it is gone, and where to go on."""
    kept = store().postings.one(posting_id) or abort(404, description=f"There is no job {posting_id}.")
    if kept.open:
        return render_template("job.html", job=kept)
    serves = Filters(solutions=tuple(tag.solution for tag in kept.tags)) if kept.tags else Filters()
    onward = store().postings.page(serves, most=ONWARD)
    return render_template("job.html", job=kept, onward=onward), 410, {"X-Robots-Tag": "noindex"}


def known(choice: Choice) -> Employer | None:
    """The employer that was chosen; ends the request where the employer or the source chosen is not known."""
    slug, source = choice.one("employer"), choice.one("source")
    if source and not store().postings.has_source(Source.parse(source)):
        abort(400, description=f"source knows no «{source}»")
    if not slug:
        return None
    return store().postings.employer(slug) or abort(404, description=f"employer knows no «{slug}»")
