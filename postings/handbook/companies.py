"""The companies a page names: in lists of examples, in lists that programs made, in grids of logos."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from postings.handbook.job_links import job_link
from postings.handbook.nouns import EXAMPLE, LISTED, Company, one_line
from postings.names import folded
from postings.posting import is_web_address

#: What introduces a list of them.
_SPEAKS_OF_THEM = re.compile(r"\b(?:compan(?:y|ies)|organi[sz]ations?|employers?)\b", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: What ``writing`` adds.
_COUNT = re.compile(r"[\d,]+ open jobs?")
_COUNT_BEHIND = re.compile(r" \([\d,]+ open jobs?\)")
_FEED = re.compile(r"/solutions/[a-z0-9-]+/feed\.rss$")
_DASHES = " \t\n-–—:·"
_NAME_ENDS = re.compile(r"\s[-–—]\s|:\s|\s[(<]|\s(?=https?://)")
#: Words of a link that are no company's name.
_NO_NAME = re.compile(r"https?://.*|www\..*|(?:its |the )?(?:web)?site|link|here", re.IGNORECASE)
_LONGEST_NAME, _LONGEST_NOTE, _LONGEST_LINE = 120, 400, 80
#: An address without a real host: what a spreadsheet writes for «not a number», an example's.
_NOWHERE = re.compile(r"https?://(?:www\.)?(?:nan|none|null|n/a|example\.com|localhost)(?:[/:?#].*)?", re.IGNORECASE)


def speaks_of_companies(text: str) -> bool:
    """Whether a heading announces companies."""
    return bool(_SPEAKS_OF_THEM.search(text))


def announces_examples(text: str) -> bool:
    """Whether a heading announces companies as examples."""
    return speaks_of_companies(text) and "example" in text.lower()


def announcement(node: LexborNode) -> str | None:
    """The text of what may introduce a list: a heading, or a short line in bold or with a colon behind it."""
    if node.tag in _HEADINGS:
        return node.text()
    if node.tag != "p":
        return None
    text, strong = node.text().strip(), node.css_first("strong")
    bold = strong is not None and strong.text().strip(": ") == text.strip(": ")
    return text if bold or (len(text) <= _LONGEST_LINE and text.endswith(":")) else None


def of_box(box: LexborNode) -> list[Company]:
    """The companies of a ``:::company`` box.

    Where the box has a heading that announces them they stand below it: what stands before are links to jobs.
    """
    below = speaks_of_companies(box.attributes.get("data-title") or "")
    found = []
    for node in box.iter():
        if (text := announcement(node)) is not None:
            below = speaks_of_companies(text)
        elif below and node.tag in ("ul", "ol", "table"):
            found += of_list(node, EXAMPLE)
    return found


def of_list(node: LexborNode, evidence: str) -> list[Company]:
    """The companies of a list or table, one an item or row; what stands within an item tells of it."""
    items = [item for item in node.css("li, tbody tr") if not _within_item(item, node)]
    return [each for item in items if folded((each := _of_item(item, evidence)).name)]


def _within_item(item: LexborNode, top: LexborNode) -> bool:
    parent = item.parent
    while parent is not None and parent.mem_id != top.mem_id:
        if parent.tag == "li":
            return True
        parent = parent.parent
    return False


def of_grid(node: LexborNode) -> list[Company]:
    """The companies of a grid of logos, each a link around a picture and a name; empty where it is no such grid."""
    if node.css_first(", ".join(_HEADINGS)) is not None:
        return []
    found = []
    for link in node.css("a"):
        picture = link.css_first("img")
        if picture is not None:
            name = link.text() if link.text().strip() else picture.attributes.get("alt") or ""
            found.append(_company(name, link.attributes.get("href"), LISTED))
    return [each for each in found if folded(each.name)] if len(found) > 1 else []


def once_each(companies: Iterable[Company]) -> Iterator[tuple[Company, str | None]]:
    """Each company once, the first time it is named, with a line on what is doubtful about it."""
    seen: dict[str, Company] = {}
    for each in companies:
        first = seen.setdefault(folded(each.name), each)
        if first is each:
            yield each, (None if each.link else f"a company without a link: {each.name}")


def is_ours(box: LexborNode) -> bool:
    """Whether we wrote into a box for job openings: a list in it that nothing announces is one of jobs."""
    return any(_FEED.search(link.attributes.get("href") or "") for link in box.css("a"))


def is_nowhere(address: str) -> bool:
    """Whether an address is filled in for none, such as ``https://nan``."""
    return bool(_NOWHERE.fullmatch(address))


def _of_item(item: LexborNode, evidence: str) -> Company:
    text = " ".join(_text(item).split())
    link, strong = item.css_first("a"), item.css_first("strong")
    address = (link.attributes.get("href") or "") if link is not None else ""
    if job_link(address):
        return Company("", None, evidence)
    linked = " ".join(link.text().split()) if link is not None else ""
    named = linked
    if not text.startswith(linked) or not linked or _NO_NAME.fullmatch(linked):
        # The link stands behind the name it explains.
        before = _NAME_ENDS.split(text, maxsplit=1)[0] if not linked or _NO_NAME.fullmatch(linked) else linked
        named = " ".join((strong.text() if strong is not None else before).split()).rstrip(_DASHES)
    note = text.removeprefix(named).strip(_DASHES) if text.startswith(named) else ""
    if linked != named and _NO_NAME.fullmatch(linked):
        note = note.removeprefix(linked).strip(_DASHES)
    if _COUNT.fullmatch(note):
        # We wrote that item: it is no word of the page's own.
        return Company("", None, evidence)
    return _company(named, address, evidence, _COUNT_BEHIND.sub("", note))


def _text(item: LexborNode) -> str:
    """The words of an item, or of a row with its cells apart."""
    return " - ".join(cell.text() for cell in item.css("td")) if item.tag == "tr" else item.text()


def _company(name: str, address: str | None, evidence: str, note: str = "") -> Company:
    address = (address or "").strip()
    link = address if is_web_address(address) and not is_nowhere(address) else None
    return Company(one_line(name, _LONGEST_NAME), link, evidence, one_line(note, _LONGEST_NOTE))
