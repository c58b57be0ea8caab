"""Writes a page back with what is open now. Every byte outside the parts that are ours stays as it is.

Ours are, in the box for job openings, the link to all jobs with the newest ones and the list of companies; and, in a
list made by a program, those companies that were judged not to work on the solution. Written twice, a page stays the
same.
"""

from __future__ import annotations

import codecs
import re
from html import unescape

from postings.handbook import companies
from postings.handbook.job_box import as_now, links_to_jobs
from postings.handbook.markdown import Box, boxes, is_for_jobs
from postings.handbook.nouns import UnreadablePage
from postings.handbook.now import Now
from postings.handbook.source import PageSource, read_source
from postings.handbook.verdicts import DISAGREES, verdict

_LISTED = re.compile(r"<li>\s*<a\s[^>]*href=\"(?P<address>[^\"]*)\"[^>]*>(?P<name>[^<]*)</a>\s*</li>", re.IGNORECASE)
_UNFOLDS = re.compile(r"<(?P<end>/?)details\b", re.IGNORECASE)
_SECTION = re.compile(r"##\s")
#: How bytes that are no UTF-8 are carried through unchanged.
_AS_THEY_ARE = "surrogateescape"


def written(raw: bytes, now: Now) -> bytes:
    """A page's bytes with the parts that are ours as they should be now.

    Raises:
        UnreadablePage: it cannot be read, or nobody can say where its box ends.
    """
    source = read_source(raw)
    pieces = list(source.raw)
    end = _end_of(pieces[0]) if pieces else "\n"
    cut = bool(pieces) and not pieces[-1].endswith((b"\r", b"\n"))
    if cut:
        pieces[-1] += end.encode()
    _clear_lists(source, pieces, now.solution.slug)
    box = _job_box(source)
    if box is None:
        whole = _with_box(source, pieces, _made([":::company job openings", *as_now([], now, ""), ":::", ""], end))
    else:
        whole = _with_new_lines(box, pieces, now, end)
    return whole.removesuffix(end.encode()) if cut else whole


def _with_new_lines(box: Box, pieces: list[bytes], now: Now, end: str) -> bytes:
    """A page with the lines within its box as they should be now."""
    if not box.closed:
        raise UnreadablePage(f"line {box.start + 1}: its box for job openings is not closed")
    first, last = box.start + 1, box.end - 1
    inner = [piece.decode(errors=_AS_THEY_ARE) for piece in pieces[first:last] if piece]
    lines = [line.encode(errors=_AS_THEY_ARE) for line in as_now(inner, now, end)]
    whole = b"".join([*pieces[:first], *lines, *pieces[last:]])
    # A line such as an MDX import becomes another thing below a blank line, and may take the box's end with it.
    found = _job_box(after := read_source(whole))
    if found is None or not found.closed or sum(map(bool, pieces[box.end :])) != len(after.raw) - found.end:
        raise UnreadablePage(f"line {box.start + 1}: a line in its box for job openings would take in the box's end")
    return whole


def _end_of(line: bytes) -> str:
    return line[len(line.rstrip(b"\r\n")) :].decode() or "\n"


def _made(lines: list[str], end: str) -> list[bytes]:
    return [(line + end).encode() for line in lines]


def _with_box(source: PageSource, pieces: list[bytes], box: list[bytes]) -> bytes:
    """A page with a box where it had none: before its first section, else at its top."""
    raw = b"".join(pieces)
    first = next((n for n, line in enumerate(source.lines) if _SECTION.match(line)), source.start)
    for at in dict.fromkeys([first, source.start]):
        mark = codecs.BOM_UTF8 if at == 0 and raw.startswith(codecs.BOM_UTF8) else b""
        whole = b"".join([mark, *pieces[:at], *box, b"".join(pieces[at:]).removeprefix(mark)])
        if (found := _job_box(read_source(whole))) and found.closed and found.start == at:
            return whole
    raise UnreadablePage("there is no place for a box for job openings")


def _job_box(source: PageSource) -> Box | None:
    return next((box for box in boxes(source) if box.depth == 0 and _is_job_box(box, source)), None)


def _is_job_box(box: Box, source: PageSource) -> bool:
    if is_for_jobs(box.kind, box.title):
        return True
    return box.kind == "company" and links_to_jobs(source.lines[box.start : box.end])


def _clear_lists(source: PageSource, pieces: list[bytes], solution: str) -> None:
    """Take out of lists made by programs what was judged wrong, and links that lead nowhere."""
    inside = False
    for number, line in enumerate(source.lines):
        for tag in _UNFOLDS.finditer(line):
            inside = not tag["end"]
        found = _LISTED.search(line) if inside else None
        if found is None:
            continue
        if verdict(unescape(found["name"]), solution) == DISAGREES:
            pieces[number] = b""
        elif companies.is_nowhere(found["address"]):
            linked = f'<a href="{found["address"]}">{found["name"]}</a>'.encode()
            pieces[number] = pieces[number].replace(linked, found["name"].encode())
