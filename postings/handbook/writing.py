"""Writes a page back with what is open now. Every byte outside the parts that are ours stays as it is.

Ours are the box for job openings with its list of companies, and in a list made by a program those companies that were
judged not to work on the solution. Written twice, a page stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from postings.handbook import companies
from postings.handbook.job_links import job_link
from postings.handbook.markdown import Box, render
from postings.handbook.source import PageSource, read_source
from postings.handbook.verdicts import DISAGREES, verdict
from postings.names import folded
from postings.solutions import Solution

#: So many postings and hiring employers are named.
NEWEST, HIRING = 5, 10
_HEADING = re.compile(r"\s{0,3}(?P<marks>#{1,6})\s+(?P<text>.*)")
_ITEM = re.compile(r"\s*[-*+]\s+\S")
_LINKED = re.compile(r"\[(?P<text>(?:\\.|[^\]\\])*)\]\((?P<address>[^)\s]*)\)")
_LISTED = re.compile(r"<li>\s*<a\s[^>]*href=\"(?P<address>[^\"]*)\"[^>]*>(?P<name>[^<]*)</a>\s*</li>", re.IGNORECASE)
#: What we add to an item: behind its own words, or behind a dash where the whole item is ours.
_COUNT = re.compile(r" \(\[\d+ open jobs?\]\(\S*/employers/[a-z0-9-]+\)\)$")
_OURS = re.compile(r" - \[\d+ open jobs?\]\(\S*/employers/[a-z0-9-]+\)$")
_JOBS = re.compile(r"(?:[\d,]+ )?open jobs?\b")
_FEED = re.compile(r"\) · \[Feed\]\(\S*/solutions/[a-z0-9-]+/feed\.rss\)$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!$])|:(?=\w)")
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class OpenJob:
    """An open posting as a page names it."""

    title: str
    #: The employer's own page for it.
    url: str
    employer: str
    place: str


@dataclass(frozen=True, slots=True)
class Hiring:
    """A checked employer with its open postings for the solution."""

    slug: str
    name: str
    homepage: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is open for a solution now."""

    solution: Solution
    count: int
    #: Newest first.
    newest: Sequence[OpenJob]
    #: Those that hire most first.
    hiring: Sequence[Hiring]
    #: The site's address, without a slash at its end.
    base: str


def written(raw: bytes, now: Now) -> bytes:
    """A page's bytes with the parts that are ours as they should be now.

    Raises:
        UnreadablePage: it cannot be read.
    """
    source = read_source(raw)
    pieces = list(source.raw)
    end = b"\r\n" if pieces and pieces[0].endswith(b"\r\n") else b"\n"
    box = _job_box(source)
    _clear_lists(source, pieces, now.solution.slug)
    lines = _box_lines(source.lines[box.start : box.end] if box else [], now)
    content = [line.encode() + end for line in lines]
    if box is None:
        return _with_box(source, pieces, content, end)
    last = pieces[box.end - 1]
    if not last.endswith((b"\n", b"\r")):
        content[-1] = content[-1].removesuffix(end)
    pieces[box.start : box.end] = content
    return b"".join(pieces)


def _with_box(source: PageSource, pieces: list[bytes], box: list[bytes], end: bytes) -> bytes:
    """A page with a box where it had none: before its first section, else at its top."""
    first = next((n for n, line in enumerate(source.lines) if re.match(r"##\s", line)), source.start)
    for at in dict.fromkeys([first, source.start]):
        ended = at == 0 or pieces[at - 1].endswith((b"\n", b"\r"))
        whole = b"".join([*pieces[:at], *([] if ended else [end]), *box, end, *pieces[at:]])
        if _job_box(read_source(whole)):
            break
    return whole


def _job_box(source: PageSource) -> Box | None:
    boxes = [box for box in render(source).boxes if box.closed and "job openings" in box.title.lower()]
    return next((box for box in boxes if _has_job_link(source.lines[box.start : box.end])), None)


def _has_job_link(lines: Sequence[str]) -> bool:
    return any(job_link(found["address"]) for line in lines for found in _LINKED.finditer(line))


def _clear_lists(source: PageSource, pieces: list[bytes], solution: str) -> None:
    """Take out of lists made by programs what was judged wrong, and links that lead nowhere."""
    inside = False
    for number, line in enumerate(source.lines):
        inside = (inside or "<details>" in line) and "</details>" not in line
        found = _LISTED.search(line) if inside else None
        if found is None:
            continue
        if verdict(found["name"], solution) == DISAGREES:
            pieces[number] = b""
        elif companies.is_nowhere(found["address"]):
            linked = f'<a href="{found["address"]}">{found["name"]}</a>'.encode()
            pieces[number] = pieces[number].replace(linked, found["name"].encode())


def _box_lines(before: Sequence[str], now: Now) -> list[str]:
    """The box for job openings, with the headings, companies and other words it had."""
    opening, closing = (before[0], before[-1]) if before else (":::company job openings", ":::")
    inner = list(before[1:-1])
    at = next((number for number, line in enumerate(inner) if _announces(line)), len(inner))
    first = next((found["marks"] for line in inner[:at] if (found := _HEADING.fullmatch(line))), "###")
    call = next((line for line in inner if _has_job_link([line])), "")
    page = f"{now.base}/solutions/{now.solution.slug}"
    lines = [opening, f"{first} {_call(call, now)}", ""]
    lines += [_job_line(job) for job in now.newest[:NEWEST]]
    lines += [""] if now.newest else []
    lines += [f"[{_plain(now.solution.name)}: all open jobs and who works on it]({page}) · [Feed]({page}/feed.rss)"]
    if others := _others(inner[:at]):
        lines += ["", *others]
    if items := _items(inner[at + 1 :], now):
        lines += ["", inner[at] if at < len(inner) else "#### Example Companies", *items]
    return [*lines, closing]


def _announces(line: str) -> bool:
    """Whether a line is the heading of the list of companies."""
    found = _HEADING.fullmatch(line)
    return bool(found and companies.speaks_of_companies(found["text"]) and not _has_job_link([line]))


def _others(above: Sequence[str]) -> list[str]:
    """What stands above the list of companies and is not of us."""
    ours = next((number for number, line in enumerate(above) if _FEED.search(line)), None)
    kept = above[ours + 1 :] if ours is not None else [line for line in above if not _has_job_link([line])]
    text = "\n".join(kept).strip("\n")
    return text.split("\n") if text.strip() else []


def _call(before: str, now: Now) -> str:
    """The link to all jobs, in the words it had."""
    name = now.solution.climatebase_name or now.solution.name
    address = f"{now.base}/jobs?l=&q=&{urlencode({'drawdown_solutions': name})}"
    jobs = f"{now.count:,} open job{'' if now.count == 1 else 's'}" if now.count else "open jobs"
    found = _LINKED.search(before)
    words = found["text"] if found and _JOBS.search(found["text"]) else "View open jobs in this Solution"
    return f"[{_JOBS.sub(jobs, words, count=1)}]({address})"


def _job_line(job: OpenJob) -> str:
    where = f", {_plain(job.place)}" if job.place else ""
    return f"- [{_plain(job.title)}]({_address(job.url)}) - {_plain(job.employer)}{where}"


def _items(before: Sequence[str], now: Now) -> list[str]:
    """The list of companies: checked employers that are hiring, then those the page named itself."""
    own: dict[str, str] = {}
    rest: list[str] = []
    for line in before:
        link = _LINKED.search(line) if _ITEM.match(line) else None
        name = re.sub(r"\\(.)", r"\1", link["text"]) if link else ""
        if not line.strip() or _OURS.search(line) or (link and verdict(name, now.solution.slug) == DISAGREES):
            continue
        rest.append(_COUNT.sub("", line))
        if link:
            own.setdefault(folded(name), rest[-1])
    hiring = now.hiring[:HIRING]
    moved = {own[name] for each in hiring if (name := folded(each.name)) in own}
    first = [_hiring_line(each, own.get(folded(each.name)), now.base) for each in hiring]
    return first + [line for line in rest if line not in moved]


def _hiring_line(each: Hiring, own: str | None, base: str) -> str:
    jobs = f"[{each.count} open job{'' if each.count == 1 else 's'}]({base}/employers/{each.slug})"
    if own:
        return f"{own} ({jobs})"
    name = _plain(each.name)
    return f"- [{name}]({_address(each.homepage)}) - {jobs}" if each.homepage else f"- {name} - {jobs}"


def _plain(text: str) -> str:
    """A text as Markdown and MDX show it, and not as something they do."""
    line = " ".join(_HARMFUL.sub(" ", text).split())
    return _SPECIAL.sub(lambda found: "\\" + found[0], line)


def _address(url: str) -> str:
    return quote(url, safe=":/?#[]@!$&'*+,;=%-._~")
