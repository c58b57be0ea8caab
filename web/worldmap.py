"""The map of open jobs: spots on an outline of the world, and the largest as a list."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from flask import Blueprint, render_template, request

from postings import codes
from postings.store.spots import Spot
from web import world
from web.at_hand import now, store
from web.choice import read_choice
from web.jobs import known
from web.parameters import PARAMETERS

bp = Blueprint("worldmap", __name__)

_FILTERS = tuple(parameter for parameter in PARAMETERS if parameter.name != "status")
#: So many spots are drawn, the largest; and so many countries and towns are named.
DRAWN, COUNTRIES, TOWNS = 300, 40, 20
#: Radius of the smallest and of the largest spot.
_SMALL, _LARGE = 2.2, 15.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A spot as it is drawn."""

    spot: Spot
    x: float
    y: float
    radius: float


@bp.get("/map")
def worldmap() -> str:
    """Where the open jobs are, by any filter of the list."""
    choice = read_choice(request.args, parameters=_FILTERS)
    hirers = known(choice)
    filters = choice.filters(now=now())
    found, on_map = store().postings.spots(filters)
    countries = store().postings.facets(filters)["country"]
    most_first = sorted(countries.items(), key=lambda pair: (-pair[1], pair[0]))
    return render_template(
        "map.html",
        choice=choice,
        to_towns=choice.one("l") is None,
        hirers=hirers,
        world=world,
        dots=dots(found[:DRAWN]),
        on_map=on_map,
        total=store().postings.page(filters, most=1).total,
        towns=found[:TOWNS],
        more_towns=len(found[TOWNS:]),
        countries=[(code, codes.countries().get(code, code), count) for code, count in most_first[:COUNTRIES]],
        more_countries=len(most_first[COUNTRIES:]),
    )


def dots(found: list[Spot]) -> list[Dot]:
    """How spots are drawn: an area for each number of jobs, the smaller ones over the larger."""
    most = max((spot.count for spot in found), default=1)
    drawn = []
    for spot in sorted(found, key=lambda spot: -spot.count):
        x, y = world.at(spot.latitude, spot.longitude)
        radius = max(_SMALL, _LARGE * sqrt(spot.count / most)) if most > 1 else 2 * _SMALL
        drawn.append(Dot(spot, round(x, 1), round(y, 1), round(radius, 1)))
    return drawn
