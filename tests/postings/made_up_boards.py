"""Boards of made-up postings that come, change, close and come again, and what a plain reading finds among them."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from postings.folding import folded
from postings.kept import Filters, KeptPosting
from postings.posting import EmploymentType, Interval, Outcome, Place, Posting, Reading, Salary, Source, Tag, Workplace
from postings.store import Store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARDS = {Source("greenhouse", "thaw"): "Thaw Wärme", Source("lever", "gale"): "Gale & Søn"}
SOLUTIONS = ("high-efficiency-heat-pumps", "onshore-wind-turbines", "bicycle-infrastructure")
#: Words of titles, and others of texts, so that no phrase stands over the border of the two.
TITLES = ("Heat-Pump", "Fitter", "CO₂", "Ingénieur", "turbine/blade", "class", "Policies")
TEXTS = (
    "batteries",
    "battery",
    "café",
    "m² of",
    "Straße",
    "cities",
    "太陽光",
    "R&D",
    "it's",
    "¿wind?",
    "don’t",
    "हिन्दी",
)
PLACES = (
    Place("Zürich", "Zürich", None, "CH"),
    Place("Berlin, DE", "Berlin", "BE", "DE"),
    Place("Remote (US)"),
    Place("50% Oslo", "Oslo", None, "NO"),
)
QUERIES = (
    *TITLES,
    *TEXTS,
    *(
        '"battery cities"',
        '"heat pump',
        "“Heat-Pump Fitter”",
        "heat fitter",
        "thaw warme",
        "SØN gale",
        "zurich",
        "co2 M2",
    ),
    *(
        "",
        "a",
        "'",
        '"',
        '""',
        "*",
        "NOT heat",
        "heat OR wind",
        "title:heat",
        "heat*",
        "NEAR(heat pump)",
        "(heat",
        "heat)",
    ),
    *(
        "'; --",
        "heat & pump",
        "heat | !pump",
        "<->",
        "heat:*",
        "\\",
        "%",
        "_",
        "🔥",
        "🔥 heat",
        "½",
        "cafe\u0301",
        "x" * 200,
    ),
    *("- + - +", "a b c d e f g h i j k l m", "policy", "city", "batterys", "classes", "\u202e heat", "हिन्दी battery"),
)


def posting(dice: random.Random, source: Source, ref: str) -> Posting:
    """A posting of words that are looked for."""
    pay = (
        Salary(dice.choice((20, 40_000, 90_000)), None, "EUR", dice.choice((*Interval,)))
        if dice.random() < 0.5
        else None
    )
    text = " ".join(dice.choices(TEXTS, k=6))
    return Posting(
        source=source,
        ref=ref,
        title=" ".join(dice.choices(TITLES, k=2)),
        url=f"https://boards.example/{ref}",
        places=tuple(dice.sample(PLACES, dice.randrange(3))),
        workplace=dice.choice((*Workplace, None)),
        employment_type=dice.choice((EmploymentType.FULL_TIME, EmploymentType.INTERNSHIP, None)),
        language=dice.choice(("en", "de", None)),
        salary=pay,
        description_text=text,
        description_html=f"<p>{text}</p>",
        posted_at=START - timedelta(days=dice.randrange(3), hours=dice.randrange(2)),
    )


def crawl(store: Store, dice: random.Random, source: Source, now: datetime) -> None:
    """Keep what a board lists just now: some of its postings, some of them otherwise than before."""
    if not store.sources.has(source):
        store.sources.add(source, now=now, employer=BOARDS[source])
    listed = [
        posting(random.Random(f"{ref} {dice.randrange(3)}"), source, ref) for ref in dice.sample("abcdefghijkl", 7)
    ]
    tags = {each.ref: [Tag(slug, 0.9, ()) for slug in dice.sample(SOLUTIONS, dice.randrange(3))] for each in listed}
    turn = store.sources.take(source, now=now)
    assert turn is not None
    refs = {each.ref for each in listed}
    read = Reading(source=source, started_at=now, outcome=Outcome.COMPLETE, postings=listed, listed=refs)
    store.crawls.save(turn, read, tags, now=now)


def filters(dice: random.Random, status: str = "open") -> Filters:
    """Some filters at once."""
    every = {
        "words": dice.choice(QUERIES),
        "place": dice.choice(
            ("zurich", "ZÜRICH", "berlin, d", "de", "remote", "%", "50%", "---", "no", "50% oslo oslo")
        ),
        "solutions": tuple(dice.sample(SOLUTIONS, 2)),
        "employers": ("thaw-warme", "gale-son")[dice.randrange(2) :],
        "workplace": dice.choice((*Workplace,)),
        "country": dice.choice(("DE", "CH", "FR")),
        "employment_type": EmploymentType.FULL_TIME,
        "language": "en",
        "since": START - timedelta(days=dice.randrange(3)),
        "salary_min": dice.choice((1.0, 40_000.0, 45_000.0)),
        "currency": dice.choice(("EUR", "USD")),
        "source": Source("lever", "gale"),
    }
    chosen = dice.sample([*every], dice.randrange(1, 4))
    return Filters(status=status, **{name: every[name] for name in chosen})  # type: ignore[arg-type]


@cache
def tokens(text: str) -> str:
    """The words of a text with one blank around each, as plain as a search takes them."""
    text = unicodedata.normalize("NFC", text).translate(str.maketrans("₂₃₄²³øØłŁ", "23423oOlL"))
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)).lower()
    return f" {' '.join(re.findall('[^' + chr(0) + ' ]+', ''.join(c if _is_of_word(c) else ' ' for c in plain)))} "


def _is_of_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM"


def phrases(words: str) -> Iterator[list[str]]:
    """What a search must find: each in one of some spellings."""
    for quoted, plain in re.findall(r'"([^"]*)(?:"|$)|([^"]+)', words.replace("“", '"').replace("”", '"')):
        yield from ([tokens(quoted)],) if tokens(quoted).strip() else ()
        for word in tokens(plain).split():
            others = {f"{word}s", word.removesuffix("s"), re.sub("ies$", "y", word), re.sub("y$", "ies", word)}
            yield [f" {each} " for each in others | {word}]


def passes(kept: KeptPosting, wanted: Filters) -> bool:
    """Whether a posting passes the filters, found by reading it."""
    post = kept.posting
    fields = (post.title, kept.employer.name, "; ".join(place.text for place in post.places), post.description_text)
    pay = post.salary and (post.salary.maximum or post.salary.minimum or 0) * {
        "month": 12, "week": 52, "day": 260, "hour": 2080, "year": 1}[post.salary.interval]  # fmt: skip
    asked = list(phrases(wanted.words or ""))[:10]
    found = all(any(each in tokens(field) for each in spellings for field in fields) for spellings in asked)
    return all((
        found and bool(asked) if wanted.words else True,
        kept.open if wanted.status == "open" else True,
        not wanted.place or _is_at(post, wanted.place),
        not wanted.solutions or any(tag.solution in wanted.solutions for tag in kept.tags),
        not wanted.employers or kept.employer.slug in wanted.employers,
        wanted.workplace in (None, post.workplace),
        not wanted.country or any(place.country == wanted.country for place in post.places),
        wanted.employment_type in (None, post.employment_type),
        wanted.language in (None, post.language),
        wanted.since is None or kept.dated_at >= wanted.since,
        wanted.salary_min is None or (pay or 0) >= wanted.salary_min,
        wanted.currency is None or (post.salary is not None and post.salary.currency == wanted.currency),
        wanted.source in (None, post.source),
    ))  # fmt: skip


def _is_at(post: Posting, place: str) -> bool:
    if place == "remote":
        return post.workplace == Workplace.REMOTE
    if len(place) < 3:
        return any(place.upper() in (each.country, each.region) or each.text.endswith(f", {place.upper()}") for each in post.places)  # noqa: E501  # fmt: skip
    wanted = folded(place).strip()
    named = (folded("\n".join(filter(None, (each.text, each.city, each.region)))) for each in post.places)
    return bool(wanted) and any(wanted in name for name in named)
