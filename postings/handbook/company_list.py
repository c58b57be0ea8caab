"""The list of companies in a page's box: checked employers that are hiring first, then those the page named itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from postings.handbook.now import HIRING, Hiring, Now, address, open_jobs, plain
from postings.handbook.verdicts import DISAGREES, verdict
from postings.names import folded

#: The heading of a list where the page has none.
_HEADING = "#### Example Companies"
_ITEM = re.compile(r"(?P<indent>\s*)(?P<marker>[-*+])\s+\S.*", re.DOTALL)
_NAME = re.compile(
    r"\s*[-*+]\s+\*{0,2}\[\*{0,2}(?P<linked>(?:\\.|[^\]\\])*?)\*{0,2}\]\(|\s*[-*+]\s+\*\*(?P<bold>[^*]+)\*\*"
)
_BLOCK = re.compile(r"\s{0,3}(?:#{1,6}\s|:::|<|```|~~~)")
#: What we add to an item: behind its own words, or behind a dash where the whole item is ours.
_COUNT = re.compile(r" \(\[[\d,]+ open jobs?\]\(\S*/employers/[a-z0-9-]+\)\)$")
_OURS = re.compile(r" - \[[\d,]+ open jobs?\]\(\S*/employers/[a-z0-9-]+\)$")


@dataclass(slots=True)
class _List:
    """The items of a list, each with all its lines, and what stands around them."""

    above: list[str]
    items: list[list[str]] = field(default_factory=list)
    #: Blank lines behind each item but the last.
    gaps: list[list[str]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def listed(lines: Sequence[str], now: Now, end: str, *, above: bool = False) -> list[str]:
    """A heading and the list below it as they should be now; nothing where nothing is to be listed.

    Args:
        lines: from the heading to the end of the box; none where the page has no such list.
        above: it stands above the link to all jobs, where we put none: the heading is the page's, even over nothing.
    """
    found = _read(lines or [_HEADING + end])
    items = _items(found, now, end)
    bare = not any(map(str.strip, found.below))
    if not items and bare and not above and found.above[0].strip() == _HEADING:
        return found.below
    written = [*([] if lines else [end]), *found.above]
    for number, item in enumerate(items):
        gap = found.gaps[min(number, len(found.gaps)) - 1] if number and found.gaps else []
        written += [*gap, *item]
    # What stands behind a list that is ours alone would be read as part of it.
    if items and not found.items and not bare:
        written.append(end)
    gone = found.items and not items and not bare
    return written + (found.below[1:] if gone else found.below)


def _read(lines: Sequence[str]) -> _List:
    first = next((number for number, line in enumerate(lines[1:], 1) if line.strip()), len(lines))
    if first == len(lines) or not (top := _ITEM.fullmatch(lines[first])):
        return _List([lines[0]], below=list(lines[1:]))
    found = _List(list(lines[:first]))
    deep = len(top["indent"]) + 2
    blank: list[str] = []
    for number, line in enumerate(lines[first:], first):
        indent = len(line) - len(line.lstrip(" \t"))
        if not line.strip():
            blank.append(line)
        elif indent < deep and _ITEM.fullmatch(line):
            found.gaps += [blank] if found.items else []
            found.items.append([line])
            blank = []
        elif not _is_ours(found.items[-1]) and (indent >= deep or not (blank or _BLOCK.match(line))):
            found.items[-1] += [*blank, line]
            blank = []
        else:
            found.below = [*blank, *lines[number:]]
            return found
    found.below = blank
    return found


def _is_ours(item: Sequence[str]) -> bool:
    """Whether an item is one that we wrote, which has one line: those that look like more of it are the page's."""
    return _OURS.search(item[0].rstrip()) is not None


def _items(found: _List, now: Now, end: str) -> list[list[str]]:
    own: dict[str, list[str]] = {}
    rest: list[list[str]] = []
    for item in found.items:
        name = _name(item[0])
        if _is_ours(item) or (name and verdict(name, now.solution.slug) == DISAGREES):
            continue
        rest.append([_changed(item[0], _COUNT, ""), *item[1:]])
        if name:
            own.setdefault(folded(name), rest[-1])
    top = _ITEM.fullmatch(rest[0][0]) if rest else None
    start = f"{top['indent']}{top['marker']} " if top else "- "
    first = [_hiring(each, own.get(folded(each.name)), start, now.base, end) for each in now.hiring[:HIRING]]
    moved = [own[name] for each in now.hiring[:HIRING] if (name := folded(each.name)) in own]
    return first + [item for item in rest if not any(item is each for each in moved)]


def _name(line: str) -> str:
    found = _NAME.match(line)
    return re.sub(r"\\(.)", r"\1", found["linked"] or found["bold"] or "") if found else ""


def _changed(line: str, pattern: re.Pattern[str], by: str) -> str:
    """A line changed where its words end."""
    words = line.rstrip("\r\n")
    return pattern.sub(lambda _: by, words, count=1) + line[len(words) :]


def _hiring(each: Hiring, own: list[str] | None, start: str, base: str, end: str) -> list[str]:
    jobs = f"[{open_jobs(each.count)}]({base}/employers/{each.slug})"
    if own:
        return [_changed(own[0], re.compile(r"$"), f" ({jobs})"), *own[1:]]
    name = plain(each.name)
    named = f"[{name}]({address(each.homepage)})" if each.homepage else name
    return [f"{start}{named} - {jobs}{end}"]
