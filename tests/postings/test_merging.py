"""One vacancy, once: what the store shows of postings that several sources, or several cities, tell of."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from postings import database
from postings.kept import Filters, KeptPosting
from postings.likeness import is_whole
from postings.posting import Evidence, Outcome, Place, Posting, Reading, Source, Tag
from postings.store import Store, open_store
from postings.tables import LikenessRow, Note, PostingRow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAT = Tag("high-efficiency-heat-pumps", 0.9, (Evidence("title", "heat pump"),))
BOARD, SECOND, LISTING = Source("greenhouse", "thaw"), Source("lever", "thaw"), Source("arbeitnow", "all")
BERLIN, HAMBURG = Place("Berlin", "Berlin", None, "DE"), Place("Hamburg, Germany", "Hamburg", None, "DE")
TEXT = "We install heat pumps. " + " ".join(f"word{number * 7 % 113}" for number in range(120))
ALL = Filters(status="all")


def posting(ref: str, source: Source = BOARD, **says: Any) -> Posting:
    told: dict[str, Any] = {
        "title": "Heat Pump Engineer",
        "url": f"https://{source.key}.{source.kind}.example/{ref}",
        "places": (BERLIN,),
        "description_text": TEXT,
        "employer": "Thaw Heating" if source == LISTING else None,
    }
    return Posting(source=source, ref=ref, **(told | says))


class Life:
    """A store that is crawled hour by hour."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        for source in (BOARD, SECOND):
            store.sources.add(source, now=NOW, employer="Thaw Heating")
        store.sources.add(LISTING, now=NOW)

    def crawl(self, source: Source, *postings: Posting, outcome: Outcome = Outcome.COMPLETE) -> int:
        """Crawl a source that lists just these; which crawl it was."""
        self.now += timedelta(hours=2)
        turn = self.store.sources.take(source, now=self.now)
        assert turn is not None
        listed = {each.ref for each in postings}
        read = Reading(source=source, started_at=self.now, outcome=outcome, postings=list(postings), listed=listed)
        kept = self.store.crawls.save(turn, read, {ref: [HEAT] for ref in listed}, now=self.now)
        assert self.store.check() == []
        return kept.id

    def close_all(self, source: Source) -> int:
        """Crawl a source that lists nothing any more, until that is believed; the crawl that closed."""
        self.crawl(source)
        return self.crawl(source)

    def shown(self, filters: Filters = Filters()) -> list[KeptPosting]:  # noqa: B008
        """What the list shows; every other way of asking must say the same."""
        page = self.store.postings.page(filters).items
        assert sorted(each.id for each in page) == [each.id for each in self.store.postings.every(filters)]
        if filters == Filters():
            total = self.store.postings.totals()["postings"]
            counts = self.store.postings.open_counts().get(HEAT.solution, 0)
            fresh = self.store.postings.freshness(since=NOW).get(HEAT.solution)
            mapped = self.store.postings.in_part(0, size=1_000)
            spans = self.store.postings.spans(HEAT.solution, since=NOW)
            assert {total, counts, fresh.open if fresh else 0, len(mapped)} == {len(page)}
            assert sum(span.count for span in spans if span.last is None) == len(page)
            assert self.store.postings.openings("thaw-heating") == len(page)
        return page

    def feed(self) -> list[KeptPosting]:
        """What the feed of the solution shows; that of any filter shows the same."""
        found = self.store.postings.newest_seen(Filters(status="all", solutions=(HEAT.solution,)), most=50)
        assert found == self.store.postings.newest_seen(Filters(status="all"), most=50)
        return found

    def one(self, ref: str) -> KeptPosting:
        """A stored posting by its ref."""
        (found,) = [
            each for each in self.store.postings.every(Filters(status="all", each=True)) if each.posting.ref == ref
        ]
        return found


@pytest.fixture
def life(store: Store) -> Life:
    return Life(store)


def refs(postings: Sequence[KeptPosting]) -> list[str]:
    return [each.posting.ref for each in postings]


def also(kept: KeptPosting) -> list[str]:
    return [each.ref for each in kept.also_at]


def test_a_vacancy_in_several_cities_is_one_posting_with_several_locations(life: Life) -> None:
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG, Place("Berlin, DE", "Berlin", None, "DE"))))
    (shown,) = life.shown()
    assert (shown.posting.ref, also(shown)) == ("a", ["b"])
    assert shown.posting.places == (BERLIN, HAMBURG)
    assert shown.also_at[0].places[0] == HAMBURG
    assert life.one("b").shown_as == shown.id
    for place in (Filters(place="hamburg"), Filters(place="Berlin"), Filters(country="DE"), Filters(words="Hamburg")):
        assert refs(life.shown(place)) == ["a"]


def test_the_board_is_shown_and_the_feed_keeps_what_was_seen_first(life: Life) -> None:
    life.crawl(LISTING, posting("x", LISTING))
    (before,) = life.feed()
    life.crawl(BOARD, posting("a"))
    (shown,) = life.shown()
    (entry,) = life.feed()
    assert (shown.posting.ref, also(shown), entry.id) == ("a", ["x"], shown.id)
    assert entry.first_at == (LISTING, "x")
    assert entry.known_since == before.known_since == before.first_seen
    for source in (BOARD, LISTING):
        assert refs(life.shown(Filters(source=source))) == ["a"]


def test_another_takes_over_when_the_one_that_is_shown_closes_and_gives_it_back(life: Life) -> None:
    life.crawl(BOARD, posting("a"))
    life.crawl(SECOND, posting("b", SECOND, places=(HAMBURG,)))
    (first,) = life.feed()
    gone = life.close_all(BOARD)
    (shown,) = life.shown()
    assert (shown.posting.ref, also(shown), shown.posting.places) == ("b", [], (HAMBURG,))
    assert life.one("a").shown_as == shown.id
    assert [(each.first_at, each.known_since, each.open) for each in life.feed()] == [
        (first.first_at, first.known_since, True)
    ]
    life.store.crawls.undo(gone, now=life.now + timedelta(minutes=1))
    (again,) = life.shown()
    assert (again.posting.ref, also(again), again.posting.places) == ("a", ["b"], (BERLIN, HAMBURG))
    assert again.id == first.id


def test_a_vacancy_that_is_closed_everywhere_is_one_closed_posting(life: Life) -> None:
    life.crawl(BOARD, posting("a"))
    life.crawl(LISTING, posting("x", LISTING))
    life.close_all(BOARD)
    life.store.crawls.close_source(LISTING, now=life.now + timedelta(minutes=1))
    assert life.shown() == []
    (closed,) = life.shown(ALL)
    (entry,) = life.feed()
    assert (entry.id, entry.open, entry.first_at) == (closed.id, False, (BOARD, "a"))
    life.crawl(BOARD, posting("a"))
    (again,) = life.shown()
    assert (again.posting.ref, also(again)) == ("a", [])
    assert refs(life.shown(ALL)) == ["a"]


def test_a_passed_day_and_a_removed_source_let_another_take_over(life: Life) -> None:
    life.crawl(BOARD, posting("a", closes_at=NOW + timedelta(days=1)))
    life.crawl(SECOND, posting("b", SECOND))
    life.crawl(LISTING, posting("x", LISTING))
    life.store.crawls.close_passed(now=NOW + timedelta(days=2))
    assert [(each.posting.ref, also(each)) for each in life.shown()] == [("b", ["x"])]
    life.store.crawls.close_source(SECOND, now=NOW + timedelta(days=3))
    assert refs(life.shown()) == ["x"]
    assert life.store.check() == []


def test_a_member_that_closes_leaves_its_place_behind_no_longer(life: Life) -> None:
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG,)), posting("c"))
    life.crawl(BOARD, posting("a"), posting("c"))
    (shown,) = life.shown()
    assert (also(shown), shown.posting.places) == (["c"], (BERLIN,))
    assert life.shown(Filters(place="Hamburg")) == life.shown(Filters(words="Hamburg")) == []


def test_a_change_takes_a_posting_out_of_its_vacancy_and_brings_it_back(life: Life) -> None:
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG,)))
    life.crawl(BOARD, posting("a", title="Senior Heat Pump Engineer"), posting("b", places=(HAMBURG,)))
    assert sorted(refs(life.shown())) == ["a", "b"]
    assert {each.posting.ref: each.posting.places for each in life.shown()} == {"a": (BERLIN,), "b": (HAMBURG,)}
    assert {each.first_at[1] for each in life.feed()} == {"a", "b"}
    life.crawl(BOARD, posting("a"), posting("b", places=(Place("Rome", "Rome", None, "IT"),)))
    (shown,) = life.shown()
    assert [place.city for place in shown.posting.places] == ["Berlin", "Rome"]
    life.crawl(BOARD, posting("a", places=(HAMBURG,)), posting("b", places=(BERLIN,)))
    assert [place.city for place in life.shown()[0].posting.places] == ["Hamburg", "Berlin"]


def test_employers_are_kept_apart(life: Life) -> None:
    life.crawl(BOARD, posting("a"))
    life.crawl(LISTING, posting("x", LISTING, employer="Another Firm"))
    assert sorted(refs(life.shown(Filters(solutions=(HEAT.solution,))))) == ["a", "x"]


def test_what_moves_to_another_employer_leaves_the_vacancy(life: Life) -> None:
    life.crawl(BOARD, posting("a"))
    life.crawl(LISTING, posting("x", LISTING, places=(HAMBURG,)))
    life.crawl(LISTING, posting("x", LISTING, places=(HAMBURG,), employer="Another Firm", department="New"))
    assert sorted(refs(life.shown(Filters(solutions=(HEAT.solution,))))) == ["a", "x"]
    assert life.one("a").posting.places == (BERLIN,)


def test_a_wrong_vacancy_is_taken_apart_for_ever(life: Life) -> None:
    told = [posting("a"), posting("b", places=(HAMBURG,)), posting("c")]
    life.crawl(BOARD, *told)
    ids = {ref: life.one(ref).id for ref in "abc"}
    done = life.store.vacancies.split(ids["b"], now=life.now)
    assert done is not None
    assert (done.others, done.rule) == ((ids["a"], ids["c"]), "text")
    for _ in range(2):
        assert {each.posting.ref: also(each) for each in life.shown()} == {"a": ["c"], "b": []}
        assert {each.posting.ref: each.posting.places for each in life.shown()} == {"a": (BERLIN,), "b": (HAMBURG,)}
        life.crawl(BOARD, *[posting(each.ref, places=each.places, department="Heat") for each in told])
    again = life.store.vacancies.split(ids["b"], now=life.now)
    assert again is not None
    assert again.others == ()
    assert life.store.vacancies.split(10_000, now=life.now) is None


def test_taking_out_the_one_that_is_shown_lets_another_be_shown(life: Life) -> None:
    life.crawl(BOARD, posting("a"), posting("b"), posting("c"))
    life.store.vacancies.split(life.one("a").id, now=life.now + timedelta(minutes=1))
    assert {each.posting.ref: also(each) for each in life.shown()} == {"a": [], "b": ["c"]}
    assert life.store.check() == []


def test_a_crawl_that_brings_nothing_new_changes_no_posting(life: Life) -> None:
    told = [posting("a"), posting("b", places=(HAMBURG,))]
    life.crawl(BOARD, *told)
    mark, before = life.store.postings.moved(), life.shown()[0].touched_at
    life.crawl(BOARD, *told)
    life.crawl(BOARD, outcome=Outcome.UNCHANGED)
    assert (life.store.postings.moved(), life.shown()[0].touched_at) == (mark, before)


def test_a_feed_notices_that_a_posting_behind_another_changed(life: Life) -> None:
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG,)))
    filters = Filters(status="all", solutions=(HEAT.solution,))
    before = life.store.postings.state(filters, most=10)
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG,), url="https://thaw.example/elsewhere"))
    assert life.store.postings.state(filters, most=10) != before


def test_what_an_earlier_version_stored_is_decided_once(life: Life, store_url: str) -> None:
    life.crawl(BOARD, posting("a"), posting("b", places=(HAMBURG,)))
    engine = database.connect(store_url)
    with database.writing(engine) as connection:
        connection.execute(delete(LikenessRow))
        connection.execute(delete(Note).where(Note.name.startswith("vacancies")))
        connection.execute(update(PostingRow).values(shown_as=None, touched_at=life.now + timedelta(minutes=1)))
    engine.dispose()
    assert life.store.vacancies.catch_up(now=life.now + timedelta(minutes=2)) == 1
    assert refs(life.shown()) == ["a"]
    assert life.store.vacancies.catch_up(now=life.now + timedelta(minutes=3)) == 0


def test_a_text_is_looked_at_only_where_another_posting_has_its_title(life: Life, store_url: str) -> None:
    life.crawl(BOARD, posting("a"), posting("b", title="Fitter"))
    assert whole_likenesses(store_url) == set()
    life.crawl(BOARD, posting("a"), posting("b", title="Fitter"), posting("c", places=(HAMBURG,)))
    assert whole_likenesses(store_url) == {"a", "c"}
    assert refs(life.shown()) == ["b", "a"]
    life.crawl(BOARD, posting("a"), posting("b", title="Fitter"), posting("c", title="Planner", places=(HAMBURG,)))
    assert whole_likenesses(store_url) == {"a"}
    assert sorted(refs(life.shown())) == ["a", "b", "c"]
    life.crawl(SECOND, posting("d", SECOND, title="Fitter"))
    assert whole_likenesses(store_url) == {"a", "b", "c", "d"}
    assert sorted(refs(life.shown())) == ["a", "b", "c"]


def whole_likenesses(store_url: str) -> set[str]:
    """The postings of whose text a likeness is kept."""
    engine = database.connect(store_url)
    rows = select(PostingRow.ref, LikenessRow.value).join(LikenessRow, LikenessRow.posting_id == PostingRow.id)
    with database.reading(engine) as connection:
        found = {ref for ref, value in connection.execute(rows) if is_whole(value)}
    engine.dispose()
    return found


def test_two_boards_of_one_employer_kept_at_once_do_not_miss_each_other(postgres_url: str) -> None:
    store = open_store(postgres_url, upgrade=True)
    life = Life(store)
    for round_ in range(5):
        threads = [
            Thread(target=life.crawl, args=(source, posting(f"{round_}", source, title=f"Job {round_}")))
            for source in (BOARD, SECOND, LISTING)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [(each.posting.title, len(each.also_at)) for each in life.shown(Filters(words=f"{round_}"))] == [
            (f"Job {round_}", 2)
        ]
    store.close()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_what_is_shown_is_what_would_be_decided_afresh(seed: int, store: Store) -> None:
    dice, life = random.Random(seed), Life(store)
    say: list[Callable[[], dict[str, Any]]] = [
        dict,
        lambda: {"places": (HAMBURG,)},
        lambda: {"title": "Fitter"},
        lambda: {"description_text": "Few words."},
    ]
    for _ in range(10):
        source = dice.choice([BOARD, SECOND, LISTING])
        some = dice.sample(["1", "2", "3"], dice.randint(0, 3))
        life.crawl(source, *[posting(f"{source.kind}{ref}", source, **dice.choice(say)()) for ref in some])
        shown = life.shown()
        told = [(each.posting.title, each.posting.description_text) for each in shown]
        whole = [each for each in told if each[1] == TEXT]
        assert len(whole) == len(set(whole))
        every = list(store.postings.every(Filters(each=True)))
        assert sum(1 + len(each.also_at) for each in shown) == len(every)
        for each in shown:
            behind = [other for other in every if other.shown_as == each.id]
            cities = {place.city for other in (each, *behind) for place in other.posting.places}
            assert {place.city for place in each.posting.places} == cities
