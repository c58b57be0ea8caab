"""What an employer or a visitor sends to do harm does none; nothing gets a 500."""

from __future__ import annotations

import os
import random
import string
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up, tag, visitor
from selectolax.lexbor import LexborHTMLParser

from postings.posting import Evidence, Place, Salary, Source, Tag
from postings.posting import Interval as Each
from web.parameters import ORDER, PAGING, PARAMETERS

pytestmark = pytest.mark.whole

ATTACK = (
    "<script>alert(1)</script><svg onload=alert(2)><img src=x onerror=alert(3)>\"'>"
    "<style>*{display:none}</style><!-- ]]>"
)
DISGUISE = "\x00\x0b\x1f\u202egnp.exe\u2066\ufffe\x7f"
SEED = 20261123
#: More by ``make thorough``.
ADDRESSES_ASKED = int(os.environ.get("CLIMATE_JOBS_ADDRESSES", "2000"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A visitor of a site whose postings are as bad as they can be, one of them closed."""
    store = empty_store(tmp_path_factory.mktemp("site"))
    facts = {
        "url": "https://boards.example/1",
        "title": ATTACK + DISGUISE + "x" * 5_000,
        "department": ATTACK + DISGUISE,
        "places": (Place(ATTACK + DISGUISE, ATTACK, ATTACK, "DE"), Place("\u202e" * 50)),
        "salary": Salary(1e300, None, "USD", Each.HOUR),
        "description_html": f'<p>{ATTACK}</p><a href="javascript:alert(4)" onclick="alert(5)">{DISGUISE}a</a><form>'
        '<iframe src="https://evil.example"></iframe><meta http-equiv="refresh" content="0;url=https://evil.example">',
        "description_text": ATTACK + DISGUISE,
        "posted_at": NOW - timedelta(days=9_000),
    }
    evil = Source("greenhouse", "a-b_c.d\"<'>")
    crawl(
        store,
        [made_up(ref, evil, **facts) for ref in ("1", ATTACK, "3/../..?#%2e")],
        source=evil,
        employer=ATTACK,
        homepage="https://evil.example/",
        tags=lambda posting: [
            tag(words=ATTACK),
            tag("grid-flexibility", words="(.*"),
            Tag("no-such-solution", 0.6, (Evidence("nowhere", ATTACK), Evidence("text", "alert"))),
        ],
    )
    crawl(store, [made_up(ref, evil, **facts) for ref in (ATTACK, "3/../..?#%2e")], source=evil, now=NOW)
    return visitor(store)


def harmful(page: LexborHTMLParser) -> list[str]:
    """What a page holds that could run, load or hide something."""
    found = [node.html or "" for node in page.css("main script, main style, img, iframe, meta[http-equiv]")]
    for node in page.css("*"):
        found += [f"{name}={value}" for name, value in node.attributes.items() if _is_harmful(name, value or "")]
    return found


def _is_harmful(name: str, value: str) -> bool:
    return name.startswith("on") or name == "style" or value.strip().lower().startswith("javascript:")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/jobs", "/jobs/1", "/jobs/2", "/jobs/3", "/employers/", "/status", "/jobs?status=all"),
        *(f"/solutions/{HEAT_PUMPS}", f"/embed/solutions/{HEAT_PUMPS}"),
        *("/jobs?employer=EMPLOYER", "/employers/EMPLOYER"),
    ],
)
def test_a_hostile_posting_is_harmless_on_every_page(client: FlaskClient, path: str) -> None:
    slug = (client.get("/api/v1/postings/1").json or {})["employer"]["slug"]
    answer = client.get(path.replace("EMPLOYER", slug))
    assert answer.status_code in (200, 410)
    assert harmful(LexborHTMLParser(answer.text)) == []
    assert not set(answer.text) & set("\x00\x0b\x1f\u202e\u2066\ufffe\x7f")


def test_its_text_is_still_there_to_be_read(client: FlaskClient) -> None:
    page = LexborHTMLParser(client.get("/jobs/2").text)
    assert "alert(1)" in page.css_first("h1").text()
    assert "\"'>" in page.css_first(".text").text()


ADDRESSES = (
    *("/", "/solutions/", "/jobs", "/employers/", "/status", "/about", "/api", "/healthz", "/robots.txt"),
    *(f"/solutions/{HEAT_PUMPS}", "/solutions/{x}", "/solutions/{x}/feed.rss", "/jobs/{x}", "/employers/{x}"),
    *("/jobs/feed.rss", "/jobs/feed.atom", "/jobs/feed.json", "/feeds.opml", "/sitemap.xml", "/sitemaps/jobs-{x}.xml"),
    *("/embed/solutions/{x}", f"/embed/solutions/{HEAT_PUMPS}", "/oembed", "/static/{x}", "/solutions/{x}/feed.{x}"),
    *("/api/v1/postings", "/api/v1/postings/{x}", "/api/v1/solutions/{x}", "/api/v1/employers", "/api/v1/sources"),
    *("/{x}", "/api/v1/postings.csv", "/metrics", "/map", "/shortlist", "/picture.png", "/solutions/{x}/picture.png"),
)
NAMES = (*(each.name for each in (*PARAMETERS, *PAGING, *ORDER)), "theme", "url", "maxwidth", "format", "x")
BAD = (
    *("", "0", "-1", "1", "2", "99999999999999999999", "1e9", "NaN", "Infinity", "٣", "²", "%", "%00", "a\x00b"),
    *("'", '"', "' OR 1=1 --", "\\", "_", "remote", "DE", "EUR", "greenhouse:thaw", ":", "a:b", "../../etc/passwd"),
    *("..", ".", "\ud800", ATTACK, DISGUISE, HEAT_PUMPS, "Buildings", "x" * 300, "é", "日本", "http://["),
    *("\r\nSet-Cookie: a=b", "{{7*7}}", "${7*7}"),
)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _address(pick: random.Random) -> str:
    noise = "".join(pick.choices(string.printable, k=pick.randrange(12)))
    values = (*BAD, noise, "%ff%fe", "%C3%28")
    path = pick.choice(ADDRESSES).replace("{x}", _quoted(pick.choice(BAD)))
    query = "&".join(f"{pick.choice(NAMES)}={_raw(pick.choice(values))}" for _ in range(pick.randrange(4)))
    return f"{path}?{query}" if query else path


def _raw(value: str) -> str:
    return value if value.startswith("%") else _quoted(value)


def _check(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code < 500 or (answer.status_code == 501 and "/oembed" in address), address
    assert b"Traceback" not in answer.data, address
    if answer.mimetype == "text/html":
        assert harmful(LexborHTMLParser(answer.text)) == [], address
    assert "Set-Cookie" not in answer.headers, address


def test_wild_addresses_get_no_500_and_no_markup_back(client: FlaskClient) -> None:
    pick = random.Random(SEED)
    for _ in range(ADDRESSES_ASKED):
        _check(client, _address(pick))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), value=st.text(max_size=60), path=st.sampled_from(["/jobs", "/api/v1/postings"]))
def test_no_text_in_any_filter_gets_a_500(client: FlaskClient, name: str, value: str, path: str) -> None:
    _check(client, f"{path}?{name}={_quoted(value)}")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    for path in ("/", "/jobs/1", "/api/v1/postings", "/status"):
        assert getattr(client, method)(path, data="x" * 100_000).status_code == 405


def test_a_foreign_host_is_no_500(client: FlaskClient) -> None:
    for host in ('evil.example"><script>', "a b", "[::1", "x" * 300):
        answer = client.get("/", headers={"Host": host})
        assert answer.status_code < 500
        assert harmful(LexborHTMLParser(answer.text)) == []
