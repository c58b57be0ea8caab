"""The map of open jobs, and the pictures beside links."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, crawl, empty_store, made_up, tag, visitor
from PIL import Image, ImageChops, ImageDraw, ImageStat
from selectolax.lexbor import LexborHTMLParser

from postings import solutions
from postings.posting import Place
from tools import pictures
from tools.pictures import HEIGHT, WIDTH
from web import world, worldmap
from web.pictures import DRAWN, SITE

BERLIN = Place("Berlin", "Berlin", None, "DE", 52.52, 13.41)
POTSDAM = Place("Potsdam", "Potsdam", None, "DE", 52.4, 13.06)
LIMA = Place("Lima", "Lima", None, "PE", -12.05, -77.04)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = empty_store(tmp_path_factory.mktemp("site"))
    postings = [
        made_up("1", places=(BERLIN, POTSDAM)),
        made_up("2", places=(BERLIN,), title="Fitter"),
        made_up("3", places=(BERLIN,)),
        made_up("4", places=(LIMA,), title="Fitter"),
        made_up("5", places=(Place("Remote"),)),
    ]
    crawl(store, postings, tags=lambda posting: [tag()] if posting.ref != "4" else [])
    return visitor(store)


def shown(client: FlaskClient, path: str) -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def test_places_close_together_are_one_dot(client: FlaskClient) -> None:
    found = shown(client, "/map")
    said = {node.text(): node.attributes for node in found.css(".world title")}
    assert said.keys() == {"Berlin and 1 place nearby: 3", "Lima: 1"}
    assert "4 of 5 open jobs" in " ".join(found.css_first(".lead").text().split())


def test_a_dot_leads_to_its_jobs_and_the_text_says_the_same(client: FlaskClient) -> None:
    found = shown(client, "/map")
    dots = {node.attributes["href"] for node in found.css(".world a")}
    towns = {node.attributes["href"] for node in found.css("[aria-labelledby=towns] a")}
    assert dots == towns == {"/jobs?l=Berlin", "/jobs?l=Lima"}
    countries = {node.attributes["href"] for node in found.css("[aria-labelledby=countries] a")}
    assert countries == {"/jobs?country=DE", "/jobs?country=PE"}


def test_a_number_stands_with_what_it_counts_and_not_with_where_the_name_leads(client: FlaskClient) -> None:
    found = shown(client, "/map")
    berlin, lima = (" ".join(node.text().split()) for node in found.css("[aria-labelledby=towns] li"))
    assert (berlin, lima) == ("Berlin and around 3 open", "Lima 1 open")
    assert found.css_first("[aria-labelledby=towns] .count small").text() == "and around"
    caption = " ".join(found.css_first("figcaption").text().split())
    assert "It leads to the jobs in places called like the town alone. The same stands below as text." in caption


def test_beside_a_place_that_was_chosen_no_town_takes_its_place(client: FlaskClient) -> None:
    found = shown(client, "/map?l=Berlin")
    assert [node.text() for node in found.css(".world title")] == ["Berlin and 1 place nearby: 3"]
    assert not found.css(".world a, [aria-labelledby=towns] a")
    assert "It leads" not in found.css_first("figcaption").text()


def test_a_country_written_as_a_place_is_one_that_can_be_chosen(client: FlaskClient) -> None:
    found = shown(client, "/map?l=Germany")
    countries = {node.attributes["href"] for node in found.css("[aria-labelledby=countries] a")}
    assert countries == {"/jobs?l=Germany&country=DE"}
    assert shown(client, "/jobs?l=Germany&country=DE").css("ol.jobs > li, .jobs h3")


def test_how_many_are_not_listed_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worldmap, "TOWNS", 1)
    monkeypatch.setattr(worldmap, "COUNTRIES", 1)
    found = shown(client, "/map")
    assert "The largest stand below as text." in found.css_first("figcaption").text()
    assert found.css_first("[aria-labelledby=towns] .small").text() == "and 1 more."
    more = found.css_first("[aria-labelledby=countries] .small")
    assert more.text() == "and 1 more: all stand in the filters of the list."
    assert more.css_first("a").attributes["href"] == "/jobs#country"


def test_the_form_of_the_map_keeps_every_solution(client: FlaskClient) -> None:
    form = shown(client, f"/map?solution={HEAT_PUMPS}&solution=recycling&q=fitter").css_first("form.one")
    assert [node.attributes["value"] for node in form.css("option[selected]")] == [HEAT_PUMPS]
    hidden = [(node.attributes["name"], node.attributes["value"]) for node in form.css("input[type=hidden]")]
    assert hidden == [("solution", "recycling"), ("q", "fitter")]


def test_filters_hold_for_the_map_and_go_with_its_links(client: FlaskClient) -> None:
    found = shown(client, "/map?q=fitter")
    assert {node.attributes["href"] for node in found.css(".world a")} == {
        "/jobs?q=fitter&l=Berlin",
        "/jobs?q=fitter&l=Lima",
    }
    only = shown(client, f"/map?solution={HEAT_PUMPS}")
    assert [node.text() for node in only.css(".world title")] == ["Berlin and 1 place nearby: 3"]


def test_a_map_of_nothing_says_what_to_do(client: FlaskClient) -> None:
    found = shown(client, "/map?q=zzz")
    assert not found.css(".world")
    assert found.css_first('.empty a[href="/jobs?q=zzz"]') is not None
    assert client.get("/map?workplace=mars").status_code == 400


def test_a_list_links_to_its_map(client: FlaskClient) -> None:
    assert shown(client, "/jobs?q=fitter").css_first('a[href="/map?q=fitter"]') is not None


def test_the_outline_lies_within_the_picture_and_is_small() -> None:
    assert len(world.outline()) < 15_000
    x, y = world.at(52.52, 13.41)
    assert (round(x), round(y)) == (530, 59)
    assert all(0 <= x <= world.WIDTH and 0 <= y <= world.HEIGHT for x, y in (world.at(70, -160), world.at(-54, 170)))


@pytest.mark.parametrize("path", ["/picture.png", f"/solutions/{HEAT_PUMPS}/picture.png"])
def test_a_link_has_a_picture(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    picture = Image.open(BytesIO(answer.data))
    assert (picture.size, answer.mimetype) == ((WIDTH, HEIGHT), "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("slug", [None, *sorted(each.slug for each in solutions.all_solutions())])
def test_pictures_show_what_would_be_drawn_now(slug: str | None) -> None:
    """Where this fails after a change of names or figures: make pictures"""
    path = DRAWN / f"{slug or SITE}.png"
    assert path.stat().st_size < 40_000
    kept, now = Image.open(path).convert("L"), pictures.drawn(slug and solutions.by_slug(slug)).convert("L")
    # Another release of the library that draws may round the edges of letters otherwise.
    assert max(ImageStat.Stat(ImageChops.difference(kept, now)).mean) < 0.5


def test_pages_name_their_picture(client: FlaskClient, tmp_path: Path) -> None:
    for path, picture in (
        ("/", "/picture.png"),
        (f"/solutions/{HEAT_PUMPS}", f"/solutions/{HEAT_PUMPS}/picture.png"),
        ("/jobs/1", f"/solutions/{HEAT_PUMPS}/picture.png"),
        ("/jobs/4", "/picture.png"),
    ):
        named = shown(client, path).css_first('meta[property="og:image"]').attributes["content"]
        assert named == f"http://localhost{picture}"
    assert client.get("/solutions/none/picture.png").status_code == 404


def test_every_name_fits_its_picture() -> None:
    draw = ImageDraw.Draw(Image.new("RGB", (WIDTH, HEIGHT)))
    for solution in solutions.all_solutions():
        size, lines = pictures._fitted(draw, solution.name)
        assert " ".join(lines) == solution.name
        assert len(lines) * size * 1.15 <= 250, solution.name
        assert pictures._LEFT + max(len(line) for line in lines) * size * 0.3 < WIDTH
