"""What sources really write -> what a posting holds: plain lines, safe HTML with its text, aware times."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from html import unescape

import ftfy
import nh3
from selectolax.lexbor import LexborHTMLParser

#: Longer lines and descriptions are cut: no real title, place or posting comes near.
MAX_LINE = 2_000
MAX_MARKUP = 300_000
#: Parsing deeper nesting costs quadratic time; no real posting comes near.
MAX_DEPTH = 200

#: Taken out first, so that looking for what is rare costs little.
PLAIN = re.compile(r"[\t\n\r\x20-\x7e]+")
PLAIN_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
#: Control characters but tab and line ends, soft hyphens, zero-width and direction marks, private use, lone surrogates.
HIDDEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e007f"
)
INVISIBLE = re.compile(f"[{HIDDEN}]")
#: Joiners stay where scripts such as Persian and Hindi spell with them.
JOINER = re.compile(r"(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
#: An entity that may stand for an invisible character.
ODD_ENTITY = re.compile(r"&(?!(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|bull|hellip|euro|#39);)")
#: UTF-8 read as Windows-1252 shows a lead byte's letter before one to three signs of the upper half.
UPPER = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
MOJIBAKE = re.compile(f"[\xc2-\xdf]{UPPER}|[\xe0-\xef]{UPPER}{{2}}|[\xf0-\xf4]{UPPER}{{3}}|Ã|\ufffd")
MOJIBAKE_ONLY = ftfy.TextFixerConfig(
    unescape_html=False, uncurl_quotes=False, fix_character_width=False, fix_latin_ligatures=False
)

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->|<![^<>]*>", re.DOTALL)
SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
ESCAPED_TAG = re.compile(r"&lt;/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|span)\b", re.IGNORECASE)
#: Where one of these stands, line ends in the source are mere white space.
BREAKING_TAG = re.compile(r"<(?:p|div|br|ul|ol|li|h[1-6]|table|section|article|blockquote|pre|dl)\b", re.IGNORECASE)
#: Elements that end by themselves or hold nothing: leaving them open nests nothing.
UNNESTED = re.compile(r"p|li|br|hr|img|t[dhr]|tbody|thead|d[dt]|meta|link|input|option|wbr|col|source")

KEPT = "p br hr ul ol li h2 h3 h4 strong em b i a blockquote table thead tbody tr th td"
#: Become paragraphs once the markup is sound.
BLOCKS = "div section article header footer main aside address pre center figure figcaption dl dt dd"
#: Levelled once the markup is sound.
HEADINGS = "h1 h2 h3 h4 h5 h6"
DROPPED_WHOLE = "script style template svg math iframe object noscript title textarea select"
CLEANER = nh3.Cleaner(
    tags={*KEPT.split(), *BLOCKS.split(), *HEADINGS.split()},
    clean_content_tags=set(DROPPED_WHOLE.split()),
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener",
)
BLOCK_TAG = re.compile(rf"<(/?)(?:{BLOCKS.removeprefix('div ').replace(' ', '|')})>")
HEADING_TAG = re.compile(r"<(/?)h([1-6])>")
INLINE_ONLY = r"[^<]*(?:<(?!/?(?:div|p|ul|ol|li|h[1-6]|blockquote|table|thead|tbody|tr|t[hd]|hr)\b)[^<]*)*"
LEAF_BLOCK = re.compile(rf"<div>({INLINE_ONLY})</div>")
LONE_PARAGRAPH = re.compile(rf"<li>\s*<p>({INLINE_ONLY})</p>\s*</li>")
DEAD_LINK = re.compile(r'<a rel="nofollow noopener">(.*?)</a>', re.DOTALL)
EMPTY = re.compile(r"<(p|h[2-4]|li|ul|ol|strong|em|b|i|blockquote)>(?:\s|&nbsp;|<br>)*</\1>")

EDGE = re.compile(r"</?(?:p|h[2-4]|ul|ol|table|blockquote|[bht]r|li|t[dh])>")
#: What becomes of edges within a paragraph; others part paragraphs.
LINE_EDGES = {"<br>": "\n", "<li>": "\n- ", "<tr>": "\n", "</td>": " ", "</th>": " "}
LINE_EDGES |= dict.fromkeys(("</li>", "</tr>", "<td>", "<th>"), "")
BLANKS = re.compile("  +")
EMPTY_LINES = re.compile("\n\n\n+")
BARE_BULLET = re.compile(r"^-[^\S\n]*\n+(?!- )", re.MULTILINE)

EPOCH = re.compile(r"\d{9,11}(?:\.\d+)?|\d{12,14}")
#: Seconds above this would lie beyond the year 3000, so they are milliseconds.
LAST_SECOND = 32_503_680_000
YEARS = range(1990, 2101)


def plain_text(value: str | None) -> str:
    """One clean line for a title, place or department: no tags, entities, control or hidden characters."""
    if not value:
        return ""
    text = _without_tags(SCRIPT.sub(" ", value[:MAX_LINE]))
    if "&" in text:
        text = _without_tags(unescape(text))
    return unicodedata.normalize("NFC", " ".join(_repaired(text).split()))


def safe_html(markup: str) -> str:
    """What a posting needs of its source's HTML, safe to put into a page: no images, styles, classes or ids."""
    markup = _prepared(markup)
    html = CLEANER.clean(markup)
    if ODD_ENTITY.search(markup):
        html = _visible(html)
    html = BLOCK_TAG.sub(r"<\1div>", html)
    if "<h" in html:
        html = HEADING_TAG.sub(_heading_levels(html), html)
    if "<div>" in html:
        html = LEAF_BLOCK.sub(r"<p>\1</p>", html).replace("<div>", "").replace("</div>", "\n")
    html = DEAD_LINK.sub(r"\1", html)
    for _ in range(3):
        html, emptied = EMPTY.subn("", html)
        if not emptied:
            break
    return unicodedata.normalize("NFC", LONE_PARAGRAPH.sub(r"<li>\1</li>", html).strip())


def text_of(html: str) -> str:
    """The text of HTML: a blank line between paragraphs, ``- `` before list items; nothing of scripts."""
    return _text(safe_html(html))


def describe(markup: str | None) -> tuple[str, str]:
    """A description as safe HTML and as text; two empty texts where there is none."""
    html = safe_html(markup) if markup else ""
    return html, _text(html)


def utc(value: str | float | date | None) -> datetime | None:
    """Read a time as sources write it; without a zone it is taken as UTC, a day alone as its first moment.

    Args:
        value: ISO 8601, ``2026-08-11 20:45:29 UTC``, RFC 2822, or epoch seconds or milliseconds.

    Returns:
        Aware, in UTC; None for None or an empty text.

    Raises:
        ValueError: it is no time, or none between 1990 and 2100.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        moment = _moment(value)
        moment = moment.replace(tzinfo=UTC) if moment.utcoffset() is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise ValueError(f"no time: {str(value)[:60]!r}") from error
    if moment.year not in YEARS:
        raise ValueError(f"no time of a posting: {str(value)[:60]!r}")
    return moment


def _moment(value: str | float | date) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, bool):
        raise TypeError("a truth value is no time")
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000 if value > LAST_SECOND else value, UTC)
    text = value.strip()
    if EPOCH.fullmatch(text):
        return _moment(float(text))
    text = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text) if ":" in text and "," not in text else text
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _repaired(text: str) -> str:
    """Mend UTF-8 that was read as something else, and drop invisible characters."""
    if not text.isascii() and MOJIBAKE.search(PLAIN.sub(" ", text)):
        text = ftfy.fix_text(text, MOJIBAKE_ONLY)
    return _visible(text)


def _visible(text: str) -> str:
    if text.isascii() and not text.encode().translate(None, PLAIN_BYTES):
        return text
    for hidden in set(INVISIBLE.findall(PLAIN.sub("", text))):
        text = text.replace(hidden, "")
    return JOINER.sub("", text) if "\u200c" in text or "\u200d" in text else text


def _without_tags(text: str) -> str:
    """Drop tags, those too that appear when others are dropped."""
    while "<" in text and (found := TAG.subn("", text))[1]:
        text = found[0]
    return text


def _prepared(markup: str) -> str:
    """Repair what is no HTML yet: escaped as a whole, lines without tags, broken letters, absurd nesting."""
    markup = _repaired(markup[:MAX_MARKUP])
    if "\\n" in markup and "\n" not in markup:
        markup = markup.replace("\\r", "").replace("\\n", "\n")
    if ESCAPED_TAG.search(markup) and not BREAKING_TAG.search(markup):
        markup = unescape(markup)
    if markup.count("<") - markup.count("</") > MAX_DEPTH and _depth(markup) > MAX_DEPTH:
        markup = re.sub(r"<[^<>]*>?", " ", markup)
    if not BREAKING_TAG.search(markup):
        lines = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", markup.strip())
        paragraphs = re.split(r"\n[^\S\n]*\n\s*", lines)
        markup = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs).replace("\n", "<br>")
    return markup


def _depth(markup: str) -> int:
    """How deep tags nest at most, supposing that only a tag of the same name closes one."""
    still_open: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in TAG_NAME.findall(markup):
        name = name.lower()
        if UNNESTED.fullmatch(name) or (closing and not still_open[name]):
            continue
        step = -1 if closing else 1
        still_open[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _heading_levels(html: str) -> Callable[[re.Match[str]], str]:
    """Ranks the headings a text uses from h2 on, whatever they were called."""
    used = sorted({level for _, level in HEADING_TAG.findall(html)})
    rank = {level: min(index, 4) for index, level in enumerate(used, start=2)}
    return lambda tag: f"<{tag[1]}h{rank[tag[2]]}>"


def _text(html: str) -> str:
    """The text of what ``safe_html`` gave."""
    html = EDGE.sub(_edge, html.replace("\n", " ").replace("\t", " "))
    text = LexborHTMLParser(html).text().replace("\xa0", " ")
    text = BLANKS.sub(" ", text) if "  " in text else text
    text = EMPTY_LINES.sub("\n\n", _trimmed(text) if "\n" in text else text)
    return (BARE_BULLET.sub("- ", text) if "-\n" in text else text).strip()


def _trimmed(text: str) -> str:
    """The text without blanks on either side of a line's end."""
    first, *between, last = text.split("\n")
    return "\n".join([first.rstrip(" "), *[line.strip(" ") for line in between], last.lstrip(" ")])


def _edge(tag: re.Match[str]) -> str:
    return LINE_EDGES.get(tag[0], "\n\n")
