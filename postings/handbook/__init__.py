"""The Climate Tech Handbook: its pages read into nouns, and written back with what is open now."""

from postings.handbook.nouns import Company, HandbookPage, JobLink, OtherPage, Picture, Section, UnreadablePage
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
