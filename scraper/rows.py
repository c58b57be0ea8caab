"""Rows that tell of one posting, made one."""

from __future__ import annotations

from dataclasses import replace

from postings.posting import Posting


def joined(first: Posting | None, again: Posting) -> Posting:
    """One posting of two rows with the same id: an ATS repeats a vacancy for each of its places, or languages."""
    if first is None:
        return again
    told = first if first.description_text or not again.description_text else again
    kinds = {first.workplace, again.workplace} - {None}
    return replace(
        first,
        places=tuple(dict.fromkeys([*first.places, *again.places])),
        workplace=kinds.pop() if len(kinds) == 1 else None,
        salary=first.salary or again.salary,
        language=told.language,
        description_html=told.description_html,
        description_text=told.description_text,
    )
