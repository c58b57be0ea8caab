"""What people say against the tagger: a file of corrections, which outranks all that it finds."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from postings import solutions
from postings.posting import KIND, Evidence, Source, Tag

#: The environment's variable that names the file.
VARIABLE = "CLIMATE_JOBS_CORRECTIONS"
#: What the evidence of an added tag begins with.
ADDED = "added by"
_COLUMNS = ("what", "verdict", "solution", "by", "on")
_VERDICTS = ("add", "deny")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Correction:
    """One row: a solution that a posting, or each posting of an employer, surely has or surely has not."""

    #: ``kind:key:ref`` of a posting, or an employer's slug.
    what: str
    adds: bool
    solution: str
    by: str
    on: date

    @property
    def tag(self) -> Tag:
        """The tag it gives. Its evidence is neither the posting's words nor the employer's entry, hence ``page``."""
        return Tag(self.solution, 1.0, (Evidence("page", f"{ADDED} {self.by} on {self.on}"),))


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, by what they are about. What is said of a posting outranks what is said of its employer."""

    by_what: Mapping[str, Mapping[str, Correction]] = field(default_factory=dict)
    #: Another one when any correction is.
    digest: str = ""

    def apply(self, tags: Sequence[Tag], source: Source, ref: str, employer: str | None) -> list[Tag]:
        """The tags of a posting as corrected, surest first.

        Args:
            employer: the employer's slug, where it has one.
        """
        said = {**self.by_what.get(employer or "", {}), **self.by_what.get(f"{source}:{ref}", {})}
        if not said:
            return list(tags)
        kept = [tag for tag in tags if tag.solution not in said]
        kept += [each.tag for each in said.values() if each.adds]
        return sorted(kept, key=lambda tag: (-tag.confidence, tag.solution))


def of_environment() -> Corrections:
    """The corrections that CLIMATE_JOBS_CORRECTIONS names, read once a process; none where it is not set.

    Raises:
        ValueError: where the file cannot be read or a row is no correction; its text is one line and says which.
    """
    named = os.environ.get(VARIABLE)
    return read(Path(named)) if named else Corrections()


@cache
def read(file: Path) -> Corrections:
    """Read a file of corrections.

    Raises:
        ValueError: as above.
    """
    try:
        content = file.read_bytes()
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{VARIABLE}: {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{VARIABLE}: {file}: not UTF-8") from error
    try:
        return Corrections(_read(lines), hashlib.blake2b(content, digest_size=8).hexdigest())
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{VARIABLE}: {file}, {error}") from error


def _read(lines: Iterable[str]) -> dict[str, dict[str, Correction]]:
    rows = csv.DictReader(lines, strict=True)
    if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
        raise ValueError(f"line 1: no column {', '.join(missing)}")
    found: dict[str, dict[str, Correction]] = {}
    for row in rows:
        try:
            each = _correction(row)
        except ValueError as error:
            raise ValueError(f"line {rows.line_num}: {error}") from error
        if found.setdefault(each.what, {}).setdefault(each.solution, each) is not each:
            raise ValueError(f"line {rows.line_num}: {each.what} and {each.solution} once more")
    return found


def _correction(row: Mapping[str, str | None]) -> Correction:
    what, verdict, solution, by, on = ((row[name] or "").strip() for name in _COLUMNS)
    kind, *rest = what.split(":", 2)
    if not (len(rest) == 2 and KIND.fullmatch(kind) and all(rest)) and not _SLUG.fullmatch(what):
        raise ValueError(f"neither a posting (kind:key:ref) nor an employer's slug: {what!r}")
    if verdict not in _VERDICTS:
        raise ValueError(f"verdict is add or deny, not {verdict!r}")
    if solutions.by_slug(solution) is None:
        raise ValueError(f"no such solution: {solution!r}")
    if not by or not by.isprintable():
        raise ValueError("nobody says so: the column by is empty or unreadable")
    try:
        return Correction(what, verdict == "add", solution, by, date.fromisoformat(on))
    except ValueError as error:
        raise ValueError(f"on is a day such as 2026-03-01, not {on!r}") from error
