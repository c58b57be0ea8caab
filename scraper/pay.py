"""Pay from fields or out of a text -> a Salary; where it is not unmistakable there is none."""

from __future__ import annotations

import re

from postings.posting import Interval, Salary
from scraper.money import UNITS, Amount, amounts, currency, number

#: What can be pay for an interval, in euros: wide, for interns and for directors.
PLAUSIBLE = {
    Interval.YEAR: (1_500, 2_000_000),
    Interval.MONTH: (100, 150_000),
    Interval.WEEK: (50, 40_000),
    Interval.DAY: (10, 8_000),
    Interval.HOUR: (1, 1_000),
}
#: Pay of so many euros without an interval is for a year.
SURELY_ANNUAL = 15_000
#: The upper end of a range is at most so many times the lower.
WIDEST = 5
MAX_TEXT = 60_000

UNIT_WORDS = {
    Interval.HOUR: r"hours?|hourly|hr|hrs|h|std|stunden?|stundenlohn|stündlich|heure|hora|ora|uur|timme|godz\w*",
    Interval.DAY: r"day|daily|tag|tagessatz|täglich|jour|día|giorno|dag",
    Interval.WEEK: r"week|weekly|wk|woche|wöchentlich|semaine|semana|settimana|vecka",
    Interval.MONTH: r"months?|monthly|mth|monat|monats\w*|monatlich\w*|mois|mensuel\w*|mes|mensual\w*|mese|mensili?"
    r"|maand|månad|måned|mies\w*|mensal|mês|měs\w*",
    Interval.YEAR: r"years?|yearly|yr|annum|annually|annual|annuel\w*|anual\w*|p\.\s?a\b|pa|jahr|jahres\w*"
    r"|bruttojahr\w*|jährlich\w*|an|ans|année|año|anno|annui|jaar|år|årslön|rok\w*|ano",
}
UNIT = "|".join(f"(?P<{kind}>{words})" for kind, words in UNIT_WORDS.items())
#: Right behind an amount: «/hr», «per annum», «brutto im Jahr», «annually», «(yearly gross salary)».
INTERVAL_AFTER = re.compile(
    r"[^\S\n]*[+*]?[^\S\n]*(?:USD|EUR|GBP)?[^\S\n]*\(?(?:(?:gross|brut(?:t?os?|s)?|base|salary)[^\S\n]*)*"
    r"(?:/\s?|(?:per|pr\.?|an?|each|pro|im|par|al|por|all['’]|i)[^\S\n]+)?(?:(?:gross|brutto)[^\S\n]+)?"
    rf"(?:{UNIT})(?![^\W_])",
    re.IGNORECASE,
)
#: Then, where no unit that we know follows, the amount is for something else, or a range that we cannot read.
GOES_ON = re.compile(r"[^\S\n]*(?:(?:/|per\b)[^\S\n]*\w|[-–—][^\S\n]*\d)", re.IGNORECASE)
INTERVAL_BEFORE = re.compile(rf"(?<![^\W_])(?:{UNIT.replace('|h|', '|')})(?![^\W_])", re.IGNORECASE)
FIELD_INTERVAL = re.compile(rf"(?<![^\W_])(?:{UNIT})(?![^\W_])", re.IGNORECASE)

PAY = re.compile(
    r"(?<![^\W_])(?:salar(?:y|ies)|pay(?!\s*(?:period|check|ment|off))|base|wages?|remuneration|rate|earn(?:ings)?"
    r"|compensation(?:\s*(?:and|&)\s*(?:benefits|perks))?|hiring (?:range|amount)"
    r"|range for (?:this|the)|ctc|\w*gehalt\w*|vergütung|\w*entgelt|\w*lohn|verdienst|verdiene\w*"
    r"|jahresbrutto\w*|bruttojahres\w*|monatsbrutto\w*|salaires?|rémunération|salario|sueldo|retribu\w+|remunera\w+|stipendio"
    r"|ral|salaris|lön|årslön|(?:års)?lønn?|wynagrodzenie|plat|mzda|salário)(?![^\W_])",
    re.IGNORECASE,
)
#: Before a word for pay these make it something else.
OTHER_PAY = re.compile(
    r"(?:variable|on[\s-]target|minimum|sick|overtime|incentive|parental|severance|total target)[\s-]*$", re.IGNORECASE
)
#: Amounts beside these are no pay.
OTHER_MONEY = (
    r"stipends?|\w*budgets?|presupuesto|bonos?|allowances?|\w*bonus(?:es)?|referral|vouchers?|gifts?|reimburse\w*|relocation"
    r"|commut\w*|match\w*|401\s?\(?k\)?|rais(?:ed?|ing)|fund(?:ing|ed|s)?|series [a-f]|seed|valu(?:ation|ed)"
    r"|revenues?|umsatz|turnover|[amn]rr|acv|grants?|invest\w*|portfolio|contracts?|deals?|projects?|equity"
    r"|stock|options?|shares?|rsus?|sign(?:ing)?[\s-]on|signing|ote|on[\s-]target|commissions?|variable"
    r"|insur\w*|deductible|donat\w*|worth|saved?|savings?|customers?|clients?|assets?|tuition|learning|training"
    r"|development|wellness|wellbeing|equipment|home[\s-]?office|phone|internet|travel|meals?|lunch|gym"
    r"|credits?|perks?|benefits?|loans?|sales|quota|pipeline|spend\w*|costs?|pric\w+|fees?|awards?|prizes?"
    r"|scholarship\w*|sponsor\w*|opportunit\w+|market|industry|ebitda|profits?|losses|capex|opex|aum"
    r"|transactions?|process(?:es|ing)|volume|purchas\w*|\w*zuschuss\w*|prämie\w*|\w*gutschein\w*|sachbezug"
    r"|\w*zuwendung\w*|zulage\w*|\w*beihilfe|tickets?|primes?|titres?|chèques?|transport|\w*beitrag|förder\w*"
    r"|finanz\w*|kosten|subscription|plan|per diem|minimum wage|mindestlohn|threshold|poverty|household|income"
    r"|fertility|adoption|child\s?care|hra|hsa|fsa|pension|superannuation|penalt\w+|fines?"
)
OTHER_BEFORE = re.compile(rf"(?<![^\W_])(?:{OTHER_MONEY})(?![^\W_])", re.IGNORECASE)
OTHER_AFTER = re.compile(
    rf"[^\S\n]*[)*]?[^\S\n]*(?:[\w'’/-]+[^\S\n]+){{0,3}}?(?:{OTHER_MONEY})(?![^\W_])", re.IGNORECASE
)
#: Between an amount and such words these make it pay with something added.
ADDED = re.compile(
    r"[+&,;.|•]|\b(?:plus|with|and|und|et|excluding|including|zzgl|depending|based|for|commensurate)\b", re.IGNORECASE
)
#: What an amount refers to does not reach over this.
SENTENCE_END = re.compile(r"[.!?](?=\s+[^\W\d_a-z])|\n[^\S\n]*\n|\n(?=- )|•")
AT_LEAST = re.compile(
    r"\b(?:from|start(?:ing|s)? (?:at|from)|ab|min(?:imum|\.)?(?:\s[\w ]{0,30})?|mindestens|at least|à partir de|desde"
    r"|vanaf)[\s:]*$",
    re.IGNORECASE,
)
AT_MOST = re.compile(
    r"\b(?:up to|max(?:imum|\.)?(?:\s[\w ]{0,30})?|bis(?: zu)?|jusqu['’]à|hasta|tot|fino a)[\s:]*$", re.IGNORECASE
)
#: A head line such as «Data Engineer | Remote | $130k–$145k + equity».
HEADLINE_BEFORE = re.compile(r"(?:^|[|•]|\s[-–—])\s*$")
HEADLINE_AFTER = re.compile(r"[^\S\n]*(?:$|\n|[|•(+,&]|[-–—]|(?:plus|with|pa|p\.a|doe)\b)", re.IGNORECASE)


def pay_from_text(text: str | None, *, country: str | None = None, in_field: bool = False) -> Salary | None:
    """The pay a text states, None where none is unmistakable.

    Args:
        country: ISO code of the place of work, for signs such as $ and kr that countries share.
        in_field: the text is a source's own field for pay, and nothing else.
    """
    for amount in amounts((text or "")[:MAX_TEXT], country):
        if salary := _judged(amount, text or "", in_field=in_field):
            return salary
    return None


def salary_from(
    minimum: str | float | None,
    maximum: str | float | None,
    currency_code: str | None,
    interval: str | None = None,
    *,
    cents: bool = False,
    country: str | None = None,
) -> Salary | None:
    """Pay from a source's fields, None where they do not make sense.

    Args:
        currency_code: a code or a sign.
        interval: however the source writes it, such as ``1 YEAR``, ``per-year-salary`` or ``HOURLY``.
        cents: the amounts are hundredths.
    """
    low, high = (_value(value, 100 if cents else 1) for value in (minimum, maximum))
    code = currency(currency_code, country) if currency_code else None
    known = _field_interval(interval)
    if code is None or (interval and known is None and not UNKNOWN_INTERVAL.fullmatch(interval.strip())):
        return None
    return _salary(low, high, code, known, "field")


UNKNOWN_INTERVAL = re.compile(r"none|null|period_not_defined|unknown|other|", re.IGNORECASE)


def _value(value: str | float | None, divisor: int) -> float | None:
    """A positive number; None for nothing, nought and nonsense."""
    if isinstance(value, bool) or value is None:
        return None
    found = number(value.strip()) if isinstance(value, str) else float(value)
    return found / divisor if found is not None and 0 < found < 1e15 else None


def _field_interval(text: str | None) -> Interval | None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text or "")
    return _unit(FIELD_INTERVAL.search(words))


def _unit(found: re.Match[str] | None) -> Interval | None:
    return Interval(found.lastgroup) if found and found.lastgroup else None


def _salary(low: float | None, high: float | None, code: str, interval: Interval | None, origin: str) -> Salary | None:
    ends = [end for end in (low, high) if end is not None]
    if not ends or (low is not None and high is not None and low > high):
        return None
    if interval is None:
        interval = Interval.YEAR if min(ends) / UNITS[code] >= SURELY_ANNUAL else None
    if interval is None or not all(_plausible(end, code, interval) for end in ends):
        return None
    return Salary(low, high, code, interval, origin)


def _plausible(amount: float, code: str, interval: Interval) -> bool:
    least, most = PLAUSIBLE[interval]
    return least <= amount / UNITS[code] <= most


def _judged(amount: Amount, text: str, *, in_field: bool) -> Salary | None:
    """An amount as pay, where what stands around it says so."""
    if amount.low > amount.high or amount.high > amount.low * WIDEST:
        return None
    before, after = _sentence(text, amount)
    unit = INTERVAL_AFTER.match(after)
    interval = _unit(unit)
    if interval is None and GOES_ON.match(after):
        return None
    if not in_field and not _is_pay(amount, before, after, unit):
        return None
    if interval is None and (named := list(INTERVAL_BEFORE.finditer(before[-70:]))):
        interval = _unit(named[-1])
    low: float | None = amount.low
    high: float | None = amount.high
    if not amount.is_range:
        low = None if AT_MOST.search(before) else low
        high = None if AT_LEAST.search(before) else high
    return _salary(low, high, amount.currency, interval, "field" if in_field else "text")


def _sentence(text: str, amount: Amount) -> tuple[str, str]:
    """What stands before and after an amount in its sentence; before it a heading of its own line too."""
    before = text[max(0, amount.start - 160) : amount.start]
    ends = [end.end() for end in SENTENCE_END.finditer(before)]
    if ends and len(before) - ends[-1] < 12 and before[ends[-1] :].strip(" -:#*\n") == "":
        ends.pop()
    after = text[amount.end : amount.end + 60]
    stop = SENTENCE_END.search(after)
    return before[ends[-1] if ends else 0 :], after[: stop.start()] if stop else after


def _is_pay(amount: Amount, before: str, after: str, unit: re.Match[str] | None) -> bool:
    words = list(PAY.finditer(before))
    clause = before[words[-1].end() :] if words else before[-50:]
    if words and OTHER_PAY.search(before[: words[-1].start()]):
        return False
    if OTHER_BEFORE.search(clause) or _is_other(after[unit.end() :] if unit else after):
        return False
    if words or PAY.match(after.lstrip(" (")):
        return True
    if amount.is_range:
        return unit is not None or bool(HEADLINE_BEFORE.search(before) and HEADLINE_AFTER.match(after))
    return _unit(unit) is Interval.HOUR and not AT_MOST.search(before)


def _is_other(after: str) -> bool:
    found = OTHER_AFTER.match(after)
    return found is not None and not ADDED.search(found[0])
