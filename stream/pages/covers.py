"""A cover for what has none: nine beads in the colours that an id draws, as an SVG."""

from __future__ import annotations

import hashlib

_SIDE, _STEP, _FIRST = 96, 26, 22
_SIZES = (4, 7, 10, 12)


def cover_svg(key: str) -> str:
    """Draw it: the same for the same key, quiet beside covers that somebody made."""
    drawn = hashlib.sha256(key.encode()).digest()
    hue, turn = drawn[0] * 360 // 256, 25 + drawn[1] % 40
    ground, bead = f"hsl({hue} 38% 30%)", f"hsl({(hue + turn) % 360} 62% 74%)"
    beads = "".join(
        f'<circle cx="{_FIRST + n % 3 * _STEP}" cy="{_FIRST + n // 3 * _STEP}" '
        f'r="{_SIZES[drawn[2 + n] % len(_SIZES)]}" fill="{bead}"/>'
        for n in range(9)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{ground}"/>{beads}</svg>'
    )
