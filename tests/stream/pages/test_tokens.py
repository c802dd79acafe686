"""Colours that stand on each other can be told apart (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from itertools import product

import pytest

from tests.support.masters import ROOT

TOKENS = (ROOT / "web" / "src" / "styles" / "tokens.css").read_text()
COLOURS = dict(
    re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);", TOKENS),
)
#: What is read on what: 4.5 to 1; and what need only be seen: 3 to 1.
READ = [
    *product(("ink", "faint", "accent", "good", "wrong", "warn"), ("paper", "raised")),
    *product(("ink", "faint"), ("sunken",)),
    *((name, f"{name}-soft") for name in ("accent", "good", "warn", "wrong")),
    ("on-accent", "accent"),
    ("paper", "ink"),
]
SEEN = [*product(("edge", "accent"), ("paper", "raised", "sunken"))]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", [0, 1], ids=["day", "night"])
def test_what_is_read_stands_out_from_its_ground(light: int) -> None:
    wanted = [*((pair, 4.5) for pair in READ), *((pair, 3.0) for pair in SEEN)]

    found = {
        (ink, ground): contrast(COLOURS[ink].split(", ")[light], COLOURS[ground].split(", ")[light])
        for (ink, ground), _ in wanted
    }

    assert {pair: round(found[pair], 2) for pair, least in wanted if found[pair] < least} == {}
