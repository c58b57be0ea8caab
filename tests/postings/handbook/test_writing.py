"""What is written into a page, what stays as it was, and that writing twice changes nothing."""

from __future__ import annotations

import codecs
import difflib
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from postings import solutions
from postings.handbook import UnreadablePage, read_page
from postings.handbook.markdown import render
from postings.handbook.now import Hiring, Now, OpenJob
from postings.handbook.source import read_source
from postings.handbook.writing import written

PAGES = Path(__file__).parent / "pages"
SEED_PAGES = sorted((SHARED / "seed-site").glob("2*/solution-*.md"))
BASE = "https://jobs.example.org"
JOBS = [OpenJob(f"Engineer {number}", f"https://boards.example/{number}", "Thaw", "Berlin") for number in range(7)]


BOX = re.compile(r"^:::(?:company|note) job openings.*?^:::(?:\n\n(?=## )|\n)", re.DOTALL | re.MULTILINE)


def now(slug: str = "building-retrofitting", **more: Any) -> Now:
    found = solutions.by_slug(slug)
    assert found is not None
    facts: dict[str, Any] = {"count": 0, "newest": [], "hiring": [], "base": BASE}
    return Now(solution=found, **(facts | more))


def page(name: str = "building-retrofitting") -> bytes:
    return (PAGES / f"solution-{name}.md").read_bytes()


def box_of(raw: bytes) -> str:
    found = re.search(r"^:::(?:company|note) job openings.*?^:::$", raw.decode(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


def test_the_box_holds_the_count_the_newest_five_the_page_the_feed_and_who_is_hiring() -> None:
    hiring = [Hiring("thaw", "Thaw", "https://thaw.example", 6), Hiring("warm-walls", "Warm Walls", None, 1)]
    assert box_of(written(page(), now(count=7, newest=JOBS, hiring=hiring))) == (
        ":::company job openings\n"
        "### [View 7 open jobs in this Solution](https://jobs.example.org/jobs?l=&q=&drawdown_solutions=Building+Retrofitting)\n"
        "\n"
        "- [Engineer 0](https://boards.example/0) - Thaw, Berlin\n"
        "- [Engineer 1](https://boards.example/1) - Thaw, Berlin\n"
        "- [Engineer 2](https://boards.example/2) - Thaw, Berlin\n"
        "- [Engineer 3](https://boards.example/3) - Thaw, Berlin\n"
        "- [Engineer 4](https://boards.example/4) - Thaw, Berlin\n"
        "\n"
        "[Building Retrofitting: all open jobs and who works on it]"
        "(https://jobs.example.org/solutions/building-retrofitting) · "
        "[Feed](https://jobs.example.org/solutions/building-retrofitting/feed.rss)\n"
        "\n"
        "#### Example Companies\n"
        "- [Thaw](https://thaw.example) - [6 open jobs](https://jobs.example.org/employers/thaw)\n"
        "- [Warm Walls](https://walls.example.org) - Fills walls: all of them, one by one. "
        "([1 open job](https://jobs.example.org/employers/warm-walls))\n"
        "- **Window Works** - Mends windows.\n"
        "- [Roofs (Europe)](https://roofs.example.org/a_(b)): Covers roofs.\n"
        ":::"
    )


@pytest.mark.parametrize("box", [b":::company job openings\n- words", b":::company job openings\n\n## A section\n:::"])
def test_a_page_whose_box_has_no_end_is_left_alone(box: bytes) -> None:
    with pytest.raises(UnreadablePage, match="line 4: its box for job openings is not closed"):
        written(b"---\ntitle: Composting\n---\n" + box, now("composting"))


@pytest.mark.parametrize(
    "link",
    [
        '<h3><a href="https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting">View</a></h3>',
        "### [View][jobs]",
        "See [Climatebase](https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting), and come back.",
        "Words only.",
    ],
)
def test_a_box_has_one_link_to_all_jobs_however_it_was_written(link: str) -> None:
    before = f"---\ntitle: Composting\n---\n\n:::company job openings\n{link}\n:::\n"
    once = written(before.encode(), now("composting", count=3)).decode()
    ours = "https://jobs.example.org/jobs?l=&q=&drawdown_solutions=Composting"
    assert once.count("job openings") == once.count(f"({ours})") == 1
    assert "climatebase.org" not in once
    assert ("come back" in once, "Words only." in once) == ("come back" in link, "Words only." in link)


def test_who_is_hiring_no_longer_leaves_no_trace() -> None:
    hiring = [Hiring("thaw", "Thaw", "https://thaw.example", 6), Hiring("roofs", "Roofs (Europe)", None, 2)]
    quiet = written(page(), now())
    assert sorted(written(written(page(), now(count=7, newest=JOBS, hiring=hiring)), now()).splitlines()) == sorted(
        quiet.splitlines()
    )


def test_a_list_made_by_a_program_loses_only_what_is_wrong_or_leads_nowhere() -> None:
    before = page("high-efficiency-heat-pumps").replace(b"Darcy Solutions", b"Aclima")
    after = written(before, now("high-efficiency-heat-pumps"))
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    assert [line for line in lines if line[0] in "+-" and "<li>" in line] == [
        '-                 <li><a href="https://nan">Nowhere Heating</a></li>',
        "+                 <li>Nowhere Heating</li>",
    ]


@pytest.mark.parametrize("below", [b"", b"Words.\n:::note more\nand more\n:::\n"])
def test_a_page_whose_box_would_lose_its_end_is_left_alone(below: bytes) -> None:
    link = b"### [View](https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting)"
    box = b":::company job openings\n" + link + b"\nimport x from 'y'\n:::\n" + below
    with pytest.raises(UnreadablePage, match="line 4: a line in its box for job openings would take in the box's end"):
        written(b"---\ntitle: Composting\n---\n" + box, now("composting"))


def test_a_page_without_a_box_gets_one_before_its_first_section() -> None:
    before = page("methane-leak-management")
    after = written(before, now("methane-leak-management"))
    head, _, rest = after.partition(b":::company job openings")
    assert head == before[: before.index(b"## Solutions")]
    assert rest.endswith(before[before.index(b"## Solutions") :])


def test_a_page_of_nothing_but_front_matter_gets_its_box_behind_it() -> None:
    once = written(b"---\ntitle: Composting\n---", now("composting"))
    assert once.startswith(b"---\ntitle: Composting\n---\n:::company job openings\n")
    assert written(once, now("composting")) == once


def test_what_else_stands_in_the_box_stays() -> None:
    before = (
        b"---\r\ntitle: Composting\r\n---\r\n:::company job openings\r\n#### [See all 3 open jobs]"
        b"(https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting)\r\n\r\nThen come back.\r\n\r\n"
        b"*Good luck*\r\n:::\r\n\r\nEnd without a line's end"
    )
    once = written(before, now("composting", count=1_204, newest=JOBS[:1]))
    assert once.count(b"\r\n") == once.count(b"\n")
    assert b"#### [See all 1,204 open jobs](https://jobs.example.org/jobs?" in once
    assert b"\r\n\r\nThen come back.\r\n\r\n*Good luck*\r\n:::\r\n\r\nEnd without a line's end" in once
    assert written(once, now("composting", count=1_204, newest=JOBS[:1])) == once


def test_a_site_below_another_address_is_known_again() -> None:
    there = now(base="https://example.org/climate/work", count=3)
    once = written(page(), there)
    assert written(once, there) == once
    assert once.count(b"job openings") == 1
    assert BASE.encode() in written(once, now())


def test_what_we_wrote_is_not_read_as_a_word_of_the_page() -> None:
    hiring = [Hiring("thaw", "Thaw", "https://thaw.example", 6), Hiring("warm-walls", "Warm Walls", None, 1)]
    once = written(page(), now(count=7, newest=JOBS, hiring=hiring))
    before, after = (read_page(raw, file="solution-building-retrofitting.md") for raw in (page(), once))
    assert set(after.companies) == {each for each in before.companies if each.name != "75F"}
    assert after.sections == before.sections
    assert "wrong target" not in "".join(after.doubts)


@pytest.mark.parametrize(
    "title",
    [
        "a {b} <c>",
        "[x](y) ![z](q)",
        "*b* _i_ `c`",
        "::: tip",
        ":directive[x]",
        "a\n\n## b",
        "\u202e\x00x",
        "a|b &amp; c",
    ],
)
def test_titles_are_shown_and_do_nothing(title: str) -> None:
    job = OpenJob(title, "https://boards.example/a(b)_{c}?d=<e>", "E {x}", "P <b>")
    once = written(page(), now(count=1, newest=[job]))
    (line,) = (line for line in once.decode().splitlines() if line.startswith("- [") and "boards.example" in line)
    html = render(read_source(line.encode())).html
    link = re.escape("https://boards.example/a%28b%29_%7Bc%7D?d=%3Ce%3E")
    shown = re.search(rf'<a href="{link}">(.*)</a> - E \{{x\}}, P &lt;b&gt;', html)
    assert shown is not None
    plain = " ".join(re.sub(r"[\x00-\x1f\u202e]", " ", title).split())
    assert shown[1] == plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert written(once, now(count=1, newest=[job])) == once


@pytest.mark.skipif(not SEED_PAGES, reason="the handbook's pages are not beside the project")
@pytest.mark.parametrize("path", SEED_PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_the_box_and_what_is_wrong_in_lists_changes(path: Path) -> None:
    before = path.read_bytes()
    slug = path.stem.removeprefix("solution-")
    hiring = [Hiring("thaw", "Thaw", "https://thaw.example", 6)]
    after = written(before, now(slug, count=7, newest=JOBS, hiring=hiring))
    assert written(after, now(slug, count=7, newest=JOBS, hiring=hiring)) == after
    assert outside(after) == outside(before)


def outside(raw: bytes) -> str:
    """A page without its box and the lines of its list, as found by patterns only."""
    text = BOX.sub("", raw.decode(), count=1)
    return re.sub(r"^ *<li>.*</li>\n", "", text, flags=re.MULTILINE)


@settings(max_examples=200)
@given(
    st.text(":-[]()#* \n\r`<!>abjob openings/{}", max_size=200),
    st.text("[](){}<>`*_\\:|#& \nab", min_size=1, max_size=40).filter(str.strip),
)
def test_writing_any_page_twice_is_writing_it_once(text: str, title: str) -> None:
    job = OpenJob(title, "https://boards.example/1", title, title)
    state = now("composting", count=2, newest=[job], hiring=[Hiring("thaw", title, None, 2)])
    try:
        once = written(f"---\ntitle: Composting\n---\n{text}".encode(), state)
        assert written(once, state) == once
    except UnreadablePage:
        return


MARK = codecs.BOM_UTF8
LINES = st.sampled_from(
    [
        b":::company job openings",
        b":::",
        b"::::note Job openings",
        b"::::",
        b":::info Learn more",
        b"### [View open jobs in this Solution](https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting)",
        b"#### Example Companies",
        b"**Example Organizations:**",
        b"- [Own](https://own.example) - its words",
        b"* **Bold**: words",
        b"  and more of them",
        b"  - [Within](https://within.example)",
        b"",
        b"  ",
        b"## A section",
        b"Words {x} and `code`.",
        b"```",
        b"<details>",
        b"</details>",
        b"<!-- a comment",
        b"-->",
        b"{/*",
        b"*/}",
        b"<iframe src='x'></iframe>",
        b"1. [One](https://one.example)",
        b"caf\xe9 \xe2\x80\x94 \xf0\x9f",
        b"a\rb",
        b"---",
        b"> quoted",
        b"import x from 'y'",
    ]
)


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A page of lines that mean something, with any ends of lines."""
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    top = draw(st.sampled_from([b"---\ntitle: Composting\n---\n", b""]))
    body = end.join(draw(st.lists(LINES, max_size=14)))
    return draw(st.sampled_from([MARK, b""])) + top.replace(b"\n", end) + body + draw(st.sampled_from([b"", end]))


@settings(max_examples=400)
@given(pages())
@example(b":::company job openings\n#### Example Companies\n### [View open jobs](https://climatebase.org/jobs)\n:::")
@example(b":::company job openings\n#### Example Companies\n  and more of them\n:::")
def test_no_line_of_a_page_is_lost_and_all_that_is_ours_goes_again(raw: bytes) -> None:
    jobs = now("composting", count=7, newest=JOBS, hiring=[Hiring("thaw", "Thaw", "https://thaw.example", 6)])
    try:
        quiet, once = written(raw, now("composting")), written(raw, jobs)
    except UnreadablePage:
        assume(False)
    assert written(once, jobs) == once
    assert written(once, now("composting")) == quiet
    assert words(written(quiet, jobs)) == words(once)
    assert once.startswith(MARK) == raw.startswith(MARK)
    left = iter(once.removeprefix(MARK).splitlines())
    for line in words(raw.removeprefix(MARK)):
        assert b"climatebase.org" in line or line == b"#### Example Companies" or line in left


def words(raw: bytes) -> list[bytes]:
    """The lines of a page that are not blank."""
    return [line for line in raw.splitlines() if line.strip()]
