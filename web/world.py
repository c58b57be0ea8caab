"""The outline of the world's land as one path, and where a place stands on it, by the Equal Earth projection.

The outline is Natural Earth's, which is in the public domain: `python -m web.world land-110m.json` writes it anew from
that file of the npm package «world-atlas».
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

#: The picture's size in its own units; what lies further south is ice.
WIDTH, HEIGHT = 1000, 440
_NORTH, _SOUTH = 82.0, -56.0
#: https://doi.org/10.1080/13658816.2018.1504949
_A = (1.340264, -0.081106, 0.000893, 0.003796)
#: Lines keep to so many units, and islands smaller than so many square ones are left out.
_EXACT, _SMALLEST = 0.45, 2.5

Point = tuple[float, float]


def at(latitude: float, longitude: float) -> Point:
    """Where a place stands in the picture, from the left and from the top."""
    x, y = _projected(latitude, longitude)
    left, _ = _projected(0, -180)
    _, top = _projected(_NORTH, 0)
    _, bottom = _projected(_SOUTH, 0)
    scale = min(WIDTH / (-2 * left), HEIGHT / (top - bottom))
    return WIDTH / 2 + x * scale, (top - y) * scale


def _projected(latitude: float, longitude: float) -> Point:
    a, b, c, d = _A
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * d * t**8 + 7 * c * t**6 + 3 * b * t**2 + a
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return x, d * t**9 + c * t**7 + b * t**3 + a * t


@cache
def outline() -> str:
    """The land, as the path of an SVG picture."""
    path: str = json.loads(files("web").joinpath("world.json").read_text("utf-8"))["path"]
    return path


def _rings(atlas: Any) -> Iterator[list[Point]]:
    """The rings of TopoJSON's land, as latitude and longitude: https://github.com/topojson/topojson-specification"""
    (wide, high), (left, low) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((y * high + low, x * wide + left))
        arcs.append(points)
    for shape in atlas["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            for ring in polygon:
                whole = (point for number in ring for point in (arcs[number] if number >= 0 else arcs[~number][::-1]))
                yield _unbroken(whole)


def _unbroken(points: Iterable[Point]) -> list[Point]:
    """A ring that goes on over the 180th meridian, where its longitudes begin anew."""
    ring: list[Point] = []
    for latitude, longitude in points:
        turns = round((ring[-1][1] - longitude) / 360) if ring else 0
        ring.append((latitude, longitude + 360 * turns))
    middle = round(sum(longitude for _, longitude in ring) / len(ring) / 360)
    return [(latitude, longitude - 360 * middle) for latitude, longitude in ring]


def _simple(points: Sequence[Point]) -> list[Point]:
    """A line with fewer points, by Douglas and Peucker."""
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.hypot(x2 - x1, y2 - y1)

    def apart(point: Point) -> float:
        x, y = point
        if length == 0:
            return math.hypot(x - x1, y - y1)
        return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length

    furthest = max(range(len(points)), key=lambda place: apart(points[place]))
    if len(points) < 3 or apart(points[furthest]) < _EXACT:
        return [points[0], points[-1]]
    return _simple(points[: furthest + 1])[:-1] + _simple(points[furthest:])


def _path(ring: Sequence[Point]) -> str:
    points = [(round(x), round(y)) for x, y in _simple(ring)]
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
    drawn = " ".join(f"{x} {y}" for x, y in steps[:-1] if (x, y) != (0, 0))
    return f"M{points[0][0]} {points[0][1]}l{drawn}z".replace(" -", "-")


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def main() -> None:
    """Write the outline from the file that is named."""
    atlas = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    north = [ring for ring in _rings(atlas) if max(latitude for latitude, _ in ring) > _SOUTH]
    drawn = [[at(*point) for point in ring] for ring in north]
    path = "".join(_path(ring) for ring in drawn if _area(ring) > _SMALLEST)
    origin = "Natural Earth, 1:110m land (naturalearthdata.com), by way of the npm package world-atlas 2.0.2"
    written = {"origin": origin, "licence": "public domain", "path": path}
    Path(__file__).with_name("world.json").write_text(json.dumps(written, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
