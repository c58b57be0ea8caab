"""Takes out of a page's lines what MDX would run, and comments, so that nobody reads them as text."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRAME = re.compile(r" {0,3}<iframe\b[^<>]*(?:></iframe>|/>)\s*", re.IGNORECASE)
_MODULE = re.compile(r"(?:import|export)\s*(?:[\w*{'\"$].*)")
_COMMENTS = {"<!--": "-->", "{/*": "*/}"}
_COMMENT = re.compile("|".join(map(re.escape, _COMMENTS)))
#: A path that a call or braces name in an attribute is as good as one in quotes; all else there is a program.
_PATH = re.compile(r"=\{\s*(?:(?:require|useBaseUrl)\(\s*)?[\"']([^\"'{}<>]*)[\"']\s*\)?(?:\.default)?\s*\}")
_ATTRIBUTE = re.compile(r"\s[A-Za-z][\w-]*=(?:\{\{[^{}]*\}\}|\{[^{}]*\})")


def blank_programs(lines: list[str], doubts: list[str]) -> None:
    """Blank modules, comments and frames, and take programs out of attributes; the numbers of the lines stay."""
    fence, blank, module, comment = "", True, False, ""
    for number, line in enumerate(lines):
        if not comment and not module and (found := _FENCE.match(line)):
            fence = "" if fence and line.strip().startswith(fence) else fence or found[1]
        elif not fence:
            if blank and not comment and _MODULE.match(line):
                module = True
                doubts.append(f"line {number + 1}: program code, not shown: {line[:60]}")
            text, comment = ("", comment) if module else _without_comments(line, comment)
            lines[number] = _shown(text, doubts)
        blank = not line.strip()
        module = module and not blank
    if comment:
        doubts.append("a comment that has no end")


def _without_comments(line: str, ends: str) -> tuple[str, str]:
    """A line without comments, and what ends the one that is open behind it."""
    kept = ""
    while True:
        if ends:
            _, end, line = line.partition(ends)
            if not end:
                return kept, ends
        found = _COMMENT.search(line)
        if found is None:
            return kept + line, ""
        kept, line, ends = kept + line[: found.start()], line[found.end() :], _COMMENTS[found[0]]


def _shown(line: str, doubts: list[str]) -> str:
    if _FRAME.fullmatch(line):
        # Markdown on the next line would be read as part of it.
        doubts.append("something that runs, not shown: <iframe>")
        return ""
    if "={" not in line or "`" in line:
        return line
    # A blank line within a tag would end it.
    return _ATTRIBUTE.sub("", _PATH.sub(r'="\1"', line)).rstrip() or "data-program"
