"""The links of imported pages: asked for, and what came of them kept."""

from __future__ import annotations

from datetime import UTC, datetime

from postings.handbook.companies import is_nowhere
from postings.store import Store
from postings.store.handbook import CheckedLink

_KEEP_EVERY = 50


def look(opened: Store, addresses: list[str]) -> dict[str, CheckedLink]:
    """Ask for each address; what comes of it is kept as it comes."""
    from scraper.link_check import check

    nowhere = CheckedLink("nowhere", "it is filled in for none")
    found = {address: nowhere for address in addresses if is_nowhere(address)}
    opened.handbook.note_links(found, now=datetime.now(UTC))
    waiting: dict[str, CheckedLink] = {}

    def keep() -> None:
        opened.handbook.note_links(waiting, now=datetime.now(UTC))
        found.update(waiting)
        waiting.clear()

    def tell(address: str, link: CheckedLink) -> None:
        waiting[address] = link
        if len(waiting) >= _KEEP_EVERY:
            keep()

    if rest := [address for address in addresses if address not in found]:
        check(rest, tell=tell, log_level="CRITICAL")
    keep()
    return found
