"""Pay: a labelled set of forms real postings use, fields, real recordings where they are, wild input."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.posting import Interval, Salary
from scraper.clean import describe
from scraper.money import amounts, currency, number
from scraper.pay import pay_from_text, salary_from

HERE = Path(__file__)
ROWS = list(csv.DictReader(HERE.with_name("pay.csv").open(encoding="utf-8")))
WITH_PAY = [row for row in ROWS if row["currency"]]
WITHOUT = [row for row in ROWS if not row["currency"]]
RECORDED = HERE.parents[2].parent / "shared" / "samples"


def expected(row):
    ends = [float(row[end]) if row[end] else None for end in ("minimum", "maximum")]
    return Salary(*ends, row["currency"], Interval(row["interval"]), "text")


def test_pay_is_read_as_labelled():
    wrong = [row["text"] for row in WITH_PAY if pay_from_text(row["text"], country=row["country"]) != expected(row)]
    assert len(WITH_PAY) >= 100
    assert len(wrong) <= 0.05 * len(WITH_PAY), wrong


def test_no_pay_is_made_up():
    false = [row["text"] for row in WITHOUT if pay_from_text(row["text"])]
    assert len(WITHOUT) >= 200
    assert not false


def test_pay_is_found_behind_paragraphs_of_other_money():
    others = "\n\n".join(row["text"] for row in WITHOUT)
    assert pay_from_text(others) is None
    assert pay_from_text(f"{others}\n\nSalary: $81,000 - $93,000") == Salary(81000, 93000, "USD", Interval.YEAR, "text")


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_pay_in_the_text_of_recordings_agrees_with_their_own_field():
    pairs = []
    for path in sorted((RECORDED / "ashby").glob("*.json")):
        for row in json.loads(path.read_bytes())["jobs"]:
            tiers = [
                tier
                for tier in (row.get("compensation") or {}).get("summaryComponents") or []
                if tier["compensationType"] == "Salary" and tier["currencyCode"] and tier["interval"] != "NONE"
            ]
            if tiers and (found := pay_from_text(describe(row["descriptionHtml"])[1])):
                pairs.append((found, tiers))
    near = [
        found
        for found, tiers in pairs
        if any(
            found.currency == tier["currencyCode"]
            and tier["interval"] == f"1 {found.interval.upper()}"
            and any(tier["minValue"] * 0.8 <= end <= tier["maxValue"] * 1.25 for end in (found.minimum, found.maximum))
            for tier in tiers
        )
    ]
    assert len(pairs) >= 15
    assert len(near) >= 0.95 * len(pairs)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_recordings_without_pay_get_none():
    """Boards whose texts were read by hand: they name vouchers, budgets and funding, but no pay."""
    for name in (
        "greenhouse/canonical-2023-07-09.json",
        "greenhouse/oneacrefund-2026-08-22.json",
        "ashby/gridverify.json",
    ):
        for row in json.loads((RECORDED / name).read_bytes())["jobs"]:
            text = describe(row.get("content") or row.get("descriptionHtml"))[1]
            assert pay_from_text(text) is None, row["title"]


@pytest.mark.parametrize(
    ("fields", "pay"),
    [
        ((60000, 80000, "USD", "1 YEAR"), (60000, 80000, "USD", "year")),
        (("60000", "80000.00", "eur", "yearly"), (60000, 80000, "EUR", "year")),
        (("55.000", "65.000", "€", "YEAR"), (55000, 65000, "EUR", "year")),
        ((60000, 80000, "USD", "per-year-salary"), (60000, 80000, "USD", "year")),
        ((25, 32.5, "USD", "per-hour-wage"), (25, 32.5, "USD", "hour")),
        ((25, 32, "USD", "HOURLY"), (25, 32, "USD", "hour")),
        ((3000, None, "EUR", "per-month-salary"), (3000, None, "EUR", "month")),
        ((0, 90000, "GBP", "annual"), (None, 90000, "GBP", "year")),
        ((90000, 0, "GBP", "ANNUALLY"), (90000, None, "GBP", "year")),
        ((90000, 90000, "GBP", None), (90000, 90000, "GBP", "year")),
        ((90000, 110000, "USD", "period_not_defined"), (90000, 110000, "USD", "year")),
        ((90000, 110000, "USD", "NONE"), (90000, 110000, "USD", "year")),
        ((500, 650, "GBP", "Day"), (500, 650, "GBP", "day")),
        ((1200, 1300, "USD", "1 WEEK"), (1200, 1300, "USD", "week")),
        ((30, 40, "USD", None), None),
        ((5000, 5000, "USD", "1 TIME"), None),
        ((80000, 60000, "USD", "year"), None),
        ((0, 0, "USD", "year"), None),
        ((-5, None, "USD", "year"), None),
        ((None, None, "USD", "year"), None),
        ((60000, 80000, None, "year"), None),
        ((60000, 80000, "XXX", "year"), None),
        (("much", "more", "USD", "year"), None),
        ((1, 5, "USD", "year"), None),
        ((True, False, "USD", "year"), None),
        ((float("nan"), float("inf"), "USD", "year"), None),
    ],
)
def test_fields_make_a_salary_or_none(fields, pay):
    found = salary_from(*fields)
    assert (found and (found.minimum, found.maximum, found.currency, found.interval)) == pay
    assert found is None or found.origin == "field"


def test_cents_become_whole_units():
    assert salary_from(9000000, 12000050, "USD", "year", cents=True) == Salary(90000, 120000.5, "USD", Interval.YEAR)


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("$50k – $80k", (50000, 80000, "USD", "year")),
        ("€3.200 / Monat", (3200, 3200, "EUR", "month")),
        ("$25.00 - $30.00 / hour", (25, 30, "USD", "hour")),
        ("$1 – $5 / year", None),
        ("Competitive", None),
    ],
)
def test_a_field_of_free_text_needs_no_word_for_pay(text, pay):
    found = pay_from_text(text, in_field=True)
    assert (found and (found.minimum, found.maximum, found.currency, found.interval)) == pay
    assert found is None or found.origin == "field"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60000", 60000), ("60,000", 60000), ("60.000", 60000), ("60 000", 60000), ("60’000", 60000), ("45.5", 45.5),
        ("1.234.567,89", 1234567.89), ("1,234,567.89", 1234567.89), ("45,50", 45.5), ("18,00,000", 1800000), ("", None),
        ("-5", None), ("abc", None),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_spelling_of_many_countries(text, value):
    assert number(text) == value


def test_signs_that_countries_share_need_the_country():
    assert [currency("$", country) for country in (None, "US", "CA", "AU")] == ["USD", "USD", "CAD", "AUD"]
    assert [currency("kr", country) for country in (None, "SE", "NO", "DK")] == [None, "SEK", "NOK", "DKK"]
    assert pay_from_text("Salary 40 000 kr per month") is None


PIECES = [
    "$",
    "€",
    "£",
    "USD",
    "kr",
    "60",
    "60k",
    "55.000",
    "1,5",
    "-",
    "–",
    "to",
    "per",
    "/",
    "hr",
    "year",
    "Jahr",
    "Salary:",
    "bonus",
    "up to",
    "\n\n",
    ".",
    "M",
    "Gehalt",
    "0",
    "999999999999999999",
]


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(PIECES)).map(" ".join)
    | st.lists(st.sampled_from(PIECES)).map("".join)
)
def test_any_text_gives_sound_pay_or_none(text):
    found = pay_from_text(text)
    assert found is None or 0 < (found.minimum or found.maximum or 0) < 1e11
    for amount in amounts(text):
        assert 0 <= amount.start < amount.end <= len(text)


@given(*[st.none() | st.text(max_size=12) | st.floats() | st.integers()] * 2, *[st.none() | st.text(max_size=12)] * 2)
def test_any_fields_give_a_salary_or_none(minimum, maximum, code, interval):
    assert salary_from(minimum, maximum, code, interval) is None or code
