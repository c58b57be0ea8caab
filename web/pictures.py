"""The picture that other sites show beside a link to a solution, as ``tools.pictures`` has drawn it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from postings import solutions
from web.parameters import quoted

bp = Blueprint("pictures", __name__)

#: Where the pictures are, by a solution's slug; and the name of the site's own.
DRAWN, SITE = Path(__file__).with_name("drawn"), "climate-jobs"
#: How long one may be shown again without asking, in seconds.
_FRESH = 604_800


@bp.get("/picture.png")
def site() -> Response:
    """The picture of the site itself."""
    return _picture(SITE)


@bp.get("/solutions/<slug>/picture.png")
def solution(slug: str) -> Response:
    """The picture of a solution."""
    found = solutions.by_slug(slug) or abort(404, description=f"There is no solution {quoted(slug)}.")
    return _picture(found.slug)


def _picture(name: str) -> Response:
    return send_from_directory(DRAWN, f"{name}.png", max_age=_FRESH)
