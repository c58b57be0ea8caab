"""What is read in a page, in every form; and what hostile pages cannot do."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from conftest import SHARED
from hypothesis import given, settings
from hypothesis import strategies as st
from second_reading import second_reading

from postings.handbook import HandbookPage, OtherPage, UnreadablePage, read_page
from postings.handbook.pictures import file_of
from postings.handbook.source import MOST_BYTES
from postings.handbook.verdicts import verdict

PAGES = Path(__file__).parent / "pages"
SEED = SHARED / "seed-site"
SEED_PAGES = sorted(SEED.glob("2*/solution-*.md"))


def read(name: str) -> HandbookPage:
    return read_page((PAGES / name).read_bytes(), file=f"docs/{name}")


def made_of(text: str | bytes, name: str = "composting") -> HandbookPage:
    body = text.encode() if isinstance(text, str) else text
    return read_page(b"---\ntitle: Composting\n---\n" + body, file=f"solution-{name}.md")


def test_a_page_with_a_list_made_by_a_program_is_read() -> None:
    page = read("solution-high-efficiency-heat-pumps.md")
    assert (page.solution, page.title) == ("high-efficiency-heat-pumps", "High-Efficiency Heat Pumps")
    assert [(each.name, each.link, each.evidence) for each in page.companies] == [
        ("Warm & Sons", "http://warm.example.org/", "page-list"),
        ("Nowhere Heating", None, "page-list"),
        ("Darcy Solutions", "https://75f.example.org", "page-list"),
    ]
    assert [link.solutions for link in page.job_links] == [("high-efficiency-heat-pumps",)]
    assert [section.heading for section in page.sections] == ["Overview", "Challenges Ahead"]
    assert "<li><strong>Cost</strong>: the first one is dear.</li>" in page.sections[1].html
    assert [picture.file for picture in page.pictures] == ["high-efficiency-heat-pumps.png"]
    assert page.doubts == (
        "a link that leads nowhere: https://nan",
        "a company without a link: Nowhere Heating",
    )


def test_a_page_of_the_last_form_is_read() -> None:
    page = read("solution-building-retrofitting.md")
    assert [(each.name, each.link, each.evidence, each.note) for each in page.companies] == [
        ("Warm Walls", "https://walls.example.org", "page", "Fills walls: all of them, one by one."),
        ("75F", "https://75f.example.org", "page", "Makes controls."),
        ("Window Works", None, "page", "Mends windows."),
        ("Roofs (Europe)", "https://roofs.example.org/a_(b)", "page", "Covers roofs."),
        ("Logo One", "https://logo-one.example.org", "page-list", ""),
        ("Logo Two", "https://logo-two.example.org", "page-list", ""),
    ]
    assert [section.heading for section in page.sections] == [
        "",
        "Overview",
        "Solutions by Sector",
        "Companies",
        "Watch",
        "Afterwards",
    ]
    sectors = page.sections[2].html
    assert "<h4>Homes</h4>" in sectors
    assert "<strong>Case Studies:</strong>" in sectors
    assert "<blockquote><p><strong>A box nobody knows</strong></p>" in sectors
    assert [picture.file for picture in page.pictures] == ["retrofit/old-house.jpg"]
    assert not any("hidden" in text for text in (*page.links, *(section.html for section in page.sections)))
    assert "its job link has a wrong target: Insulation" in page.doubts
    assert "a company that was judged not to work on it: 75F" in page.doubts


def test_a_page_whose_top_was_lost_is_read_by_its_name() -> None:
    page = read("solution-methane-leak-management.md")
    assert (page.solution, page.title) == ("methane-leak-management", "Methane Leak Management")
    assert "café" in page.sections[1].html
    assert page.doubts == ("it has no front matter", "it has no title", "it has no job link")


def test_broken_letters_are_mended_where_they_can_be_and_named() -> None:
    page = made_of(b"A cut dash \xe2\x80 here.\n\nWells, watched \x97 all day. Caf\xc3\x83\xc2\xa9.\n")
    shown = page.sections[0].html
    assert "dash \ufffd here" in shown
    assert "watched — all day. Café." in shown
    assert page.doubts[:2] == ("line 4: bytes that are no UTF-8", "line 6: bytes that are no UTF-8")


def test_a_page_about_no_single_solution_is_told_apart() -> None:
    with pytest.raises(OtherPage):
        read("sector-buildings.md")


@pytest.mark.parametrize(
    "path", [*sorted(PAGES.glob("solution-[bh]*.md")), *SEED_PAGES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_second_reading_finds_the_same(path: Path) -> None:
    page = read_page(path.read_bytes(), file=path.name)
    second = second_reading(path.read_text("utf-8"))
    assert page.title == (second.title or "Methane Leak Management")
    assert {each.name: each.link for each in page.companies} == second.companies
    assert {link.address for link in page.job_links} == second.job_links
    assert [picture.address for picture in page.pictures] == second.pictures
    letters = [(alphanumeric(section.heading), alphanumeric(section.html)) for section in page.sections]
    assert letters == second.sections


def alphanumeric(markup: str) -> str:
    return "".join(char for char in html.unescape(re.sub(r"<[^>]*>", "", markup)) if char.isalnum())


@pytest.mark.skipif(not SEED_PAGES, reason="the handbook's pages are not beside the project")
def test_every_page_of_the_handbook_is_about_the_solution_its_name_says() -> None:
    assert len(SEED_PAGES) == 125
    for path in SEED_PAGES:
        page = read_page(path.read_bytes(), file=path.name)
        assert path.name == f"solution-{page.solution}.md"


@pytest.mark.parametrize(
    ("link", "doubt"),
    [
        ("drawdown_solutions=Composting", None),
        ("drawdown_solutions=composting&p=0&remote=false", None),
        ("drawdown_solutions=Improved+Cattle+Feed", "its job link has a wrong target: Improved Cattle Feed"),
        ("drawdown_solutions=Fast+Fashion", "its job link names no solution: Fast Fashion"),
        ("drawdown_solutions=Compost", "its job link names no solution: Compost (near: Composting"),
        ("drawdown_solutions=Composting&drawdown_solutions=Recycling", "asks for other solutions too: Recycling"),
        ("q=abandoned+farmland", "its job link asks for the words 'abandoned farmland'"),
        ("drawdown_solutions=&sectors=Buildings", "its job link asks for no solution at all"),
    ],
)
def test_what_is_wrong_with_a_job_link_is_named(link: str, doubt: str | None) -> None:
    page = made_of(f":::company job openings\n### [View open jobs](https://climatebase.org/jobs?l=&{link})\n:::\n")
    told = [each for each in page.doubts if "job link" in each]
    assert len(told) == (doubt is not None)
    assert doubt is None or doubt in told[0]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("../static/img/a.png", "a.png"),
        ("/../static/img/a.png", "a.png"),
        ("/img/deep/er/a b.JPG", "deep/er/a b.JPG"),
        ("/img/a.webp?width=3", "a.webp"),
        ("../static/img/../../etc/passwd.png", None),
        ("../static/img/%2e%2e/%2e%2e/a.png", None),
        ("../static/img/..%2fa.png", None),
        ("..\\static\\img\\a.png", None),
        ("/etc/img/a.png", None),
        ("/img//etc/a.png", None),
        ("/img/a.svg", None),
        ("/img/.hidden.png", None),
        ("file:///img/a.png", None),
        ("data:image/png;base64,AAAA", None),
        ("/img/a\x00.png", None),
    ],
)
def test_only_pictures_within_the_folder_are_taken(address: str, file: str | None) -> None:
    assert file_of(address) == file


def test_a_picture_that_leads_elsewhere_is_named() -> None:
    page = made_of("![x](../static/img/../../../etc/passwd)\n\n![y](https://pictures.example.org/y.png)\n")
    assert [picture.file for picture in page.pictures] == [None, None]
    assert [doubt for doubt in page.doubts if "picture" in doubt] == [
        "a picture that is not taken: '../static/img/../../../etc/passwd'"
    ]


def test_nothing_that_runs_is_left_and_it_is_named() -> None:
    page = made_of(
        "import Evil from 'evil';\nexport const x = steal();\n\n"
        "Hello {process.env.SECRET} <script>alert(1)</script> [go](javascript:alert(2)) "
        "<img src=x onerror=alert(3)>\n\n"
        "<div onclick='alert(4)'>text {alert(5)}</div>\n\n<iframe src='https://evil.example'></iframe>\n\n"
        "<svg><script>alert(6)</script></svg>\n\n```js\nimport kept from 'text'\n```\n"
    )
    shown = "".join(section.html for section in page.sections)
    for harm in (
        "alert(1",
        "alert(4",
        "alert(5",
        "alert(6",
        "evil",
        "steal",
        "SECRET",
        "<script",
        "<img",
        "onclick",
        'href="javascript:',
        "<iframe",
    ):
        assert harm not in shown
    assert "Hello" in shown
    assert "import kept from" in shown
    told = "\n".join(page.doubts)
    for named in ("program code, not shown", "2 expressions of MDX", "<script>", "<iframe>", "<svg>"):
        assert named in told


#: What ends so is refused for its depth.
REFUSED = ("in elements", "links in links", "in tables", "formats")
HOSTILE = {
    "elements in elements": b"<div>" * 30_000,
    "lists in lists": b"- " * 90_000,
    "quotes in quotes": b">" * 190_000,
    "brackets": b"[" * 60_000,
    "pictures in pictures": b"![[" * 20_000,
    "boxes": b":::a\n" * 30_000,
    "expressions": b"{" * 190_000,
    "angles": b"<" * 190_000,
    "comments": b"<!--" * 45_000,
    "stars": b"_a*b " * 30_000,
    "links in links": b"<a href=x>" * 15_000,
    "tables in tables": b"<table><tr><td>" * 10_000,
    "formats": b"<p><b><i><em><strong>" * 8_000,
    "attributes": b"<a " + b"x " * 90_000 + b">",
    "addresses": b"http://a" * 23_000,
    "comments of MDX": b"{/*\n" * 45_000,
    "attributes of MDX": b"<a x={{y}} " * 17_000,
    "names": b"- [a](https://b.example)\n" * 7_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_read_or_refused(kind: str) -> None:
    link = b"### [x](https://climatebase.org/jobs?drawdown_solutions=Composting)\n"
    text = b":::company job openings\n" + link + b"#### Companies\n" + HOSTILE[kind]
    if kind.endswith(REFUSED):
        with pytest.raises(UnreadablePage, match="elements lie within each other"):
            made_of(text)
    else:
        assert len(made_of(text).doubts) <= 60


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 10_000_000])
def test_a_page_that_is_too_large_is_refused(size: int) -> None:
    with pytest.raises(UnreadablePage, match=f"it has {size // 1000:,} kB"):
        read_page(b"x" * size, file="solution-composting.md")


@pytest.mark.parametrize(
    "head",
    [
        "title: " + "[" * 3_000,
        "title: " + "- " * 1_800,
        "title: !!python/object/apply:os.system [ls]",
        "a: &a [x, x]\nb: &b [*a, *a]\ntitle: *b",
        "title: 'never closed",
        "? {}\n: x",
        "- a list",
        "title: x" * 1_000,
    ],
)
def test_broken_front_matter_is_doubted_and_the_rest_is_read(head: str) -> None:
    page = read_page(f"---\n{head}\n---\n## Overview\n\nText.\n".encode(), file="solution-composting.md")
    assert page.title == "Composting"
    assert "it has no title" in page.doubts
    assert page.sections[0].heading == "Overview"


def test_a_page_of_no_known_solution_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnreadablePage, match="no such solution: Heat Pump Things"):
        read_page(b"---\ntitle: Heat Pump Things\n---\n", file="solution-heat-pump-things.md")


def test_a_verdict_does_not_hang_on_how_a_name_is_written() -> None:
    assert verdict("75f Inc.", "building-retrofitting") == "disagrees"
    assert verdict("DARCY SOLUTIONS", "high-efficiency-heat-pumps") == "agrees"
    assert verdict("Darcy Solutions", "composting") is None


@settings(max_examples=300)
@given(st.binary(max_size=400) | st.text("#:-[]()!<>{}*`\n abc/&\"'=|~", max_size=400).map(str.encode))
def test_any_bytes_are_a_page_or_refused(raw: bytes) -> None:
    try:
        page = read_page(raw, file="solution-composting.md")
    except UnreadablePage:
        return
    shown = "".join(section.html for section in page.sections)
    assert not re.search(r"<(?:script|iframe|style|img|svg)|javascript:|\son\w+=\"", shown)
