"""What search engines, feed readers, other sites and load balancers get."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from flask.testing import FlaskClient
from lxml import etree
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, visitor
from prometheus_client.parser import text_string_to_metric_families
from selectolax.lexbor import LexborHTMLParser

from postings import solutions
from postings.store import Store
from web import create_app, sitemap

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = "http://localhost"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path)


@pytest.fixture(scope="module")
def quiet_site(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return visitor(empty_store(tmp_path_factory.mktemp("site")))


def places(client: FlaskClient, path: str) -> dict[str, str | None]:
    """The addresses a sitemap names, each with its last change."""
    found = etree.fromstring(client.get(path).data)
    return {
        node.findtext("s:loc", namespaces=SITEMAP).removeprefix(SITE): node.findtext("s:lastmod", namespaces=SITEMAP)
        for node in found
    }


def test_the_sitemap_names_every_open_job_with_its_last_change(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2"), made_up("3")])
    crawl(store, [made_up("1"), made_up("2", title="Retitled")], now=NOW + timedelta(hours=2))
    client = visitor(store, NOW + timedelta(days=1))
    index = places(client, "/sitemap.xml")
    assert index["/sitemaps/jobs-0.xml"] == "2026-11-20T14:00:00Z"
    named = {path: moment for part in index for path, moment in places(client, part).items()}
    assert named["/jobs/1"] == "2026-11-20T12:00:00Z"
    assert named["/jobs/2"] == named[f"/solutions/{HEAT_PUMPS}"] == "2026-11-20T14:00:00Z"
    assert "/jobs/3" not in named
    assert "/employers/thaw-heating" in named
    assert {f"/solutions/{each.slug}" for each in solutions.all_solutions()} <= named.keys()
    assert all(client.get(path).status_code == 200 for path in named if "/solutions/" not in path)


def test_a_long_sitemap_is_split(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    crawl(store, [made_up(str(ref)) for ref in range(5)])
    client = visitor(store)
    parts = [path for path in places(client, "/sitemap.xml") if "jobs-" in path]
    assert [[*places(client, part)] for part in parts] == [["/jobs/1", "/jobs/2"], ["/jobs/3", "/jobs/4"], ["/jobs/5"]]
    assert client.get("/sitemaps/jobs-7.xml").status_code == 404


def test_robots_may_read_the_pages(quiet_site: FlaskClient) -> None:
    rules = RobotFileParser()
    rules.parse(quiet_site.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("Anybot", f"/solutions/{HEAT_PUMPS}")
    assert rules.can_fetch("Anybot", "/jobs/1")
    assert not rules.can_fetch("Anybot", "/api/v1/postings")
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


def test_all_feeds_come_in_one_file(quiet_site: FlaskClient) -> None:
    outlines = etree.fromstring(quiet_site.get("/feeds.opml").data).findall(".//outline[@xmlUrl]")
    assert len(outlines) == len(solutions.all_solutions())
    for outline in outlines:
        assert quiet_site.get(outline.get("xmlUrl")).status_code == 200


def test_an_embedded_list_may_stand_in_any_page_and_opens_outside_of_it(store: Store) -> None:
    crawl(store, [made_up(str(ref)) for ref in range(12)])
    answer = visitor(store).get(f"/embed/solutions/{HEAT_PUMPS}?theme=dark")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    page = LexborHTMLParser(answer.text)
    assert len(page.css(".jobs li")) == 8
    assert page.css_first("html").attributes["data-theme"] == "dark"
    assert page.css_first("base").attributes == {"target": "_blank"}
    assert "All 12 open jobs" in page.css_first(".more").text()


def test_an_embedded_list_without_jobs_says_so(quiet_site: FlaskClient) -> None:
    page = LexborHTMLParser(quiet_site.get(f"/embed/solutions/{HEAT_PUMPS}").text)
    assert "No open job just now" in page.css_first(".empty").text()
    assert quiet_site.get(page.css_first(".empty a").attributes["href"]).mimetype == "application/rss+xml"
    assert quiet_site.get("/embed/solutions/x").status_code == 404
    assert quiet_site.get(f"/embed/solutions/{HEAT_PUMPS}?theme=pink").status_code == 400


def test_the_embedding_script_is_small(quiet_site: FlaskClient) -> None:
    answer = quiet_site.get("/embed.js")
    assert answer.mimetype == "text/javascript"
    assert len(answer.data) < 2048
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_oembed_answers_for_the_page_it_is_linked_from(quiet_site: FlaskClient) -> None:
    page = LexborHTMLParser(quiet_site.get(f"/solutions/{HEAT_PUMPS}").text)
    address = page.css_first('link[type="application/json+oembed"]').attributes["href"]
    found = quiet_site.get(f"{address}&maxwidth=300").json or {}
    assert (found["type"], found["version"], found["width"]) == ("rich", "1.0", 300)
    frame = LexborHTMLParser(found["html"]).css_first("iframe")
    assert frame.attributes["src"] == f"{SITE}/embed/solutions/{HEAT_PUMPS}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("url=https://elsewhere.example/solutions/insulation", 404),
        (f"url={SITE}/jobs", 404),
        (f"url={SITE}/solutions/x", 404),
        (f"url={SITE}.evil.example/solutions/insulation", 404),
        ("url=http://[", 404),
        ("", 404),
        (f"url={SITE}/solutions/insulation&format=xml", 501),
        (f"url={SITE}/solutions/insulation&maxwidth=wide", 400),
        (f"url={SITE}/solutions/insulation&maxwidth=0", 400),
        (f"url={SITE}/solutions/insulation&maxheight=00", 400),
    ],
)
def test_oembed_answers_for_nothing_else(quiet_site: FlaskClient, query: str, code: int) -> None:
    assert quiet_site.get(f"/oembed?{query}").status_code == code


def test_who_asks_too_often_is_told_when_to_come_back(store: Store) -> None:
    client = visitor(store)
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    codes = [client.get("/about", environ_overrides=stranger).status_code for _ in range(301)]
    assert codes[:300] == [200] * 300
    assert codes[300] == 429
    assert client.get("/api/v1/solutions", environ_overrides=stranger).status_code == 429
    assert client.get("/static/style.css", environ_overrides=stranger).status_code == 200
    refused = client.get("/about", environ_overrides=stranger)
    assert re.fullmatch(r"\d+", refused.headers["Retry-After"])
    assert "That was too fast" in refused.text
    assert client.get("/about", environ_overrides={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200
    assert client.get("/about", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200


def test_a_proxy_is_believed_only_where_that_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    forwarded = {"X-Forwarded-Host": "jobs.example", "X-Forwarded-Proto": "https"}

    def canonical() -> str | None:
        page = LexborHTMLParser(create_app(store).test_client().get("/", headers=forwarded).text)
        return page.css_first("link[rel=canonical]").attributes["href"]

    assert canonical() == f"{SITE}/"
    monkeypatch.setenv("CLIMATE_JOBS_PROXIES", "1")
    assert canonical() == "https://jobs.example/"
    monkeypatch.setenv("CLIMATE_JOBS_PROXIES", "many")
    with pytest.raises(ValueError, match="CLIMATE_JOBS_PROXIES"):
        create_app(store)


def test_a_monitor_reads_how_the_store_fares(store: Store) -> None:
    crawl(store, [made_up("1"), made_up("2")])
    answer = visitor(store).get("/metrics")
    told = {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert told["climate_jobs_open_postings"] == 2
    assert told["climate_jobs_employers_hiring"] == 1
    assert told["climate_jobs_last_crawl_seconds"] == NOW.timestamp()
    assert told["climate_jobs_sourcescomplete"] == 1


def test_the_api_can_be_read_about(quiet_site: FlaskClient) -> None:
    page = LexborHTMLParser(quiet_site.get("/api").text)
    links = [node.attributes["href"] for node in page.css(".prose p a")]
    assert "/api/v1/postings" in links
    assert all(quiet_site.get(link).status_code == 200 for link in links if link)
