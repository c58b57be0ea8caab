"""The schema.org JobPostings in a page, as its author marked them up: https://schema.org/JobPosting"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import lxml.html
from scrapy.http import Response

from scraper.embedded import html_of

log = logging.getLogger(__name__)

#: What is no JSON within it, and no XML: a CDATA section's marks, control characters.
UNWANTED = re.compile(r"<!\[CDATA\[|\]\]>|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: No real element is longer.
MAX_ELEMENT = 2_000_000
#: Microdata's values that are texts with markup of their own.
TEXTS = ("description", "responsibilities", "qualifications", "skills", "experienceRequirements", "jobBenefits")


def job_postings(response: Response) -> list[dict[str, Any]]:
    """The JobPostings of a page in their order, in JSON-LD or else in microdata, as JSON-LD names their parts.

    What of it cannot be read is passed over.
    """
    if b"JobPosting" not in response.body:
        return []
    for found in (_scripts(response), _microdata(response)):
        if postings := [node for each in found for node in _nodes(each) if _is_posting(node)]:
            return postings
    return []


def each_of(value: Any) -> list[Any]:
    """The values of a part, which may be there once, often or not at all."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _scripts(response: Response) -> Iterator[Any]:
    """What the JSON-LD elements of a page hold."""
    # It brings four other syntaxes along, a second's worth of imports: only pages with a JobPosting pay for it.
    from extruct.jsonld import JsonLdExtractor

    extractor = JsonLdExtractor()
    for script in html_of(response).css("script"):
        node = script.root
        content = _json_of(node.text or "")
        if "ld+json" in node.get("type", "").lower() and content:
            node.set("type", "application/ld+json")
            node.text = content
            try:
                yield from extractor.extract_items(node)
            except (ValueError, RecursionError) as error:
                log.debug("a JSON-LD element that cannot be read: %s", error)


def _json_of(text: str) -> str:
    """What is JSON in a script: some pages put comments, a CDATA section or a last semicolon around it."""
    text = UNWANTED.sub("", text[:MAX_ELEMENT])
    begin = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=0)
    return text[begin : max(text.rfind("}"), text.rfind("]")) + 1]


def _nodes(whole: Any) -> Iterator[dict[str, Any]]:
    """Every object within an object or list, however deep, in the order of the page."""
    waiting = [whole]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            if not _is_posting(each):
                waiting += reversed(list(each.values()))
        elif isinstance(each, list):
            waiting += reversed(each)


def _is_posting(node: Mapping[str, Any]) -> bool:
    names = [str(each).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for each in each_of(node.get("@type"))]
    return "JobPosting" in names


def _microdata(response: Response) -> Iterator[Any]:
    """What elements with ``itemscope`` say, in the names that JSON-LD has for it."""
    if b"itemscope" not in response.body:
        return
    from extruct.w3cmicrodata import MicrodataExtractor

    tree = html_of(response).selector.root
    for name in TEXTS:
        for node in tree.xpath("//*[@itemprop=$name][*]", name=name):
            # Its markup is wanted too, and that is what a value given by ``content`` may hold.
            node.set(
                "content", (node.text or "") + "".join(lxml.html.tostring(each, encoding="unicode") for each in node)
            )
    try:
        for item in MicrodataExtractor().extract_items(tree, response.url):
            yield _as_json_ld(item)
    except (ValueError, RecursionError) as error:
        log.debug("microdata that cannot be read: %s", error)


def _inner(node: lxml.html.HtmlElement) -> str:
    return escape(node.text or "") + "".join(lxml.html.tostring(each, encoding="unicode") for each in node)


def _as_json_ld(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_json_ld(each) for each in value]
    if not isinstance(value, dict):
        return value
    parts = {name: _as_json_ld(part) for name, part in value.get("properties", {}).items()}
    return {"@type": value.get("type"), **({"@id": value["id"]} if "id" in value else {}), **parts}
