"""The lines of a box for job openings: those that are ours as they should be now, all others as they were.

Ours are the link to all jobs, what stands from there to the feed, and the list of companies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from postings.handbook.companies import speaks_of_companies
from postings.handbook.company_list import listed
from postings.handbook.job_links import job_link
from postings.handbook.now import NEWEST, Now, OpenJob, address, open_jobs, plain

_LINK = re.compile(r"\[(?P<text>(?:\\.|[^\]\\])*)\]\((?P<address>[^)\s]*)\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'()]+")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<text>.*)")
_BOLD = re.compile(r"\s{0,3}\*\*(?P<text>[^*]+)\*\*:?\s*")
#: A heading whose link is named here and given below the box.
_REFERENCE = re.compile(r"\s{0,3}#{1,6}\s+\[[^\]]+\](?:\[[^\]]*\])?\s*")
_JOBS = re.compile(r"(?:[\d,]+ )?open jobs?\b")
_FEED = re.compile(r"\) · \[Feed\]\(\S*/solutions/[a-z0-9-]+/feed\.rss\)$")


def links_to_jobs(lines: Sequence[str]) -> bool:
    """Whether any of some lines has a link to a list of jobs."""
    return any(job_link(found[0]) for line in lines for found in _ADDRESS.finditer(line))


def as_now(inner: Sequence[str], now: Now, end: str) -> list[str]:
    """The lines within a box as they should be now.

    Args:
        inner: with their ends.
        end: what ends the lines that are new.
    """
    lines = list(inner)
    call = _call_of(lines)
    if call is None:
        lines.insert(0, f"### {_link(now, '')}{end}")
        call = 0
    at = _announced(lines, call)
    if at is None:
        return _called(lines, call, now, end, more=False) + listed([], now, end)
    if at < call:
        companies = listed(lines[at:call], now, end, above=True)
        return [*lines[:at], *companies, *_called(lines[call:], 0, now, end, more=False)]
    below = listed(lines[at:], now, end)
    above = _called(lines[:at], call, now, end, more=True)
    return above + below if below else _without_blank(above)


def _without_blank(lines: list[str]) -> list[str]:
    return lines[:-1] if not lines[-1].strip() else lines


def _call_of(lines: Sequence[str]) -> int | None:
    """The number of the line with the link to all jobs."""
    found = (number for number, line in enumerate(lines) if links_to_jobs([line]))
    named = (number for number, line in enumerate(lines) if _REFERENCE.fullmatch(line))
    return next(found, next(named, None))


def _announced(lines: Sequence[str], call: int) -> int | None:
    """The number of the line that announces companies, if one does: below the link to all jobs, else above."""
    found = [number for number, line in enumerate(lines) if number != call and _announces(line)]
    return next((number for number in found if number > call), found[0] if found else None)


def _announces(line: str) -> bool:
    found = _HEADING.fullmatch(line.rstrip()) or _BOLD.fullmatch(line.rstrip())
    return bool(found and speaks_of_companies(found["text"]) and not links_to_jobs([line]))


def _called(lines: list[str], call: int, now: Now, end: str, *, more: bool) -> list[str]:
    """The lines around the link to all jobs, with the newest jobs and the feed below it."""
    feed = next((number for number in range(call, len(lines)) if _FEED.search(lines[number].rstrip())), call)
    rest = lines[feed + 1 :]
    page = f"{now.base}/solutions/{now.solution.slug}"
    ours = ["", *map(_job_line, now.newest[:NEWEST])]
    ours += [""] if now.newest else []
    ours += [f"[{plain(now.solution.name)}: all open jobs and who works on it]({page}) · [Feed]({page}/feed.rss)"]
    if (rest and rest[0].strip()) or (more and not rest):
        ours.append("")
    return [*lines[:call], _with_link(lines[call], now, end), *(line + end for line in ours), *rest]


def _with_link(line: str, now: Now, end: str) -> str:
    """A line with the link to all jobs in it leading here."""
    found = next((each for each in _LINK.finditer(line) if job_link(each["address"])), None)
    if found is None:
        return f"### {_link(now, '')}{end}"
    return line[: found.start()] + _link(now, found["text"]) + line[found.end() :]


def _link(now: Now, words: str) -> str:
    """The link to all jobs, in the words it had."""
    name = now.solution.climatebase_name or now.solution.name
    jobs = open_jobs(now.count) if now.count else "open jobs"
    text = words if _JOBS.search(words) else "View open jobs in this Solution"
    asked = urlencode({"drawdown_solutions": name})
    return f"[{_JOBS.sub(jobs, text, count=1)}]({now.base}/jobs?l=&q=&{asked})"


def _job_line(job: OpenJob) -> str:
    where = f", {plain(job.place)}" if job.place else ""
    return f"- [{plain(job.title)}]({address(job.url)}) - {plain(job.employer)}{where}"
