"""How a source stands when its turn has ended: the columns that say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from postings.drift import Profile, drift
from postings.life import CONFIRM_AFTER, Decision
from postings.listings import LISTINGS
from postings.posting import Outcome, Reading, Validators
from postings.turns import SHORTEST, next_turn


def ended_turn(source: Any, read: Reading, decision: Decision, *, now: datetime) -> dict[str, Any]:
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
        "unchanged_at": source.unchanged_at,
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
    if read.outcome is Outcome.UNCHANGED:
        values |= {"unchanged_at": now}
    return values


def alarms_of(source: Any, read: Reading) -> tuple[list[str], Profile | None]:
    """What is not as it was when the source was last read whole; and what it is like now, where that is sure."""
    if read.outcome is not Outcome.COMPLETE or (read.listed and not read.postings):
        return [], None
    profile = Profile.of(read)
    return drift(Profile(**source.profile) if source.profile else None, profile), profile


def kept_profile(source: Any, alarms: Sequence[str], profile: Profile | None, *, now: datetime) -> dict[str, Any]:
    """The columns of a source that say what it is like, and what is not as it was."""
    values = {"alarm": source.alarm, "alarm_at": source.alarm_at, "profile": source.profile}
    if profile is None:
        return values
    confirmed = source.alarm_at is not None and now - source.alarm_at >= CONFIRM_AFTER
    if alarms and not confirmed:
        return values | {"alarm": "; ".join(alarms), "alarm_at": source.alarm_at or now}
    return values | {"alarm": None, "alarm_at": None, "profile": profile.as_json()}
