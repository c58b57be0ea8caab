"""A place as somebody wrote it -> the names in it, each with all that it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scraper.gazetteer import City, Region, fold, gazetteer
from scraper.terms import WORKPLACES

#: Between places that stand beside each other.
BESIDE = re.compile(r"[;|\n•·/]|\s[+&]\s")
BESIDE_WORD = re.compile(r"(?:^|\s+)(?:or|oder|ou|and|und|et|&)(?:\s+|$)", re.IGNORECASE)
#: Between the parts of one place; where words about the workplace were blanked out, too.
WITHIN = re.compile(r"[,:()\[\]]|\s[-–—>]+(?=\s|\w)|(?<=\w)[-–—]\s|^[-–—]|[-–—]$|\s{3,}")
#: ``US-CA-Monrovia``, ``USA-DC-Washington``, ``US-NYC``
CODED = re.compile(r"\s*[A-Z]{2,3}-\S")
FLAG = re.compile(r"[\U0001f1e6-\U0001f1ff]")
#: «USA timezones» is no place of work.
TIME_ZONE = re.compile(r"\b(?:time\s?zones?|utc|gmt|hours)\b", re.IGNORECASE)
WORD = re.compile(r"[^\s-]+")
BLANKS = " \t\n-–—>"


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


#: Say nothing about where.
EMPTY_WORDS = word_set(
    """
    a airport any area areas at based bay branch building campus city country county de downtown eligible flexible from
    greater headquarter headquarters hq hub in international job jobs location locations main many metro metropolitan
    multiple near of office offices on only option position positions program province region required role several site
    sites state states the throughout to travel various view within work working
    """
)
DIRECTIONS = word_set(
    """
    north south east west central northern southern eastern western northeast northwest southeast southwest midwest
    nord sud süd ost zentrum mitte centre norte sur este oeste noord zuid oost
    """
)
EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
#: Areas that are a fixed list of countries.
FIXED_AREAS = {
    "eu": EU,
    "european union": EU,
    "dach": "DE AT CH",
    "benelux": "BE NL LU",
    "nordics": "DK FI IS NO SE",
    "baltics": "EE LV LT",
    "anz": "AU NZ",
}
LOOSE_AREAS = """
    africa|america|americas|apac|apj|asia|asia pacific|caribbean|central america|cet|emea|europa|europe|global|latam
    |latin america|mena|middle east|nam|noram|north america|oceania|scandinavia|sea|south america|southeast asia
    |southern europe|western europe|eastern europe|northern europe|central europe|world|worldwide
"""
AREAS = {name.strip(): "" for name in LOOSE_AREAS.split("|")} | FIXED_AREAS
SHORT_CITIES = {
    "sf": ("san francisco", "US", "CA"),
    "nyc": ("new york city", "US", "NY"),
    "washington dc": ("washington", "US", "DC"),
}
#: Written small these are still codes of countries.
SMALL_CODES = frozenset({"usa", "uk", "uae"})


@dataclass(frozen=True, slots=True)
class Token:
    """One name and what it may mean; nothing at all where no table knows it."""

    text: str
    start: int
    end: int
    country: str | None = None
    regions: tuple[Region, ...] = ()
    cities: tuple[City, ...] = ()
    #: The codes of an area's countries; an empty text for one without a fixed list.
    area: str | None = None

    @property
    def known(self) -> bool:
        """Whether any table knows it."""
        return bool(self.country or self.regions or self.cities) or self.area is not None

    @property
    def is_code(self) -> bool:
        """Whether it is a code such as ``CA``."""
        return is_code(self.text)


def is_code(text: str) -> bool:
    """Whether a text is written as a code of two or three letters."""
    letters = text.replace(".", "")
    return letters.isalpha() and letters.isascii() and letters.isupper() and len(letters) <= 3


def holds(regions: Iterable[Region], cities: Iterable[City]) -> bool:
    """Whether any of the cities lies in any of the regions."""
    held = {(region.country, region.within) for region in regions}
    return any((city.country, city.region) in held for city in cities)


def tokens(text: str) -> list[list[Token]]:
    """The names in a text, in runs that stand beside each other; words about the workplace are left out."""
    masked = FLAG.sub(" ", text)
    for words in WORKPLACES.values():
        masked = words.sub(lambda found: " " * len(found[0]), masked)
    runs = []
    for start, end in _between(BESIDE, masked, 0, len(masked)):
        if CODED.match(masked, start, end):
            masked = masked[:start] + masked[start:end].replace("-", ",", 2) + masked[end:]
        run: list[Token] = []
        for part in _between(WITHIN, masked, start, end):
            whole = _token(masked, *part)
            pieces = [part] if whole.known else list(_between(BESIDE_WORD, masked, *part, keep_empty=True))
            for number, piece in enumerate(pieces):
                if number:
                    runs.append(run)
                    run = []
                run.extend(_names(masked, *piece))
        runs.append(run)
    return [run for run in runs if run]


def _between(
    separator: re.Pattern[str], text: str, start: int, end: int, *, keep_empty: bool = False
) -> Iterator[tuple[int, int]]:
    """Spans of what stands between separators, without the blanks around."""
    edges = [start, *(edge for found in separator.finditer(text, start, end) for edge in found.span()), end]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        piece = text[left:right]
        if keep_empty or piece.strip(BLANKS):
            yield left + len(piece) - len(piece.lstrip(BLANKS)), left + len(piece.rstrip(BLANKS))


def _token(text: str, start: int, end: int) -> Token:
    written = text[start:end]
    return Token(written, start, end, *_meanings(written))


@lru_cache(maxsize=50_000)
def _meanings(written: str) -> tuple[str | None, tuple[Region, ...], tuple[City, ...], str | None]:
    known, key, code = gazetteer(), fold(written), is_code(written)
    if key in DIRECTIONS:
        return None, (), (), None
    country = known.country(key) if len(key) > 3 or code or key in SMALL_CODES else None
    regions = known.regions(key) + (known.regions_coded(key.upper()) if code else ())
    if key in SHORT_CITIES:
        name, *place = SHORT_CITIES[key]
        cities = tuple(city for city in known.cities(name) if [city.country, city.region] == place)
    else:
        cities = known.cities(key) if len(key) > 2 or not key.isascii() else ()
    return country, regions, cities, AREAS.get(key)


def _names(text: str, start: int, end: int) -> list[Token]:
    """The names in a piece without separators, such as «Munich Office», «Kampala Uganda» or «USA DC Washington»."""
    whole = _token(text, start, end)
    words = list(WORD.finditer(text, start, end))
    if whole.known or TIME_ZONE.search(text, start, end) or not words:
        return [whole] if words else []
    edges = [(word.start(), word.end()) for word in words]
    telling = [span for span in edges if _tells(text[slice(*span)], EMPTY_WORDS)]
    if not telling:
        return []
    if len(telling) < len(edges):
        return _names(text, telling[0][0], telling[-1][1]) if _trimmed(edges, telling) else [whole]
    return _split(text, edges) or [whole]


def _trimmed(edges: list[tuple[int, int]], telling: list[tuple[int, int]]) -> bool:
    return edges[0] != telling[0] or edges[-1] != telling[-1]


def _tells(word: str, empty: frozenset[str]) -> bool:
    letters = any(letter.isalpha() for letter in word) and not any(letter.isdigit() for letter in word)
    return letters and word.casefold() not in empty


def _split(text: str, edges: list[tuple[int, int]]) -> list[Token] | None:
    """Take a country or region from one end of a piece, or a direction; None where there is none."""
    first, last = edges[0][0], edges[-1][1]
    for count in range(min(3, len(edges) - 1), 0, -1):
        ending, before = _token(text, edges[-count][0], last), (first, edges[-count - 1][1])
        if ending.country or holds(ending.regions, _token(text, *before).cities):
            return [*_names(text, *before), ending]
    beginning = _token(text, *edges[0])
    if len(edges) > 1 and beginning.is_code and (beginning.country or beginning.regions):
        return [beginning, *_names(text, edges[1][0], last)]
    kept = [span for span in edges if _tells(text[slice(*span)], DIRECTIONS)]
    if kept and _trimmed(edges, kept):
        return _names(text, kept[0][0], kept[-1][1])
    return None
