"""The pages of a handbook's folder: found, read and written without following a link."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commands.telling import refuse
from postings.handbook import UnreadablePage
from postings.handbook.nouns import one_line
from postings.handbook.source import check_size

_SKIPPED = {"node_modules", "build", "__pycache__"}
_MOST_FILES = 5_000
_LONGEST_NAME = 1_000


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page in a folder."""

    name: str
    path: Path
    #: Why it may not be opened; None where it may.
    fault: str | None = None

    def bytes(self) -> bytes:
        """What it holds; UnreadablePage where that cannot be had."""
        if self.fault:
            raise UnreadablePage(self.fault)
        try:
            check_size(self.path.stat().st_size)
            return self.path.read_bytes()
        except OSError as error:
            raise UnreadablePage(error.strerror or "it cannot be opened") from error


def page_files(folder: Path) -> Iterator[PageFile]:
    """The pages of a folder and those within it, by name; no link is followed.

    Read all before a page is taken or written: of too many none is.
    """
    count = 0
    for place, within, names in os.walk(folder):
        within[:] = sorted(name for name in within if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if path.suffix.lower() not in (".md", ".mdx"):
                continue
            count += 1
            if count > _MOST_FILES:
                refuse(f"{folder}: more than {_MOST_FILES} pages")
            fault = None if path.is_file() and not path.is_symlink() else "it is no file of its own"
            yield PageFile(one_line(path.relative_to(folder).as_posix(), _LONGEST_NAME), path, fault)


def replace(path: Path, content: bytes) -> None:
    """Put a file in place at once: nobody sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
