"""Covers of a catalogue that nobody released: drawn by rule and chance, the same each time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Colours = Sequence[str]
Grid = NDArray[np.float64]
Chance = np.random.Generator
#: Drawn so many times as large, and made smaller: edges are smooth.
_FINER = 2


def cover(style: str, colours: Colours, *, side: int = 1200, seed: int = 7) -> bytes:
    """Draw a square cover as a PNG; the first colour is the ground."""
    chance = np.random.default_rng([seed, *style.encode()])
    drawn = STYLES[style](colours, side * _FINER, chance).resize((side, side), Image.Resampling.BOX)
    grain = chance.normal(0, 3, (side, side, 1))
    pixels = np.clip(np.asarray(drawn, dtype=np.float64) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _rgb(colour: str) -> Grid:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)


def _places(side: int) -> tuple[Grid, Grid]:
    """Answer x and y of each pixel, from 0 to 1."""
    across, down = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    return across, down


def _ramp(colours: Colours, at: Grid) -> Image.Image:
    """Colour each pixel by where it is between the first colour and the last."""
    stops = np.linspace(0, 1, len(colours))
    parts = [np.interp(at, stops, [_rgb(one)[n] for one in colours]) for n in range(3)]
    return Image.fromarray(np.stack(parts, axis=2).astype(np.uint8))


def _tide(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw swells, one before the other."""
    image = _ramp(colours[:2], _places(side)[1])
    pen, x = ImageDraw.Draw(image), np.linspace(0, 1, 200)
    for number, colour in enumerate(colours[2:]):
        high = 0.42 + 0.58 * number / (len(colours) - 2)
        turn = chance.uniform(0, 6)
        y = high + 0.045 * np.sin(2 * np.pi * (1.1 + 0.3 * number) * x + turn)
        points = [(a * side, b * side) for a, b in zip(x, y, strict=True)]
        pen.polygon([(0, side), *points, (side, side)], fill=colour)
    pen.ellipse(_box(0.7 * side, 0.25 * side, 0.085 * side), fill=colours[-1])
    return image


def _sun(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw a low sun behind slats."""
    del chance
    image = _ramp(colours[:2], _places(side)[1])
    pen = ImageDraw.Draw(image)
    pen.ellipse(_box(0.5 * side, 0.52 * side, 0.3 * side), fill=colours[2])
    for number in range(7):
        y = 0.5 + 0.047 * number
        pen.rectangle((0, y * side, side, (y + 0.005 + 0.0045 * number) * side), fill=colours[1])
    return image


def _rings(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw rings that drift aside as they grow."""
    image = Image.new("RGB", (side, side), colours[0])
    pen, lean = ImageDraw.Draw(image), chance.uniform(0.1, 0.2)
    for number in range(9, 0, -1):
        part = number / 9
        centre = (0.5 + lean * (1 - part)) * side
        pen.ellipse(_box(centre, centre, 0.44 * part * side), fill=colours[number % len(colours)])
    return image


def _dots(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw a field of dots under a wave that swells them."""
    image = Image.new("RGB", (side, side), colours[0])
    pen, turn, count = ImageDraw.Draw(image), chance.uniform(0, 6), 17
    for row in range(count):
        for column in range(count):
            x, y = (column + 0.5) / count, (row + 0.5) / count
            swell = 0.5 + 0.5 * np.sin(6 * np.hypot(x - 0.35, y - 0.4) * 2 - turn)
            colour = colours[1 + int(swell * (len(colours) - 1.01))]
            radius = (0.1 + 0.36 * swell) * side / count
            pen.ellipse(_box(x * side, y * side, radius), fill=colour)
    return image


def _petals(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw leaves about a middle, as through one another."""
    image = Image.new("RGB", (side, side), colours[0])
    leaf = Image.new("L", (side, side), 0)
    ImageDraw.Draw(leaf).ellipse(
        (0.42 * side, 0.07 * side, 0.58 * side, 0.5 * side), fill=int(chance.integers(165, 190))
    )
    for number in range(12):
        turned = leaf.rotate(30 * number, center=(side / 2, side / 2))
        image.paste(colours[1 + number % (len(colours) - 1)], mask=turned)
    return image


def _arches(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw arches within arches."""
    del chance
    image = Image.new("RGB", (side, side), colours[0])
    pen = ImageDraw.Draw(image)
    for number in range(6):
        half, colour = (0.4 - 0.062 * number) * side, colours[1 + number % (len(colours) - 1)]
        pen.ellipse(_box(0.5 * side, 0.52 * side, half), fill=colour)
        pen.rectangle((side / 2 - half, 0.52 * side, side / 2 + half, side), fill=colour)
    return image


def _peaks(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw lines over one another, each hiding those behind it."""
    image = Image.new("RGB", (side, side), colours[0])
    pen, x = ImageDraw.Draw(image), np.linspace(0.14, 0.86, 240)
    for number in range(34):
        base = 0.2 + 0.019 * number
        bumps = sum(
            chance.uniform(0.2, 1) * np.exp(-(((x - chance.normal(0.5, 0.09)) / 0.03) ** 2))
            for _ in range(5)
        )
        y = base - 0.05 * bumps - 0.002 * chance.random(len(x))
        line = [(a * side, b * side) for a, b in zip(x, y, strict=True)]
        pen.polygon([*line, (0.86 * side, side), (0.14 * side, side)], fill=colours[0])
        pen.line(line, fill=colours[1 + number % (len(colours) - 1)], width=max(2, side // 400))
    pen.rectangle((0, 0.845 * side, side, side), fill=colours[0])
    return image


def _tiles(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw quarters of circles, each turned as it falls."""
    image = Image.new("RGB", (side, side), colours[0])
    pen, count = ImageDraw.Draw(image), 4
    step = side / count
    for row in range(count):
        for column in range(count):
            first, second = chance.choice(len(colours), 2, replace=False)
            x, y = column * step, row * step
            pen.rectangle((x, y, x + step, y + step), fill=colours[int(first)])
            across, down = (int(one) for one in chance.integers(0, 2, 2))
            corner = (x + across * step, y + down * step)
            begin = {(0, 0): 0, (1, 0): 90, (1, 1): 180, (0, 1): 270}[across, down]
            pen.pieslice(_box(*corner, step), begin, begin + 90, fill=colours[int(second)])
    return image


def _ridges(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw hills behind hills, the nearest the darkest."""
    image = _ramp(colours[:2], _places(side)[1])
    pen, x = ImageDraw.Draw(image), np.linspace(0, 1, 300)
    pen.ellipse(_box(0.31 * side, 0.3 * side, 0.1 * side), fill=colours[2])
    for number, colour in enumerate(colours[3:]):
        y = (
            0.5
            + 0.14 * number
            + sum(
                0.07 / n * np.sin(2 * np.pi * n * x * 1.3 + chance.uniform(0, 6))
                for n in (1, 2, 5, 9)
            )
        )
        points = [(a * side, b * side) for a, b in zip(x, y, strict=True)]
        pen.polygon([(0, side), *points, (side, side)], fill=colour)
    return image


def _drift(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw colours that flow into one another."""
    x, y = _places(side)
    for scale in (2.1, 3.7):
        a, b = chance.uniform(0, 6, 2)
        x, y = x + 0.12 * np.sin(scale * 2 * y + a), y + 0.12 * np.cos(scale * 2 * x + b)
    return _ramp(colours, 0.5 + 0.5 * np.sin(5.5 * x + 3.5 * y))


def _face(colours: Colours, side: int, chance: Chance) -> Image.Image:
    """Draw somebody before a wall, who is nobody."""
    image = _ramp(colours[:2], _places(side)[1])
    pen, lean = ImageDraw.Draw(image), chance.uniform(-0.03, 0.03)
    x = (0.5 + lean) * side
    pen.ellipse((x - 0.36 * side, 0.66 * side, x + 0.36 * side, 1.5 * side), fill=colours[3])
    pen.rounded_rectangle(
        (x - 0.08 * side, 0.5 * side, x + 0.08 * side, 0.76 * side), 0.07 * side, fill=colours[2]
    )
    pen.ellipse((x - 0.2 * side, 0.16 * side, x + 0.2 * side, 0.6 * side), fill=colours[4])
    pen.ellipse((x - 0.155 * side, 0.24 * side, x + 0.155 * side, 0.63 * side), fill=colours[2])
    return image


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (x - radius, y - radius, x + radius, y + radius)


STYLES: dict[str, Callable[[Colours, int, Chance], Image.Image]] = {
    "tide": _tide,
    "sun": _sun,
    "rings": _rings,
    "dots": _dots,
    "petals": _petals,
    "arches": _arches,
    "peaks": _peaks,
    "tiles": _tiles,
    "ridges": _ridges,
    "drift": _drift,
    "face": _face,
}
