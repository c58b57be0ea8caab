"""The list of jobs with its filters, and one job."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from postings import solutions
from postings.kept import Filters
from postings.posting import Employer, Source
from web import codes
from web.at_hand import now, store
from web.choice import Choice, read_choice
from web.parameters import LAST_ID, SLUG, quoted

bp = Blueprint("jobs", __name__)

#: How many open jobs a closed one points to.
ONWARD = 6


@bp.get("/jobs")
def jobs() -> str:
    """Open jobs by any filter, newest first."""
    choice = read_choice(request.args)
    hirer = known(choice)
    found = store().postings.page(choice.filters(now=now()), most=choice.per_page, skip=choice.skip)
    words = choice.one("q")
    return render_template(
        "jobs.html",
        choice=choice,
        employer=hirer,
        jobs=found,
        last_page=max(1, -(-found.total // choice.per_page)),
        sectors=solutions.by_sector(),
        likely=[each for each in solutions.nearest(words) if each not in choice.solutions] if words else [],
        facets=store().postings.facets(choice.filters(now=now())),
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
    proof = store().crawls.one(kept.closing.crawl) if kept.closing else None
    return render_template("job.html", job=kept, onward=onward, proof=proof), 410, {"X-Robots-Tag": "noindex"}


def known(choice: Choice) -> Employer | None:
    """The employer that was chosen; ends the request where the employer or the source chosen is not known."""
    slug, source = choice.one("employer"), choice.one("source")
    if source and not store().postings.has_source(Source.parse(source)):
        abort(404, description=f"source knows no «{source}»")
    return hirer(slug) if slug else None


def hirer(slug: str) -> Employer:
    """The employer of a slug; ends the request where there is none."""
    found = store().postings.employer(slug) if re.fullmatch(SLUG, slug) else None
    return found or abort(404, description=f"There is no employer {quoted(slug)}.")
