"""Links to lists of jobs, as handbooks and Climatebase write them: what they ask for, and whether that is right."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from postings import solutions
from postings.handbook.nouns import JobLink, one_line

_LONGEST, _MOST = 2_000, 20
_OURS = {"drawdown_solutions", "solution"}
_ANYONES = {"q", "l", "sectors", "sector"}
_SEPARATORS = re.compile(r"\s*[,;|]\s*")


def job_link(address: str) -> JobLink | None:
    """Read an address as a link to a list of jobs; None where it is none."""
    try:
        parts = urlsplit(address)
        if len(address) > _LONGEST or parts.scheme not in ("http", "https"):
            return None
        asked = parse_qs(parts.query, keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    # Sites that lie below another's address are told from other lists of jobs by what is asked.
    if not path.endswith("/jobs") or not (_OURS if path != "/jobs" else _OURS | _ANYONES) & asked.keys():
        return None
    slugs: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for value in filter(str.strip, asked.get("drawdown_solutions", [])):
        found = solutions_named(value)
        slugs.update(dict.fromkeys(each.slug for each in found))
        unknown.update({} if found else {one_line(value, 200): None})
    slugs.update(dict.fromkeys(slug for slug in asked.get("solution", []) if solutions.by_slug(slug)))
    sectors = filter(None, (*asked.get("sectors", ()), *asked.get("sector", ())))
    words = one_line(" ".join(asked.get("q", ())), 200)
    return JobLink(address, tuple(slugs), tuple(unknown), tuple(one_line(each, 200) for each in sectors), words)


def solutions_named(text: str) -> list[solutions.Solution]:
    """The solutions a value names: one, or several with commas, semicolons or bars between; none if one is unknown."""
    if found := solutions.by_name(text):
        return [found]
    names = [solutions.by_name(part) for part in _SEPARATORS.split(text.strip(" ,;|"))]
    return [each for each in names if each] if all(names) else []


def faults(link: JobLink, solution: str) -> list[str]:
    """What is wrong with a job link on the page of a solution, a line each."""
    lines = []
    for name in link.unknown:
        near = " or ".join(each.name for each in solutions.nearest(name))
        lines.append(f"its job link names no solution: {name[:80]}" + (f" (near: {near})" if near else ""))
    others = [found.name for slug in link.solutions if slug != solution and (found := solutions.by_slug(slug))]
    if others and solution not in link.solutions:
        lines.append(f"its job link has a wrong target: {', '.join(others)}")
    elif others:
        lines.append(f"its job link asks for other solutions too: {', '.join(others)}")
    if not link.solutions and not link.unknown:
        asked = f"the words {link.words[:80]!r}" if link.words else "no solution at all"
        lines.append(f"its job link asks for {asked}")
    return lines
