"""For search engines: which pages there are, and when each last changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, Response, abort, render_template

from postings import solutions
from web.at_hand import base, store

bp = Blueprint("sitemap", __name__)

#: A sitemap may name so many pages; each of ours covers as many ids of postings.
PART = 50_000
_FIXED = ("/", "/solutions/", "/employers/", "/map", "/about")


@bp.get("/sitemap.xml")
def index() -> Response:
    """The sitemaps: one of solutions and employers, and one for each part of the postings."""
    by_solution, by_employer = store().postings.changes()
    latest = max([*by_solution.values(), *by_employer.values()], default=None)
    parts = [(f"/sitemaps/jobs-{part}.xml", moment) for part, moment in store().postings.parts(size=PART).items()]
    return _sitemap("sitemap", [("/sitemaps/pages.xml", latest), *parts])


@bp.get("/sitemaps/pages.xml")
def pages() -> Response:
    """The pages of solutions and of employers that hire."""
    by_solution, by_employer = store().postings.changes()
    named: list[tuple[str, datetime | None]] = [(path, None) for path in _FIXED]
    named += [(f"/solutions/{each.slug}", by_solution.get(each.slug)) for each in solutions.all_solutions()]
    named += [(f"/employers/{slug}", moment) for slug, moment in sorted(by_employer.items())]
    return _sitemap("url", named)


@bp.get(f"/sitemaps/jobs-<int(max={2**63 // PART}):part>.xml")
def jobs(part: int) -> Response:
    """The open jobs of a part."""
    found = store().postings.in_part(part, size=PART)
    if not found:
        abort(404, description="There are no open jobs in this part.")
    return _sitemap("url", [(f"/jobs/{posting_id}", moment) for posting_id, moment in found])


def _sitemap(element: str, named: Iterable[tuple[str, datetime | None]]) -> Response:
    rendered = render_template("sitemap.xml", element=element, named=[(base() + path, when) for path, when in named])
    return Response(rendered, mimetype="application/xml")
