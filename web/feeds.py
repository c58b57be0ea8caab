"""The feeds: what is new for a solution or for any filter, as RSS, Atom and JSON Feed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from postings import solutions
from postings.as_json import as_json, iso
from postings.kept import KeptPosting
from postings.store.questions import State
from web import unchanged
from web.at_hand import base, now, root, store
from web.choice import Choice, read_choice
from web.jobs import known
from web.parameters import quoted
from web.words import chosen, harmless, solution_name

bp = Blueprint("feeds", __name__)

#: How many postings a feed shows: the newest by when they were first seen, closed ones too.
WINDOW = 100
#: How long a reader need not ask again, in seconds.
FRESH = 900
FORMS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
#: Files that shape the bytes of a feed.
_MAKERS = (
    "feeds.py",
    "body.py",
    "words.py",
    "templates/feed.rss.xml",
    "templates/feed.atom.xml",
    "templates/entry.html",
)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says before its first entry."""

    title: str
    description: str
    #: Addresses of the page that shows the same, and of the feed itself.
    page: str
    address: str
    #: A name for ever, wherever the site is.
    id: str
    #: None for a feed without entries.
    updated: datetime | None
    #: Whether it shows all there ever was, not only the newest.
    complete: bool


@bp.get("/solutions/<slug>/feed.<any(rss, atom, json):form>")
def of_solution(slug: str, form: str) -> ResponseReturnValue:
    """What is new for one solution."""
    found = solutions.by_slug(slug) or abort(404, description=f"There is no solution {quoted(slug)}.")
    choice = Choice((("solution", slug),))
    if request.args:
        return redirect(root() + choice.feed(form), 301)
    return _feed(choice, form, title=f"{found.name} jobs", path=f"/solutions/{slug}")


@bp.get("/jobs/feed.<any(rss, atom, json):form>")
def of_choice(form: str) -> ResponseReturnValue:
    """What is new by any filter of the list of jobs."""
    choice = Choice(read_choice(request.args).pairs)
    hirers = known(choice)
    own = choice.feed(form).startswith("/solutions/")
    if own or request.query_string != choice.query().encode():
        return redirect(root() + choice.feed(form), 301)
    said = [hirers[value].name if name == "employer" else chosen(name, value) for name, value in choice.pairs]
    return _feed(choice, form, title=f"Climate jobs: {', '.join(said)}" if said else "Climate jobs", path="/jobs")


@bp.get("/feeds.opml")
def opml() -> Response:
    """The feeds of all solutions, for a feed reader to take in at once."""
    rendered = render_template("feeds.opml.xml", sectors=solutions.by_sector())
    return Response(rendered, mimetype="text/x-opml")


def _feed(choice: Choice, form: str, *, title: str, path: str) -> Response:
    filters = choice.filters(now=now(), status="all")
    state = store().postings.state(filters, most=WINDOW)
    if filters.since is None:
        unchanged.note(state)
    response = Response(mimetype=FORMS[form])
    etag = _etag(state, form)
    response.set_etag(etag)
    # A date tells that an entry came or changed, never that one left.
    lasting = filters.status == "all" and filters.since is None
    if lasting and state.touched_at is not None:
        response.last_modified = state.touched_at
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    if sent := _sent(etag):
        response.set_etag(sent)
        response.status_code = 304
    else:
        response.make_conditional(request)
    if response.status_code != 304:
        # A sector stands for its solutions.
        named = choice.solutions[0].name if len(choice.solutions) == 1 else "climate solutions"
        which = f"Newest jobs that serve {named}" if filters.solutions else "Newest jobs"
        feed = Feed(
            title=title,
            description=f"{which}, read from job boards and listings.",
            page=base() + (path if path != "/jobs" else choice.address(path)),
            address=base() + choice.feed(form),
            id=_urn(choice.query()),
            updated=state.touched_at,
            complete=state.entries < WINDOW,
        )
        jobs = store().postings.newest_seen(filters, most=WINDOW)
        # One that is shown for an older vacancy is as old as that.
        jobs.sort(key=lambda job: job.known_since, reverse=True)
        response.set_data(_json(feed, jobs) if form == "json" else _xml(feed, jobs, form))
    return response


def _sent(etag: str) -> str | None:
    """The validator a reader sent, if it is ours; one of a compressed answer ends in the way of its compression."""
    return next((each for each in request.if_none_match.as_set() if each.partition(":")[0] == etag), None)


def _xml(feed: Feed, jobs: Sequence[KeptPosting], form: str) -> str:
    return render_template(f"feed.{form}.xml", feed=feed, jobs=jobs, entry_id=entry_id, urn=_urn)


def _json(feed: Feed, jobs: Sequence[KeptPosting]) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": "en",
        "items": [_item(job) for job in jobs],
    }
    return json.dumps(document, ensure_ascii=False)


def _item(job: KeptPosting) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry_id(job),
        "url": f"{base()}/jobs/{job.id}",
        "external_url": job.posting.url,
        "title": harmless(f"{'' if job.open else 'Closed: '}{job.posting.title} – {job.employer.name}"),
        "content_html": harmless(render_template("entry.html", job=job)).strip(),
        "date_published": iso(job.known_since),
        "date_modified": iso(job.touched_at),
        "authors": [{"name": job.employer.name, "url": f"{base()}/employers/{job.employer.slug}"}],
        "tags": [solution_name(tag.solution) for tag in job.tags] + ([] if job.open else ["closed"]),
        "_climate_jobs": as_json(job),
    }
    return item | ({"language": job.posting.language} if job.posting.language else {})


def entry_id(job: KeptPosting) -> str:
    """What names a feed's entry for ever, whatever happens to the posting, and whichever is shown for its vacancy."""
    source, ref = job.first_at
    return f"{source.kind}/{source.key}/{ref}"


def _urn(text: str) -> str:
    """A name that Atom takes for an id, always the same for the same text."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"climate-jobs:{text}").urn


def _etag(state: State, form: str) -> str:
    return hashlib.blake2b(f"{_version()} {form} {base()} {state.digest}".encode(), digest_size=16).hexdigest()


@cache
def _version() -> str:
    """What else a feed's bytes hang on: this program."""
    makers = "".join(files("web").joinpath(name).read_text("utf-8") for name in _MAKERS)
    return version("climate-jobs") + hashlib.blake2b(makers.encode(), digest_size=8).hexdigest()
