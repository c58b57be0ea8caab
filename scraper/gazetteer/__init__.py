"""Countries, their regions and cities by name, offline; where the facts come from stands in README.md."""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from zipfile import ZipFile

#: Letters that carry no separable accent.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ß": "ss", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d", "ħ": "h", "ŧ": "t"}
    | dict.fromkeys(".'’ʻ`´‘·")
)
#: Words of names that are written in two ways.
SPELLINGS = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
SEPARATORS = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """What two spellings of a name have in common: no case, accents or punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = SEPARATORS.sub(" ", bare.translate(PLAIN_LETTERS)).split()
    return " ".join(SPELLINGS.get(word, word) for word in words)


@dataclass(frozen=True, slots=True)
class Region:
    """A state, province or county; counties point to the region that cities name."""

    country: str
    #: The second half of its ISO 3166-2 code where it has one, else GeoNames' own code.
    code: str
    name: str
    #: The code of the region that holds it; its own where nothing does.
    within: str


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of at least 500 people."""

    name: str
    country: str
    #: A region's ``code``; empty where none is known.
    region: str
    latitude: float
    longitude: float
    population: int


class Gazetteer:
    """Finds by a folded name; each table is read when first asked."""

    def country(self, key: str) -> str | None:
        """The ISO code for a country's name, or for its code of two or three letters."""
        return self._countries.get(key)

    def regions(self, key: str) -> tuple[Region, ...]:
        """All regions of a name."""
        return self._regions.get(key, ())

    def regions_coded(self, code: str) -> tuple[Region, ...]:
        """All regions whose code is this, of any country."""
        return self._regions_by_code.get(code, ())

    def region(self, country: str, code: str) -> Region | None:
        """A region by its country and code."""
        return self._region_codes.get((country, code))

    @lru_cache(maxsize=20_000)  # noqa: B019 - there is one gazetteer, and it lives as long as the process
    def cities(self, key: str) -> tuple[City, ...]:
        """All cities of a name, the largest first."""
        wanted = f"{key}\t".encode()
        table = self._cities_about(key.encode())
        low, high = 0, len(table)
        while low < high:
            line = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if table[line : line + len(wanted)] < wanted:
                low = table.find(b"\n", line) + 1
            else:
                high = line
        found = []
        while table.startswith(wanted, low):
            end = table.find(b"\n", low)
            found.append(_city(table[low:end].decode()))
            low = end + 1
        return tuple(sorted(found, key=lambda city: -city.population))

    def _cities_about(self, key: bytes) -> bytes:
        """The part of the table in which a key would stand; whole, the table takes ten megabytes."""
        return self._part(self._parts[max(0, bisect_right(self._parts, key) - 1)])

    @lru_cache(maxsize=16)  # noqa: B019
    def _part(self, first: bytes) -> bytes:
        return self._file.read(first.decode())

    @cached_property
    def _file(self) -> ZipFile:
        return ZipFile(files(__name__).joinpath("cities.zip").open("rb"))

    @cached_property
    def _parts(self) -> list[bytes]:
        return [name.encode() for name in self._file.namelist()]

    @cached_property
    def _countries(self) -> dict[str, str]:
        return {name: row[0] for row in _rows("countries.tsv") for name in row[1].split("|")}

    @cached_property
    def _region_codes(self) -> dict[tuple[str, str], Region]:
        return {(row[0], row[1]): Region(row[0], row[1], row[2], row[3] or row[1]) for row in _rows("regions.tsv")}

    @cached_property
    def _regions_by_code(self) -> dict[str, tuple[Region, ...]]:
        coded: dict[str, tuple[Region, ...]] = {}
        for region in self._region_codes.values():
            if region.code == region.within:
                coded[region.code] = (*coded.get(region.code, ()), region)
        return coded

    @cached_property
    def _regions(self) -> dict[str, tuple[Region, ...]]:
        named: dict[str, tuple[Region, ...]] = {}
        for row in _rows("regions.tsv"):
            for name in row[4].split("|"):
                named[name] = (*named.get(name, ()), self._region_codes[row[0], row[1]])
        return named


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of this process."""
    return Gazetteer()


def _rows(name: str) -> list[list[str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _city(line: str) -> City:
    key, name, country, region, latitude, longitude, population = line.split("\t")
    return City(name or key, country, region, float(latitude), float(longitude), int(population) * 100)
