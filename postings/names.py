"""Names of employers: how they stand in an address, and how they are looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

#: Legal forms, dropped at the end of a name when it is looked up.
_FORMS = re.compile(
    r"[\s,.]+(?:incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|gmbh(?: & co\.? kg)?|mbh|ag|se"
    r"|kg|ug|s\.?a\.?s?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|oy|ab|as|a/s|aps|pty|pbc|e\.?v)\.?$"
)


def slug_of(name: str) -> str:
    """Write a name as it stands in an address: small letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o"))
    plain = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-") or "employer-" + name.encode().hex()[:16]


def folded(name: str) -> str:
    """Fold a name for look-up: «Acme Wind, Inc.» and «acme wind» are one."""
    text = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    while (shorter := _FORMS.sub("", text)) != text and shorter:
        text = shorter
    return text.strip(" ,.")


def free_slug(name: str, taken: Container[str]) -> str:
    """The slug of a name, numbered where another employer has it."""
    slug = base = slug_of(name)
    count = 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug
