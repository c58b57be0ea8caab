"""For those who look after the site, and for machines: how fresh it is, whether it lives, what may be read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from postings import solutions
from postings.kept import KeptSource
from web.at_hand import base, not_ready, now, store

bp = Blueprint("machines", __name__)

#: Within which a posting counts as verified, and how many crawls are shown.
VERIFIED, CRAWLS = timedelta(hours=24), 25


@bp.get("/status")
def status() -> str:
    """How fresh the jobs of each solution are, and how the last crawls went."""
    outcomes, read, failing = _boards()
    fresh = store().postings.freshness(since=now() - VERIFIED)
    return render_template(
        "status.html",
        totals=store().postings.totals(),
        fresh=[(each, fresh[each.slug]) for each in solutions.all_solutions() if each.slug in fresh],
        outcomes=outcomes,
        read=read,
        failing=failing,
        crawls=store().crawls.recent(most=CRAWLS),
    )


def _boards() -> tuple[Counter[str], int, list[KeptSource]]:
    """How the last crawl of each source ended, how many sources were ever read, and which to look at."""
    sources = store().postings.lately("boards", store().sources.all)
    return (
        Counter(source.last_outcome or "not crawled yet" for source in sources),
        sum(each.last_complete_at is not None or each.last_outcome not in (None, "failed") for each in sources),
        [each for each in sources if each.last_outcome == "failed" or each.gone_count or each.held],
    )


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether the site is ready to serve, or why not."""
    reason = not_ready()
    told = {"status": "not ready", "reason": reason} if reason else {"status": "ok"}
    return jsonify(told), 503 if reason else 200, {"Cache-Control": "no-store"}


@bp.get("/robots.txt")
def robots() -> Response:
    """What search engines may read: every page, but not the API."""
    lines = (
        "User-agent: *",
        "Disallow: /api/",
        "Allow: /",
        "",
        f"Sitemap: {base()}/sitemap.xml",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")
