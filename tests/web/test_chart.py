"""A solution's last year, drawn from what the store remembers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, visitor
from selectolax.lexbor import LexborHTMLParser

from postings.store.counts import Span
from web.chart import HEIGHT, WIDTH, chart

TODAY = date(2026, 11, 20)


def ago(weeks: int) -> date:
    return TODAY - timedelta(weeks=weeks)


def test_each_week_counts_what_was_open_at_its_end_and_new_in_it() -> None:
    drawn = chart([Span(ago(4), ago(1), 3), Span(ago(2), None, 2), Span(TODAY, None, 1)], TODAY)
    assert drawn is not None
    assert drawn.open == (3, 3, 5, 2, 3)
    assert drawn.new == (3, 0, 2, 0, 1)
    assert drawn.since == ago(4)


def test_what_closed_before_the_first_week_ended_is_not_said_of_a_day_of_it() -> None:
    begun = TODAY - timedelta(days=52 * 7 - 1)
    drawn = chart([Span(ago(60), begun + timedelta(days=2), 1), Span(ago(60), None, 74)], TODAY)
    assert drawn is not None
    assert (drawn.open[0], drawn.since) == (74, begun + timedelta(days=6))


def test_a_year_is_shown_and_no_more() -> None:
    drawn = chart([Span(ago(200), None, 7)], TODAY)
    assert drawn is not None
    assert drawn.open == (7,) * 52
    assert sum(drawn.new) == 0


def test_too_short_a_history_is_not_drawn() -> None:
    assert chart([], TODAY) is None
    assert chart([Span(ago(1), None, 5)], TODAY) is None


def test_everything_lies_within_the_picture() -> None:
    drawn = chart([Span(ago(week), ago(week - 3) if week > 3 else None, week) for week in range(1, 40)], TODAY)
    assert drawn is not None
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.area)]
    assert all(0 <= number <= WIDTH for number in numbers[::2])
    assert all(0 <= number <= HEIGHT for number in numbers[1::2])
    assert all(x >= 0 and y >= 0 and x + w <= WIDTH and y + h <= HEIGHT + 0.1 for x, y, w, h in drawn.bars)


def test_the_page_tells_the_year_in_words_too(tmp_path: Path) -> None:
    store = empty_store(tmp_path)
    crawl(store, [made_up("1"), made_up("2"), made_up("3")], now=NOW - timedelta(weeks=8))
    crawl(store, [made_up("1"), made_up("2"), made_up("4")], now=NOW - timedelta(days=2))
    page = LexborHTMLParser(visitor(store).get(f"/solutions/{HEAT_PUMPS}").text)
    caption = page.css_first(".chart figcaption").text()
    assert "at the end of each week since 25 Sep 2026: 3 then, 3 now, 3 at most" in caption
    assert "1 in the last" in caption
    assert page.css_first(".chart svg path") is not None


def test_a_solution_without_history_has_no_picture(tmp_path: Path) -> None:
    store = empty_store(tmp_path)
    crawl(store, [made_up("1")])
    assert LexborHTMLParser(visitor(store).get(f"/solutions/{HEAT_PUMPS}").text).css_first(".chart") is None
