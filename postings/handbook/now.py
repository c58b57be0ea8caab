"""What is open now, as a page of the handbook tells of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from postings.solutions import Solution

#: So many postings and hiring employers are named.
NEWEST, HIRING = 5, 10
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])|:(?=\w)")
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class OpenJob:
    """An open posting as a page names it."""

    title: str
    #: The employer's own page for it.
    url: str
    employer: str
    place: str


@dataclass(frozen=True, slots=True)
class Hiring:
    """A checked employer with its open postings for the solution."""

    slug: str
    name: str
    homepage: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is open for a solution now."""

    solution: Solution
    count: int
    #: Newest first.
    newest: Sequence[OpenJob]
    #: Those that hire most first.
    hiring: Sequence[Hiring]
    #: The site's address, without a slash at its end.
    base: str


def plain(text: str) -> str:
    """A text as Markdown and MDX show it, and not as something they do."""
    line = " ".join(_HARMFUL.sub(" ", text).split())
    return _SPECIAL.sub(lambda found: "\\" + found[0], line)


def address(url: str) -> str:
    """An address as it can stand in a link of Markdown."""
    return quote(url, safe=":/?#[]@!$&'*+,;=%-._~")


def open_jobs(count: int) -> str:
    """So many open jobs, in words."""
    return f"{count:,} open job{'' if count == 1 else 's'}"
