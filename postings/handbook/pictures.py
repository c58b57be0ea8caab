"""Where a page's pictures lie: below one folder, or on the web; nothing else is taken."""

from __future__ import annotations

import re
from urllib.parse import unquote

from postings.handbook.nouns import Picture, one_line
from postings.posting import is_web_address

#: Types of pictures that hold no program.
TYPES = ("png", "jpg", "jpeg", "webp", "gif", "avif")
_FILE = re.compile(rf"(?:[\w-][\w .-]*/){{0,4}}[\w-][\w .-]*\.(?:{'|'.join(TYPES)})", re.IGNORECASE)
_LOCAL = re.compile(r"(?:@site/)?(?:/|(?:\.\.?/))*(?:static/)?img/(?P<file>[^/].*)")
_LONGEST = 200


def picture(address: str, text: str) -> tuple[Picture, str | None]:
    """Read a picture's address; where it is not to be had, with a line that says why."""
    address, text = one_line(address, 2_000), one_line(text, 500)
    if file := file_of(address):
        return Picture(address, text, file), None
    if is_web_address(address):
        return Picture(address, text, None), None
    return Picture(address, text, None), f"a picture that is not taken: {address[:80]!r}"


def file_of(address: str) -> str | None:
    """The file within the folder of pictures that ``../static/img/…`` or ``/img/…`` names; None for all else."""
    found = _LOCAL.fullmatch(unquote(address.partition("?")[0]))
    return found["file"] if found and is_file(found["file"]) else None


def is_file(path: str) -> bool:
    """Whether a path is that of a picture in the folder, with nothing in it that could lead elsewhere."""
    return len(path) <= _LONGEST and bool(_FILE.fullmatch(path))
