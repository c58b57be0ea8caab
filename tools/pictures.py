"""Draws the picture that other sites show beside a link to a solution: its name, its sector, its share of the whole.

python -m tools.pictures writes those of all solutions, and the site's own, to where the site serves them from.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

from postings import solutions
from postings.solutions import Solution
from web.gigatons import share
from web.pictures import DRAWN, SITE

Point = tuple[float, float]

#: As https://ogp.me readers like it.
WIDTH, HEIGHT = 1200, 630
_GROUND, _INK, _QUIET, _LINE, _ACCENT, _PALE = "#faf9f5", "#1b2320", "#59645f", "#e2e0d7", "#0b6354", "#9dc1b9"
_LEFT, _RIGHT = 90, 1110
#: The sign's size, how much larger it is drawn first, and its curves in units of 24.
_SIGN, _FINER = 60, 6
_SPROUT = (
    ((12, 19), (12, 16), (12, 12), (12, 9.5)),
    ((12, 13), (12, 10), (14, 8), (17.5, 8)),
    ((17.5, 8), (17.5, 11.4), (15.5, 13), (12, 13)),
    ((12, 15.5), (12, 13.2), (10.4, 11.5), (7.3, 11.5)),
    ((7.3, 11.5), (7.3, 14.3), (8.9, 15.5), (12, 15.5)),
)
#: Sizes of type that are tried for a name, in at most three lines.
_SIZES = (104, 88, 72, 60)


def main() -> None:
    """Draw all pictures anew."""
    DRAWN.mkdir(exist_ok=True)
    for old in DRAWN.glob("*.png"):
        old.unlink()
    for found in (None, *solutions.all_solutions()):
        path = DRAWN / f"{found.slug if found else SITE}.png"
        drawn(found).quantize(24).save(path, optimize=True)


def drawn(found: Solution | None) -> Image.Image:
    """The picture of a solution, or of the site itself."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 14), fill=_ACCENT)
    _brand(image)
    if found is None:
        _title(draw, "Work on the climate, by solution", f"{len(solutions.all_solutions())} solutions")
    else:
        _title(draw, found.name, found.home_sector)
        _bar(draw, found)
    return image


def _text(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: str, anchor: str = "la"
) -> None:
    draw.text(at, text, font=ImageFont.load_default(size), fill=fill, anchor=anchor)


def _brand(image: Image.Image) -> None:
    """The site's sign and name: the sign is drawn large and made smaller, so that its edges are smooth."""
    unit = _SIGN * _FINER / 24
    large = Image.new("RGB", (_SIGN * _FINER, _SIGN * _FINER), _GROUND)
    draw = ImageDraw.Draw(large)
    draw.ellipse((unit, unit, 23 * unit, 23 * unit), fill=_ACCENT)
    for curve in _SPROUT:
        line = [(x * unit, y * unit) for x, y in _bent(*curve)]
        draw.line(line, fill=_GROUND, width=round(1.6 * unit), joint="curve")
    image.paste(large.resize((_SIGN, _SIGN), Image.Resampling.LANCZOS), (_LEFT, 60))
    _text(ImageDraw.Draw(image), (_LEFT + _SIGN + 20, 60 + _SIGN / 2), "Climate jobs", 36, _INK, "lm")


def _bent(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    """Points of a cubic curve."""
    for step in range(25):
        t, u = step / 24, 1 - step / 24
        parts = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        yield (
            sum(p * q[0] for p, q in zip(parts, (a, b, c, d), strict=True)),
            sum(p * q[1] for p, q in zip(parts, (a, b, c, d), strict=True)),
        )


def _title(draw: ImageDraw.ImageDraw, name: str, above: str) -> None:
    size, lines = _fitted(draw, name)
    _text(draw, (_LEFT, 162), above, 34, _QUIET)
    for number, line in enumerate(lines):
        _text(draw, (_LEFT, 212 + number * size * 1.15), line, size, _INK)


def _fitted(draw: ImageDraw.ImageDraw, name: str) -> tuple[int, list[str]]:
    """A name in lines, in the largest type in which it fits."""
    for size in _SIZES:
        font = ImageFont.load_default(size)
        lines = [""]
        for word in name.split():
            longer = f"{lines[-1]} {word}".strip()
            if draw.textlength(longer, font=font) <= _RIGHT - _LEFT or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) * size * 1.15 <= 250 and all(draw.textlength(line, font=font) <= WIDTH for line in lines):
            break
    return size, lines[:3]


def _bar(draw: ImageDraw.ImageDraw, found: Solution) -> None:
    part = share(found)
    if part is None:
        return
    top, wide = 540, _RIGHT - _LEFT
    least, most = sorted((part.low, part.high))
    span = f"{least:g} to {most:g}" if least != most else f"{least:g}"
    _text(draw, (_LEFT, top - 52), f"{span} gigatons of CO2 by 2050", 32, _QUIET)
    draw.rounded_rectangle((_LEFT, top, _RIGHT, top + 16), 8, fill=_LINE)
    for percent, fill in ((part.high_percent, _PALE), (part.low_percent, _ACCENT)):
        draw.rounded_rectangle((_LEFT, top, _LEFT + max(16, wide * percent / 100), top + 16), 8, fill=fill)


if __name__ == "__main__":
    main()
