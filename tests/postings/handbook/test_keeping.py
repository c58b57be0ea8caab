"""What the store keeps of pages: employers with evidence that never outranks what is known better."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from postings import directory
from postings.handbook import Company, HandbookPage, read_page
from postings.store import Store
from postings.store.handbook import CheckedLink

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAT_PUMPS = "high-efficiency-heat-pumps"


def take(store: Store, name: str) -> HandbookPage:
    raw = (PAGES / name).read_bytes()
    page = read_page(raw, file=name)
    store.handbook.take(page, raw, now=NOW)
    return page


def naming(*companies: Company, solution: str = HEAT_PUMPS) -> HandbookPage:
    return HandbookPage(file=f"solution-{solution}.md", solution=solution, title="T", companies=companies)


def evidence(store: Store, slug: str) -> dict[str, str]:
    found = store.postings.employer(slug)
    assert found is not None
    return {line.solution: line.evidence for line in found.solutions}


def test_a_page_comes_back_as_it_was_read(store: Store) -> None:
    for name in ("solution-high-efficiency-heat-pumps.md", "solution-building-retrofitting.md"):
        page = take(store, name)
        kept = store.handbook.page(page.solution)
        assert kept is not None
        assert (kept.page, kept.raw, kept.imported_at) == (page, (PAGES / name).read_bytes(), NOW)
    assert store.handbook.solutions() == ["building-retrofitting", HEAT_PUMPS]
    assert store.handbook.page("composting") is None
    assert store.check() == []


def test_companies_become_employers_with_the_evidence_of_their_list(store: Store) -> None:
    take(store, "solution-building-retrofitting.md")
    assert evidence(store, "warm-walls") == {"building-retrofitting": "page"}
    assert evidence(store, "logo-one") == {"building-retrofitting": "page-list"}
    warm = store.postings.employer("warm-walls")
    assert warm is not None
    assert warm.homepage == "https://walls.example.org/"


def test_a_page_never_outranks_what_is_known(store: Store) -> None:
    before = evidence(store, "carrier")
    store.handbook.take(naming(Company("Carrier", "https://other.example", "page-list")), b"x", now=NOW)
    assert evidence(store, "carrier") == before
    carrier = store.postings.employer("carrier")
    assert carrier is not None
    assert carrier.homepage == "https://carrier.com/"


def test_a_directory_that_knows_more_outranks_the_page(store: Store) -> None:
    store.handbook.take(naming(Company("Newcomer", "https://newcomer.example/about", "page")), b"x", now=NOW)
    assert evidence(store, "newcomer") == {HEAT_PUMPS: "page"}
    entry = next(entry for entry in directory.entries() if entry.employer.slug == "darcy-solutions")
    known = replace(entry, employer=replace(entry.employer, slug="newcomer", name="Newcomer"), board=None)
    store.employers.load([*directory.entries(), known], version="another")
    assert evidence(store, "newcomer") == {HEAT_PUMPS: "known"}


def test_a_judged_wrong_label_is_not_kept(store: Store) -> None:
    page = take(store, "solution-building-retrofitting.md")
    kept = store.handbook.page("building-retrofitting")
    assert kept is not None
    assert "75F" in {each.name for each in page.companies}
    assert "75F" not in {company.name for _, company in kept.named}
    assert "building-retrofitting" not in evidence(store, "75f")


def test_a_later_form_replaces_the_list_of_its_kind_only(store: Store) -> None:
    old, new = Company("Old List", None, "page-list"), Company("Example", None, "page")
    store.handbook.take(naming(old, Company("Both", None, "page-list")), b"1", now=NOW)
    store.handbook.take(naming(new, Company("Both", None, "page")), b"2", now=NOW)
    kept = store.handbook.page(HEAT_PUMPS)
    assert kept is not None
    assert {(company.name, company.evidence) for _, company in kept.named} == {
        ("Old List", "page-list"),
        ("Example", "page"),
        ("Both", "page"),
    }
    store.handbook.take(naming(Company("Other", None, "page")), b"3", now=NOW)
    kept = store.handbook.page(HEAT_PUMPS)
    assert kept is not None
    assert {company.name for _, company in kept.named} == {"Old List", "Other"}


def test_taking_a_page_again_changes_nothing(store: Store) -> None:
    raw = (PAGES / "solution-building-retrofitting.md").read_bytes()
    page = read_page(raw, file="solution-building-retrofitting.md")
    first, second = (store.handbook.take(page, raw, now=NOW) for _ in range(2))
    assert (first.changed, second.changed) == (True, False)
    assert (len(first.added), second.added) == (5, ())
    assert [each.name for each in first.left_out] == ["75F"]


def test_an_employer_is_known_by_its_homepage_and_a_like_name(store: Store) -> None:
    taken = store.handbook.take(
        naming(
            Company("Darcy Solutions Group", "http://www.darcysolutions.com/heat", "page"),
            Company("Someone Else", "https://darcysolutions.com/", "page"),
            Company("Profile", "https://www.linkedin.com/company/profile", "page"),
        ),
        b"x",
        now=NOW,
    )
    assert taken.added == ("Someone Else", "Profile")
    profile = store.postings.employer("profile")
    assert profile is not None
    assert profile.homepage is None


def test_an_employer_of_a_page_is_listed_for_the_solution_but_one_of_an_unchecked_list_is_not(store: Store) -> None:
    take(store, "solution-building-retrofitting.md")
    names = {employer.name for employer, _ in store.postings.employers_of("building-retrofitting")}
    assert "Warm Walls" in names
    assert "Logo One" not in names


def test_what_came_of_a_link_stands_with_its_page(store: Store) -> None:
    take(store, "solution-building-retrofitting.md")
    gone = CheckedLink("broken", "HTTP 404")
    store.handbook.note_links({"https://walls.example.org": CheckedLink("sound", "it answers")}, now=NOW)
    store.handbook.note_links({"https://walls.example.org": gone, "https://nobody.example": gone}, now=NOW)
    kept = store.handbook.page("building-retrofitting")
    assert kept is not None
    assert kept.checked == {"https://walls.example.org": gone}
