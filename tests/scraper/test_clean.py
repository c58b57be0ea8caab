"""Plain lines, safe HTML and its text, times."""

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.clean import INVISIBLE, MAX_MARKUP, describe, plain_text, safe_html, text_of, utc

ALLOWED_TAG = re.compile(
    r"</?(?:p|ul|ol|li|h[2-4]|strong|em|b|i|a|blockquote|table|thead|tbody|tr|th|td)>|<br>|<hr>"
    r'|<a(?: href="(?:https?|mailto):[^"]*")? rel="nofollow noopener">'
)
TAGS = "p /p div /div script /script li /li ul b /b a h1 svg style pre !-- table td"
PIECES = [f"<{tag}>" for tag in TAGS.split()] + [
    "<div",
    ">",
    "-->",
    "<a href='javascript:1'>",
    "<a href='https://a.example'>",
]
PIECES += ["&lt;", "&#8238;", "&#0;", "\\n", "\n\n", "\x00", "\u202e", "Ã¼", "'", '"', "&", "&amp;", "\ue000", "\u200d"]
WILD = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=8)).map("".join)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("  Solar\tInstaller \n", "Solar Installer"),
        ("R&amp;D Engineer", "R&D Engineer"),
        ("R&amp;amp;D", "R&amp;D"),
        ("<b>Wind</b> Technician", "Wind Technician"),
        ("&lt;b&gt;Wind&lt;/b&gt; Technician", "Wind Technician"),
        ("Analyst (<5 years)", "Analyst (<5 years)"),
        ("MÃ¼nchen â€“ Elektriker", "München – Elektriker"),
        ("Engineer’s “mate”", "Engineer’s “mate”"),
        ("São Paulo", "São Paulo"),
        ("Mu\u0308nchen", "München"),
        ("a\u202eb\u200bc\x00\x07d\u00ade", "abcde"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("broken \ud800 half", "broken half"),
        ("<<b>script>alert(1)</<b>script>x", "alert(1)x"),
        ("Planner<script>alert(1)</script>", "Planner"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_title_becomes_one_clean_line(source, line):
    assert plain_text(source) == line


@given(WILD)
@example("&#x202e;<&#60;b>")
def test_a_line_never_holds_tags_or_hidden_characters(text):
    line = plain_text(text)
    assert not INVISIBLE.search(line)
    assert not re.search(r"\s\s|^\s|\s$|[\r\n\t]", line)
    assert "<script>" not in line
    line.encode()


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ('<p class="x" style="y" id="z" onclick="a()">Hi<img src=x onerror=a()></p>', "<p>Hi</p>"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style>", "<p>a</p>"),
        ("<p>a</p><p>&nbsp;</p><p><strong> </strong><br></p>", "<p>a</p>"),
        ("<h1>A</h1><h4>B</h4><h6>C</h6>", "<h2>A</h2><h3>B</h3><h4>C</h4>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<section><div><p>a</p></div><ul><li>b</ul></section>", "<p>a</p>\n<ul><li>b</li></ul>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<p><a href='javascript:alert(1)'>a</a> <a href='/apply'>b</a></p>", "<p>a b</p>"),
        (
            "<p><a href='https://acme.example/?a=1&b=2' target=_blank>a</a></p>",
            '<p><a href="https://acme.example/?a=1&amp;b=2" rel="nofollow noopener">a</a></p>',
        ),
        ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "<p>R&amp;D</p>"),
        ("One\n\nTwo\nthree", "<p>One</p><p>Two<br>three</p>"),
        ("<svg><style><img src=x onerror=a()></style></svg>", ""),
        ("", ""),
    ],
)
def test_html_keeps_what_a_posting_needs(markup, html):
    assert safe_html(markup) == html


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<h3>Tasks</h3><ul><li>Plan</li><li><p>Build</p></li></ul><p>End", "Tasks\n\n- Plan\n- Build\n\nEnd"),
        ("<p>a&nbsp;&amp;\n  b</p>", "a & b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("Text<script>alert(1)</script>", "Text"),
        ("Line\\nnext\\n\\nPara", "Line\nnext\n\nPara"),
    ],
)
def test_text_keeps_paragraphs_and_list_items(markup, text):
    assert text_of(markup) == text
    assert describe(markup) == (safe_html(markup), text)


def test_nothing_described_is_two_empty_texts():
    assert describe(None) == describe("") == ("", "")


@given(WILD)
@example("<p>\x00</p>&#0;&#8238;")
@example("<div><div>a</div>b<ul><li><div>c</li></div>")
def test_html_holds_only_allowed_tags_whatever_comes(markup):
    html, text = describe(markup)
    assert "<" not in ALLOWED_TAG.sub("", html)
    assert not INVISIBLE.search(unescape(html) + text)
    html.encode()


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 10_000 + "deep" + "</div>" * 10_000,
        "".join(f"<font a={n}>" for n in range(10_000)) + "deep",
        "<ul><li>" * 10_000 + "deep",
        "<p><b>" * 10_000 + "deep",
        "<" * 1_000_000,
        "<!--" * 100_000,
        "<a " + " ".join(f"a{n}=1" for n in range(40_000)) + ">",
        "x" * 2 * MAX_MARKUP,
    ],
    ids=["div", "font", "list", "bold", "angle", "comment", "attributes", "long"],
)
def test_absurd_markup_costs_little(markup):
    started = time.process_time()
    html, text = describe(markup)
    plain_text(markup)
    assert time.process_time() - started < 2
    assert len(html) <= 5 * MAX_MARKUP
    assert "deep" in text or "deep" not in markup


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-08-11T20:45:29Z", datetime(2026, 8, 11, 20, 45, 29, tzinfo=UTC)),
        ("2026-08-11T09:00:00-04:00", datetime(2026, 8, 11, 13, tzinfo=UTC)),
        ("2026-08-11T09:00:00.123-0400", datetime(2026, 8, 11, 13, microsecond=123000, tzinfo=UTC)),
        ("2026-08-11 20:45:29 UTC", datetime(2026, 8, 11, 20, 45, 29, tzinfo=UTC)),
        ("2026-08-11T20:45:29", datetime(2026, 8, 11, 20, 45, 29, tzinfo=UTC)),
        (" 2026-08-11 ", datetime(2026, 8, 11, tzinfo=UTC)),
        ("Tue, 11 Aug 2026 20:45:29 +0200", datetime(2026, 8, 11, 18, 45, 29, tzinfo=UTC)),
        ("Tue, 11 Aug 2026 20:45:29 GMT", datetime(2026, 8, 11, 20, 45, 29, tzinfo=UTC)),
        (1754906729, datetime(2025, 8, 11, 10, 5, 29, tzinfo=UTC)),
        (1754906729000, datetime(2025, 8, 11, 10, 5, 29, tzinfo=UTC)),
        ("1754906729", datetime(2025, 8, 11, 10, 5, 29, tzinfo=UTC)),
        (date(2026, 8, 11), datetime(2026, 8, 11, tzinfo=UTC)),
        (datetime(2026, 8, 11, 9, tzinfo=timezone(-timedelta(hours=4))), datetime(2026, 8, 11, 13, tzinfo=UTC)),
        (None, None),
        (" ", None),
    ],
)
def test_times_are_read_in_every_form_sources_use(value, moment):
    assert utc(value) == moment
    assert moment is None or utc(value).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "12/11/2026",
        "2026-13-01",
        "0001-01-01",
        "2101-01-01",
        "30+ days ago",
        "9" * 14,
        5,
        True,
        float("nan"),
        1e300,
    ],
)
def test_nonsense_is_no_time(value):
    with pytest.raises(ValueError, match="no time"):
        utc(value)


@given(st.text() | st.floats() | st.integers() | st.datetimes() | st.datetimes(timezones=st.timezones()))
def test_a_time_is_utc_or_refused(value):
    try:
        moment = utc(value)
    except ValueError:
        return
    assert moment is None or (moment.utcoffset() == timedelta(0) and 1990 <= moment.year <= 2100)
