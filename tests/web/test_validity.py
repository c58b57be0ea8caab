"""The pages as HTML: what a strict parser, and the rules it does not look at, find wrong with them."""

from __future__ import annotations

from collections import Counter

import html5lib
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, visitor
from selectolax.lexbor import LexborHTMLParser

from postings.posting import Interval, Place, Salary

PAGES = (
    *("/", "/solutions/", f"/solutions/{HEAT_PUMPS}", "/jobs", "/jobs?q=heat&sort=relevance", "/jobs?q=zzz&l=berlni"),
    *(
        "/jobs/1",
        "/jobs/3",
        "/employers/",
        "/employers/thaw-heating",
        "/map",
        "/map?q=zzz",
        "/status",
        "/about",
        "/api",
    ),
    *(f"/shortlist?solution={HEAT_PUMPS}&employer=thaw-heating", f"/embed/solutions/{HEAT_PUMPS}", "/nowhere"),
    *("/jobs?workplace=mars", "/jobs?status=all", "/jobs?page=2"),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = empty_store(tmp_path_factory.mktemp("site"))
    pay = Salary(50_000, None, "EUR", Interval.YEAR)
    odd = "R&D <fitter> \"of\" 'pumps'"
    first = [made_up(str(number), title=odd, salary=pay, places=(Place("Köln & Umgebung"),)) for number in range(1, 61)]
    crawl(store, first, now=NOW)
    crawl(store, [posting for posting in first if posting.ref != "3"], now=NOW)
    return visitor(store)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_html(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    html5lib.HTMLParser(strict=True).parse(text)
    found = LexborHTMLParser(text)
    ids = Counter(node.attributes["id"] for node in found.css("[id]"))
    assert [name for name, count in ids.items() if count > 1] == []
    for node in found.css("[aria-labelledby], label[for]"):
        assert (node.attributes.get("aria-labelledby") or node.attributes.get("for")) in ids
    assert len(found.css("main")) == len(found.css("h1")) == len(found.css("title")) == 1
    assert len(text.encode()) < 80_000


@pytest.mark.parametrize("path", PAGES)
def test_all_links_of_a_page_lead_somewhere(client: FlaskClient, path: str) -> None:
    here = {
        node.attributes["href"] or "" for node in LexborHTMLParser(client.get(path).text).css("a[href], link[href]")
    }
    inner = {address for address in here if address.startswith("/") and "after=" not in address}
    wrong = {address for address in sorted(inner)[:40] if client.get(address).status_code not in (200, 410)}
    assert wrong == set()
