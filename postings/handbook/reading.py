"""Reads one page of the handbook, in any of its forms. Pure: bytes in, a ``HandbookPage`` out."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from selectolax.lexbor import LexborNode

from postings import solutions
from postings.handbook.body import Body, parsed
from postings.handbook.markdown import render
from postings.handbook.nouns import HandbookPage, OtherPage, UnreadablePage, one_line
from postings.handbook.source import PageSource, read_source
from postings.solutions import Solution

_FILE = re.compile(r"solution-(?P<slug>[a-z0-9-]+)\.mdx?", re.IGNORECASE)
#: Elements that run or load something.
_LIVE = "script, style, iframe, object, embed, form, svg, math, template, link, meta, base"
_MOST_TITLE, _MOST_DOUBTS = 200, 60
#: Elements within each other: no real page has a tenth of that.
_DEEPEST = 200


def read_page(raw: bytes, *, file: str) -> HandbookPage:
    """Read a page.

    Args:
        file: its path within the handbook, whose name tells the solution.

    Raises:
        OtherPage: it is about no single solution.
        UnreadablePage: it cannot be taken; the text says why.
    """
    name = _FILE.fullmatch(PurePosixPath(file).name)
    if not name:
        raise OtherPage("it is about no single solution")
    source = read_source(raw)
    rendered = render(source)
    if _too_deep(rendered.html):
        raise UnreadablePage(f"more than {_DEEPEST} elements lie within each other")
    body, doubts = parsed(rendered.html), source.doubts
    title = _title(source, body)
    solution = _solution(name["slug"].lower(), title, doubts)
    if rendered.expressions:
        doubts.append(f"{rendered.expressions} expressions of MDX, not shown")
    doubts += [f"line {box.start + 1}: a box that is not closed" for box in rendered.boxes if not box.closed]
    doubts += [f"something that runs, not shown: <{node.tag}>" for node in body.css(_LIVE)]
    found = Body(body, solution.slug, title)
    return HandbookPage(
        file=file,
        solution=solution.slug,
        title=title or solution.name,
        companies=found.companies,
        job_links=found.job_links,
        sections=found.sections,
        pictures=found.pictures,
        links=found.links,
        doubts=tuple(dict.fromkeys(one_line(doubt, 300) for doubt in doubts + found.doubts))[:_MOST_DOUBTS],
    )


def _title(source: PageSource, body: LexborNode) -> str:
    """The title of the front matter, else, as in Docusaurus, the heading of the first level."""
    title = source.head.get("title")
    if not isinstance(title, str | int | float):
        heading = body.css_first("h1")
        title = heading.text() if heading is not None else ""
    return one_line(str(title), _MOST_TITLE)


def _solution(slug: str, title: str, doubts: list[str]) -> Solution:
    by_file, by_title = solutions.by_slug(slug) or solutions.by_name(slug), solutions.by_name(title)
    if not title:
        doubts.append("it has no title")
    if by_file and by_title and by_file != by_title:
        doubts.append(f"its title is that of another solution: {title}")
    found = by_file or by_title
    if found is None:
        near = " or ".join(each.name for each in solutions.nearest(title or slug.replace("-", " ")))
        raise UnreadablePage(f"no such solution: {title or slug}" + (f" (near: {near})" if near else ""))
    return found


def _too_deep(html: str) -> bool:
    """Whether elements lie so deep within each other that what reads them next could give up."""
    depth = 0
    for tag in re.finditer(r"<(/?)(?!(?:br|img|hr|input|meta|link|p|li)\b)[a-zA-Z][\w-]*[^<>]*?(/?)>", html):
        depth = max(0, depth - 1) if tag[1] else depth + (not tag[2])
        if depth > _DEEPEST:
            return True
    return False
