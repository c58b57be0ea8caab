"""The companies a page names: in lists of examples, in lists that programs made, in grids of logos."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from postings.handbook.nouns import EXAMPLE, LISTED, Company, one_line
from postings.names import folded
from postings.posting import is_web_address

#: What introduces a list of them.
_SPEAKS_OF_THEM = re.compile(r"\b(?:compan(?:y|ies)|organi[sz]ations?|employers?)\b", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: What ``writing`` adds.
_COUNT = re.compile(r"\d+ open jobs?")
_COUNT_BEHIND = re.compile(r" \(\d+ open jobs?\)$")
_DASHES = " \t\n-–—:·"
_LONGEST_NAME, _LONGEST_NOTE = 120, 400
#: An address without a real host: what a spreadsheet writes for «not a number», an example's.
_NOWHERE = re.compile(r"https?://(?:www\.)?(?:nan|none|null|n/a|example\.com|localhost)(?:[/:?#].*)?", re.IGNORECASE)


def speaks_of_companies(text: str) -> bool:
    """Whether a heading announces companies."""
    return bool(_SPEAKS_OF_THEM.search(text))


def of_box(box: LexborNode) -> list[Company]:
    """The companies of a ``:::company`` box.

    Where the box has a heading that announces them they stand below it: what stands before are links to jobs.
    """
    title = box.attributes.get("data-title") or ""
    below = speaks_of_companies(title)
    found = []
    for node in box.iter():
        if node.tag in _HEADINGS:
            below = speaks_of_companies(node.text())
        elif below and node.tag in ("ul", "ol"):
            found += [_of_item(item, EXAMPLE) for item in node.iter() if item.tag == "li"]
    return _named(found)


def of_list(node: LexborNode, evidence: str) -> list[Company]:
    """The companies of a list, one an item."""
    return _named(_of_item(item, evidence) for item in node.css("li"))


def of_grid(node: LexborNode) -> list[Company]:
    """The companies of a grid of logos, each a link around a picture and a name; empty where it is no such grid."""
    found = []
    for link in node.css("a"):
        picture = link.css_first("img")
        if picture is not None:
            name = link.text() if link.text().strip() else picture.attributes.get("alt") or ""
            found.append(_company(name, link.attributes.get("href"), LISTED))
    return _named(found) if len(found) > 1 else []


def once_each(companies: Iterable[Company]) -> Iterator[tuple[Company, str | None]]:
    """Each company once, the first time it is named, with a line on what is doubtful about it."""
    seen: dict[str, Company] = {}
    for each in companies:
        first = seen.setdefault(folded(each.name), each)
        if first is each:
            yield each, (None if each.link else f"a company without a link: {each.name}")


def is_nowhere(address: str) -> bool:
    """Whether an address is filled in for none, such as ``https://nan``."""
    return bool(_NOWHERE.fullmatch(address))


def _of_item(item: LexborNode, evidence: str) -> Company:
    text = " ".join(item.text().split())
    link = item.css_first("a")
    strong = item.css_first("strong")
    named = link if link is not None else strong
    name = " ".join(named.text().split()) if named is not None else re.split(r"\s[-–—]\s|:\s", text, maxsplit=1)[0]
    if link is None or not text.startswith(name):
        # The link stands behind the name it explains.
        name = " ".join(strong.text().split()) if strong is not None else name
    address = link.attributes.get("href") if link is not None else None
    note = text.removeprefix(name).strip(_DASHES) if text.startswith(name) else ""
    if _COUNT.fullmatch(note):
        # We wrote that item: it is no word of the page's own.
        return Company("", None, evidence)
    note = _COUNT_BEHIND.sub("", note)
    return _company(name, address, evidence, note)


def _company(name: str, address: str | None, evidence: str, note: str = "") -> Company:
    address = (address or "").strip()
    link = address if is_web_address(address) and not is_nowhere(address) else None
    return Company(one_line(name, _LONGEST_NAME), link, evidence, one_line(note, _LONGEST_NOTE))


def _named(companies: Iterable[Company]) -> list[Company]:
    return [each for each in companies if folded(each.name)]


def parsed(html: str) -> LexborNode:
    """The body of some HTML."""
    body = LexborHTMLParser(f"<body>{html}</body>").body
    assert body is not None
    return body
