"""What is kept: on SQLite and on PostgreSQL, over tables made by the migrations."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from postings import database, directory
from postings.kept import Filters, KeptCrawl, KeptPosting
from postings.posting import (
    Employer,
    EmployerSolution,
    EmploymentType,
    Evidence,
    Interval,
    Outcome,
    Place,
    Posting,
    Reading,
    Salary,
    Source,
    Tag,
    Validators,
    Workplace,
)
from postings.store import LeaseLost, Store, StoreError, open_store
from postings.tables import Base

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "energyhub")
HEAT = Tag("high-efficiency-heat-pumps", 0.9, (Evidence("title", "heat pump"),))
ALL = Filters(status="all")


def posting(ref: str, **says: object) -> Posting:
    told = {"title": f"Job {ref}", "url": f"https://acme.example/{ref}", "description_text": "words"} | says
    return Posting(source=BOARD, ref=ref, **told)  # type: ignore[arg-type]


def crawl(
    store: Store,
    postings: Sequence[Posting],
    *,
    at: datetime = NOW,
    outcome: Outcome = Outcome.COMPLETE,
    tags: Sequence[Tag] = (HEAT,),
    source: Source = BOARD,
    **says: object,
) -> KeptCrawl:
    turn = store.sources.take(source, now=at)
    assert turn is not None
    read = Reading(
        source=source,
        started_at=at,
        outcome=outcome,
        postings=list(postings),
        listed={each.ref for each in postings},
        **says,  # type: ignore[arg-type]
    )
    return store.crawls.save(turn, read, {each.ref: tags for each in postings}, now=at)


def kept(store: Store, filters: Filters = ALL) -> dict[str, KeptPosting]:
    return {each.posting.ref: each for each in store.postings.every(filters)}


def open_refs(store: Store) -> set[str]:
    return set(kept(store, Filters()))


def test_the_migrations_make_the_tables_the_program_uses(database_url: str) -> None:
    engine = database.connect(database_url)
    database.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_name": database.mapped})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_posting_comes_back_as_it_was_kept(store: Store) -> None:
    told = posting(
        "a",
        apply_url="https://acme.example/a/apply",
        places=(Place("Berlin", "Berlin", "Berlin", "DE", 52.52, 13.41), Place("Remote")),
        workplace=Workplace.HYBRID,
        remote_scope=("DE", "FR"),
        employment_type=EmploymentType.FULL_TIME,
        department="R&D",
        salary=Salary(60_000, None, "EUR", Interval.YEAR, "text"),
        language="de",
        posted_at=datetime(2026, 2, 1, 9, tzinfo=UTC),
        closes_at=datetime(2026, 9, 1, tzinfo=UTC),
        description_html="<p>Wörter</p>",
        description_text="Wörter",
    )
    crawl(store, [told])
    found = kept(store)["a"]
    assert found.posting == told
    assert found.tags == (HEAT,)
    assert found.employer.name == "EnergyHub"
    assert (found.first_seen, found.last_seen, found.dated_at) == (NOW, NOW, told.posted_at)


def test_a_posting_changes_in_place(store: Store) -> None:
    crawl(store, [posting("a"), posting("b")])
    before = kept(store)
    later = NOW + timedelta(hours=1)
    done = crawl(store, [posting("a", title="Other", places=(Place("Paris"),)), posting("b")], at=later)
    after = kept(store)
    assert (done.seen, done.changed, done.new) == (2, 1, 0)
    assert after["a"].id == before["a"].id
    assert after["a"].posting.title == "Other"
    assert after["a"].posting.places == (Place("Paris"),)
    assert (after["a"].touched_at, after["b"].touched_at) == (later, NOW)
    assert after["b"].last_seen == later


def test_other_tags_for_the_same_words_are_kept_too(store: Store) -> None:
    crawl(store, [posting("a")])
    crawl(store, [posting("a")], at=NOW + timedelta(hours=1), tags=())
    assert kept(store)["a"].tags == ()


def test_a_closing_says_which_crawl_and_which_rule_and_a_posting_comes_back_under_its_id(store: Store) -> None:
    crawl(store, [posting("a"), posting("b")])
    gone = crawl(store, [posting("a")], at=NOW + timedelta(hours=1))
    closed = kept(store)["b"]
    assert closed.closing is not None
    assert (closed.closing.crawl, closed.closing.rule) == (gone.id, "unlisted")
    assert open_refs(store) == {"a"}
    back = crawl(store, [posting("a"), posting("b")], at=NOW + timedelta(hours=2))
    assert back.reopened == 1
    again = kept(store)["b"]
    assert (again.id, again.closed_at, again.closing) == (closed.id, None, None)


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.FAILED])
def test_a_broken_crawl_closes_nothing(store: Store, outcome: Outcome) -> None:
    crawl(store, [posting("a"), posting("b")])
    done = crawl(store, [], at=NOW + timedelta(hours=1), outcome=outcome, reason="it broke")
    assert (done.closed, done.reason, done.faulty) == (0, "it broke", True)
    assert open_refs(store) == {"a", "b"}


def test_undoing_a_crawl_takes_its_closings_back_once(store: Store) -> None:
    crawl(store, [posting(ref) for ref in "abc"])
    before = kept(store)
    gone = crawl(store, [posting("a"), posting("b")], at=NOW + timedelta(hours=1))
    assert store.crawls.undo(gone.id, now=NOW + timedelta(hours=2)) == 1
    assert kept(store)["c"].posting == before["c"].posting
    assert open_refs(store) == set("abc")
    state = kept(store)
    assert store.crawls.undo(gone.id, now=NOW + timedelta(hours=3)) == 0
    assert kept(store) == state
    assert store.crawls.undo(10_000, now=NOW) is None


def test_after_an_undo_the_source_is_read_whole_again(store: Store) -> None:
    crawl(store, [posting(ref) for ref in "abc"])
    gone = crawl(store, [posting("a"), posting("b")], at=NOW, validators=Validators(etag='"1"', digest="d"))
    store.crawls.undo(gone.id, now=NOW)
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    assert turn.validators == Validators()


def test_validators_are_kept_of_a_whole_reading_only(store: Store) -> None:
    marks = Validators(etag='"1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT", digest="d")
    for outcome, expected in ((Outcome.PARTIAL, Validators()), (Outcome.COMPLETE, marks)):
        crawl(store, [posting("a")], outcome=outcome, validators=marks)
        turn = store.sources.take(BOARD, now=NOW)
        assert turn is not None
        assert turn.validators == expected
        store.sources.release(turn)


def test_what_was_held_back_is_read_whole_next_time_and_then_closed(store: Store) -> None:
    crawl(store, [posting("a"), posting("b")])
    marks = Validators(etag='"1"', digest="d")
    held = crawl(store, [], at=NOW + timedelta(hours=3), validators=marks)
    assert (held.closed, held.held) == (0, 2)
    assert held.reason == "held back: would close 2 of 2 open postings"
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    assert turn.validators == Validators()
    store.sources.release(turn)
    assert crawl(store, [], at=NOW + timedelta(hours=4), validators=marks).closed == 2


def test_a_passed_closing_day_closes_between_crawls(store: Store) -> None:
    crawl(store, [posting("a", closes_at=NOW + timedelta(hours=2)), posting("b")])
    assert store.crawls.close_passed(now=NOW + timedelta(hours=1)) == 0
    assert store.crawls.close_passed(now=NOW + timedelta(hours=2)) == 1
    closing = kept(store)["a"].closing
    assert closing is not None
    assert closing.rule == "deadline"
    assert store.check() == []


def test_a_source_is_read_by_one_crawl_at_a_time(store: Store) -> None:
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    assert store.sources.take(BOARD, now=NOW + timedelta(minutes=14)) is None
    store.sources.release(turn)
    assert store.sources.take(BOARD, now=NOW) is not None


def test_a_crawl_that_lost_its_turn_keeps_nothing(store: Store) -> None:
    slow = store.sources.take(BOARD, now=NOW)
    assert slow is not None
    quick = store.sources.take(BOARD, now=NOW + timedelta(minutes=15))
    assert quick is not None
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=[posting("a")], listed={"a"})
    with pytest.raises(LeaseLost):
        store.crawls.save(slow, read, {}, now=NOW)
    assert not store.sources.renew(slow, now=NOW)
    assert store.sources.renew(quick, now=NOW)
    assert kept(store) == {}


def test_many_takers_never_get_the_same_source(store: Store) -> None:
    taken: list[Source] = []

    def take() -> None:
        while turns := store.sources.take_due("ashby", now=NOW, most=3, before=NOW):
            taken.extend(turn.source for turn in turns)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        len(taken)
        == len(set(taken))
        == sum(entry.board is not None and entry.board.kind == "ashby" for entry in directory.entries())
    )


def test_the_directory_loads_once_and_again_without_harm(store: Store) -> None:
    assert store.load_directory() == 0
    store.sources.set_state(Source("ashby", "climatiq"), "removed")
    store.sources.add(BOARD, now=NOW, employer="EnergyHub", homepage="https://other.example", solutions=["microgrids"])
    store.employers.load(directory.entries(), version="another")
    assert not store.sources.has(Source("ashby", "climatiq"))
    found = store.employers.named("EnergyHub")
    assert found is not None
    assert found.homepage == "https://other.example"
    assert {each.solution for each in found.solutions} >= {"microgrids"}


def test_adding_a_source_again_updates_what_is_named(store: Store) -> None:
    fresh = Source("lever", "brand-new")
    assert store.sources.add(fresh, now=NOW, employer="Brand New GmbH", solutions=["composting"])
    assert not store.sources.add(fresh, now=NOW, solutions=["recycling"])
    found = store.employers.named("brand new")
    assert found is not None
    assert {each.solution for each in found.solutions} == {"composting", "recycling"}


def test_a_board_without_an_employer_takes_the_name_its_postings_give(store: Store) -> None:
    fresh = Source("greenhouse", "nameless")
    store.sources.add(fresh, now=NOW)
    told = Posting(source=fresh, ref="1", title="X", url="https://x.example/", employer="Named Here Ltd")
    crawl(store, [told], source=fresh)
    assert kept(store)["1"].employer == Employer("named-here-ltd", "Named Here Ltd")


def test_filters_find_what_they_name(store: Store) -> None:
    crawl(
        store,
        [
            posting("a", title="Heat pump engineer", places=(Place("Berlin", "Berlin", None, "DE"),), language="de"),
            posting("b", workplace=Workplace.REMOTE, salary=Salary(50_000, 70_000, "USD", Interval.YEAR)),
            posting("c", posted_at=NOW - timedelta(days=40), employment_type=EmploymentType.CONTRACT),
        ],
    )
    for filters, expected in (
        (Filters(words="heat PUMP"), {"a"}),
        (Filters(words="100%"), set()),
        (Filters(place="berlin"), {"a"}),
        (Filters(place="remote"), {"b"}),
        (Filters(country="DE"), {"a"}),
        (Filters(language="de"), {"a"}),
        (Filters(workplace="remote"), {"b"}),
        (Filters(salary_min=60_000, currency="USD"), {"b"}),
        (Filters(salary_min=80_000), set()),
        (Filters(employment_type="contract"), {"c"}),
        (Filters(since=NOW - timedelta(days=7)), {"a", "b"}),
        (Filters(solutions=("high-efficiency-heat-pumps", "composting")), {"a", "b", "c"}),
        (Filters(solutions=("composting",)), set()),
        (Filters(employers=("energyhub",)), {"a", "b", "c"}),
        (Filters(source=BOARD), {"a", "b", "c"}),
        (Filters(status="closed"), set()),
    ):
        page = store.postings.page(filters)
        assert ({each.posting.ref for each in page.items}, page.total) == (expected, len(expected)), filters


def test_lists_are_newest_first_and_counts_agree(store: Store) -> None:
    crawl(store, [posting(str(days), posted_at=NOW - timedelta(days=days)) for days in (3, 1, 2)])
    assert [each.posting.ref for each in store.postings.page(Filters(), most=2).items] == ["1", "2"]
    assert store.postings.open_counts() == {"high-efficiency-heat-pumps": 3}
    first, count = store.postings.employers_of("high-efficiency-heat-pumps")[0]
    assert (first.slug, count) == ("energyhub", 3)


def test_of_a_solutions_employers_some_are_told_and_all_are_counted(store: Store) -> None:
    every = store.postings.employers_of("high-efficiency-heat-pumps")
    some = store.postings.working_on("high-efficiency-heat-pumps", most=2)
    assert (some.items, some.total) == (every[:2], len(every))


def test_an_employer_of_the_directory_brings_its_solutions(store: Store) -> None:
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    assert turn.employer is not None
    assert turn.employer.solutions
    assert all(isinstance(each, EmployerSolution) for each in turn.employer.solutions)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_text("this is no database" * 100)
    with pytest.raises(StoreError, match="not a database") as told:
        open_store(f"sqlite:///{garbage}")
    assert "\n" not in str(told.value)
    assert garbage.read_text() == "this is no database" * 100


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/at-all.db", "mystery://x"])
def test_an_address_that_leads_nowhere_is_told_in_one_line(url: str) -> None:
    with pytest.raises(StoreError) as told:
        open_store(url)
    assert "\n" not in str(told.value)


def test_postgres_is_not_changed_unasked(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(postgres_url)


def test_sqlite_writes_ahead_and_holds_its_references(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    engine = database.connect(sqlite_url)
    with database.reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
