"""From the bytes of a page to its lines and its front matter, whatever is broken in them."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field
from typing import Any

import frontmatter
import ftfy
import yaml
from frontmatter.default_handlers import YAMLHandler

from postings.handbook.nouns import UnreadablePage
from postings.handbook.programs import blank_programs

#: Real pages have some 15 kB; of what is larger, reading could take minutes.
MOST_BYTES = 200_000
#: Lines and characters; front matter beyond this is none. It bounds what reading it can cost.
_MOST_HEAD, _LONGEST_HEAD = 60, 4_000
_MOJIBAKE = re.compile("[ÃÂâ\x80-\x9f]")
_MENDED = "handbook-mended"


@dataclass(slots=True)
class PageSource:
    """A page as lines: front matter, programs and comments are blank, so that numbers stay true."""

    #: The lines as they lie in the file, with their ends.
    raw: list[bytes]
    lines: list[str]
    #: The number of the first line behind the front matter.
    start: int = 0
    head: dict[str, Any] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines, for the Markdown parser."""
        return "\n".join(self.lines)


def read_source(raw: bytes) -> PageSource:
    """Read a page's lines.

    Raises:
        UnreadablePage: it is too large, or no text.
    """
    check_size(len(raw))
    if b"\0" in raw:
        raise UnreadablePage("it is no text")
    doubts: list[str] = []
    # A carriage return of its own ends lines only where nothing else does.
    pieces = io.BytesIO(raw).readlines() if b"\n" in raw else raw.splitlines(keepends=True)
    lines = [_decoded(piece.rstrip(b"\r\n"), number, doubts) for number, piece in enumerate(pieces, start=1)]
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff")
    source = PageSource(pieces, lines, doubts=doubts)
    _take_head(source)
    blank_programs(source.lines, doubts)
    return source


def check_size(size: int) -> None:
    """Raise UnreadablePage where a page of so many bytes is too large to be read."""
    if size > MOST_BYTES:
        raise UnreadablePage(f"it has {size // 1000:,} kB, and no page has more than {MOST_BYTES // 1000}")


def _decoded(line: bytes, number: int, doubts: list[str]) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        doubts.append(f"line {number}: bytes that are no UTF-8")
        text = line.decode("utf-8", _MENDED)
    if _MOJIBAKE.search(text):
        text = ftfy.fix_encoding(text)
    return text.replace("\r", " ")


def _mend(error: UnicodeError) -> tuple[str, int]:
    """A byte of Windows' own for what is no UTF-8; where a character was cut, the sign that it is missing."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace") if len(bad) == 1 else "\ufffd", error.end


codecs.register_error(_MENDED, _mend)


class _Yaml(YAMLHandler):
    """Reads with the loader that is written in Python: the one in C ends the process where lists lie too deep."""

    def load(self, fm: str, **_: Any) -> Any:
        """The front matter as an object."""
        return yaml.load(fm, yaml.SafeLoader)


def _load(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST_HEAD:
        raise ValueError(f"it has {len(text):,} characters")
    head, _ = frontmatter.parse(text, handler=_Yaml())
    return head if isinstance(head, dict) else {}


def _take_head(source: PageSource) -> None:
    lines = source.lines
    if not lines or lines[0].rstrip() != "---":
        source.doubts.append("it has no front matter")
        return
    end = next((n for n, line in enumerate(lines[1:_MOST_HEAD], start=1) if line.rstrip() == "---"), None)
    if end is None:
        source.doubts.append("its front matter has no end")
        return
    try:
        head = _load("\n".join(lines[: end + 1]))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        head = {}
        source.doubts.append(f"its front matter cannot be read: {' '.join(str(error).split())[:120]}")
    source.head = head
    source.start = end + 1
    lines[: end + 1] = [""] * (end + 1)
