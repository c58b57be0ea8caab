"""The Climate Tech Handbook: its pages read into nouns, and written back with what is open now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postings.handbook.nouns import Company, HandbookPage, JobLink, OtherPage, Picture, Section, UnreadablePage

if TYPE_CHECKING:
    from postings.handbook.reading import read_page

__all__ = [
    "Company",
    "HandbookPage",
    "JobLink",
    "OtherPage",
    "Picture",
    "Section",
    "UnreadablePage",
    "read_page",
]


def __getattr__(name: str) -> Any:
    """Load what reads pages, a parser of Markdown and more, when it is asked for: crawls and sites never do."""
    if name != "read_page":
        raise AttributeError(name)
    from postings.handbook.reading import read_page

    return read_page
