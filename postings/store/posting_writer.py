"""Writes what became of the postings of one source, within the transaction that its crawl is saved in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, insert, select, update

from postings.life import Decision, Rule, Stored
from postings.likeness import of_title
from postings.posting import Posting, Tag
from postings.store import employers, likenesses
from postings.store.rows import place_values, posting_values, slices, tag_values
from postings.tables import LikenessRow, PlaceRow, PostingRow, SearchedRow, SourceRow, TagRow, TextRow, UtcDateTime

# Statements that every board takes are made once.
_ADD, _ADD_TEXTS, _ADD_PLACES, _ADD_TAGS = map(insert, (PostingRow, TextRow, PlaceRow, TagRow))
_ADDED = select(PostingRow.ref, PostingRow.id).where(
    PostingRow.source_id == bindparam("source"), PostingRow.first_seen == bindparam("moment", type_=UtcDateTime())
)


class PostingWriter:
    """Carries one decision out, within the transaction that the crawl is saved in."""

    def __init__(self, connection: Connection, source: Any, crawl: int, now: datetime) -> None:
        self._connection, self._source, self._crawl, self._now = connection, source, crawl, now
        self._hirers: dict[str, int] = {}

    def carry_out(
        self,
        read: Collection[str],
        decision: Decision,
        retagged: Sequence[Posting],
        stored: Mapping[str, Stored],
        tags: Mapping[str, Sequence[Tag]],
    ) -> None:
        """Write what was decided.

        Args:
            read: refs of the postings whose rows were read, not only listed.
            retagged: postings that say the same, but are tagged otherwise.
            stored: what was there before, by ref.
        """
        ids = {ref: post.id for ref, post in stored.items()}
        ids |= self._insert(decision.new, tags)
        self._update([*decision.changed, *retagged], ids, tags)
        self._reopen([ids[ref] for ref in decision.reopened])
        self._see([ids[ref] for ref in decision.seen if ref not in read], {"last_seen": self._now})
        self._see([ids[ref] for ref in read if ref in stored], {"last_seen": self._now, "read_at": self._now})
        for rule in set(decision.closed.values()):
            these = [ids[ref] for ref, each in decision.closed.items() if each is rule and ref in ids]
            close(self._connection, these, self._crawl, rule, now=self._now)

    def _insert(self, new: Sequence[Posting], tags: Mapping[str, Sequence[Tag]]) -> dict[str, int]:
        if not new:
            return {}
        values = [self._values(posting, tags) | self._born(posting) for posting in new]
        # One row after the other, in C: asking for each row's id would make one long statement of them, far slower.
        self._connection.execute(_ADD, values)
        ids = dict(self._connection.execute(_ADDED, {"source": self._source.id, "moment": self._now}).all())
        self._insert_parts(new, ids, tags)
        return ids

    def _born(self, posting: Posting) -> dict[str, Any]:
        dated = min(posting.posted_at, self._now) if posting.posted_at else self._now
        moments = dict.fromkeys(("first_seen", "last_seen", "read_at"), self._now)
        return {"source_id": self._source.id, "dated_at": dated, **moments}

    def _values(self, posting: Posting, tags: Mapping[str, Sequence[Tag]]) -> dict[str, Any]:
        values = posting_values(posting, tags.get(posting.ref, ()))
        return values | {"employer_id": self._hirer(posting), "touched_at": self._now}

    def _hirer(self, posting: Posting) -> int:
        if self._source.employer_id is not None:
            return int(self._source.employer_id)
        name = posting.employer or self._source.key
        if name not in self._hirers:
            self._hirers[name] = employers.find_or_add(self._connection, name, set_by="listing")
        return self._hirers[name]

    def _update(self, changed: Sequence[Posting], ids: Mapping[str, int], tags: Mapping[str, Sequence[Tag]]) -> None:
        if not changed:
            return
        values = [self._values(posting, tags) | {"row_id": ids[posting.ref]} for posting in changed]
        table = PostingRow.__table__
        columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "row_id"}
        self._connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(columns), values)  # type: ignore[arg-type]
        for part in (SearchedRow, TextRow, PlaceRow, TagRow, LikenessRow):
            for some in slices([ids[posting.ref] for posting in changed]):
                self._connection.execute(delete(part).where(part.posting_id.in_(some)))
        self._insert_parts(changed, ids, tags)

    def _insert_parts(
        self, postings: Sequence[Posting], ids: Mapping[str, int], tags: Mapping[str, Sequence[Tag]]
    ) -> None:
        texts = [
            {"posting_id": ids[each.ref], "html": each.description_html, "text": each.description_text}
            for each in postings
        ]
        places = [value for each in postings for value in place_values(ids[each.ref], each.places)]
        found = [value for each in postings for value in tag_values(ids[each.ref], tags.get(each.ref, ()))]
        for add, values in ((_ADD_TEXTS, texts), (_ADD_PLACES, places), (_ADD_TAGS, found)):
            if values:
                self._connection.execute(add, values)
        # That of the text follows where it is needed: most postings of a board have a title of their own.
        likenesses.keep(self._connection, {ids[each.ref]: of_title(each.title, each.places) for each in postings})

    def _reopen(self, ids: Sequence[int]) -> None:
        for some in slices(ids):
            reopened = {"closed_at": None, "closing_crawl": None, "closing_rule": None, "touched_at": self._now}
            self._connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(reopened))

    def _see(self, ids: Sequence[int], moments: Mapping[str, datetime]) -> None:
        for some in slices(ids):
            self._connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(moments))


_UNCHANGED = select(SourceRow.unchanged_at).where(SourceRow.id == PostingRow.source_id).scalar_subquery()
#: When an open posting was last seen: before its source can no longer tell, this is written.
LAST_SEEN = case((PostingRow.last_seen < _UNCHANGED, _UNCHANGED), else_=PostingRow.last_seen)


def close(connection: Connection, ids: Sequence[int], crawl: int, rule: Rule, *, now: datetime) -> None:
    """Close postings, with the proof."""
    values = {"closed_at": now, "closing_crawl": crawl, "closing_rule": rule, "touched_at": now, "last_seen": LAST_SEEN}
    for some in slices(ids):
        connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(values))
