"""What crawls brought: saves a reading with all that follows from it, in one transaction, and takes closings back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, insert, select, update

from postings.database import writing
from postings.kept import KeptCrawl, Turn
from postings.life import Decision, History, Rule, Stored, decide
from postings.names import folded
from postings.posting import Outcome, Posting, Reading, Source, Tag
from postings.store import changes, merging
from postings.store.crawl_records import CrawlRecords
from postings.store.posting_writer import LAST_SEEN, PostingWriter, close
from postings.store.rows import last_seen_of, slices, tagged
from postings.store.turn_ends import alarms_of, ended_turn, kept_profile
from postings.tables import CrawlRow, EmployerRow, PostingRow, SourceRow


class LeaseLost(Exception):
    """Another crawl has taken the source over: what this one read of it is not kept."""


#: The columns of a source that the end of its turn writes.
_ENDS = """lease lease_until due_at interval failures last_crawl_at last_outcome last_reason gone_count gone_since held
    held_at etag last_modified digest last_complete_at unchanged_at alarm alarm_at profile"""
# Statements that every board takes are made once.
_IDS: Any = bindparam("ids", expanding=True)
# Others may still refer to the sources, as they do who decide for the same employer.
_BEGUN_TURNS = select(SourceRow).where(SourceRow.id.in_(_IDS)).order_by(SourceRow.id).with_for_update(key_share=True)
_STORED = select(
    *(PostingRow.id, PostingRow.ref, PostingRow.fingerprint, PostingRow.closed_at, PostingRow.last_seen),
    *(PostingRow.closes_at, PostingRow.tagged),
).where(PostingRow.source_id == bindparam("turn_id"))
# Said so, no database thinks of reading its index of all that is open for the few of one source.
_IS_OPEN = case((PostingRow.closed_at.is_(None), 1), else_=0) == 1
_PASSED = _STORED.where(_IS_OPEN, PostingRow.closes_at <= bindparam("moment"))
# Asked of each source by itself, none reads all postings for the few of some.
_OPEN_OF = select(func.count()).where(PostingRow.source_id == SourceRow.id, _IS_OPEN)
_OVER_OF = _OPEN_OF.where(PostingRow.closes_at <= bindparam("moment"))
_COUNT_OPEN = select(SourceRow.id, _OPEN_OF.scalar_subquery(), _OVER_OF.scalar_subquery()).where(SourceRow.id.in_(_IDS))
_HIRERS = select(PostingRow.employer_id).where(PostingRow.source_id == bindparam("turn_id")).distinct()
_NAMED = select(EmployerRow.id).where(EmployerRow.folded.in_(bindparam("names", expanding=True)))
_ADD_CRAWL = insert(CrawlRow).returning(CrawlRow.id, CrawlRow.source_id)
_END_TURN = (
    update(SourceRow)
    .where(SourceRow.id == bindparam("turn_id"))
    .values({name: bindparam(name) for name in _ENDS.split()})
)


class Crawls(CrawlRecords):
    """Reads and writes crawls and what they change."""

    def save(self, turn: Turn, read: Reading, tags: Mapping[str, Sequence[Tag]], *, now: datetime) -> KeptCrawl:
        """Keep what a crawl brought of a source, and end its turn.

        Args:
            tags: of each posting read, by ref.
            now: the crawl's end; aware, UTC.

        Raises:
            LeaseLost: where the turn is no longer this crawl's; nothing is kept.
        """
        # What brought nothing is read again where it is lost.
        lasting = read.outcome in (Outcome.COMPLETE, Outcome.PARTIAL)
        with writing(self._engine, lasting=lasting) as connection:
            row = connection.execute(_BEGUN_TURNS, {"ids": [turn.id]}).one()
            if row.lease != turn.lease:
                raise LeaseLost(str(turn.source))
            unchanged = read.outcome is Outcome.UNCHANGED
            if not unchanged:
                merging.hold(connection, _hirers(connection, row, read))
            # What is unchanged was seen as a whole: its rows need neither be read nor written for that.
            seen, over = _count_open(connection, [turn.id], now=now)[turn.id] if unchanged else (0, 0)
            if over:
                merging.hold(connection, _hirers(connection, row, read))
            stored, names = _stored(connection, row, now=now, unchanged=unchanged, over=over)
            alarms, profile = alarms_of(row, read)
            decision = decide(stored, read, history=_history(row), now=now, doubted=bool(alarms))
            if alarms:
                decision.note = "; ".join(filter(None, [decision.note, *alarms]))
            retagged = _retagged(read, decision, names, tags)
            seen = seen if unchanged else len(decision.seen) + len(decision.new)
            crawl = _add_crawls(connection, [(row, _crawl_values(read, decision, seen=seen, now=now))])[turn.id]
            # Before anything is closed: what is closed now, an unchanged source listed still.
            ended = ended_turn(row, read, decision, now=now) | kept_profile(row, alarms, profile, now=now)
            connection.execute(_END_TURN, ended | {"turn_id": turn.id})
            writer = PostingWriter(connection, row, crawl.id, now)
            if not unchanged or decision.closed:
                writer.carry_out({post.ref for post in read.postings}, decision, retagged, stored, tags)
            if retagged or crawl.new or crawl.changed or crawl.closed or crawl.reopened:
                _settle(connection, now=now)
            return crawl

    def save_unchanged(self, ended: Sequence[tuple[Turn, Reading]], *, now: datetime) -> list[KeptCrawl | None]:
        """End the turns of sources that have not changed, all in one transaction.

        Returns:
            The crawl of each; None where the turn is no longer this crawl's.
        """
        kept, closing = self._end_unchanged(ended, now=now)
        for turn, read in closing:
            with suppress(LeaseLost):
                kept[turn.id] = self.save(turn, read, {}, now=now)
        return [kept.get(turn.id) for turn, _ in ended]

    def _end_unchanged(
        self, ended: Sequence[tuple[Turn, Reading]], *, now: datetime
    ) -> tuple[dict[int, KeptCrawl], list[tuple[Turn, Reading]]]:
        """End those turns after which nothing is closed; the others come back."""
        ids = [turn.id for turn, _ in ended]
        added, ends, closing = [], [], []
        with writing(self._engine, lasting=False) as connection:
            rows = {row.id: row for row in connection.execute(_BEGUN_TURNS, {"ids": ids})}
            counts = _count_open(connection, ids, now=now)
            for turn, read in ended:
                row = rows.get(turn.id)
                seen, over = counts[turn.id]
                if over:
                    closing.append((turn, read))
                elif row is not None and row.lease == turn.lease:
                    decision = decide({}, read, history=_history(row), now=now)
                    added.append((row, _crawl_values(read, decision, seen=seen, now=now)))
                    end = ended_turn(row, read, decision, now=now) | kept_profile(row, (), None, now=now)
                    ends.append(end | {"turn_id": turn.id})
            if not ends:
                return {}, closing
            connection.execute(_END_TURN, ends)
            return _add_crawls(connection, added), closing

    def close_passed(self, *, now: datetime) -> int:
        """Close the open postings whose closing day has passed since their source was crawled.

        Returns:
            How many were closed.
        """
        over = (PostingRow.closed_at.is_(None), PostingRow.closes_at.is_not(None), PostingRow.closes_at <= now)
        with writing(self._engine) as connection:
            _hold_all(connection, *over)
            passed = connection.execute(select(PostingRow.source_id, PostingRow.id).where(*over)).all()
            by_source: dict[int, list[int]] = {}
            for source_id, posting_id in passed:
                by_source.setdefault(source_id, []).append(posting_id)
            for source_id, ids in by_source.items():
                _close_by_hand(connection, source_id, ids, Rule.DEADLINE, "closing day passed", now=now)
            _settle(connection, now=now)
            return len(passed)

    def close_source(self, source: Source, *, now: datetime) -> int:
        """Close all open postings of a source that an operator removed."""
        with writing(self._engine) as connection:
            found = select(SourceRow.id).where(SourceRow.kind == source.kind, SourceRow.key == source.key)
            source_id = connection.scalar(found)
            if source_id is None:
                return 0
            still = (PostingRow.source_id == source_id, PostingRow.closed_at.is_(None))
            _hold_all(connection, *still)
            ids = list(connection.scalars(select(PostingRow.id).where(*still)))
            if ids:
                _close_by_hand(connection, source_id, ids, Rule.REMOVED, "source removed", now=now)
                _settle(connection, now=now)
            return len(ids)

    def undo(self, crawl: int, *, now: datetime) -> int | None:
        """Take back what a crawl closed: those postings are open again, as if it had not closed them.

        The source is read whole next time, so that the store and the source cannot stay apart.

        Returns:
            How many were reopened; 0 the second time; None where there is no such crawl.
        """
        with writing(self._engine) as connection:
            source_id = connection.scalar(select(CrawlRow.source_id).where(CrawlRow.id == crawl))
            if source_id is None:
                return None
            _hold_all(connection, PostingRow.closing_crawl == crawl)
            # What is open again has not been seen since: from here on, the source's word counts anew.
            still = update(PostingRow).where(PostingRow.source_id == source_id, PostingRow.closed_at.is_(None))
            connection.execute(still.values(last_seen=LAST_SEEN))
            opened = connection.execute(
                update(PostingRow)
                .where(PostingRow.closing_crawl == crawl)
                .values(closed_at=None, closing_crawl=None, closing_rule=None, touched_at=now)
            ).rowcount
            again: dict[str, Any] = {"unchanged_at": None}
            if opened:
                connection.execute(update(CrawlRow).where(CrawlRow.id == crawl).values(undone_at=now))
                again |= {"etag": None, "last_modified": None, "digest": None}
            connection.execute(update(SourceRow).where(SourceRow.id == source_id).values(again))
            if opened:
                _settle(connection, now=now)
            return opened


def _settle(connection: Connection, *, now: datetime) -> None:
    """Decide what is shown of all that a transaction touched, and tell of it; the last thing it does."""
    merging.decide(connection, now=now)
    changes.note(connection, now=now)


def _hirers(connection: Connection, source: Any, read: Reading) -> set[int]:
    """Whose postings a reading may change, as far as they are known."""
    found = set(connection.scalars(_HIRERS, {"turn_id": source.id}))
    if source.employer_id is not None:
        return found | {source.employer_id}
    for some in slices({folded(posting.employer or source.key) for posting in read.postings}):
        found.update(connection.scalars(_NAMED, {"names": some}))
    return found


def _hold_all(connection: Connection, *these: ColumnElement[bool]) -> None:
    """Let nobody read the sources of some postings meanwhile, nor decide for their employers."""
    for table, column in ((SourceRow, PostingRow.source_id), (EmployerRow, PostingRow.employer_id)):
        rows = select(table.id).where(table.id.in_(select(column).where(*these))).order_by(table.id)
        connection.execute(rows.with_for_update(key_share=True))


def _count_open(connection: Connection, ids: Sequence[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """How many postings of each source are open, and of how many of them the day has passed."""
    rows = connection.execute(_COUNT_OPEN, {"ids": ids, "moment": now})
    return dict.fromkeys(ids, (0, 0)) | {source_id: (seen, over) for source_id, seen, over in rows}


def _history(source: Any) -> History:
    return History(frozenset(source.held or ()), source.held_at, source.gone_count, source.gone_since)


def _stored(
    connection: Connection, source: Any, *, now: datetime, unchanged: bool, over: int
) -> tuple[dict[str, Stored], dict[str, str]]:
    """The postings of a source, and what names their tags, by ref; where it is unchanged, only those past their day."""
    if unchanged and not over:
        return {}, {}
    asked, given = (_PASSED, {"moment": now}) if unchanged else (_STORED, {})
    rows = connection.execute(asked, given | {"turn_id": source.id})
    stored, names = {}, {}
    for id_, ref, fingerprint, closed_at, last_seen, closes_at, name in rows:
        seen = last_seen_of(last_seen, closed_at, source.unchanged_at)
        stored[ref] = Stored(id_, ref, fingerprint, closed_at is None, seen, closes_at)
        names[ref] = name
    return stored, names


def _retagged(
    read: Reading, decision: Decision, names: Mapping[str, str], tags: Mapping[str, Sequence[Tag]]
) -> list[Posting]:
    """The postings that say the same as before, but are tagged otherwise now."""
    changed = {posting.ref for posting in decision.changed}
    return [
        posting
        for posting in read.postings
        if posting.ref in names
        and posting.ref not in changed
        and tagged(tags.get(posting.ref, ())) != names[posting.ref]
    ]


def _crawl_values(read: Reading, decision: Decision, *, seen: int, now: datetime) -> dict[str, Any]:
    return {
        "started_at": read.started_at,
        "ended_at": now,
        "outcome": str(read.outcome),
        "reason": "; ".join(line for line in (read.reason, decision.note) if line) or None,
        "faulty": read.faulty,
        "seen": seen,
        "new": len(decision.new),
        "changed": len(decision.changed),
        "closed": len(decision.closed),
        "reopened": len(decision.reopened),
        "held": len(decision.history.held),
    }


def _add_crawls(connection: Connection, added: Sequence[tuple[Any, Mapping[str, Any]]]) -> dict[int, KeptCrawl]:
    """Write crawls, each of another source; they come back by the source's id."""
    values = [{"source_id": source.id, **each} for source, each in added]
    ids = {source_id: crawl for crawl, source_id in connection.execute(_ADD_CRAWL, values)}
    return {
        source.id: KeptCrawl(id=ids[source.id], source=Source(source.kind, source.key), **each)
        for source, each in added
    }


def _close_by_hand(
    connection: Connection, source_id: int, ids: Collection[int], rule: Rule, reason: str, *, now: datetime
) -> None:
    """Close postings outside a reading; the closing still names a crawl, one that read nothing."""
    counts = {"seen": 0, "new": 0, "changed": 0, "closed": len(ids), "reopened": 0, "held": 0}
    values = {"source_id": source_id, "started_at": now, "ended_at": now, "outcome": Outcome.UNCHANGED}
    added = insert(CrawlRow).values(**values, reason=reason, faulty=False, **counts).returning(CrawlRow.id)
    close(connection, list(ids), int(connection.execute(added).scalar_one()), rule, now=now)
