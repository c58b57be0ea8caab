"""Names in a row -> places: which name holds which, and which of its namesakes each one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from postings.posting import Place
from scraper.gazetteer import SPELLINGS, City, Region, fold, gazetteer
from scraper.gazetteer.tokens import Token, holds, word_set

#: A city named without its country must have so many people …
KNOWN_CITY = 15_000
#: … and so many times those of its namesakes elsewhere, or only what they share is said.
LARGER = 2.5
#: Where city and region share a name and nothing else is said, a city of this size is meant.
LARGE_CITY = 100_000
MILLIONS = 1_000_000
#: Countries that are one city.
CITY_STATES = frozenset({"SG", "HK", "MC", "MO", "GI"})
#: Names that mean something else as well: cities need their region or country beside them, and no town is called so.
COMMON_WORDS = word_set(
    """
    all alpha beta bath central commerce corporate customer date delta enterprise field global home industry man many
    mobile most nationwide nova of office orange page plant sales same split statewide store summit territory union unit
    university van various warehouse
    """
)
#: There a town that no table knows may be believed: «Epes, AL».
TOWNS_WITH_STATE = frozenset({"US", "CA", "AU"})
SPELT_ALTERNATIVELY = frozenset(SPELLINGS.values())


def may_be_state(regions: Iterable[Region]) -> bool:
    """Whether a country's name or code may as well be that of a state: Georgia, CA, DE."""
    return any(region.country == "US" for region in regions)


def spots(run: Sequence[Token]) -> list[Spot]:
    """The places in a run of names: a name, then those of what holds it, or the other way about."""
    backwards = len(run) > 1 and _holds(run[0], run[1]) and not _holds(run[1], run[0])
    spots: list[Spot] = []
    for token in reversed(run) if backwards else run:
        if not spots or not spots[-1].narrow(token, town=not backwards):
            spots.append(Spot.of(token))
    return spots


def _holds(outer: Token, inner: Token) -> bool:
    """Whether a name holds the other; a country's name is no city elsewhere, and a large city no region."""
    coded_alike = outer.is_code or not inner.is_code or outer.country in TOWNS_WITH_STATE
    if coded_alike and any(region.country == outer.country for region in inner.regions):
        return True
    if inner.country not in (None, outer.country):
        return False
    regions = [] if _is_large(outer) else [region for region in outer.regions if region.code == region.within]
    return holds(regions, inner.cities) or any(city.country == outer.country for city in inner.cities)


def _is_large(name: Token) -> bool:
    return any(city.population >= LARGE_CITY for city in name.cities)


@dataclass(slots=True)
class Spot:
    """One place in the making: a name, narrowed by the names of what holds it."""

    name: str
    start: int
    end: int
    is_code: bool
    country: str | None
    regions: tuple[Region, ...]
    cities: tuple[City, ...]
    #: The region or the country it was narrowed to; a bare name has neither.
    region: Region | None = None
    holder: str | None = None

    @classmethod
    def of(cls, token: Token) -> Spot:
        if token.area is not None:
            return cls(token.text, token.start, token.end, False, None, (), ())
        return cls(token.text, token.start, token.end, token.is_code, token.country, token.regions, token.cities)

    def narrow(self, token: Token, *, town: bool) -> bool:
        """Take a further name as what holds this place; False where it does not."""
        if self.holder:
            return token.country == self.holder and self._reach(token)
        regions = [region for region in token.regions if self._may_hold(region, token)]
        held = tuple(city for city in self.cities if holds(regions, [city]))
        abroad = tuple(
            city for city in self.cities if city.country == token.country and self.country in (None, city.country)
        )
        counties = tuple(county for county in self.regions if county.code != county.within and _within(county, regions))
        within = tuple(region for region in self.regions if region.country == token.country)
        if self._is_rather_beside(token, held):
            return False
        if held and (not abroad or held[0].population >= abroad[0].population):
            self.cities, self.regions, self.country = held, counties, None
            self.region = gazetteer().region(held[0].country, held[0].region)
        elif abroad or within:
            self.cities, self.regions, self.country, self.holder = abroad, within, None, token.country
        elif counties:
            self.regions, self.cities, self.country = counties, (), None
            self.region = counties[0]
        elif town and self._is_town() and (state := _state(token)):
            self.region = state
        elif town and self._is_lesser_namesake(token):
            self.cities, self.regions, self.holder = (), (), token.country
        else:
            return False
        return self._reach(token)

    def _is_rather_beside(self, token: Token, held: Sequence[City]) -> bool:
        """«Boston, New York» are two cities, though there is a Boston in New York."""
        million = any(city.population >= MILLIONS for city in token.cities)
        return million and bool(held) and held[0].population * 20 < self.cities[0].population

    def place(self) -> Place | None:
        """What is sure of it; None where nothing is."""
        if self.region is None and self.holder is None:
            return self._bare()
        if city := self._city():
            return city
        if self.regions:
            return _region_place(self.regions)
        if self.region is not None:
            return Place("", self.name, self.region.name, self.region.country)
        # A town's name that is said to lie there.
        return None if self.cities else Place("", self.name, country=self.holder)

    def _reach(self, token: Token) -> bool:
        self.start, self.end = min(self.start, token.start), max(self.end, token.end)
        return True

    def _may_hold(self, region: Region, token: Token) -> bool:
        """A county named like a town of its country is rather that town, unless this place has the name too."""
        if region.code == region.within or fold(self.name) == fold(token.text):
            return True
        return not any(city.country == region.country and city.population >= KNOWN_CITY for city in token.cities)

    def _is_town(self) -> bool:
        words = self.name.split()
        known = self.country or self.regions or self.cities or COMMON_WORDS.intersection(fold(self.name).split())
        return not known and len(words) <= 3 and all(word.strip(".'’").isalpha() and word.istitle() for word in words)

    def _is_lesser_namesake(self, country: Token) -> bool:
        """«Hull, United Kingdom»: what is called so elsewhere is small, and there it is written otherwise."""
        named = country.country and not may_be_state(country.regions) and not country.cities
        small = bool(self.cities) and self.country is None and self.cities[0].population < LARGE_CITY
        return bool(named) and small and COMMON_WORDS.isdisjoint(fold(self.name).split())

    def _bare(self) -> Place | None:
        if self.is_code and not self.cities:
            return self._code()
        if self.country in CITY_STATES and self.cities:
            return _city_place(self.cities[:1])
        if self.country:
            return None if may_be_state(self.regions) else Place("", country=self.country)
        if fold(self.name) in COMMON_WORDS:
            return None
        self._keep_spelt_alike()
        enough = KNOWN_CITY if " " not in self.name else KNOWN_CITY / 3
        known = bool(self.cities) and self.cities[0].population >= enough
        if known and (city := self._city()):
            return city
        namesakes = [city for city in self.cities if fold(city.name) == fold(self.name)]
        if self.regions and namesakes and namesakes[0].population >= LARGE_CITY:
            return self._between_city_and_region(namesakes[0])
        return _region_place(self.regions) if self.regions else None

    def _code(self) -> Place | None:
        """A bare code: of a country, or of a state where no country has the same."""
        if self.country:
            return None if may_be_state(self.regions) else Place("", country=self.country)
        states = [region for region in self.regions if region.country in TOWNS_WITH_STATE]
        return _region_place(states) if len(states) == 1 else None

    def _between_city_and_region(self, city: City) -> Place | None:
        """Where a large city and a region elsewhere share a name, what they share; or the state of that name."""
        countries = {region.country for region in self.regions}
        if city.country in countries:
            return Place("", country=city.country) if len(countries) == 1 else None
        states = [region for region in self.regions if region.country in ("US", "CA") and region.code == region.within]
        if states:
            return _region_place(states) if city.population < MILLIONS else None
        rivals = [rival for rival in self.cities if rival.population * LARGER > city.population]
        return _city_place(rivals) if city.population >= MILLIONS / 2 else None

    def _keep_spelt_alike(self) -> None:
        """«St. Louis» is no «Saint-Louis», though both are found: what is spelt to the letter goes first."""
        exact = tuple(city for city in self.cities if city.name.casefold() == self.name.casefold())
        two_ways = not SPELT_ALTERNATIVELY.isdisjoint(fold(self.name).split())
        if two_ways and exact and exact[0].population * 10 >= self.cities[0].population:
            self.cities = exact
            self.regions = tuple(region for region in self.regions if region.name.casefold() == self.name.casefold())

    def _city(self) -> Place | None:
        """The city meant; None where the region of the same name is."""
        cities = [city for city in self.cities if not self.regions or self._outshines_region(city)]
        if not cities or cities[0].population * LARGER < self.cities[0].population:
            return None
        rivals = [city for city in cities if city.population * LARGER > cities[0].population]
        return _city_place(cities[:1] if self.region and not self.holder else rivals)

    def _outshines_region(self, city: City) -> bool:
        """Whether a name of city and region rather means the city: the region is called after it, or hardly known."""
        key, own = fold(self.name), fold(city.name)
        if holds(self.regions, [city]):
            abroad = city.country != "US" and city.population >= MILLIONS / 2
            return own == key or key == "new york" or abroad or bool({*self.regions} & {*gazetteer().regions(own)})
        if own != key or all(region.country != city.country for region in self.regions):
            return False
        return city.population >= (KNOWN_CITY / 3 if self.holder and self.holder != "US" else MILLIONS)


def _within(county: Region, regions: Iterable[Region]) -> bool:
    return any(region.country == county.country and region.code == county.within for region in regions)


def _state(token: Token) -> Region | None:
    states = [region for region in token.regions if region.country in TOWNS_WITH_STATE and region.code == region.within]
    return states[0] if len(states) == 1 else None


def _region_place(regions: Sequence[Region]) -> Place | None:
    """What regions of one name share; the larger where one is a county of the same name."""
    first = [region for region in regions if region.code == region.within] or list(regions)
    if len({region.country for region in first}) > 1:
        return None
    return Place("", region=first[0].name if len(first) == 1 else None, country=first[0].country)


def _city_place(cities: Sequence[City]) -> Place | None:
    """What cities of one name share."""
    first = cities[0]
    if len(cities) > 1 and len({(city.name, city.country, city.region) for city in cities}) > 1:
        name = first.name if len({city.name for city in cities}) == 1 else None
        country = first.country if len({city.country for city in cities}) == 1 else None
        return Place("", city=name, country=country) if name or country else None
    region = gazetteer().region(first.country, first.region)
    return Place("", first.name, region.name if region else None, first.country, first.latitude, first.longitude)
