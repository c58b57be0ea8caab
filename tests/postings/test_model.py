"""Random histories of a board, its faults, kills and undos: the store against a simple model of the rules."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from postings.kept import Filters
from postings.posting import Outcome, Posting, Reading, Source
from postings.store import LeaseLost, Store, open_store

pytestmark = pytest.mark.whole

#: More by ``make thorough``.
EXAMPLES = int(os.environ.get("CLIMATE_JOBS_EXAMPLES", "40"))
REFS = [str(number) for number in range(14)]
HOUR = timedelta(hours=1)
numbers = itertools.count()


class Board(RuleBasedStateMachine):
    """A board as the store keeps it, beside what the rules say must be kept."""

    store: Store

    @initialize()
    def begin(self) -> None:
        self.source = Source("greenhouse", f"model-{next(numbers)}")
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store.sources.add(self.source, now=self.now)
        self.open: set[str] = set()
        self.closed_by: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        self.seen: dict[str, datetime] = {}
        self.held: set[str] = set()
        self.held_at: datetime | None = None
        self.gone: list[datetime] = []
        self.crawls: list[int] = []

    @rule(hours=st.sampled_from([0.2, 1, 5, 13]))
    def wait(self, hours: float) -> None:
        self.now += hours * HOUR

    @rule(listed=st.sets(st.sampled_from(REFS)))
    def crawl_whole(self, listed: set[str]) -> None:
        number = self._crawl(Outcome.COMPLETE, listed)
        self.gone = []
        missing = self.open - listed
        mass = missing == self.open or (len(self.open) >= 10 and len(missing) > len(self.open) / 2)
        confirmed = self.held_at is not None and self.now - self.held_at >= HOUR
        waiting = {ref for ref in missing if ref in self.held and not confirmed}
        fresh = {ref for ref in missing if ref not in self.held and mass}
        closing = missing - waiting - fresh
        self.held_at = self.now if fresh else self.held_at if waiting else None
        self.held = waiting | fresh
        self.open = (self.open - closing) | listed
        self.seen |= dict.fromkeys(listed, self.now)
        self.closed_by = {ref: at for ref, at in self.closed_by.items() if ref not in listed}
        self.closed_by |= dict.fromkeys(closing, number)

    @rule(listed=st.sets(st.sampled_from(REFS)))
    def crawl_in_part(self, listed: set[str]) -> None:
        self._crawl(Outcome.PARTIAL, listed)
        self.gone = []
        self.open |= listed
        self.seen |= dict.fromkeys(listed, self.now)
        self.closed_by = {ref: at for ref, at in self.closed_by.items() if ref not in listed}

    @rule(together=st.booleans())
    def crawl_unchanged(self, together: bool) -> None:
        if together:
            turn = self.store.sources.take(self.source, now=self.now)
            assert turn is not None
            read = self._reading(Outcome.UNCHANGED, set())
            (crawl,) = self.store.crawls.save_unchanged([(turn, read)], now=self.now)
            assert crawl is not None
            assert (crawl.source, crawl.seen, crawl.closed) == (self.source, len(self.open), 0)
            self.crawls.append(crawl.id)
        else:
            self._crawl(Outcome.UNCHANGED, set())
        self.gone = []
        self.seen |= dict.fromkeys(self.open, self.now)

    @rule()
    def crawl_fails(self) -> None:
        self._crawl(Outcome.FAILED, set())

    @rule()
    def board_is_gone(self) -> None:
        number = self._crawl(Outcome.FAILED, set(), gone=True)
        self.gone.append(self.now)
        if len(self.gone) >= 3 and self.now - self.gone[0] >= 12 * HOUR:
            self.closed_by |= dict.fromkeys(self.open, number)
            self.open = set()

    @rule(listed=st.sets(st.sampled_from(REFS)))
    def crawl_is_killed_and_its_turn_runs_out(self, listed: set[str]) -> None:
        turn = self.store.sources.take(self.source, now=self.now)
        assert turn is not None
        assert self.store.sources.take(self.source, now=self.now) is None
        self.now += HOUR / 4
        other = self.store.sources.take(self.source, now=self.now)
        assert other is not None
        with pytest.raises(LeaseLost):
            self.store.crawls.save(turn, self._reading(Outcome.COMPLETE, listed), {}, now=self.now)
        self.store.sources.release(other)

    @rule(data=st.data(), times=st.sampled_from([1, 2]))
    def undo(self, data: st.DataObject, times: int) -> None:
        if not self.crawls:
            return
        number = data.draw(st.sampled_from(self.crawls))
        back = {ref for ref, by in self.closed_by.items() if by == number}
        for _ in range(times):
            assert self.store.crawls.undo(number, now=self.now) == len(back)
            self.open |= back
            self.closed_by = {ref: by for ref, by in self.closed_by.items() if ref not in back}
            back = set()

    @invariant()
    def the_store_holds_what_the_rules_say(self) -> None:
        if not hasattr(self, "source"):
            return
        found = {
            each.posting.ref: each for each in self.store.postings.every(Filters(status="all", source=self.source))
        }
        assert {ref for ref, each in found.items() if each.open} == self.open
        assert {ref: each.closing.crawl for ref, each in found.items() if each.closing} == self.closed_by
        assert {ref: each.last_seen for ref, each in found.items()} == self.seen
        for ref, each in found.items():
            assert self.ids.setdefault(ref, each.id) == each.id
        assert len(set(self.ids.values())) == len(self.ids)
        assert found.keys() == self.ids.keys()

    def _reading(self, outcome: Outcome, listed: set[str], *, gone: bool = False) -> Reading:
        postings = [
            Posting(source=self.source, ref=ref, title=f"Job {ref}", url="https://acme.example/")
            for ref in sorted(listed)
        ]
        return Reading(
            source=self.source, started_at=self.now, outcome=outcome, postings=postings, listed=listed, gone=gone
        )

    def _crawl(self, outcome: Outcome, listed: set[str], *, gone: bool = False) -> int:
        turn = self.store.sources.take(self.source, now=self.now)
        assert turn is not None
        number = self.store.crawls.save(turn, self._reading(outcome, listed, gone=gone), {}, now=self.now).id
        self.crawls.append(number)
        return number


@pytest.fixture(params=["sqlite", "postgres"])
def shared_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """One store for all histories: each is of a board of its own."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{Path(tempfile.mkdtemp()) / 'model.db'}"
    store = open_store(url, upgrade=True)
    yield store
    assert store.check() == []
    store.close()


def test_random_histories_leave_what_the_rules_say(shared_store: Store) -> None:
    machine = type("BoardInStore", (Board,), {"store": shared_store})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
