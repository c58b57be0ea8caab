"""What stands in a page's HTML: its companies, links, pictures, and the sections that are left without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from postings.handbook import companies
from postings.handbook.job_links import faults, job_link
from postings.handbook.markdown import is_for_jobs
from postings.handbook.nouns import EXAMPLE, LISTED, Company, JobLink, Picture, Section, one_line
from postings.handbook.pictures import picture
from postings.handbook.verdicts import DISAGREES, verdict
from postings.posting import is_web_address

#: Headings that begin a section.
_SECTION_HEADINGS = ("h1", "h2")
_LISTS = ("ul", "ol", "table")
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
_EMPTY = re.compile(r"<(p|blockquote|ul|ol|h4|table|a)\b[^<>]*>\s*</\1>\s*")
#: Empty elements are taken out so often: what lies deeper in such stays.
_PASSES = 3
_MOST_HEADING, _LONGEST_LINK = 200, 2_000
#: Ten times what any real page has.
_MOST_LINKS, _MOST_COMPANIES = 2_000, 1_000
_T = TypeVar("_T")


def parsed(html: str) -> LexborNode:
    """The body of some HTML."""
    body = LexborHTMLParser(f"<body>{html}</body>").body
    assert body is not None
    return body


class Body:
    """What stands in a page. Companies and job links are taken out of the sections: they are shown apart."""

    def __init__(self, body: LexborNode, solution: str, title: str) -> None:
        self.doubts: list[str] = []
        self._solution = solution
        web = dict.fromkeys(each for each in _addresses(body) if is_web_address(each) and len(each) <= _LONGEST_LINK)
        self.links = tuple(self._at_most(_MOST_LINKS, list(web), "links"))
        self.doubts += [f"a link that leads nowhere: {each}" for each in self.links if companies.is_nowhere(each)]
        self.pictures = self._pictures(body)
        self.job_links = self._job_links(body)
        parts = list(_parts(body, title))
        self.companies = self._judged([*self._set_apart(body), *_announced(parts)])
        self.sections = tuple(Section(heading, html) for heading, nodes in parts if (html := _cleaned(nodes)))

    def _pictures(self, body: LexborNode) -> tuple[Picture, ...]:
        """The pictures of the text and of the handbook's ``<ImageCard>``; logos of companies are none."""
        logos = {logo.mem_id for grid in _grids(body) for logo in grid.css("a img")}
        found: dict[str, Picture] = {}
        for node in body.css("img, imagecard"):
            if node.mem_id not in logos:
                named = node.attributes
                address, text = named.get("src") or named.get("imageurl"), named.get("alt") or named.get("title")
                taken, doubt = picture(address or "", text or "")
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

    def _set_apart(self, body: LexborNode) -> list[Company]:
        """The companies of boxes, of lists that unfold and of grids, which are emptied."""
        grids = {grid.mem_id for grid in _grids(body)}
        found: list[Company] = []
        taken: dict[int, LexborNode] = {}
        for node in body.css("[data-box], details, div"):
            if any(within.mem_id in taken for within in _around(node)):
                continue
            named = companies.of_grid(node) if node.mem_id in grids else _of_element(node)
            if named or _is_job_box(node):
                taken[node.mem_id] = node
                found += named
                if not named and node.css_first("li") is not None and not companies.is_ours(node):
                    self.doubts.append("a list in the box for job openings that is not announced as one of companies")
        for node in taken.values():
            _empty(node)
        return found

    def _judged(self, named: list[Company]) -> tuple[Company, ...]:
        kept = []
        for each, doubt in companies.once_each(named):
            kept.append(each)
            if verdict(each.name, self._solution) == DISAGREES:
                doubt = f"a company that was judged not to work on it: {each.name}"
            self.doubts += [doubt] if doubt else []
        return tuple(self._at_most(_MOST_COMPANIES, kept, "companies"))

    def _at_most(self, most: int, found: list[_T], named: str) -> list[_T]:
        self.doubts += [f"{len(found):,} {named}, of which the first {most:,} are taken"] if len(found) > most else []
        return found[:most]


def _of_element(node: LexborNode) -> list[Company]:
    """The companies of a box or of a list that unfolds."""
    title = node.attributes.get("data-title") or ""
    if _is_job_box(node) or (node.attributes.get("data-box") == "company" and companies.speaks_of_companies(title)):
        return companies.of_box(node)
    if node.tag == "details" and companies.speaks_of_companies(_summary(node)):
        return companies.of_list(node, LISTED)
    return []


def _grids(body: LexborNode) -> list[LexborNode]:
    return [node for node in body.iter() if node.tag == "div" and companies.of_grid(node)]


def _around(node: LexborNode) -> Iterator[LexborNode]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def _parts(body: LexborNode, title: str) -> Iterator[tuple[str, list[LexborNode]]]:
    """The page's nodes by the heading above them; what stands before the first one, or below the title, has none."""
    heading: str = ""
    nodes: list[LexborNode] = []
    for node in _flat(body):
        if node.tag in _SECTION_HEADINGS:
            yield heading, nodes
            heading, nodes = one_line(node.text(), _MOST_HEADING), []
            heading = "" if node.tag == "h1" and heading == title else heading
        else:
            nodes.append(node)
    yield heading, nodes


def _flat(body: LexborNode) -> Iterator[LexborNode]:
    """The nodes of a page, those of an element that holds sections one by one."""
    for node in body.iter(include_text=True):
        if node.tag in ("div", "article", "main", "section") and node.css_first("h1, h2") is not None:
            yield from _flat(node)
        else:
            yield node


def _announced(parts: list[tuple[str, list[LexborNode]]]) -> list[Company]:
    """The companies of lists in the text, below a heading that announces examples; the lists are emptied."""
    found: list[Company] = []
    for heading, nodes in parts:
        above: LexborNode | None = None
        for node in nodes:
            if (text := companies.announcement(node)) is not None:
                above = node if companies.announces_examples(text) else None
            elif node.tag in _LISTS and (above is not None or companies.announces_examples(heading)):
                found += companies.of_list(node, EXAMPLE)
                _empty(node)
                if above is not None:
                    _empty(above)
    return found


def _empty(node: LexborNode) -> None:
    for child in list(node.iter(include_text=True)):
        child.decompose()


def _is_job_box(node: LexborNode) -> bool:
    if "data-box" not in node.attributes:
        return False
    kind, title = node.attributes["data-box"] or "", node.attributes["data-title"] or ""
    return is_for_jobs(kind, title) or (kind == "company" and any(job_link(each) for each in _addresses(node)))


def _summary(details: LexborNode) -> str:
    found = next((child for child in details.iter() if child.tag == "summary"), None)
    return found.text() if found is not None else ""


def _addresses(node: LexborNode) -> Iterator[str]:
    for link in node.css("a"):
        if address := (link.attributes.get("href") or "").strip():
            yield address


def _cleaned(nodes: list[LexborNode]) -> str:
    html = _CLEANER.clean("".join(node.html or "" for node in nodes))
    html = _HEADING.sub(r"<\1h4>", html)
    for _ in range(_PASSES):
        html = _EMPTY.sub("", html)
    return html.strip()
