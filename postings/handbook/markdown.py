"""From a page's lines to HTML and its boxes: CommonMark with ``:::`` boxes, as Docusaurus reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from postings.handbook.source import PageSource

#: Boxes and lists within each other are read so deep; what is deeper stays text.
_DEEPEST = 30
_LONGEST_TEXT = 2_000
#: ``:::note Title``, ``:::note[Title]{#id}``.
_INFO = re.compile(r"(?P<kind>[A-Za-z][\w-]*)?\s*(?:\[(?P<inner>.*)\](?:\{.*\})?|(?P<title>.*))")
#: In MDX any element may end in itself; in HTML what follows it would be read as its content.
_ENDED = re.compile(r"<([A-Za-z][\w-]*)((?>[^<>\"'/]++|/(?!>)|\"[^\"]{0,4000}+\"|'[^']{0,4000}+')*+)/>")
_FOR_JOBS = re.compile(r"\bjob openings?\b|\bopen jobs\b", re.IGNORECASE)
_VOID = ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
_EXPRESSION = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Box:
    """A ``:::`` box and where it stands."""

    kind: str
    title: str
    #: Numbers of its first line and of the line behind its last one.
    start: int
    end: int
    closed: bool
    #: In how many others it stands.
    depth: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML that nobody has cleaned yet."""

    html: str
    boxes: tuple[Box, ...]
    #: How many expressions of MDX were left out.
    expressions: int


def render(source: PageSource) -> Rendered:
    """Read a page's Markdown."""
    env: dict[str, Any] = {"expressions": 0}
    tokens = _ended_at_sections(_PARSER.parse(source.text, env))
    return Rendered(_PARSER.renderer.render(tokens, _PARSER.options, env), _boxes(tokens, source), env["expressions"])


def boxes(source: PageSource) -> tuple[Box, ...]:
    """A page's boxes, without a look at anything else."""
    return _boxes(_ended_at_sections(_BLOCKS.parse(source.text, {})), source)


def _boxes(tokens: list[Token], source: PageSource) -> tuple[Box, ...]:
    return tuple(_box(token, source.lines) for token in tokens if token.type == "container_box_open")


def _ended_at_sections(tokens: list[Token]) -> list[Token]:
    """A box ends where a section begins: one that nobody closed would take in the rest of the page."""
    found: list[Token] = []
    opened: Token | None = None
    for token in tokens:
        if token.level == 0 and token.type == "container_box_open":
            opened = token
        elif token.level == 0 and token.type == "container_box_close":
            if opened is None:
                continue
            opened = None
        elif opened and token.level == 1 and token.type == "heading_open" and token.tag in ("h1", "h2"):
            assert opened.map is not None
            assert token.map is not None
            opened.map = [opened.map[0], token.map[0]]
            found.append(Token("container_box_close", "div", -1))
            opened = None
        found.append(token)
    return found


def is_for_jobs(kind: str, title: str) -> bool:
    """Whether a box calls itself one for job openings."""
    return bool(_FOR_JOBS.search(title)) or (kind == "company" and title.lower() == "jobs")


def _box(token: Token, lines: Sequence[str]) -> Box:
    assert token.map is not None
    kind, title = _kind_and_title(token)
    start, end = token.map
    closed = end < len(lines) and bool(re.fullmatch(r"\s*:{3,}\s*", lines[end]))
    return Box(kind, title, start, end + closed, closed, token.level)


def _kind_and_title(token: Token) -> tuple[str, str]:
    found = _INFO.fullmatch(token.info.strip())
    if not found:
        return "", token.info.strip()
    return (found["kind"] or "").lower(), (found["inner"] or found["title"] or "").strip()


def _open_box(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    kind, title = _kind_and_title(tokens[index])
    head = f"<p><strong>{_PARSER.renderInline(title, {'expressions': 0})}</strong></p>" if title else ""
    return f'<blockquote data-box="{escape(kind)}" data-title="{escape(title)}">{head}\n'


def _close_box(*_: Any) -> str:
    return "</blockquote>\n"


def _expression(state: StateInline, silent: bool) -> bool:
    """Leave out ``{…}``, which MDX would run."""
    if state.src[state.pos] != "{":
        return False
    depth, end = 0, state.pos
    while end < state.posMax:
        depth += {"{": 1, "}": -1}.get(state.src[end], 0)
        end += 1
        if depth == 0:
            break
    if depth:
        # Nothing behind it closes it: the rest of the line is text.
        state.pending += state.src[state.pos : state.posMax]
        state.pos = state.posMax
        return True
    if not silent:
        state.env["expressions"] += 1
    state.pos = end
    return True


def _html(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    content, count = _EXPRESSION.subn("", tokens[index].content)
    env["expressions"] += count
    return _ENDED.sub(_end, content)


def _end(found: re.Match[str]) -> str:
    name, rest = found[1], found[2]
    return found[0] if name.lower() in _VOID else f"<{name}{rest}></{name}>"


class _Linkify(LinkifyIt):  # type: ignore[misc]
    """Finds bare addresses in texts of a paragraph's length: what it takes grows with the square of it."""

    def pretest(self, text: str) -> bool:
        """Whether a text is looked at."""
        return len(text) <= _LONGEST_TEXT and super().pretest(text)


def _parser() -> MarkdownIt:
    options = {"html": True, "linkify": True, "maxNesting": _DEEPEST}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.core.ruler.enable("linkify")
    parser.linkify = _Linkify().set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    # As in MDX: what is indented is no program text.
    parser.disable("code")
    parser.use(container_plugin, "box", validate=lambda *_: True)
    parser.inline.ruler.before("backticks", "expression", _expression)
    parser.add_render_rule("container_box_open", _open_box)
    parser.add_render_rule("container_box_close", _close_box)
    parser.add_render_rule("html_block", _html)
    parser.add_render_rule("html_inline", _html)
    return parser


_PARSER = _parser()
_BLOCKS = _parser()
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])
