"""Forms that pages of the same kind may have: what a person would read in them is read."""

from __future__ import annotations

import pytest

from postings.handbook import HandbookPage, read_page

JOBS = "[View open jobs](https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting)"
ONE, TWO = ("One", "https://one.example", "Does this."), ("Two", "https://two.example", "Does that.")


def made_of(body: str, head: str = "---\ntitle: Composting\n---\n\n") -> HandbookPage:
    return read_page((head + body).encode(), file="solution-composting.md")


def box(text: str, opening: str = ":::company job openings") -> str:
    return f"{opening}\n### {JOBS}\n{text}\n:::\n\n## Overview\n\nText.\n"


def companies(page: HandbookPage) -> list[tuple[str, str | None, str]]:
    return [(each.name, each.link, each.note) for each in page.companies]


A, B = "[One](https://one.example)", "[Two](https://two.example)"
ITEM = '<li><a href="https://one.example">One</a></li>'
LIST = f"- {A} - Does this.\n- {B}: Does that."
EXAMPLES = {
    "in stars": f"#### Example Companies\n* {A} - Does this.\n* {B} – Does that.",
    "in plus signs": f"#### Example Organizations\n+ {A} - Does this.\n+ {B} - Does that.",
    "in numbers": f"#### Example Companies/Organizations:\n1. {A} - Does this.\n2. {B} - Does that.",
    "with blank lines": f"\n#### Example Companies\n\n- {A} - Does this.\n\n- {B} - Does that.\n",
    "below a bold line": f"**Example Companies**\n{LIST}",
    "below a line with a colon": f"\nExample companies:\n\n{LIST}",
    "with bold names": f"#### Example Companies\n- **{A}** - Does this.\n- {B.replace('Two', '**Two**')}: Does that.",
    "with titles of links": f"#### Example Companies\n- {A[:-1]} 'Title') - Does this.\n- {B} - Does that.",
    "with addresses behind": """#### Example Companies
- One <https://one.example> - Does this.
- Two: https://two.example - Does that.""",
    "in a table": f"""#### Example Companies

| Who | What |
| --- | --- |
| {A} | Does this. |
| {B} | Does that. |
""",
    "in HTML": """<h4>Example Companies</h4>
<ul>
<li><a href="https://one.example">One</a> - Does this.</li>
<li><a href='https://two.example'>Two</a> - Does that.</li>
</ul>
""",
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples_are_read_in_every_form(kind: str) -> None:
    page = made_of(box(EXAMPLES[kind]))
    assert companies(page) == [ONE, TWO]
    assert {each.evidence for each in page.companies} == {"page"}
    assert [section.heading for section in page.sections] == ["Overview"]
    assert page.doubts == ()


@pytest.mark.parametrize(
    "opening",
    [
        ":::company Job Openings",
        "::: company job openings",
        ":::company[job openings]",
        ":::company[Job openings]{#jobs}",
        ":::tip Job openings",
        ":::company",
        ":::company Jobs",
    ],
)
def test_a_box_for_job_openings_is_known_however_it_is_opened(opening: str) -> None:
    page = made_of(box(f"#### Example Companies\n{LIST}", opening))
    assert companies(page) == [ONE, TWO]
    assert [section.heading for section in page.sections] == ["Overview"]


def test_names_given_below_the_box_are_followed() -> None:
    page = made_of(
        ":::company job openings\n### [View][jobs]\n#### Example Companies\n- [One][1] - Does this.\n"
        "- [Two]: Does that.\n:::\n\n[1]: https://one.example\n[two]: https://two.example\n"
        "[jobs]: https://climatebase.org/jobs?l=&q=&drawdown_solutions=Composting\n"
    )
    assert companies(page) == [ONE, TWO]
    assert [link.solutions for link in page.job_links] == [("composting",)]


def test_what_stands_within_an_item_tells_of_it() -> None:
    page = made_of(box(f"#### Example Companies\n- {A} - Does this.\n  - [More](https://one.example/x)"))
    assert [name for name, _, _ in companies(page)] == ["One"]


def test_a_box_that_is_not_closed_ends_where_a_section_begins() -> None:
    page = made_of(f":::company job openings\n### {JOBS}\n#### Example Companies\n{LIST}\n\n## Overview\n\nText.\n")
    assert companies(page) == [ONE, TWO]
    assert [section.heading for section in page.sections] == ["Overview"]
    assert page.doubts == ("line 5: a box that is not closed",)


def test_a_list_that_nothing_announces_is_named() -> None:
    assert made_of(box(f"- {A}")).doubts == (
        "a list in the box for job openings that is not announced as one of companies",
    )


@pytest.mark.parametrize(
    "text",
    [
        f"<details open>\n<summary><b>List of Companies</b></summary>\n<ul>{ITEM}</ul>\n</details>\n",
        f"<details>\n<summary>List of companies</summary>\n\n- {A}\n\n</details>\n",
        f"<details><summary>More</summary>\n\n<details>\n<summary>Companies</summary>\n{ITEM}\n</details>\n</details>\n",
        f"<details>\n<summary>Companies</summary>\n<details><summary>Here</summary>{ITEM}</details>\n</details>\n",
        f"<DETAILS><SUMMARY>Companies</SUMMARY>{ITEM}</DETAILS>\n",
    ],
)
def test_lists_that_unfold_are_read_within_others_too(text: str) -> None:
    page = made_of(text)
    assert [(each.name, each.link, each.evidence) for each in page.companies] == [
        ("One", "https://one.example", "page-list")
    ]


@pytest.mark.parametrize("heading", ["## Example Companies", "## Overview\n\nText.\n\n### Example Companies"])
def test_examples_in_the_text_are_read(heading: str) -> None:
    page = made_of(f"{heading}\n{LIST}\n\n## Progress\n\nText.\n")
    assert companies(page) == [ONE, TWO]
    assert "Example" not in "".join(section.heading + section.html for section in page.sections)


@pytest.mark.parametrize(
    "text",
    [
        '<img src="../static/img/a.png" alt="A" />\n',
        "<img src={require('../static/img/a.png').default} alt=\"A\" />\n",
        "<img src={useBaseUrl('/img/a.png')} alt=\"A\" style={{width: '100%'}} />\n",
        "<figure>\n  <img\n    src={require('@site/static/img/a.png').default}\n    alt=\"A\"\n  />\n</figure>\n",
        "![A](../static/img/a.png 'Title')\n",
        "[![A](@site/static/img/a.png)](https://one.example)\n",
        '<div>\n  <ImageCard title="A"\n  imageUrl="/img/a.png"\n  linkUrl="x"\n  />\n</div>\n',
    ],
)
def test_pictures_are_read_in_every_form(text: str) -> None:
    assert [(each.file, each.text) for each in made_of(text).pictures] == [("a.png", "A")]
    assert all("style" not in section.html and "src=" not in section.html for section in made_of(text).sections)


@pytest.mark.parametrize("comment", ["{/* %s */}", "<!-- %s -->", "Words {/* %s */}", "Words <!-- %s -->"])
def test_a_comment_is_not_read_even_with_a_box_within_it(comment: str) -> None:
    page = made_of((comment % f"\n:::company job openings\n### {JOBS}\n:::\n\n") + "\n\n## Overview\n\nText.\n")
    assert page.job_links == ()
    assert page.sections[-1].heading == "Overview"
    assert "jobs" not in "".join(section.html for section in page.sections)


def test_a_page_without_front_matter_has_the_title_of_its_first_heading() -> None:
    page = made_of("# Composting\n\nOpening.\n\n## Overview\n\nText.\n", head="")
    assert (page.title, page.solution) == ("Composting", "composting")
    assert [section.heading for section in page.sections] == ["", "Overview"]


def test_sections_within_an_element_are_told_apart() -> None:
    page = made_of('<div className="wide">\n\n## Overview\n\nText.\n\n## Progress\n\nMore.\n\n</div>\n')
    assert [section.heading for section in page.sections] == ["Overview", "Progress"]


def test_bare_addresses_are_links() -> None:
    page = made_of(f"(1) http://one.example/a.pdf\n\nSee {JOBS[17:-1]} now.\n")
    assert page.links[0] == "http://one.example/a.pdf"
    assert len(page.job_links) == 1


def test_what_is_too_much_is_named_and_control_characters_are_not_told() -> None:
    page = made_of("".join(f"- [a](https://a.example/{number})\n" for number in range(3_000)))
    assert len(page.links) == 2_000
    assert "3,000 links, of which the first 2,000 are taken" in page.doubts
    assert "\x1b" not in "".join(made_of("import x from '\x1b[31m'\n").doubts)
