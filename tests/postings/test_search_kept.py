"""The open postings in memory and the index of words, when something goes wrong or changes under them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from made_up_boards import BOARDS, START, crawl
from sqlalchemy import text, update

from postings import database
from postings.directory import Entry
from postings.handbook.nouns import EXAMPLE, Company, HandbookPage
from postings.kept import Filters
from postings.posting import Employer, Evidence, Tag
from postings.store import Store, StoreError, changes, glance, open_store
from postings.tables import PostingRow

HEAT_PUMPS = "high-efficiency-heat-pumps"
THAW, GALE = BOARDS


@pytest.fixture
def filled(store: Store) -> Store:
    """A store that has been read and written."""
    crawl(store, random.Random(1), THAW, START)
    assert store.postings.totals()["postings"] == 7
    return store


def total(store: Store, **wanted: Any) -> int:
    return store.postings.page(Filters(**wanted)).total


def test_a_transaction_that_is_taken_back_changes_nothing(filled: Store, store_url: str) -> None:
    def close_all() -> None:
        with database.writing(database.connect(store_url)) as connection:
            connection.execute(update(PostingRow).values(closed_at=START, touched_at=START))
            changes.note(connection, now=START)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        close_all()
    assert filled.postings.totals()["postings"] == 7
    crawl(filled, random.Random(2), GALE, START + timedelta(hours=1))
    assert filled.postings.totals()["postings"] == 14


def test_who_has_missed_more_than_is_remembered_reads_all_anew(
    filled: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "KEPT", 3)
    other = open_store(store_url)
    crawl(other, random.Random(3), THAW, START + timedelta(hours=1))
    crawl(other, random.Random(4), GALE, START + timedelta(hours=2))
    fresh = open_store(store_url)
    assert filled.postings.facets(Filters()) == fresh.postings.facets(Filters())


def test_what_was_read_in_part_is_not_taken_for_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(store, random.Random(1), THAW, START)
    whole = glance._cards

    def breaking(*given: Any) -> Iterator[Any]:
        yield from list(whole(*given))[:3]
        raise StoreError("the database is gone")

    monkeypatch.setattr(glance, "_cards", breaking)
    with pytest.raises(StoreError):
        store.postings.totals()
    monkeypatch.undo()
    assert store.postings.totals()["postings"] == 7


def test_a_renamed_employer_is_found_by_its_new_name(filled: Store) -> None:
    assert total(filled, words="warme") == 7
    found = filled.postings.employers(name="thaw").items[0][0]
    renamed = Entry(replace(found, name="Melt"), None, ())
    filled.employers.load([renamed], version="another")
    # What an operator has set, the directory leaves.
    assert total(filled, words="warme") == 7
    directory = Employer("acme", "Acme", None, ())
    filled.employers.load([Entry(directory, None, ())], version="first")
    crawl_for(filled, "Acme")
    filled.employers.load([Entry(replace(directory, name="Apex"), None, ())], version="second")
    assert (total(filled, words="acme"), total(filled, words="apex")) == (0, 7)


def crawl_for(store: Store, employer: str) -> None:
    store.sources.add(GALE, now=START)
    store.sources.add(GALE, now=START, employer=employer)
    crawl(store, random.Random(5), GALE, START)


def test_an_employer_that_only_a_page_names_stands_on_the_solutions_page(filled: Store) -> None:
    filled.postings.employers_of(HEAT_PUMPS)
    page = HandbookPage(
        file="x.md", solution=HEAT_PUMPS, title="Heat", companies=(Company("Nova Heat", None, EXAMPLE, ""),)
    )
    filled.handbook.take(page, b"x", now=START)
    assert "Nova Heat" in {employer.name for employer, _ in filled.postings.employers_of(HEAT_PUMPS)}


def test_many_threads_read_while_another_store_writes(filled: Store, store_url: str) -> None:
    other = open_store(store_url)

    def write() -> None:
        for step in range(1, 12):
            crawl(other, random.Random(step), random.Random(step).choice([*BOARDS]), START + timedelta(hours=step))

    def read(seed: int) -> None:
        for _ in range(15):
            page = filled.postings.page(Filters(words="heat OR batteries" if seed % 2 else None))
            assert len({kept.id for kept in page.items}) == len(page.items)
            filled.postings.facets(Filters(language="en"))
            filled.postings.state(Filters(solutions=(HEAT_PUMPS,), status="all"), most=100)
            filled.postings.employers_of(HEAT_PUMPS, most=20)

    with ThreadPoolExecutor(5) as threads:
        for done in [threads.submit(write), *(threads.submit(read, seed) for seed in range(4))]:
            done.result()
    fresh = open_store(store_url)
    assert filled.postings.facets(Filters()) == fresh.postings.facets(Filters())


def test_changed_texts_leave_no_word_behind(filled: Store, store_url: str) -> None:
    for step in range(1, 6):
        crawl(filled, random.Random(step), THAW, START + timedelta(hours=step))
    some = list(filled.postings.every(Filters(status="all")))
    filled.retagging.retag([(kept, [Tag(HEAT_PUMPS, 0.8, (Evidence("title", "x"),))]) for kept in some], now=START)
    with database.writing(database.connect(store_url)) as connection:
        connection.execute(text("DELETE FROM searched"))
        if connection.dialect.name == "sqlite":
            connection.execute(text("CREATE VIRTUAL TABLE temp.found USING fts5vocab(main, words, 'row')"))
            assert connection.execute(text("SELECT term, cnt FROM temp.found")).all() == []
            connection.execute(text("INSERT INTO words(words) VALUES ('integrity-check')"))
        else:
            assert connection.scalar(text("SELECT count(*) FROM words")) == 0


def migrate(url: str, revision: str) -> None:
    """Take a database to a migration, forwards or back."""
    with database.writing(database.connect(url)) as connection:
        config = Config()
        config.set_main_option("script_location", str(database._migrations()))
        config.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)


def test_lists_of_words_lie_apart_from_their_rows_however_short_they_are(made_postgres_url: str) -> None:
    def apart() -> Any:
        store = open_store(made_postgres_url)
        found = total(store, words="warme")
        store.close()
        with database.reading(database.connect(made_postgres_url)) as connection:
            number = connection.scalar(text("SELECT 'words_open'::regclass::oid"))
            counted = text(f"SELECT count(DISTINCT chunk_id) FROM pg_toast.pg_toast_{number}")  # noqa: S608
            lists = connection.scalar(counted)
            return lists, connection.scalar(text("SELECT count(*) FROM words")), found

    store = open_store(made_postgres_url)
    crawl(store, random.Random(1), THAW, START)
    store.close()
    assert apart() == (7, 7, 7)
    # Brought up to date when it was filled already, and back.
    with database.writing(database.connect(made_postgres_url)) as connection:
        connection.execute(text("CREATE TABLE before AS SELECT posting_id, document FROM words"))
    migrate(made_postgres_url, "0008")
    with database.writing(database.connect(made_postgres_url)) as connection:
        connection.execute(text("TRUNCATE words"))
        connection.execute(text("INSERT INTO words SELECT posting_id, document FROM before"))
        assert connection.scalar(text("SELECT pg_column_size(document) FROM words LIMIT 1")) > 100
    migrate(made_postgres_url, "head")
    assert apart() == (7, 7, 7)


def test_a_process_of_the_version_before_lists_words_and_finds_them_still(made_postgres_url: str) -> None:
    store = open_store(made_postgres_url)
    crawl(store, random.Random(1), THAW, START)
    store.close()
    asked = text("SELECT posting_id, document::text FROM words ORDER BY 1")
    with database.writing(database.connect(made_postgres_url)) as connection:
        ours = connection.execute(asked).all()
        connection.execute(text("CREATE TEMPORARY TABLE before AS SELECT * FROM searched"))
        connection.execute(text("DELETE FROM searched"))
        connection.execute(text("INSERT INTO searched SELECT * FROM before"))
        assert connection.execute(asked).all() == ours
        found = connection.scalar(text("SELECT count(*) FROM words_found($$'Wärme'$$, 'open', 0, 100)"))
        assert found == len(ours) == 7


def test_the_index_of_words_knows_which_postings_are_open(store: Store, store_url: str) -> None:
    for step in range(1, 9):
        crawl(store, random.Random(step), THAW, START + timedelta(hours=2 * step))
    store.crawls.undo(store.crawls.recent()[0].id, now=START + timedelta(days=1))
    kept = {each.id: each.open for each in store.postings.every(Filters(status="all"))}
    assert {*kept.values()} == {True, False}
    assert indexed(store_url) == kept
    found = {status: total(store, words="warme", status=status) for status in ("open", "closed", "all")}
    assert found["all"] == found["open"] + found["closed"]
    assert min(found.values()) > 0
    store.close()
    # Put there as it is now when it was filled already, and back.
    migrate(store_url, "0010")
    migrate(store_url, "head")
    assert indexed(store_url) == kept
    again = open_store(store_url)
    assert {status: total(again, words="warme", status=status) for status in found} == found
    again.close()


def indexed(url: str) -> dict[int, bool]:
    """The postings whose words are in the index, and whether they are there as open ones."""
    with database.writing(database.connect(url)) as connection:
        if connection.dialect.name == "postgresql":
            rows = connection.execute(text("SELECT posting_id, tableoid::regclass::text = 'words_open' FROM words"))
            return {row[0]: row[1] for row in rows}
        connection.execute(text("CREATE VIRTUAL TABLE temp.found USING fts5vocab(main, words, 'instance')"))
        numbers = connection.scalars(text("SELECT DISTINCT doc FROM temp.found")).all()
        connection.execute(text("DROP TABLE temp.found"))
        assert len({abs(number) for number in numbers}) == len(numbers)
        return {abs(number): number > 0 for number in numbers}
