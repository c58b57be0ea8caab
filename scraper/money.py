"""Amounts of money in a text: numbers as written in many countries, with their currency, alone or as a range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: The currencies known, with roughly how many units make a euro, so that one measure of what is plausible fits all.
UNITS = {
    "EUR": 1, "USD": 1, "GBP": 1, "CHF": 1, "CAD": 1.5, "AUD": 1.7, "NZD": 1.8, "SGD": 1.4, "SEK": 11, "NOK": 11,
    "DKK": 7.5, "ISK": 145, "PLN": 4.3, "CZK": 25, "HUF": 390, "RON": 5, "BGN": 2, "UAH": 45, "RSD": 117, "TRY": 40,
    "ILS": 4, "AED": 4, "SAR": 4, "QAR": 4, "INR": 90, "PKR": 300, "BDT": 130, "LKR": 330, "CNY": 7.8, "HKD": 8.5,
    "TWD": 35, "JPY": 160, "KRW": 1500, "THB": 38, "MYR": 4.8, "IDR": 17500, "PHP": 62, "VND": 27500, "BRL": 6,
    "MXN": 20, "ARS": 1200, "CLP": 1050, "COP": 4500, "PEN": 4, "ZAR": 20, "KES": 145, "NGN": 1700, "GHS": 14,
    "EGP": 55, "RWF": 1500, "TZS": 2900, "UGX": 4200, "ETB": 140, "ZMW": 27,
}  # fmt: skip
SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₩": "KRW", "zł": "PLN", "kč": "CZK"}
SIGNS |= {"euro": "EUR", "euros": "EUR", "rs": "INR", "sfr": "CHF", "fr": "CHF"}
DOLLARS = {"us": "USD", "usd": "USD", "c": "CAD", "ca": "CAD", "cad": "CAD", "a": "AUD", "au": "AUD", "aud": "AUD"}
DOLLARS |= {"nz": "NZD", "s": "SGD", "sg": "SGD", "sgd": "SGD", "hk": "HKD", "r": "BRL", "mx": "MXN"}
#: What a sign that several countries share means there; the empty country stands for any other.
SHARED_SIGNS = {
    "$": {"": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
    "¥": {"JP": "JPY", "CN": "CNY"},
}
THOUSANDS = frozenset({"k", "tsd", "tsd.", "thousand"})

CODES = "|".join(UNITS)
DOLLAR = rf"(?:{'|'.join(DOLLARS)})?\$"
#: Right before a number.
SIGN_BEFORE = re.compile(
    rf"(?<![^\W_])({DOLLAR}|[€£₹¥₪₩]|Rs\.?|SFr\.?|Fr\.|kr\.?|{CODES})[^\S\n]?\$?[^\S\n]?$", re.IGNORECASE
)
#: A scale of millions is read too, so that its number is not taken for one without.
SCALE = (
    r"k|tsd\.?|thousand|m{1,2}|mn|mio\.?|million\w*|millones|b|bn|billions?|mrd\.?|milliard\w*|t|tn|trillions?"
    r"|lakhs?|lpa|crores?"
)
MONEY = re.compile(
    r"(?P<number>[0-9](?:\d{0,2}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d?(?:,\d{2})+,\d{3}"
    r"|\d*(?:[.,]\d{1,2})?))(?![.,]?\d)"
    rf"(?:[^\S\n]?(?P<scale>{SCALE})(?![^\W_€$]))?"
    rf"(?:[^\S\n]?(?P<after>[€£₹¥]|(?:{CODES}|euros?|zł|kč|kr\.?|SFr|\$)(?![^\W_]))(?P<late>[^\S\n]?k(?![^\W_]))?)?",
    re.IGNORECASE,
)
UP_TO = re.compile(
    r"(?:\.[-–—])?\s*(?:/\s?\w+|per \w+)?\s*(?:-|–|—|~|to|up to|bis(?: zu)?|à|al?|tot|till|do)\s*(?:up to )?",
    re.IGNORECASE,
)
AND = re.compile(r"\s*(?:/\s?\w+|per \w+)?\s*(?:and|und|et|y|e|en)\s*", re.IGNORECASE)
BETWEEN = re.compile(r"\b(?:between|entre|zwischen|tra|tussen|mellan|from|von)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """One sum or a range, where it stands in the text."""

    low: float
    high: float
    currency: str
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """Whether it has two ends."""
        return self.low != self.high


def number(text: str) -> float | None:
    """A number however its thousands and decimals are set apart; None where it is none."""
    text = re.sub(r"['’\s]", "", text)
    if not re.fullmatch(r"\d[\d.,]*", text):
        return None
    whole, mark, rest = text.rpartition("," if text.rfind(",") > text.rfind(".") else ".")
    if mark and len(rest) in (1, 2):
        text = f"{re.sub(r'[.,]', '', whole)}.{rest}"
    elif mark and whole and len(rest) != 3 and not (mark not in whole and len(rest) > 3):
        return None
    elif mark and mark not in whole and len(rest) > 3:
        text = f"{re.sub(r'[.,]', '', whole)}.{rest}"
    else:
        text = re.sub(r"[.,]", "", text)
    return float(text)


def currency(text: str, country: str | None = None) -> str | None:
    """The ISO code of a currency's code or sign; signs that countries share need the country, but for the dollar."""
    text = text.strip(" .").casefold()
    if text.upper() in UNITS:
        return text.upper()
    if text in SHARED_SIGNS:
        shared = SHARED_SIGNS[text]
        return shared.get(country or "", shared.get(""))
    return DOLLARS.get(text.removesuffix("$").strip()) if text.endswith("$") else SIGNS.get(text)


def amounts(text: str, country: str | None = None) -> Iterator[Amount]:
    """All sums and ranges with a known currency, in their order; sums in millions are left out."""
    sums = _sums(text)
    waiting = next(sums, None)
    while waiting:
        first, waiting = waiting, next(sums, None)
        pair = [first]
        if waiting and _joined(text, first, waiting):
            pair.append(waiting)
            waiting = next(sums, None)
        if amount := _amount(pair, country):
            yield amount


@dataclass(frozen=True, slots=True)
class _Sum:
    value: float | None
    scaled: bool
    signs: frozenset[str]
    start: int
    end: int


def _sums(text: str) -> Iterator[_Sum]:
    """Every number that stands by itself, with the signs beside it."""
    for found in MONEY.finditer(text):
        start = found.start()
        sign = SIGN_BEFORE.search(text, max(0, start - 7), start)
        if sign is None and start and (text[start - 1].isalnum() or text[start - 1] in ".,_"):
            continue
        scale = (found["scale"] or found["late"] or "").strip().casefold()
        value = number(found["number"])
        if value is not None and scale:
            value = value * 1000 if scale in THOUSANDS else None
        signs = frozenset(one.casefold().rstrip(".") for one in (sign and sign[1], found["after"]) if one)
        yield _Sum(value, bool(scale), signs, sign.start() if sign else start, found.end())


def _joined(text: str, first: _Sum, second: _Sum) -> bool:
    between = text[first.end : second.start]
    if len(between) > 24 or not (first.signs or second.signs):
        return False
    if UP_TO.fullmatch(between):
        return True
    return bool(AND.fullmatch(between) and BETWEEN.search(text, max(0, first.start - 12), first.start))


def _amount(sums: list[_Sum], country: str | None) -> Amount | None:
    low, high = sums[0].value, sums[-1].value
    code = _shared_currency(frozenset().union(*(one.signs for one in sums)), country)
    if code is None or low is None or high is None:
        return None
    if sums[-1].scaled and not sums[0].scaled and low < 1000:
        low *= 1000
    return Amount(low, high, code, sums[0].start, sums[-1].end)


def _shared_currency(signs: frozenset[str], country: str | None) -> str | None:
    """The one currency of some signs; a bare dollar beside another is that other's."""
    telling = signs - {"$"} or signs
    codes = {currency(sign, country) for sign in telling}
    return codes.pop() if len(codes) == 1 else None
