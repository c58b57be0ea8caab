"""What crawls brought: saves a reading with all that follows from it, in one transaction, and takes closings back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from postings.database import reading, writing
from postings.drift import Profile, drift
from postings.kept import KeptCrawl, Turn
from postings.life import CONFIRM_AFTER, Decision, History, Rule, Stored, decide
from postings.likeness import Likeness
from postings.listings import LISTINGS
from postings.names import folded
from postings.posting import Outcome, Posting, Reading, Source, Tag, Validators
from postings.store import changes, employers, likenesses, merging
from postings.store.rows import place_values, posting_values, slices, tag_values, tagged
from postings.tables import (
    CrawlRow,
    EmployerRow,
    LikenessRow,
    PlaceRow,
    PostingRow,
    SearchedRow,
    SourceRow,
    TagRow,
    TextRow,
)
from postings.turns import SHORTEST, next_turn


class LeaseLost(Exception):
    """Another crawl has taken the source over: what this one read of it is not kept."""


#: The columns of a source that the end of its turn writes.
_ENDS = """lease lease_until due_at interval failures last_crawl_at last_outcome last_reason gone_count gone_since held
    held_at etag last_modified digest last_complete_at alarm alarm_at profile"""
# Statements that every board takes are made once.
# Others may still refer to the source, as they do who decide for the same employer.
_BEGUN_TURN = select(SourceRow).where(SourceRow.id == bindparam("turn_id")).with_for_update(key_share=True)
_STORED = select(
    *(PostingRow.id, PostingRow.ref, PostingRow.fingerprint, PostingRow.closed_at, PostingRow.last_seen),
    *(PostingRow.closes_at, PostingRow.tagged),
).where(PostingRow.source_id == bindparam("turn_id"))
_PASSED = _STORED.where(PostingRow.closed_at.is_(None), PostingRow.closes_at <= bindparam("moment"))
_SEE_OPEN = (
    update(PostingRow)
    .where(PostingRow.source_id == bindparam("turn_id"), PostingRow.closed_at.is_(None))
    .values(last_seen=bindparam("moment"))
)
_END_TURN = (
    update(SourceRow)
    .where(SourceRow.id == bindparam("turn_id"))
    .values({name: bindparam(name) for name in _ENDS.split()})
)


class Crawls:
    """Reads and writes crawls and what they change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, turn: Turn, read: Reading, tags: Mapping[str, Sequence[Tag]], *, now: datetime) -> KeptCrawl:
        """Keep what a crawl brought of a source, and end its turn.

        Args:
            tags: of each posting read, by ref.
            now: the crawl's end; aware, UTC.

        Raises:
            LeaseLost: where the turn is no longer this crawl's; nothing is kept.
        """
        with writing(self._engine) as connection:
            row = connection.execute(_BEGUN_TURN, {"turn_id": turn.id}).one()
            if row.lease != turn.lease:
                raise LeaseLost(str(turn.source))
            unchanged = read.outcome is Outcome.UNCHANGED
            if not unchanged:
                merging.hold(connection, _hirers(connection, row, read))
            stored, names = _stored(connection, turn.id, passed=now if unchanged else None)
            if unchanged and stored:
                merging.hold(connection, _hirers(connection, row, read))
            history = History(frozenset(row.held or ()), row.held_at, row.gone_count, row.gone_since)
            alarms, profile = _alarms(row, read)
            decision = decide(stored, read, history=history, now=now, doubted=bool(alarms))
            if alarms:
                decision.note = "; ".join(filter(None, [decision.note, *alarms]))
            retagged = _retagged(read, decision, names, tags)
            # What is unchanged was seen as a whole: its rows need not be read for that.
            seen = _see_open(connection, turn.id, now=now) if unchanged else len(decision.seen) + len(decision.new)
            crawl = _add_crawl(connection, row, read, decision, seen=seen, now=now)
            writer = _Writer(connection, row, crawl.id, now)
            if not unchanged or decision.closed:
                writer.carry_out({post.ref for post in read.postings}, decision, retagged, stored, tags)
            ended = _ended_turn(row, read, decision, now=now) | _kept_profile(row, alarms, profile, now=now)
            connection.execute(_END_TURN, ended | {"turn_id": turn.id})
            if retagged or crawl.new or crawl.changed or crawl.closed or crawl.reopened:
                _settle(connection, now=now)
            return crawl

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
            opened = connection.execute(
                update(PostingRow)
                .where(PostingRow.closing_crawl == crawl)
                .values(closed_at=None, closing_crawl=None, closing_rule=None, touched_at=now)
            ).rowcount
            if opened:
                connection.execute(update(CrawlRow).where(CrawlRow.id == crawl).values(undone_at=now))
                again = {"etag": None, "last_modified": None, "digest": None}
                connection.execute(update(SourceRow).where(SourceRow.id == source_id).values(again))
                _settle(connection, now=now)
            return opened

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


class _Writer:
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
        ids = {ref: post.id for ref, post in stored.items()}
        ids |= self._insert(decision.new, tags)
        self._update([*decision.changed, *retagged], ids, tags)
        self._reopen([ids[ref] for ref in decision.reopened])
        self._see([ids[ref] for ref in decision.seen if ref not in read], {"last_seen": self._now})
        self._see([ids[ref] for ref in read if ref in stored], {"last_seen": self._now, "read_at": self._now})
        for ref, rule in decision.closed.items():
            if ref in ids:
                close(self._connection, [ids[ref]], self._crawl, rule, now=self._now)

    def _insert(self, new: Sequence[Posting], tags: Mapping[str, Sequence[Tag]]) -> dict[str, int]:
        if not new:
            return {}
        values = [self._values(posting, tags) | self._born(posting) for posting in new]
        # One row after the other, in C: asking for each row's id would make one long statement of them, far slower.
        self._connection.execute(insert(PostingRow), values)
        these = (PostingRow.source_id == self._source.id, PostingRow.first_seen == self._now)
        ids = dict(self._connection.execute(select(PostingRow.ref, PostingRow.id).where(*these)).all())
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
        for table, values in ((TextRow, texts), (PlaceRow, places), (TagRow, found)):
            if values:
                self._connection.execute(insert(table), values)
        alike = {ids[each.ref]: Likeness.of(each.title, each.description_text, each.places) for each in postings}
        likenesses.keep(self._connection, alike)

    def _reopen(self, ids: Sequence[int]) -> None:
        for some in slices(ids):
            reopened = {"closed_at": None, "closing_crawl": None, "closing_rule": None, "touched_at": self._now}
            self._connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(reopened))

    def _see(self, ids: Sequence[int], moments: Mapping[str, datetime]) -> None:
        for some in slices(ids):
            self._connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(moments))


def close(connection: Connection, ids: Sequence[int], crawl: int, rule: Rule, *, now: datetime) -> None:
    """Close postings, with the proof."""
    values = {"closed_at": now, "closing_crawl": crawl, "closing_rule": rule, "touched_at": now}
    for some in slices(ids):
        connection.execute(update(PostingRow).where(PostingRow.id.in_(some)).values(values))


def _settle(connection: Connection, *, now: datetime) -> None:
    """Decide what is shown of all that a transaction touched, and tell of it; the last thing it does."""
    merging.decide(connection, now=now)
    changes.note(connection, now=now)


def _hirers(connection: Connection, source: Any, read: Reading) -> set[int]:
    """Whose postings a reading may change, as far as they are known."""
    found = set(connection.scalars(select(PostingRow.employer_id).where(PostingRow.source_id == source.id).distinct()))
    if source.employer_id is not None:
        return found | {source.employer_id}
    for some in slices({folded(posting.employer or source.key) for posting in read.postings}):
        found.update(connection.scalars(select(EmployerRow.id).where(EmployerRow.folded.in_(some))))
    return found


def _hold_all(connection: Connection, *these: ColumnElement[bool]) -> None:
    """Let nobody read the sources of some postings meanwhile, nor decide for their employers."""
    for table, column in ((SourceRow, PostingRow.source_id), (EmployerRow, PostingRow.employer_id)):
        rows = select(table.id).where(table.id.in_(select(column).where(*these))).order_by(table.id)
        connection.execute(rows.with_for_update(key_share=True))


def _stored(
    connection: Connection, source_id: int, *, passed: datetime | None
) -> tuple[dict[str, Stored], dict[str, str]]:
    """The postings of a source, and what names their tags, by ref.

    Args:
        passed: only open ones whose day has passed by then.
    """
    asked, given = (_STORED, {}) if passed is None else (_PASSED, {"moment": passed})
    rows = connection.execute(asked, given | {"turn_id": source_id})
    stored, names = {}, {}
    for id_, ref, fingerprint, closed_at, last_seen, closes_at, name in rows:
        stored[ref] = Stored(id_, ref, fingerprint, closed_at is None, last_seen, closes_at)
        names[ref] = name
    return stored, names


def _see_open(connection: Connection, source_id: int, *, now: datetime) -> int:
    """Note that all open postings of a source were seen; how many they are."""
    return connection.execute(_SEE_OPEN, {"turn_id": source_id, "moment": now}).rowcount


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


def _add_crawl(
    connection: Connection, source: Any, read: Reading, decision: Decision, *, seen: int, now: datetime
) -> KeptCrawl:
    values: dict[str, Any] = {
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
    added = connection.execute(insert(CrawlRow).returning(CrawlRow.id), values | {"source_id": source.id})
    return KeptCrawl(id=added.scalar_one(), source=Source(source.kind, source.key), **values)


def _ended_turn(source: Any, read: Reading, decision: Decision, *, now: datetime) -> dict[str, Any]:
    """The columns of a source that follow from how its turn went."""
    history = decision.history
    doubted = bool(history.held or decision.note)
    turn = next_turn(
        read.outcome,
        now=now,
        interval=timedelta(seconds=source.interval),
        failures=source.failures,
        moved=bool(decision.new or decision.changed or decision.reopened or decision.closed),
        gone_count=history.gone_count,
        held=doubted,
        shortest=max(SHORTEST, LISTINGS[source.kind].shortest) if source.kind in LISTINGS else SHORTEST,
    )
    values: dict[str, Any] = {
        "etag": source.etag,
        "last_modified": source.last_modified,
        "digest": source.digest,
        "last_complete_at": source.last_complete_at,
        "lease": None,
        "lease_until": None,
        "due_at": turn.due_at,
        "interval": int(turn.interval.total_seconds()),
        "failures": turn.failures,
        "last_crawl_at": now,
        "last_outcome": read.outcome,
        "last_reason": read.reason or decision.note,
        "gone_count": history.gone_count,
        "gone_since": history.gone_since,
        "held": sorted(history.held) or None,
        "held_at": history.held_at,
    }
    if read.outcome is Outcome.COMPLETE:
        # What was held back must be read whole once more: an «unchanged» could not confirm it.
        kept = Validators() if doubted else read.validators
        values |= {"etag": kept.etag, "last_modified": kept.last_modified, "digest": kept.digest}
    if read.outcome in (Outcome.COMPLETE, Outcome.UNCHANGED):
        values |= {"last_complete_at": now}
    return values


def _alarms(source: Any, read: Reading) -> tuple[list[str], Profile | None]:
    """What is not as it was when the source was last read whole; and what it is like now, where that is sure."""
    if read.outcome is not Outcome.COMPLETE or (read.listed and not read.postings):
        return [], None
    profile = Profile.of(read)
    return drift(Profile(**source.profile) if source.profile else None, profile), profile


def _kept_profile(source: Any, alarms: Sequence[str], profile: Profile | None, *, now: datetime) -> dict[str, Any]:
    """The columns of a source that say what it is like, and what is not as it was."""
    values = {"alarm": source.alarm, "alarm_at": source.alarm_at, "profile": source.profile}
    if profile is None:
        return values
    confirmed = source.alarm_at is not None and now - source.alarm_at >= CONFIRM_AFTER
    if alarms and not confirmed:
        return values | {"alarm": "; ".join(alarms), "alarm_at": source.alarm_at or now}
    return values | {"alarm": None, "alarm_at": None, "profile": profile.as_json()}


def _close_by_hand(
    connection: Connection, source_id: int, ids: Collection[int], rule: Rule, reason: str, *, now: datetime
) -> None:
    """Close postings outside a reading; the closing still names a crawl, one that read nothing."""
    counts = {"seen": 0, "new": 0, "changed": 0, "closed": len(ids), "reopened": 0, "held": 0}
    values = {"source_id": source_id, "started_at": now, "ended_at": now, "outcome": Outcome.UNCHANGED}
    added = insert(CrawlRow).values(**values, reason=reason, faulty=False, **counts).returning(CrawlRow.id)
    close(connection, list(ids), int(connection.execute(added).scalar_one()), rule, now=now)


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
