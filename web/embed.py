"""For other sites' pages: a bare list of a solution's jobs, a script that puts it there, and oEmbed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from postings import solutions
from postings.kept import Filters
from postings.solutions import Solution
from web.at_hand import base, store
from web.parameters import quoted

bp = Blueprint("embed", __name__)

#: How many jobs an embedded list shows, and how large its frame is where nobody says so.
SHOWN, WIDTH, HEIGHT = 8, 480, 560
THEMES = ("light", "dark")
_EMBEDDED = re.compile(r"/(?:embed/)?solutions/([a-z0-9-]{1,200})/?")


@bp.get("/embed/solutions/<slug>")
def solution(slug: str) -> str:
    """The newest open jobs of a solution, to be shown in a frame."""
    theme = request.args.get("theme") or None
    if theme not in (None, *THEMES):
        abort(400, description=f"theme is one of {', '.join(THEMES)}")
    found = _found(slug)
    jobs = store().postings.page(Filters(solutions=(slug,)), most=SHOWN)
    return render_template("embed.html", solution=found, jobs=jobs, theme=theme)


@bp.get("/embed.js")
def script() -> Response:
    """The script that puts such a frame where it stands."""
    answer = current_app.send_static_file("embed.js")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@bp.get("/oembed")
def oembed() -> ResponseReturnValue:
    """What to embed for the address of a solution's page, by https://oembed.com."""
    if request.args.get("format", "json") != "json":
        return jsonify(error={"status": 501, "message": "format is json"}), 501
    address = request.args.get("url", "")
    named = _EMBEDDED.fullmatch(_path(address))
    if not address.startswith(base() + "/") or not named:
        abort(404, description="url is none of a solution here")
    found = _found(named[1])
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    source, title = f"{base()}/embed/solutions/{found.slug}", f"{found.name} jobs"
    return jsonify(
        version="1.0",
        type="rich",
        title=title,
        provider_name="Climate jobs",
        provider_url=f"{base()}/",
        cache_age=3600,
        width=width,
        height=height,
        html=f'<iframe src="{escape(source)}" width="{width}" height="{height}" title="{escape(title)}" '
        f'frameborder="0" loading="lazy"></iframe>',
    )


def _found(slug: str) -> Solution:
    return solutions.by_slug(slug) or abort(404, description=f"There is no solution {quoted(slug)}.")


def _path(address: str) -> str:
    """The path of an address below the site's own."""
    try:
        return urlsplit(address.removeprefix(base())).path
    except ValueError:
        return ""


def _at_most(name: str, usual: int) -> int:
    given = request.args.get(name, "")
    if given and not re.fullmatch(r"[1-9][0-9]{0,4}", given):
        abort(400, description=f"{name} is no whole number from 1 to 99999")
    return min(usual, int(given)) if given else usual
