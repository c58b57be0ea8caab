"""What the handbook says of a solution, as its page shows it; and the pictures that the operator keeps for that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import nh3
from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory
from markupsafe import Markup

from postings.handbook.nouns import LISTED, Company
from postings.handbook.pictures import is_file
from postings.posting import Employer
from postings.store.handbook import CheckedLink, KeptPage
from web.body import body

bp = Blueprint("handbook", __name__)

#: How long a picture may be shown again without asking, in seconds.
_FRESH = 86_400
_FOLDER = "pictures"
_Named = tuple[Employer, Company]
_GONE = ("broken", "nowhere")


@bp.get("/pictures/<path:file>")
def picture(file: str) -> Response:
    """A picture of the folder that the operator named."""
    if not has_picture(file):
        abort(404, description="There is no such picture.")
    return send_from_directory(current_app.extensions[_FOLDER], file, max_age=_FRESH)


def has_picture(file: str) -> bool:
    """Whether the operator's folder has a picture."""
    folder: Path | None = current_app.extensions[_FOLDER]
    if folder is None or not is_file(file):
        return False
    found = (folder / file).resolve()
    return found.is_relative_to(folder) and found.is_file()


def cover(kept: KeptPage) -> tuple[str, str] | None:
    """The first of a page's pictures that the folder has: its file and what it shows."""
    return next(((each.file, each.text) for each in kept.page.pictures if each.file and has_picture(each.file)), None)


def section(html: str, checked: Mapping[str, CheckedLink]) -> Markup:
    """A part of a page, cleaned once more on its way out; its links as ``sound`` has them."""
    if all(sound(address, checked) == address for address in checked):
        return body(html)
    kept = nh3.clean(str(body(html)), attribute_filter=lambda *found: sound(found[2], checked))
    return Markup(kept)  # noqa: S704


def known_by(employer: Employer, solution: str) -> str:
    """How it is known that an employer works on a solution."""
    return next((line.evidence for line in employer.solutions if line.solution == solution), "")


def by_evidence(kept: KeptPage, solution: str) -> tuple[list[_Named], list[_Named]]:
    """The employers a page names: those somebody vouches for, and those that stand only in a list made by a program."""
    parts: tuple[list[_Named], list[_Named]] = ([], [])
    for employer, company in kept.named:
        parts[known_by(employer, solution) == LISTED].append((employer, company))
    return parts


def sound(link: str | None, checked: Mapping[str, CheckedLink]) -> str | None:
    """A link, where it leads somewhere as far as is known: to where it has moved, if it has."""
    if link is None or link not in checked:
        return link
    found = checked[link]
    return None if found.state in _GONE else found.moved_to or link


def register(app: Flask) -> None:
    """Give the pages their pictures.

    Raises:
        ValueError: the folder of the environment is none.
    """
    named = os.environ.get("CLIMATE_JOBS_PICTURES")
    if named and not Path(named).is_dir():
        raise ValueError(f"CLIMATE_JOBS_PICTURES is no folder: {named[:200]}")
    app.extensions[_FOLDER] = Path(named).resolve() if named else None
    app.jinja_env.filters.update(section=section, known_by=known_by)
    app.jinja_env.globals.update(cover=cover, by_evidence=by_evidence, sound=sound)
