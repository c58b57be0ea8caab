"""The site in a real browser: journeys, keyboard, no scripts, narrow screens, accessibility, weight.

With CLIMATE_JOBS_SCREENSHOTS set to a folder, a picture of every page is written there, in each size and colour scheme.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from made_up import HEAT_PUMPS, NOW, crawl, empty_store, made_up
from werkzeug.serving import make_server

from postings.posting import Interval, Place, Salary, Workplace
from web import create_app

pytestmark = pytest.mark.whole

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium is installed", allow_module_level=True)

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
#: A made-up site must be able to reach this machine, where the tests' site runs.
FLAGS += ["--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"]
PAGES = {
    "home": "/",
    "solutions": "/solutions/",
    "solution": f"/solutions/{HEAT_PUMPS}",
    "jobs": f"/jobs?solution={HEAT_PUMPS}&l=berlin",
    "job": "/jobs/1",
    "closed": "/jobs/3",
    "employers": "/employers/",
    "employer": "/employers/thaw-heating",
    "status": "/status",
    "about": "/about",
    "api": "/api",
    "refused": "/jobs?workplace=mars",
    "nothing": "/jobs?q=zzzz",
    "map": "/map",
    "shortlist": f"/shortlist?solution={HEAT_PUMPS}&employer=thaw-heating",
    "embed": f"/embed/solutions/{HEAT_PUMPS}",
}
SCHEMES, WIDTHS = ("light", "dark"), {"narrow": 320, "wide": 1280}
#: A page may weigh so much before it can be read, in bytes.
HEAVIEST = 100_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site."""
    store = empty_store(tmp_path_factory.mktemp("site"))
    text = "<h2>Your work</h2><ul><li>You install heat pumps in old houses</li></ul>" + "<p>And so on.</p>" * 20
    postings = [
        made_up("1", title="Heat pump fitter", description_html=text, workplace=Workplace.ONSITE),
        made_up(
            "2",
            title="Planner of very-long-and-unbreakable-things-" + "x" * 80,
            places=(
                Place("Berlin", "Berlin", None, "DE", 52.5, 13.4),
                Place("Paris", "Paris", None, "FR"),
                Place("Oslo"),
            ),
            salary=Salary(60_000, 72_000, "EUR", Interval.YEAR),
        ),
        made_up("3", title="Driller"),
        *(made_up(str(number), title=f"Engineer {number}") for number in range(4, 70)),
    ]
    crawl(store, postings, now=NOW - timedelta(weeks=10))
    crawl(store, [posting for posting in postings if posting.ref != "3"], now=NOW)
    server = make_server("127.0.0.1", 0, create_app(store, clock=lambda: NOW), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    """A browser."""
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def window(chromium: playwright.Browser, site: str) -> Iterator[playwright.Page]:
    """A fresh window, wide and light."""
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_from_home_to_a_heat_pump_job_in_berlin(window: playwright.Page) -> None:
    window.goto("/")
    window.get_by_label("What").fill("fitter")
    window.get_by_label("Where").fill("Berlin")
    window.get_by_role("button", name="Find jobs").click()
    assert window.locator("#found").inner_text() == "1 open job"
    window.get_by_role("link", name="Heat pump fitter").click()
    assert window.locator("h1").inner_text() == "Heat pump fitter"
    assert window.locator("mark").inner_text() == "heat pumps"


def test_from_the_handbook_to_the_employers_own_page(window: playwright.Page) -> None:
    window.goto("/jobs?l=&q=&drawdown_solutions=High-Efficiency+Heat+Pumps")
    window.get_by_role("link", name="Older").click()
    window.locator(".jobs .title a").last.click()
    apply = window.get_by_role("link", name="Apply at Thaw Heating")
    assert (apply.get_attribute("href") or "").startswith("https://boards.example/thaw/")


def test_a_filtered_list_can_be_followed(window: playwright.Page) -> None:
    window.goto("/jobs")
    window.get_by_label("Workplace").select_option("onsite")
    window.get_by_role("button", name="Show jobs").click()
    assert window.locator(".jobs li").count() == 1
    feed = window.get_by_role("link", name="RSS").get_attribute("href")
    assert feed == "/jobs/feed.rss?workplace=onsite"
    assert window.request.get(feed).text().count("<item>") == 1


def test_the_keyboard_alone_is_enough(window: playwright.Page) -> None:
    window.goto("/")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.textContent") == "Skip to content"
    window.keyboard.press("Enter")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.id") == "q"
    window.keyboard.type("fitter")
    window.keyboard.press("Enter")
    window.wait_for_url("**/jobs?*")
    window.locator(".jobs .title a").first.focus()
    assert window.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    window.keyboard.press("Enter")
    window.wait_for_url("**/jobs/1")


def test_nothing_needs_scripts(chromium: playwright.Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/jobs")
    page.get_by_label("What").fill("fitter")
    page.get_by_role("button", name="Show jobs").click()
    page.get_by_role("link", name="Heat pump fitter").click()
    assert page.locator("h1").inner_text() == "Heat pump fitter"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_accessible_light_and_fits_its_screen(
    chromium: playwright.Browser, site: str, scheme: str, width: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    size = {"width": WIDTHS[width], "height": 900}
    context = chromium.new_context(base_url=site, viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    loaded: list[playwright.Response] = []
    page.on("response", lambda response: loaded.append(response))
    for name, path in PAGES.items():
        loaded.clear()
        page.goto(path)
        weight = sum(len(response.body()) for response in loaded)
        assert weight < HEAVIEST, (name, weight)
        assert len(loaded) <= 3, (name, [response.url for response in loaded])
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], name
        _picture(page, f"{name}-{width}-{scheme}")
        found = axe.run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
    context.close()


def test_from_the_map_to_the_jobs_of_a_town(window: playwright.Page) -> None:
    window.goto("/jobs?q=fitter")
    window.get_by_role("link", name="Map", exact=True).last.click()
    window.wait_for_url("**/map?q=fitter")
    window.locator(".world a").first.click()
    window.wait_for_url("**/jobs?q=fitter&l=Berlin")
    assert window.locator("#found").inner_text() == "1 open job"


def test_words_that_are_misspelt_lead_on(window: playwright.Page) -> None:
    window.goto("/")
    window.get_by_label("What").fill("haet pumps")
    window.get_by_role("button", name="Find jobs").click()
    window.locator(".hint a").first.click()
    assert window.locator("h1").inner_text() == "High-Efficiency Heat Pumps jobs"
    window.get_by_label("What").fill("engineer")
    window.get_by_role("button", name="Show jobs").click()
    window.get_by_role("link", name="Best match first").click()
    assert "sort=relevance" in window.url


def test_a_shortlist_is_kept_in_its_address(window: playwright.Page) -> None:
    window.goto(f"/solutions/{HEAT_PUMPS}")
    window.get_by_role("link", name="Choose some of them").click()
    window.get_by_label("Thaw Heating").check()
    window.get_by_role("button", name="Show their jobs").click()
    assert "employer=thaw-heating" in window.url
    assert window.locator(".jobs li").count() == 50
    window.reload()
    assert window.get_by_label("Thaw Heating").is_checked()


def test_another_sites_page_shows_the_list_with_one_line(window: playwright.Page, site: str) -> None:
    host = f'<!doctype html><title>x</title><body><script src="{site}/embed.js" data-solution="{HEAT_PUMPS}"></script>'
    window.route("http://handbook.example/", lambda route: route.fulfill(body=host, content_type="text/html"))
    window.goto("http://handbook.example/")
    frame = window.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "High-Efficiency Heat Pumps"
    playwright.expect(window.locator("iframe")).not_to_have_attribute("height", "560")


def _picture(page: playwright.Page, name: str) -> None:
    if folder := os.environ.get("CLIMATE_JOBS_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
