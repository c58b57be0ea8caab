"""A second reading of a page, by lines and patterns only: no Markdown, no HTML parser, nothing of the first one."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
_BOX = re.compile(r"^:::company.*?^:::\s*$|^:::note job openings.*?^:::\s*$", re.DOTALL | re.MULTILINE)
_LOGO = re.compile(
    r'<a href="([^"]*)"[^>]*?(?:\{\{.*?\}\})?>\s*<img [^\n]*?alt="([^"]*)"[^\n]*/>(?:\s*<p>(.*?)</p>)?\s*</a>'
)
_ITEM = re.compile(
    r"^- (?:\[(?P<linked>.+?)\]\((?P<link>(?:[^()\s]|\([^()]*\))*)\)|\*\*(?P<bold>.+?)\*\*)", re.MULTILINE
)
_COMPANIES = re.compile(r"^:::(?:company|note) (?:[Jj]ob openings|Companies).*?^:::\s*$", re.DOTALL | re.MULTILINE)
_EXAMPLES = re.compile(r"^(## Example Companies\n)(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(((?:[^()\s]|\([^()]*\))*)\)")
_PICTURE = re.compile(r"!\[[^\]]*\]\(((?:[^()\s]|\([^()]*\))*)\)|imageUrl=\"([^\"]*)\"")


@dataclass(frozen=True)
class Second:
    """What a page says, as read the second way."""

    title: str | None
    companies: dict[str, str | None]
    job_links: set[str]
    pictures: list[str]
    #: Letters and digits of each section, by its heading.
    sections: list[tuple[str, str]]


def second_reading(text: str) -> Second:
    """Read a page again."""
    head = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    title = re.search(r"^title: *(.*?) *$", head[1], re.MULTILINE) if head else None
    body = _COMMENT.sub("", text[head.end() :] if head else text)
    body = re.sub(r"^import .*?;?\s*$", "", body, flags=re.MULTILINE)
    links = [(found[2], found[3]) for found in _LINK.finditer(body) if not found[1]]
    return Second(
        title=title[1] if title else None,
        companies=_companies(body),
        job_links={link for _, link in links if re.match(r"https?://[^/]+/jobs\?.*(?:drawdown_solutions|q)=", link)},
        pictures=list(dict.fromkeys(found[1] or found[2] for found in _PICTURE.finditer(body))),
        sections=_sections(body),
    )


def _companies(body: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}

    def add(name: str, link: str | None) -> None:
        found.setdefault(html.unescape(name), None if link == "https://nan" else link)

    for box in _BOX.findall(body):
        head, _, rest = box.partition("\n")
        listed = re.split(r"^#+ Example.*$", rest, flags=re.MULTILINE)
        for item in _ITEM.finditer(rest if "Companies" in head else "".join(listed[1:])):
            add(item["linked"] or item["bold"], item["link"])
    for details in _DETAILS.findall(body):
        for link, name in re.findall(r"<li><a href=\"(.*?)\">(.*?)</a></li>", details):
            add(name, link)
    for link, alt, name in _LOGO.findall(body):
        add(name or alt, link)
    for section in re.findall(r"^## Example Compan.*?\n(.*?)(?=^## |\Z)", body, re.DOTALL | re.MULTILINE):
        for item in _ITEM.finditer(section):
            add(item["linked"] or item["bold"], item["link"])
    return found


def _sections(body: str) -> list[tuple[str, str]]:
    text = _DETAILS.sub("", body)
    text = _EXAMPLES.sub(r"\1", _COMPANIES.sub("", text))
    text = re.sub(r"<div style=\{\{.*?</div>", "", text, flags=re.DOTALL)
    text = re.sub(r"<iframe.*?(?:</iframe>|/>)", "", text, flags=re.DOTALL)
    parts = re.split(r"^##? (.*)$", text, flags=re.MULTILINE)
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return [(_letters(heading), letters) for heading, content in pairs if (letters := _letters(content))]


def _letters(content: str) -> str:
    text = re.sub(r"^:::+ *(?:[\w-]+)?", "", content, flags=re.MULTILINE)
    text = _LINK.sub(lambda found: "" if found[1] else found[2], text)
    text = re.sub(r"^\s*(?:\d+[.)]|#+|[-*+]) ", "", text, flags=re.MULTILINE)
    text = html.unescape(re.sub(r"<[^>]*>", "", text, flags=re.DOTALL))
    return "".join(char for char in text if char.isalnum())
