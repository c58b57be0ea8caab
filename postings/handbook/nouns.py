"""What a page of the handbook says: its solution, companies, job links, sections and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class UnreadablePage(Exception):
    """A page that is not taken; the text is one line for people."""


class OtherPage(UnreadablePage):
    """A page that is about no single solution: an index, a guide."""


#: How a page names a company: as an example that people chose, or in a list that a program or another site made.
EXAMPLE, LISTED = "page", "page-list"


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation as a page names it."""

    name: str
    #: None where the page gives none that leads anywhere.
    link: str | None
    #: ``page`` or ``page-list``.
    evidence: str
    #: What the page says it does.
    note: str = ""


@dataclass(frozen=True, slots=True)
class JobLink:
    """A link to another site's list of jobs, and what it asks for there."""

    address: str
    #: Slugs of the solutions it names.
    solutions: tuple[str, ...] = ()
    #: Names in it that are no solution's.
    unknown: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under one heading of the second level."""

    #: Empty for what stands before the first one.
    heading: str
    #: Sanitised; its headings are of the fourth level.
    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a page names it."""

    address: str
    text: str
    #: Where it lies in the folder of pictures; None where it is on the web or not to be had.
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandbookPage:
    """One page about one solution."""

    #: Where it lies in the handbook.
    file: str
    #: Slug.
    solution: str
    title: str
    companies: tuple[Company, ...] = ()
    #: The first one is that of the box for job openings.
    job_links: tuple[JobLink, ...] = ()
    sections: tuple[Section, ...] = ()
    pictures: tuple[Picture, ...] = ()
    #: Every web address it links to, each once.
    links: tuple[str, ...] = ()
    #: What is wrong or not taken, a line each.
    doubts: tuple[str, ...] = ()


def one_line(text: str, most: int) -> str:
    """A text of a page in one line, without control characters, at most so long."""
    return " ".join(_HIDDEN.sub(" ", text).split())[:most]
