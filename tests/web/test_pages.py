"""What a visitor reads on the pages of solutions, employers and the site itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, page, tag, text, visitor

from postings import solutions
from postings.posting import Interval, Outcome, Salary, Source, Workplace
from postings.store import Store
from web import create_app, pages

#: The solution that most employers of the directory work on.
MOST_EMPLOYERS = "distributed-solar-photovoltaics"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


def test_home_shows_every_solution_with_its_count_of_open_jobs(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2")])
    found = page(visitor(store), "/")
    rows = {
        node.css_first("a").text(): node.css_first(".count").text(deep=False).strip()
        for node in found.css(".solutions li")
    }
    assert rows.keys() == {solution.name for solution in solutions.all_solutions()}
    assert rows["High-Efficiency Heat Pumps"] == "2"
    assert rows["Offshore Wind Turbines"] == "0"


def test_home_is_made_anew_when_anything_has_changed_on_the_next_day_and_for_another_address(store: Store) -> None:
    moment = [NOW]
    client = create_app(store, clock=lambda: moment[0]).test_client()
    crawl(store, [made_up("1")])
    before = client.get("/").text
    assert client.get("/").text == before
    crawl(store, [made_up("1"), made_up("2")], now=NOW + timedelta(minutes=1))
    assert "Heat Pump Engineer 2" in client.get("/").text
    moment[0] += timedelta(days=1)
    assert client.get("/").text.count("4 days ago") == 2
    assert "http://jobs.example/" in client.get("/", base_url="http://jobs.example").text
    assert "http://localhost/" in client.get("/").text


def test_home_of_a_store_without_postings_says_what_to_do(store: Store) -> None:
    assert "No job has been read yet" in text(page(visitor(store), "/"))


def test_home_shows_as_new_only_what_serves_a_solution(store: Store) -> None:
    postings = [made_up("1", title="Installer"), made_up("2", title="Receptionist")]
    crawl(store, postings, tags=lambda posting: [tag(HEAT_PUMPS)] if posting.ref == "1" else [])
    found = page(visitor(store), "/")
    assert [node.text() for node in found.css(".jobs h3")] == ["Installer"]
    assert "2 open jobs" in text(found)


@pytest.mark.parametrize(
    ("serving", "told"),
    [
        ({"1", "2"}, "listings and sorted by the solution each serves."),
        ({"1"}, "listings, 1 of them sorted by the solution it serves."),
        (set(), "listings."),
    ],
)
def test_home_says_sorted_only_of_jobs_that_serve_a_solution(store: Store, serving: set[str], told: str) -> None:
    crawl(store, [made_up("1"), made_up("2")], tags=lambda posting: [tag()] if posting.ref in serving else [])
    shown = text(page(visitor(store), "/"), ".lead")
    assert shown.replace(" ,", ",") == f"2 open jobs at 1 employer, read from job boards and {told}"


def test_home_counts_those_sorted_where_some_serve_no_solution(store: Store) -> None:
    crawl(store, [made_up(ref) for ref in "123"], tags=lambda posting: [tag()] if posting.ref in "12" else [])
    assert "2 of them sorted by the solutions they serve." in text(page(visitor(store), "/"), ".lead")


def test_home_says_where_the_jobs_are_that_serve_no_solution(store: Store) -> None:
    crawl(store, [made_up("1")], tags=lambda _: [])
    assert "None of the open jobs serves a solution. See them all" in text(page(visitor(store), "/"))


def test_a_solution_lists_its_open_jobs_newest_first(store: Store) -> None:
    old, new = NOW - timedelta(days=40), NOW - timedelta(days=1)
    crawl(store, [made_up("1", title="Older", posted_at=old), made_up("2", title="Newer", posted_at=new)])
    titles = [node.text() for node in page(visitor(store), f"/solutions/{HEAT_PUMPS}").css(".jobs h3")]
    assert titles == ["Newer", "Older"]


def test_a_solution_tells_how_many_jobs_are_open_and_how_many_employers_hire(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2")])
    other = Source("lever", "other")
    crawl(store, [made_up("1", other)], source=other, employer="Other", homepage=None)
    told = page(visitor(store), f"/solutions/{HEAT_PUMPS}").css("dl > div")
    figures = {each.css_first("dt").text(): each.css_first("dd").text() for each in told}
    assert (figures["Open jobs"], figures["Employers hiring"]) == ("3", "2")


def test_a_solution_tells_what_it_is_and_how_much_it_does(store: Store) -> None:
    shown = text(page(visitor(store), f"/solutions/{HEAT_PUMPS}"))
    known = solutions.by_slug(HEAT_PUMPS)
    assert known is not None
    assert known.summary in shown
    assert all(str(gigatons) in shown for gigatons in known.gigatons or ())
    assert "Project Drawdown" in shown


@pytest.mark.parametrize("solution", solutions.all_solutions(), ids=lambda each: each.slug)
def test_every_solution_has_a_page(solution: solutions.Solution, shared_visitor: FlaskClient) -> None:
    assert text(page(shared_visitor, f"/solutions/{solution.slug}"), "h1") == solution.name


@pytest.fixture(scope="module")
def shared_visitor(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return visitor(empty_store(tmp_path_factory.mktemp("site")))


def test_employers_that_hire_come_first(store: Store) -> None:
    crawl(store, [made_up("1")], employer="Zebra Heating")
    names = [node.text() for node in page(visitor(store), f"/solutions/{HEAT_PUMPS}").css("aside .tally a")]
    assert names[0] == "Zebra Heating"
    assert len(names) > 10


def test_all_employers_of_a_solution_are_named(store: Store) -> None:
    known = [employer.slug for employer, _ in store.postings.employers_of(MOST_EMPLOYERS)]
    assert len(known) > 75
    found = page(visitor(store), f"/solutions/{MOST_EMPLOYERS}")
    assert [node.attributes["href"] for node in found.css("#employers ~ .tally a, #employers ~ details a")] == [
        f"/employers/{slug}" for slug in known
    ]
    assert text(found, "details summary") == f"{len(known) - 25} more"


def test_employers_beyond_those_named_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "NAMED", 30)
    known = len(store.postings.employers_of(MOST_EMPLOYERS))
    found = page(visitor(store), f"/solutions/{MOST_EMPLOYERS}")
    assert text(found, "details summary") == f"{known - 25} more"
    assert len(found.css("details .tally li")) == 5
    assert f"And {known - 30} more, among all employers" in text(found, "details")
    assert found.css_first('details a[href="/employers/"]') is not None


def test_a_row_tells_employer_place_workplace_pay_and_age(store: Store) -> None:
    pays = Salary(60_000, 72_000, "EUR", Interval.YEAR)
    crawl(store, [made_up("1", workplace=Workplace.HYBRID, salary=pays)])
    row = text(page(visitor(store), f"/solutions/{HEAT_PUMPS}"), ".jobs li")
    for fact in ("Thaw Heating", "Berlin, Germany", "Hybrid", "€60,000–72,000 a year", "3 days ago"):
        assert fact in row


def test_a_closed_posting_leaves_the_lists(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    crawl(store, [made_up("2"), made_up("3")], now=NOW + timedelta(hours=3))
    assert len(page(visitor(store), f"/solutions/{HEAT_PUMPS}").css(".jobs li")) == 2


@pytest.mark.parametrize("path", ["/jobs/1", "/jobs/0", "/jobs/99999999999999999999", "/solutions/x", "/employers/x"])
def test_what_is_not_there_is_a_page_that_leads_on(path: str, shared_visitor: FlaskClient) -> None:
    found = page(shared_visitor, path, 404)
    assert found.css_first('main a[href="/solutions/"]') is not None


def test_an_employer_shows_its_solutions_jobs_and_boards(store: Store) -> None:
    crawl(store, [made_up("1")])
    shown = text(page(visitor(store, NOW + timedelta(hours=5)), "/employers/thaw-heating"))
    for fact in ("thaw.example", "1 open job", "set by this site’s operator", "greenhouse: thaw", "5 hours ago"):
        assert fact in shown


def test_an_employer_without_a_board_says_so(store: Store) -> None:
    crawl(store, [made_up("1")])
    shown = text(page(visitor(store), "/employers/120water"))
    assert "We do not know where 120Water publishes its jobs" in shown


def test_employers_are_found_by_a_part_of_their_name(store: Store) -> None:
    crawl(store, [made_up("1")])
    rows = page(visitor(store), "/employers/?q=thaw").css("tbody th")
    assert [row.text() for row in rows] == ["Thaw Heating"]
    assert "No employer is called that" in text(page(visitor(store), "/employers/?q=zzzz"))


def test_a_list_of_employers_that_ends_before_a_page_says_so(store: Store) -> None:
    found = page(visitor(store), "/employers/?page=99")
    assert "This list ends before page 99. Go to its first page." in text(found).replace(" .", ".")
    assert "No employer is called that" not in text(found)
    assert found.css_first(".empty a").attributes["href"] == "/employers/"
    found = page(visitor(store), "/employers/?q=solar&page=99")
    assert found.css_first(".empty a").attributes["href"] == "/employers/?q=solar"


def test_pages_are_newer_and_older_only_where_a_list_is_by_date(store: Store) -> None:
    crawl(store, [made_up(ref) for ref in "123"])
    client = visitor(store)
    for path, words in (
        ("/jobs?per_page=1&page=2", "← Newer Page 2 of 3 Older →"),
        ("/jobs?q=heat&per_page=1&page=2", "← Newer Page 2 of 3 Older →"),
        ("/jobs?per_page=1&page=2&sort=relevance", "← Newer Page 2 of 3 Older →"),
        ("/jobs?q=heat&per_page=1&page=2&sort=relevance", "← Previous Page 2 of 3 Next →"),
        ("/employers/?q=solar&per_page=1&page=2", "← Previous Page 2 of"),
    ):
        assert text(page(client, path), ".pager").startswith(words), path


@pytest.mark.parametrize(("jobs", "told"), [("1", "1 open job "), ("12", "2 open jobs ")])
def test_a_page_is_described_with_its_number_of_jobs(store: Store, jobs: str, told: str) -> None:
    crawl(store, [made_up(ref) for ref in jobs])
    for path, rest in (
        (f"/solutions/{HEAT_PUMPS}", "in High-Efficiency Heat Pumps."),
        ("/employers/thaw-heating", "at"),
    ):
        described = page(visitor(store), path).css_first("meta[name=description]").attributes["content"] or ""
        assert described.startswith(told + rest)


@pytest.mark.parametrize(("beyond", "told"), [(1, "1 more job"), (2, "2 more jobs")])
def test_a_page_counts_the_jobs_it_does_not_list(store: Store, beyond: int, told: str) -> None:
    crawl(store, [made_up(str(ref)) for ref in range(pages.LISTED + beyond)])
    for path in (f"/solutions/{HEAT_PUMPS}", "/employers/thaw-heating", "/shortlist?employer=thaw-heating"):
        assert text(page(visitor(store), path), ".more") == told


def test_status_tells_freshness_and_sources_that_failed(store: Store) -> None:
    late = Source("lever", "late")
    crawl(store, [made_up("1", late)], source=late, employer="Late", now=NOW - timedelta(hours=30))
    crawl(store, [made_up("1")])
    crawl(store, [], source=late, outcome=Outcome.FAILED, now=NOW)
    shown = text(page(visitor(store), "/status"))
    assert "High-Efficiency Heat Pumps 2 50 %" in shown
    assert "lever:late" in shown


def test_status_counts_as_read_what_was_read(store: Store) -> None:
    never, once = Source("lever", "never"), Source("lever", "once")
    crawl(store, [made_up("1")])
    crawl(store, [], source=never, employer="Never", outcome=Outcome.FAILED)
    crawl(store, [made_up("1", once)], source=once, employer="Once", now=NOW - timedelta(hours=2))
    crawl(store, [], source=once, outcome=Outcome.FAILED)
    found = page(visitor(store), "/status").css("dl > div")
    told = {each.css_first("dt").text(): each.css_first("dd").text() for each in found}
    assert told["Boards and listings read"] == f"2 of {len(store.sources.all()):,}"


def test_health_is_told_to_machines(store: Store) -> None:
    answer = visitor(store).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_every_answer_forbids_foreign_scripts_and_frames(shared_visitor: FlaskClient) -> None:
    for path in ("/", "/jobs", "/nowhere", f"/solutions/{HEAT_PUMPS}/feed.rss", "/static/style.css"):
        headers = shared_visitor.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


def test_a_page_loads_nothing_but_its_own_sheet_and_icon(shared_visitor: FlaskClient) -> None:
    found = page(shared_visitor, "/")
    loaded = [node.attributes["href"] or "" for node in found.css("link[rel=stylesheet], link[rel=icon]")]
    assert all(address.startswith("/static/") for address in loaded)
    assert all(shared_visitor.get(address).status_code == 200 for address in loaded)
    assert not found.css("script, img, iframe, [style]")


def test_absolute_addresses_use_the_public_address(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_BASE_URL", "https://jobs.example/climate/")
    found = page(visitor(store), f"/solutions/{HEAT_PUMPS}")
    canonical = found.css_first("link[rel=canonical]").attributes["href"]
    assert canonical == f"https://jobs.example/climate/solutions/{HEAT_PUMPS}"


def test_a_base_address_that_is_none_stops_the_site(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_BASE_URL", "jobs.example")
    with pytest.raises(ValueError, match="CLIMATE_JOBS_BASE_URL"):
        visitor(store)


def test_a_database_that_does_not_answer_is_a_page_without_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder.db")
    answer = visitor(None).get("/")  # type: ignore[arg-type]
    assert answer.status_code == 503
    assert "folder.db" not in answer.text
