"""The list of jobs with its filters, and one job."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from postings import codes, solutions
from postings.kept import Filters, Page
from postings.posting import Employer, Source
from web import climatebase
from web.at_hand import now, root, store
from web.choice import Choice, read_choice
from web.parameters import LAST_ID, SLUG, quoted

bp = Blueprint("jobs", __name__)

#: How many open jobs a closed one points to.
ONWARD = 6
#: How long a browser need not ask again which posting is shown for a vacancy, in seconds.
SHOWN = 3600
#: Where no more than so many jobs were found, names that are written almost alike are offered.
FEW = 3


@bp.get("/jobs")
def jobs() -> str:
    """Open jobs by any filter, newest first."""
    given, notices = climatebase.ours(request.args)
    choice = read_choice(given)
    hirers = known(choice)
    found = listed(choice)
    filters = choice.filters(now=now())
    return render_template(
        "jobs.html",
        choice=choice,
        notices=notices,
        employer=next(iter(hirers.values())) if len(hirers) == 1 else None,
        hirers=hirers,
        jobs=found,
        last_page=max(1, -(-found.total // choice.per_page)),
        sectors=solutions.by_sector(),
        meant=meant(choice, few=found.total <= FEW),
        facets=_facets(choice, filters) if filters.status == "open" else None,
        countries=codes.countries(),
        languages=codes.languages(),
    )


def _facets(choice: Choice, filters: Filters) -> dict[str, dict[str, int]]:
    """How many open jobs each further choice would leave; a solution outside the sector that was chosen, none."""
    counts = store().postings.facets(filters)
    within = {slug: counts["solution"][slug] for slug in choice.within_sector if slug in counts["solution"]}
    return counts | {"solution": within}


@bp.get(f"/jobs/<int(max={LAST_ID}):posting_id>")
def job(posting_id: int) -> ResponseReturnValue:
    """One job; once closed, that it is gone, and where to go on."""
    kept = store().postings.one(posting_id) or abort(404, description=f"There is no job {posting_id}.")
    if kept.shown_as is not None:
        return moved(f"/jobs/{kept.shown_as}")
    if kept.open:
        return render_template("job.html", job=kept)
    serves = Filters(solutions=tuple(tag.solution for tag in kept.tags)) if kept.tags else Filters()
    onward = store().postings.page(serves, most=ONWARD)
    proof = store().crawls.one(kept.closing.crawl) if kept.closing else None
    return render_template("job.html", job=kept, onward=onward, proof=proof), 410, {"X-Robots-Tag": "noindex"}


def moved(path: str) -> Response:
    """Lead to the posting that is shown for the same vacancy, for as long as it is."""
    answer = redirect(root() + path, 301)
    # Browsers keep such an answer for ever where nothing is said, and another may be shown tomorrow.
    answer.headers["Cache-Control"] = f"public, max-age={SHOWN}"
    return answer


def listed(choice: Choice, *, texts: bool = False) -> Page:
    """The part of the list that was chosen."""
    return store().postings.page(
        choice.filters(now=now()),
        most=choice.per_page,
        skip=choice.skip,
        after=choice.after,
        relevant=choice.sort == "relevance",
        texts=texts,
    )


def meant(choice: Choice, *, few: bool) -> list[tuple[str, str]]:
    """What else the words of a search may mean: the name of each, and the path that leads there.

    Args:
        few: whether so little was found that a word may be misspelt.
    """
    words, place = choice.one("q"), choice.one("l")
    found: list[tuple[str, str]] = []
    if words:
        rest = choice.without("q")
        named = [each for each in solutions.nearest(words) if each not in choice.solutions]
        found += [(each.name, rest.including("solution", each.slug).address("/jobs")) for each in named]
        hirers = store().postings.similar_employers(words) if few else []
        found += [(each.name, f"/employers/{each.slug}") for each in hirers]
    if few and (place or words):
        cities = store().postings.similar_places(place or words or "")
        rest = choice if place else choice.without("q")
        found += [(city, rest.including("l", city).address("/jobs")) for city in cities if city != place]
    return found


def known(choice: Choice) -> dict[str, Employer]:
    """The employers that were chosen, by slug; ends the request where one of them or the source is not known."""
    source = choice.one("source")
    if source and not store().postings.has_source(Source.parse(source)):
        abort(404, description=f"source knows no «{source}»")
    return {slug: hirer(slug) for slug in choice.every("employer")}


def hirer(slug: str) -> Employer:
    """The employer of a slug; ends the request where there is none."""
    found = store().postings.employer(slug) if re.fullmatch(SLUG, slug) else None
    return found or abort(404, description=f"There is no employer {quoted(slug)}.")
