"""What a visitor reads on a posting's own page, open or closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from made_up import NOW, THAW, crawl, empty_store, made_up, page, tag, text, visitor

from postings.posting import Evidence, Place, Tag, Workplace
from postings.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


def test_a_posting_shows_its_text_with_the_words_that_earned_its_tag(store: Store) -> None:
    crawl(store, [made_up("1")])
    found = page(visitor(store), "/jobs/1")
    assert text(found, "h1") == "Heat Pump Engineer 1"
    assert [mark.text() for mark in found.css(".text mark")] == ["heat pumps"]
    assert "“heat pumps” in the text" in text(found, ".why")
    assert found.css_first("a.apply").attributes["href"] == "https://boards.example/thaw/1"


def test_marks_leave_links_and_longer_words_alone(store: Store) -> None:
    html = '<p><a href="https://x.example/?a=wind&amp;b=1">wind</a> and <em>windows</em>, R&amp;D of wind  farms</p>'
    words = [Tag("onshore-wind-turbines", 0.9, (Evidence("text", "wind"), Evidence("text", "R&D of wind farms")))]
    crawl(store, [made_up("1", description_html=html)], tags=lambda posting: words)
    found = page(visitor(store), "/jobs/1")
    assert [mark.text() for mark in found.css(".text mark")] == ["wind", "R&D of wind  farms"]
    assert found.css_first(".text a").attributes["href"] == "https://x.example/?a=wind&b=1"


def test_a_closed_posting_is_gone_and_says_by_which_crawl_and_rule(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    crawl(store, [made_up("2"), made_up("3")], now=NOW + timedelta(hours=3))
    client = visitor(store)
    found = page(client, "/jobs/1", 410)
    assert "by crawl 2, because its employer’s board no longer listed it" in text(found)
    assert {a.attributes["href"] for a in found.css(".onward h3 a")} == {"/jobs/2", "/jobs/3"}
    assert client.get("/jobs/1").headers["X-Robots-Tag"] == "noindex"
    assert found.css_first("link[rel=canonical]") is None


def test_a_job_that_closed_on_its_day_is_not_said_to_be_unlisted(store: Store) -> None:
    closing = made_up("1", closes_at=NOW + timedelta(hours=1))
    crawl(store, [closing, made_up("2")])
    crawl(store, [closing, made_up("2")], now=NOW + timedelta(hours=3))
    shown = text(page(visitor(store), "/jobs/1", 410), ".notice")
    assert "because its closing day had passed" in shown
    assert "That crawl of greenhouse:thaw ended complete on 20 Nov 2026." in shown
    assert "listed" not in shown


def test_a_job_whose_closing_day_passed_between_crawls_names_no_reading(store: Store) -> None:
    crawl(store, [made_up("1", closes_at=NOW + timedelta(hours=1))])
    store.crawls.close_passed(now=NOW + timedelta(hours=3))
    shown = text(page(visitor(store), "/jobs/1", 410), ".notice")
    assert "For that crawl of greenhouse:thaw nothing was read, on 20 Nov 2026: closing day passed." in shown
    assert "ended" not in shown


def test_a_job_of_a_removed_source_does_not_name_a_reading_that_never_was(store: Store) -> None:
    crawl(store, [made_up("1")])
    store.crawls.close_source(THAW, now=NOW + timedelta(hours=3))
    shown = text(page(visitor(store), "/jobs/1", 410), ".notice")
    assert "by crawl 2, because its source was removed from this site" in shown
    assert "For that crawl of greenhouse:thaw nothing was read, on 20 Nov 2026: source removed." in shown
    assert "ended" not in shown


def test_one_job_listed_is_not_called_jobs(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2")])
    crawl(store, [made_up("2")], now=NOW + timedelta(hours=3))
    assert "with 1 job listed and this one not among them" in text(page(visitor(store), "/jobs/1", 410))


def test_a_remote_posting_shows_the_countries_only_where_they_are_known(store: Store) -> None:
    anywhere = made_up("1", workplace=Workplace.REMOTE, places=(Place("Remote"),))
    bound = made_up("2", workplace=Workplace.REMOTE, places=(Place("Remote"),), remote_scope=("US", "CA"))
    crawl(store, [anywhere, bound])
    client = visitor(store)
    assert "from United States, Canada" in text(page(client, "/jobs/2"))
    assert "United States" not in text(page(client, "/jobs/1"))


def test_tags_of_an_employer_say_how_it_is_known(store: Store) -> None:
    crawl(store, [made_up("1")], tags=lambda posting: [tag(words="Thaw Heating (known)", where="employer")])
    assert "Thaw Heating works on it: common knowledge" in text(page(visitor(store), "/jobs/1"), ".why")


def test_a_source_is_named_on_a_posting(store: Store) -> None:
    crawl(store, [made_up("1")])
    assert f"{THAW.kind}: {THAW.key}" in text(page(visitor(store), "/jobs/1"), ".table")


def test_a_tag_that_people_added_says_who(store: Store) -> None:
    added = Tag("composting", 1.0, (Evidence("page", "added by Ana on 2026-03-01"),))
    crawl(store, [made_up("1")], tags=lambda _: [added])
    assert "added by Ana on 2026-03-01" in text(page(visitor(store), "/jobs/1"))
