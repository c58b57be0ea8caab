"""What becomes of the postings of one source after a crawl: the rules that open, change, close, reopen and hold back.

Pure: it knows no clock and no database. The store carries out what is decided here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

import orjson

from postings.posting import Outcome, Posting, Reading

#: A closing of all postings, or of more than half of this many, waits for a second crawl that says the same.
MANY = 10
#: How long after a closing was held back the next crawl may confirm it.
CONFIRM_AFTER = timedelta(hours=1)
#: A board is gone for good when it was gone so many times over so long a time.
GONE_TIMES, GONE_FOR = 3, timedelta(hours=12)
#: What only a feed has shown is closed when no feed has shown it for so long.
UNSEEN_FOR = timedelta(days=60)


class Rule(StrEnum):
    """Why a posting was closed."""

    #: A complete crawl of its source no longer listed it.
    UNLISTED = "unlisted"
    #: Its source was gone, several times over half a day.
    GONE = "board-gone"
    #: The day it closes has passed.
    DEADLINE = "deadline"
    #: No crawl of its feed has seen it for 60 days.
    UNSEEN = "unseen"
    #: Its own page says so.
    PAGE = "page-gone"
    #: An operator removed its source.
    REMOVED = "source-removed"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored posting when its source was crawled again."""

    id: int
    ref: str
    fingerprint: str
    open: bool
    last_seen: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What earlier crawls of a source leave to the next one."""

    held: frozenset[str] = frozenset()
    held_at: datetime | None = None
    gone_count: int = 0
    gone_since: datetime | None = None


@dataclass(slots=True)
class Decision:
    """What to do. Refs of stored postings by what becomes of them; each ref stands in one of new, kept or closed."""

    new: list[Posting] = field(default_factory=list)
    changed: list[Posting] = field(default_factory=list)
    reopened: set[str] = field(default_factory=set)
    #: Refs the source listed: they were seen, whether or not anything changed.
    seen: set[str] = field(default_factory=set)
    closed: dict[str, Rule] = field(default_factory=dict)
    history: History = History()
    #: One line for people where something was held back.
    note: str | None = None


#: What makes a posting another one; the stamp of its last change does not, sources renew it for nothing.
_SAYS = attrgetter(*(each.name for each in fields(Posting) if each.name not in ("source", "changed_at")))


def fingerprint(posting: Posting) -> str:
    """Name what a posting says: another name means that it changed."""
    return hashlib.blake2b(orjson.dumps(_SAYS(posting)), digest_size=12).hexdigest()


def decide(
    stored: Mapping[str, Stored], reading: Reading, *, history: History, now: datetime, doubted: bool = False
) -> Decision:
    """Decide what becomes of a source's postings.

    Args:
        stored: all postings of the source, open and closed, by ref.
        reading: what the crawl brought, with its outcome.
        history: what earlier crawls left.
        now: the crawl's end; aware, UTC.
        doubted: the source is not what it was, so that closing anything waits for a second crawl.
    """
    decision = Decision(history=history)
    if reading.outcome is Outcome.UNCHANGED:
        decision.seen = {ref for ref, post in stored.items() if post.open}
        decision.history = History(held=history.held, held_at=history.held_at)
    elif reading.outcome is not Outcome.FAILED:
        _take_in(decision, stored, reading)
        decision.history = History(held=history.held, held_at=history.held_at)
    if reading.outcome is Outcome.COMPLETE:
        _close_unlisted(decision, stored, reading.listed, history=history, now=now, doubted=doubted)
    elif reading.gone:
        _count_gone(decision, stored, history=history, now=now)
    decision.closed.update({ref: Rule.PAGE for ref, post in stored.items() if post.open and ref in reading.ended})
    if reading.window:
        _close_unseen(decision, stored, now=now)
    _close_passed(decision, stored, reading, now=now)
    return decision


def _take_in(decision: Decision, stored: Mapping[str, Stored], reading: Reading) -> None:
    decision.seen = reading.listed & stored.keys()
    for posting in reading.postings:
        known = stored.get(posting.ref)
        if known is None:
            decision.new.append(posting)
            continue
        if fingerprint(posting) != known.fingerprint:
            decision.changed.append(posting)
        if not known.open:
            decision.reopened.add(posting.ref)


def _close_unlisted(
    decision: Decision,
    stored: Mapping[str, Stored],
    listed: Collection[str],
    *,
    history: History,
    now: datetime,
    doubted: bool,
) -> None:
    were_open = {ref for ref, post in stored.items() if post.open}
    missing = were_open - set(listed)
    waiting = missing & history.held
    fresh = missing - waiting
    if history.held_at is not None and now - history.held_at >= CONFIRM_AFTER:
        decision.closed.update(dict.fromkeys(waiting, Rule.UNLISTED))
        waiting = set()
    if not fresh or not (doubted or _is_mass(len(missing), len(were_open))):
        decision.closed.update(dict.fromkeys(fresh, Rule.UNLISTED))
        fresh = set()
    decision.history = History()
    if held := waiting | fresh:
        # What waits already need not wait anew, unless more has come to wait with it.
        decision.history = History(held=frozenset(held), held_at=now if fresh else history.held_at)
        decision.note = f"held back: would close {len(held)} of {len(were_open)} open postings"


def _is_mass(missing: int, were_open: int) -> bool:
    return missing == were_open or (were_open >= MANY and missing * 2 > were_open)


def _count_gone(decision: Decision, stored: Mapping[str, Stored], *, history: History, now: datetime) -> None:
    since = history.gone_since or now
    count = history.gone_count + 1
    decision.history = History(history.held, history.held_at, count, since)
    if count >= GONE_TIMES and now - since >= GONE_FOR:
        decision.closed.update({ref: Rule.GONE for ref, post in stored.items() if post.open})


def _close_unseen(decision: Decision, stored: Mapping[str, Stored], *, now: datetime) -> None:
    for ref, post in stored.items():
        if post.open and ref not in decision.seen and now - post.last_seen >= UNSEEN_FOR:
            decision.closed.setdefault(ref, Rule.UNSEEN)


def _close_passed(decision: Decision, stored: Mapping[str, Stored], reading: Reading, *, now: datetime) -> None:
    """Close what is past its day, and leave closed what the source still lists past its day."""
    closes_at = {ref: post.closes_at for ref, post in stored.items()}
    closes_at.update({posting.ref: posting.closes_at for posting in reading.postings})
    for ref, moment in closes_at.items():
        if moment is None or moment > now:
            continue
        decision.reopened.discard(ref)
        if ref not in stored or stored[ref].open:
            decision.closed.setdefault(ref, Rule.DEADLINE)
