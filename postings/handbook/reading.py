"""Reads one page of the handbook, in any of its forms. Pure: bytes in, a ``HandbookPage`` out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import nh3
from selectolax.lexbor import LexborNode

from postings import solutions
from postings.handbook import companies
from postings.handbook.job_links import faults, job_link
from postings.handbook.markdown import render
from postings.handbook.nouns import (
    EXAMPLE,
    LISTED,
    Company,
    HandbookPage,
    JobLink,
    OtherPage,
    Picture,
    Section,
    UnreadablePage,
    one_line,
)
from postings.handbook.pictures import picture
from postings.handbook.source import PageSource, read_source
from postings.handbook.verdicts import DISAGREES, verdict
from postings.posting import is_web_address
from postings.solutions import Solution

_FILE = re.compile(r"solution-(?P<slug>[a-z0-9-]+)\.mdx?", re.IGNORECASE)
#: Headings of the handbook that are no part of a section.
_SECTION_HEADINGS = ("h1", "h2")
_KEPT = "p br hr ul ol li h1 h2 h3 h4 h5 h6 strong em b i a blockquote table thead tbody tr th td"
_CLEANER = nh3.Cleaner(
    tags={*_KEPT.split()},
    clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener",
)
_HEADING = re.compile(r"<(/?)h[1-6]>")
#: Elements that run or load something.
_LIVE = "script, style, iframe, object, embed, form, svg, math, template, link, meta, base"
_MOST_TITLE, _LONGEST_LINK = 200, 2_000
_MOST_DOUBTS = 60
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
    doubts = source.doubts
    title = _title(source)
    solution = _solution(name["slug"].lower(), title, doubts)
    rendered = render(source)
    if rendered.expressions:
        doubts.append(f"{rendered.expressions} expressions of MDX, not shown")
    doubts += [f"line {box.start + 1}: a box that is not closed" for box in rendered.boxes if not box.closed]
    if _too_deep(rendered.html):
        raise UnreadablePage(f"more than {_DEEPEST} elements lie within each other")
    body = companies.parsed(rendered.html)
    for node in body.css(_LIVE):
        doubts.append(f"something that runs, not shown: <{node.tag}>")
    found = _Body(body, solution.slug)
    return HandbookPage(
        file=file,
        solution=solution.slug,
        title=title or solution.name,
        companies=found.companies,
        job_links=found.job_links,
        sections=found.sections,
        pictures=found.pictures,
        links=found.links,
        doubts=tuple(dict.fromkeys(doubts + found.doubts))[:_MOST_DOUBTS],
    )


def _title(source: PageSource) -> str:
    title = source.head.get("title")
    if isinstance(title, str | int | float):
        return one_line(str(title), _MOST_TITLE)
    return ""


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


class _Body:
    """What stands in a page's HTML. Companies and job links are taken out of the sections: they are shown apart."""

    def __init__(self, body: LexborNode, solution: str) -> None:
        self.doubts: list[str] = []
        self._solution = solution
        self.links = tuple(
            dict.fromkeys(each for each in _addresses(body) if is_web_address(each) and len(each) <= _LONGEST_LINK)
        )
        self.doubts += [f"a link that leads nowhere: {each}" for each in self.links if companies.is_nowhere(each)]
        self.pictures = self._pictures(body)
        self.job_links = self._job_links(body)
        named: list[Company] = []
        parts = list(_parts(body))
        for _, nodes in parts:
            named += [each for node in nodes for each in _take_companies(node)]
        for heading, nodes in parts:
            if companies.speaks_of_companies(heading) and "example" in heading.lower():
                named += [each for node in nodes for each in _take_items(node)]
        self.companies = self._judged(named)
        self.sections = tuple(Section(heading, html) for heading, nodes in parts if (html := _cleaned(nodes)))

    def _pictures(self, body: LexborNode) -> tuple[Picture, ...]:
        """The pictures of the text; logos of companies are none."""
        found: dict[str, Picture] = {}
        for node in body.css("img"):
            if node.parent is not None and node.parent.tag == "a":
                continue
            taken, doubt = picture(node.attributes.get("src") or "", node.attributes.get("alt") or "")
            found.setdefault(taken.address, taken)
            self.doubts += [doubt] if doubt else []
        return tuple(found.values())

    def _job_links(self, body: LexborNode) -> tuple[JobLink, ...]:
        in_boxes = [address for box in body.css("[data-box]") if _is_job_box(box) for address in _addresses(box)]
        links = [link for address in dict.fromkeys([*in_boxes, *_addresses(body)]) if (link := job_link(address))]
        if not links:
            self.doubts.append("it has no job link")
        for link in links:
            self.doubts += faults(link, self._solution)
        return tuple(links)

    def _judged(self, named: list[Company]) -> tuple[Company, ...]:
        kept = []
        for each, doubt in companies.once_each(named):
            kept.append(each)
            if verdict(each.name, self._solution) == DISAGREES:
                doubt = f"a company that was judged not to work on it: {each.name}"
            self.doubts += [doubt] if doubt else []
        return tuple(kept)


def _parts(body: LexborNode) -> Iterator[tuple[str, list[LexborNode]]]:
    """The page's nodes by the heading above them; what stands before the first one has none."""
    heading: str = ""
    nodes: list[LexborNode] = []
    for node in body.iter(include_text=True):
        if node.tag in _SECTION_HEADINGS:
            yield heading, nodes
            heading, nodes = one_line(node.text(), _MOST_TITLE), []
        else:
            nodes.append(node)
    yield heading, nodes


def _take_companies(node: LexborNode) -> list[Company]:
    """The companies of a box, list or grid, which is emptied; none where it is nothing of that kind."""
    if node.tag == "blockquote" and "data-box" in node.attributes:
        jobs, announced = _is_job_box(node), companies.speaks_of_companies(node.attributes.get("data-title") or "")
        if not jobs and not (node.attributes["data-box"] == "company" and announced):
            return []
        found = companies.of_box(node)
        if not jobs and not found:
            return []
    elif node.tag == "details" and companies.speaks_of_companies(_summary(node)):
        found = companies.of_list(node, LISTED)
    elif node.tag == "div" and (found := companies.of_grid(node)):
        pass
    else:
        return []
    _empty(node)
    return found


def _take_items(node: LexborNode) -> list[Company]:
    if node.tag not in ("ul", "ol"):
        return []
    found = companies.of_list(node, EXAMPLE)
    _empty(node)
    return found


def _empty(node: LexborNode) -> None:
    for child in list(node.iter(include_text=True)):
        child.decompose()


def _is_job_box(box: LexborNode) -> bool:
    title = (box.attributes.get("data-title") or "").lower()
    return "job openings" in title and any(job_link(address) for address in _addresses(box))


def _summary(details: LexborNode) -> str:
    found = details.css_first("summary")
    return found.text() if found is not None else ""


def _addresses(node: LexborNode) -> Iterator[str]:
    for link in node.css("a"):
        if address := (link.attributes.get("href") or "").strip():
            yield address


def _cleaned(nodes: list[LexborNode]) -> str:
    html = _CLEANER.clean("".join(node.html or "" for node in nodes))
    html = _HEADING.sub(r"<\1h4>", html)
    return re.sub(r"(?:<(p|blockquote|ul|ol)>\s*</\1>\s*)+", "", html).strip()
