"""A posting's text as a page shows it: cleaned once more on its way out, whatever came in."""

from __future__ import annotations

import re

import nh3
from flask import Flask
from markupsafe import Markup, escape

from postings.kept import KeptPosting

_KEPT = "p br hr ul ol li h2 h3 h4 strong em b i a blockquote table thead tbody tr th td"
_CLEANER = nh3.Cleaner(
    tags={*_KEPT.split()},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener",
)
#: One tag of cleaned markup, whose attributes always stand in double quotes.
_TAG = re.compile(r"""(<(?:[^<>"]|"[^"]*")*>)""")


def body(html: str) -> Markup:
    """A description, safe to put into a page or a feed."""
    return Markup(_CLEANER.clean(html))  # noqa: S704


def marked(kept: KeptPosting) -> Markup:
    """A posting's description with the words marked that earned its tags."""
    html = body(kept.posting.description_html)
    words = {each.text for tag in kept.tags for each in tag.evidence if each.where == "text" and each.text.strip()}
    if not words:
        return html
    longest_first = sorted(words, key=lambda text: (-len(text), text))
    spellings = (r"\s+".join(re.escape(str(escape(word))) for word in text.split()) for text in longest_first)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)", re.IGNORECASE)
    parts = _TAG.split(html)
    parts[::2] = [pattern.sub(r"<mark>\g<0></mark>", text) for text in parts[::2]]
    return Markup("".join(parts))  # noqa: S704


def register(app: Flask) -> None:
    """Give the texts to the templates."""
    app.jinja_env.filters.update(body=body, marked=marked)
