"""What is on record of crawls, and what should never be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Select, func, or_, select
from sqlalchemy.orm import aliased

from postings.database import reading
from postings.kept import KeptCrawl
from postings.posting import Source
from postings.tables import CrawlRow, PostingRow, SourceRow, TextRow


class CrawlRecords:
    """Reads crawls; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def one(self, crawl: int) -> KeptCrawl | None:
        """One crawl, with its counts."""
        with reading(self._engine) as connection:
            row = connection.execute(_crawls().where(CrawlRow.id == crawl)).first()
            return _crawl_of(row) if row else None

    def recent(self, *, most: int = 50, faulty: bool | None = None) -> list[KeptCrawl]:
        """The last crawls, newest first."""
        query = _crawls().order_by(CrawlRow.id.desc()).limit(most)
        if faulty is not None:
            query = query.where(CrawlRow.faulty.is_(faulty))
        with reading(self._engine) as connection:
            return [_crawl_of(row) for row in connection.execute(query)]

    @staticmethod
    def faults(connection: Connection) -> list[str]:
        """What should never be: closings without proof, postings without text, a list and a life that disagree."""
        closed = PostingRow.closed_at.is_not(None)
        unproven = select(func.count()).where(
            closed & (PostingRow.closing_crawl.is_(None) | PostingRow.closing_rule.is_(None))
        )
        half = select(func.count()).where(PostingRow.closed_at.is_(None), PostingRow.closing_crawl.is_not(None))
        textless = (
            select(func.count())
            .select_from(PostingRow)
            .outerjoin(TextRow, TextRow.posting_id == PostingRow.id)
            .where(TextRow.posting_id.is_(None))
        )
        front = aliased(PostingRow)
        lost = (
            select(func.count())
            .select_from(PostingRow)
            .outerjoin(front, front.id == PostingRow.shown_as)
            .where(PostingRow.shown_as.is_not(None), or_(front.id.is_(None), front.shown_as.is_not(None)))
        )
        counts = {
            "closed without a crawl and a rule": connection.scalar(unproven),
            "open but with a closing": connection.scalar(half),
            "without a text": connection.scalar(textless),
            "hidden behind one that is not shown": connection.scalar(lost),
        }
        return [f"{count} postings {what}" for what, count in counts.items() if count]


def _crawls() -> Select[*tuple[Any, ...]]:
    return select(CrawlRow, SourceRow.kind, SourceRow.key).join(SourceRow, SourceRow.id == CrawlRow.source_id)


def _crawl_of(row: Any) -> KeptCrawl:
    return KeptCrawl(
        id=row.id,
        source=Source(row.kind, row.key),
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        reason=row.reason,
        faulty=row.faulty,
        seen=row.seen,
        new=row.new,
        changed=row.changed,
        closed=row.closed,
        reopened=row.reopened,
        held=row.held,
        undone_at=row.undone_at,
    )
