"""Takes out what need not be kept for ever: texts of postings closed long ago, and records of old crawls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, Select, delete, exists, select, update

from postings.database import reading, writing
from postings.limits import Limits
from postings.store import changes
from postings.tables import CrawlRow, PostingRow, SearchedRow, SourceRow, TextRow

#: What one transaction takes out: crawls and visitors wait for it a moment at most.
_AT_ONCE = 500
#: Of a posting without its text: no crawl finds it so, and whoever sees it again writes all of it anew.
EMPTIED = ""


class Retention:
    """Takes out by small transactions; ids, titles, places, tags and closings stay."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tidy(self, limits: Limits, *, now: datetime) -> tuple[int, int]:
        """Take out what is older than it is to be kept.

        Returns:
            How many texts and how many records of crawls were taken out.
        """
        texts = self._empty_texts(now - limits.texts) if limits.texts is not None else 0
        return texts, self._forget_crawls(now - limits.crawls) if limits.crawls is not None else 0

    def _empty_texts(self, before: datetime) -> int:
        closed = select(PostingRow.id).where(PostingRow.closed_at < before, PostingRow.fingerprint != EMPTIED)
        emptied = 0
        for ids in self._slices(closed):
            with writing(self._engine) as connection:
                emptied += _empty(connection, ids, before)
        return emptied

    def _forget_crawls(self, before: datetime) -> int:
        proof = exists().where(PostingRow.closing_crawl == CrawlRow.id)
        old = select(CrawlRow.id).where(CrawlRow.ended_at < before, ~proof)
        forgotten = 0
        for ids in self._slices(old):
            with writing(self._engine) as connection:
                forgotten += connection.execute(delete(CrawlRow).where(CrawlRow.id.in_(ids), ~proof)).rowcount
        return forgotten

    def _slices(self, query: Select[int]) -> Iterator[Sequence[int]]:
        """The ids a query gives, some at a time, with no transaction open between."""
        number, last = query.selected_columns[0], 0
        while True:
            with reading(self._engine) as connection:
                some = query.where(number > last).order_by(number).limit(_AT_ONCE)
                ids = connection.scalars(some).all()
            if not ids:
                return
            yield ids
            last = ids[-1]


def _empty(connection: Connection, ids: Sequence[int], before: datetime) -> int:
    """Empty the texts of those postings that are closed still."""
    sources = select(PostingRow.source_id).where(PostingRow.id.in_(ids))
    # A crawl that saves its source has read what is stored, and must not find it otherwise a moment later.
    connection.execute(
        select(SourceRow.id).where(SourceRow.id.in_(sources)).order_by(SourceRow.id).with_for_update()
    ).all()
    closed = update(PostingRow).where(PostingRow.id.in_(ids), PostingRow.closed_at < before)
    still = connection.scalars(closed.values(fingerprint=EMPTIED).returning(PostingRow.id)).all()
    # The index of SQLite has to be told each word that it is to forget: the text must be there until it has been.
    searched = connection.execute(select(SearchedRow.__table__).where(SearchedRow.posting_id.in_(still))).mappings()
    found = [dict(row) for row in searched]
    connection.execute(delete(SearchedRow).where(SearchedRow.posting_id.in_(still)))
    connection.execute(update(TextRow).where(TextRow.posting_id.in_(still)).values(html="", text=""))
    if found:
        changes.index_again(connection, found)
    return len(still)
