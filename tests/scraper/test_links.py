"""Which pages a careers page or a sitemap leads to, and how a site of them is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from recorded_boards import Engine, read
from scrapy.http import HtmlResponse, Response, TextResponse

from postings.posting import Outcome, Source
from scraper.asking import Unreadable
from scraper.links import list_page

HOST = "https://www.acme.example"
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


def page(body: str, url: str = f"{HOST}/careers") -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>".encode())


def links(*targets: str) -> str:
    return "".join(f'<a href="{target}">x</a>' for target in targets)


def test_links_lead_to_pages_of_the_same_host_each_once() -> None:
    own = [
        "jobs/1",
        "/jobs/1#apply",
        "/jobs/1/",
        "https://acme.example/jobs/2",
        "//www.acme.example/jobs/3",
        "/careers/",
    ]
    others = [
        "http://elsewhere.example/jobs/4",
        "mailto:jobs@acme.example",
        "javascript:jobs()",
        "https://[broken/jobs",
    ]
    found = list_page(page(links(*own, *others, "/jobs/5.pdf", "#job")), but={f"{HOST}/careers"})
    assert found.links == [f"{HOST}/jobs/1", "https://acme.example/jobs/2", f"{HOST}/jobs/3"]


def test_where_addresses_look_like_postings_the_others_are_left_alone() -> None:
    assert list_page(page(links("/about", "/stellen/monteur", "/press"))).links == [f"{HOST}/stellen/monteur"]
    assert list_page(page(links("/about", "/press"))).links == [f"{HOST}/about", f"{HOST}/press"]


def test_further_list_pages_are_told_from_postings() -> None:
    found = list_page(
        page(links("/jobs/1", "/careers?page=2", "/careers/page/3/") + '<a rel="next" href="/more">m</a>')
    )
    assert found.lists == [f"{HOST}/careers?page=2", f"{HOST}/careers/page/3/", f"{HOST}/more"]
    assert found.links == [f"{HOST}/jobs/1"]


@pytest.mark.parametrize(
    ("button", "hides"),
    [
        ("<button>Load more</button>", True),
        ("<button> Show\n more <b>jobs</b></button>", True),
        ('<a href="#">Mehr Stellen laden</a>', True),
        ('<div role="button">Voir plus d\'offres</div>', True),
        ("<button>Learn more</button>", False),
        ("<button>Show me how you work more than others do, and load</button>", False),
        ("<p>Load more</p>", False),
    ],
)
def test_a_button_that_loads_more_is_noticed(button: str, hides: bool) -> None:
    assert list_page(page(button)).hides_more is hides


def test_a_sitemap_is_read_packed_or_not() -> None:
    named = [f"{HOST}/jobs/1", f"{HOST}/jobs/2", "https://elsewhere.example/jobs/3", f"{HOST}/news"]
    body = URLSET.format("".join(f"<url><loc>\n{each} </loc></url>" for each in named)).encode()
    for packed in (body, b"\xef\xbb\xbf" + body, gzip.compress(body)):
        assert list_page(Response(f"{HOST}/sitemap.xml.gz", body=packed)).links == named[:2]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(URLSET.format(f"<url><loc>{HOST}/jobs/1</loc></url>")[:-9].encode(), id="broken off"),
        pytest.param(b'<?xml version="1.0"?><rss><channel/></rss>', id="another kind of XML"),
        pytest.param(gzip.compress(b" " * 40_000_000), id="a bomb"),
        pytest.param(gzip.compress(b"<urlset></urlset>" * 500)[:-30], id="packed and broken off"),
        pytest.param(b"\x1f\x8b nothing packed", id="not packed at all"),
        pytest.param(b"%PDF-1.7", id="a document"),
    ],
)
def test_what_is_no_whole_sitemap_is_not_taken_for_a_short_one(body: bytes) -> None:
    with pytest.raises(Unreadable):
        list_page(Response(f"{HOST}/sitemap.xml", body=body))


def test_a_page_in_xhtml_is_a_page() -> None:
    body = (
        f'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body>{links("/jobs/1")}<br></body></html>'
    )
    assert list_page(TextResponse(HOST, body=body.encode())).links == [f"{HOST}/jobs/1"]


def posting(title: str) -> str:
    found = {"@context": "https://schema.org", "@type": "JobPosting", "title": title}
    return f'<script type="application/ld+json">{json.dumps(found)}</script>'


def site(folder: Path, pages: dict[str, str]) -> Engine:
    """A site of pages, by path."""
    routes = []
    for number, (path, body) in enumerate(pages.items()):
        (folder / f"{number}.html").write_text(f"<html><body>{body}</body></html>")
        routes.append({"url": HOST + path, "file": f"{number}.html", "content_type": "text/html", "match": "exact"})
    return Engine(folder, routes)


def crawled(engine: Engine) -> tuple[Outcome, str | None, int]:
    found = read(Source("jsonld", f"{HOST}/careers"), engine)
    return found.outcome, found.reason, len(found.postings)


def test_a_site_of_a_hundred_postings_takes_a_request_each(tmp_path: Path) -> None:
    pages = {f"/jobs/{number}": posting(f"Post {number}") for number in range(100)}
    engine = site(tmp_path, {"/careers": links(*pages), **pages})
    assert crawled(engine) == (Outcome.COMPLETE, None, 100)
    assert len(engine.asked) == 101


def test_no_more_than_two_hundred_pages_are_asked_for(tmp_path: Path) -> None:
    pages = {f"/jobs/{number}": posting(f"Post {number}") for number in range(250)}
    engine = site(tmp_path, {"/careers": links(*pages), **pages})
    outcome, reason, _ = crawled(engine)
    assert (outcome, len(engine.asked)) == (Outcome.PARTIAL, 201)
    assert "more than 200 pages" in str(reason)


def test_list_pages_without_end_are_left_at_some_point(tmp_path: Path) -> None:
    lists = {f"/careers?page={number}": links(f"/careers?page={number + 1}") for number in range(2, 60)}
    first = links("/jobs/1", "/careers?page=2")
    engine = site(tmp_path, {"/careers": first, "/jobs/1": posting("Post"), **lists})
    outcome, reason, found = crawled(engine)
    assert (outcome, found) == (Outcome.PARTIAL, 1)
    assert "list postings" in str(reason)
    assert len(engine.asked) < 30


def test_a_page_that_holds_several_postings_is_no_page_of_one(tmp_path: Path) -> None:
    both = posting("One") + posting("Another")
    engine = site(tmp_path, {"/careers": links("/jobs/1", "/jobs/2"), "/jobs/1": both, "/jobs/2": posting("Third")})
    outcome, reason, found = crawled(engine)
    assert (outcome, found) == (Outcome.PARTIAL, 1)
    assert "several postings" in str(reason)


def test_postings_that_are_gone_are_not_listed(tmp_path: Path) -> None:
    engine = site(tmp_path, {"/careers": links("/jobs/1", "/jobs/2"), "/jobs/1": posting("One")})
    found = read(Source("jsonld", f"{HOST}/careers"), engine)
    assert (found.outcome, found.listed) == (Outcome.COMPLETE, {f"{HOST}/jobs/1"})
