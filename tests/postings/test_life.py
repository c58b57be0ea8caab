"""The rules that open, change, close, reopen and hold back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.life import CONFIRM_AFTER, Decision, History, Rule, Stored, decide, fingerprint
from postings.posting import Outcome, Posting, Reading, Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "acme")


def posting(ref: str, **says: object) -> Posting:
    return Posting(source=BOARD, ref=ref, title=says.pop("title", f"Job {ref}"), url="https://acme.example/1", **says)  # type: ignore[arg-type]


def stored(*refs: str, is_open: bool = True, **says: object) -> dict[str, Stored]:
    return {
        ref: Stored(number, ref, fingerprint(posting(ref)), is_open, NOW - timedelta(days=1), **says)  # type: ignore[arg-type]
        for number, ref in enumerate(refs, start=1)
    }


def reading(outcome: Outcome, *refs: str, **says: object) -> Reading:
    postings = [posting(ref) for ref in refs]
    return Reading(source=BOARD, started_at=NOW, outcome=outcome, postings=postings, listed=set(refs), **says)  # type: ignore[arg-type]


def after(known: dict[str, Stored], read: Reading, history: History | None = None, now: datetime = NOW) -> Decision:
    return decide(known, read, history=history or History(), now=now)


def refs(count: int, start: int = 0) -> list[str]:
    return [str(number) for number in range(start, start + count)]


def test_a_posting_not_seen_before_is_new() -> None:
    decision = after({}, reading(Outcome.COMPLETE, "a"))
    assert [each.ref for each in decision.new] == ["a"]
    assert not decision.closed


def test_a_posting_that_says_something_else_is_changed() -> None:
    read = reading(Outcome.COMPLETE)
    read.postings, read.listed = [posting("a", title="Other"), posting("b")], {"a", "b"}
    assert [each.ref for each in after(stored("a", "b"), read).changed] == ["a"]


def test_a_renewed_stamp_is_no_change() -> None:
    assert fingerprint(posting("a", changed_at=NOW)) == fingerprint(posting("a"))
    assert fingerprint(posting("a", posted_at=NOW)) != fingerprint(posting("a"))


def test_a_complete_crawl_closes_what_it_does_not_list() -> None:
    assert after(stored("a", "b", "c"), reading(Outcome.COMPLETE, "a", "b")).closed == {"c": Rule.UNLISTED}


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.FAILED, Outcome.UNCHANGED])
def test_no_other_crawl_closes_anything(outcome: Outcome) -> None:
    assert not after(stored(*refs(30)), reading(outcome, *refs(20))).closed


def test_a_partial_crawl_keeps_what_it_brought() -> None:
    decision = after(stored("a"), reading(Outcome.PARTIAL, "a", "b"))
    assert [each.ref for each in decision.new] == ["b"]
    assert decision.seen == {"a"}


def test_an_unchanged_source_has_seen_its_open_postings() -> None:
    known = stored("a") | stored("b", is_open=False)
    assert after(known, reading(Outcome.UNCHANGED)).seen == {"a"}


@pytest.mark.parametrize("outcome", [Outcome.COMPLETE, Outcome.PARTIAL])
def test_a_closed_posting_seen_again_is_reopened(outcome: Outcome) -> None:
    assert after(stored("a", is_open=False), reading(outcome, "a")).reopened == {"a"}


@pytest.mark.parametrize(
    ("were", "left", "held"),
    [(10, 5, False), (10, 4, True), (9, 1, False), (9, 0, True), (1, 0, True), (11, 5, True), (100, 50, False)],
)
def test_closing_too_many_at_once_is_held_back(were: int, left: int, held: bool) -> None:
    decision = after(stored(*refs(were)), reading(Outcome.COMPLETE, *refs(left)))
    assert (len(decision.history.held), len(decision.closed)) == ((were - left, 0) if held else (0, were - left))
    assert bool(decision.note) == held


def test_all_replaced_by_others_is_held_back_too() -> None:
    decision = after(stored("a"), reading(Outcome.COMPLETE, "b"))
    assert not decision.closed
    assert [each.ref for each in decision.new] == ["b"]
    assert decision.history.held == {"a"}


def test_the_next_complete_crawl_an_hour_later_that_says_the_same_closes() -> None:
    known = stored(*refs(12))
    first = after(known, reading(Outcome.COMPLETE, *refs(2)))
    second = after(known, reading(Outcome.COMPLETE, *refs(2)), first.history, NOW + CONFIRM_AFTER)
    assert second.closed == dict.fromkeys(refs(10, 2), Rule.UNLISTED)
    assert second.history == History()


def test_a_confirmation_within_the_hour_does_not_count_and_does_not_start_the_hour_again() -> None:
    known = stored(*refs(12))
    first = after(known, reading(Outcome.COMPLETE))
    soon = after(known, reading(Outcome.COMPLETE), first.history, NOW + timedelta(minutes=59))
    assert not soon.closed
    assert soon.history.held_at == NOW
    assert after(known, reading(Outcome.COMPLETE), soon.history, NOW + CONFIRM_AFTER).closed.keys() == known.keys()


def test_what_waits_goes_on_waiting_though_others_have_opened_meanwhile() -> None:
    first = after(stored(*refs(12)), reading(Outcome.COMPLETE, *refs(20, 12)))
    known = stored(*refs(32))
    soon = after(known, reading(Outcome.COMPLETE, *refs(20, 12)), first.history, NOW + timedelta(minutes=59))
    assert not soon.closed
    late = after(known, reading(Outcome.COMPLETE, *refs(20, 12)), soon.history, NOW + CONFIRM_AFTER)
    assert late.closed.keys() == set(refs(12))


def test_only_what_both_crawls_miss_is_closed() -> None:
    known = stored(*refs(12))
    first = after(known, reading(Outcome.COMPLETE, "0", "1"))
    second = after(known, reading(Outcome.COMPLETE, "2"), first.history, NOW + CONFIRM_AFTER)
    assert second.closed.keys() == set(refs(9, 3))
    assert second.history.held == {"0", "1"}


def test_a_board_that_came_back_forgets_what_was_held() -> None:
    known = stored(*refs(12))
    first = after(known, reading(Outcome.COMPLETE))
    assert after(known, reading(Outcome.COMPLETE, *refs(12)), first.history, NOW + CONFIRM_AFTER).history == History()


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.PARTIAL, Outcome.UNCHANGED])
def test_what_is_held_waits_for_a_complete_crawl(outcome: Outcome) -> None:
    history = History(held=frozenset({"a"}), held_at=NOW)
    decision = after(stored("a", "b"), reading(outcome, "b"), history, NOW + timedelta(days=9))
    assert not decision.closed
    assert (decision.history.held, decision.history.held_at) == ({"a"}, NOW)


def test_a_gone_board_closes_after_three_times_over_half_a_day() -> None:
    known, history = stored("a", "b"), History()
    closed = []
    for hours in (0, 1, 2, 12):
        decision = after(known, reading(Outcome.FAILED, gone=True), history, NOW + timedelta(hours=hours))
        history = decision.history
        closed.append(dict(decision.closed))
    assert closed == [{}, {}, {}, {"a": Rule.GONE, "b": Rule.GONE}]


def test_gone_twice_is_not_enough_however_long_it_takes() -> None:
    first = after(stored("a"), reading(Outcome.FAILED, gone=True))
    assert not after(stored("a"), reading(Outcome.FAILED, gone=True), first.history, NOW + timedelta(days=30)).closed


@pytest.mark.parametrize("outcome", [Outcome.COMPLETE, Outcome.UNCHANGED, Outcome.PARTIAL])
def test_a_board_that_answers_again_was_never_gone(outcome: Outcome) -> None:
    history = History(gone_count=2, gone_since=NOW - timedelta(days=1))
    assert after(stored("a"), reading(outcome, "a"), history).history.gone_count == 0


def test_a_failure_that_is_not_gone_neither_counts_nor_forgets() -> None:
    history = History(gone_count=2, gone_since=NOW)
    assert after(stored("a"), reading(Outcome.FAILED), history).history == history


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_passed_closing_day_closes_whatever_the_crawl_brought(outcome: Outcome) -> None:
    known = stored("a", closes_at=NOW - timedelta(seconds=1)) | stored("b")
    assert after(known, reading(outcome, "b")).closed["a"] in (Rule.DEADLINE, Rule.UNLISTED)


def test_what_is_listed_past_its_closing_day_is_not_reopened() -> None:
    read = reading(Outcome.COMPLETE)
    read.postings, read.listed = [posting("a", closes_at=NOW)], {"a"}
    known = stored("a", is_open=False)
    decision = after(known, read)
    assert not decision.reopened
    assert not decision.closed


def test_a_new_posting_past_its_closing_day_is_kept_closed() -> None:
    read = reading(Outcome.COMPLETE)
    read.postings, read.listed = [posting("a", closes_at=NOW)], {"a"}
    decision = after({}, read)
    assert len(decision.new) == 1
    assert decision.closed == {"a": Rule.DEADLINE}


def test_a_moved_closing_day_reopens() -> None:
    read = reading(Outcome.COMPLETE)
    read.postings, read.listed = [posting("a", closes_at=NOW + timedelta(days=9))], {"a"}
    known = stored("a", is_open=False, closes_at=NOW - timedelta(days=1))
    assert after(known, read).reopened == {"a"}


def test_a_feed_closes_what_it_has_not_shown_for_sixty_days() -> None:
    known = stored("a", "b")
    known["b"] = replace(known["b"], last_seen=NOW - timedelta(days=60))
    assert after(known, reading(Outcome.PARTIAL, "c", window=True)).closed == {"b": Rule.UNSEEN}
    assert not after(known, reading(Outcome.PARTIAL, "b", window=True)).closed


SOME = st.sets(st.sampled_from(refs(14)))


@given(SOME, SOME, SOME, st.sampled_from(Outcome), st.booleans(), st.booleans())
def test_whatever_happens_nothing_listed_is_closed_and_nothing_is_in_two_places(
    opened: set[str], closed: set[str], listed: set[str], outcome: Outcome, gone: bool, window: bool
) -> None:
    known = stored(*sorted(closed), is_open=False) | stored(*sorted(opened))
    read = reading(outcome, *sorted(listed), gone=gone, window=window)
    decision = after(known, read)
    new = {each.ref for each in decision.new}
    assert not decision.closed.keys() & listed
    assert not new & known.keys()
    assert decision.closed.keys() <= opened
    assert decision.reopened <= (closed - opened) & listed
    if outcome is not Outcome.COMPLETE:
        assert not decision.closed
