"""State diagrams as pictures, drawn while the site is built: nothing is fetched, no script runs.

Reads the lines `from --> to: move` of Mermaid's `stateDiagram-v2`, which the documents hold because
GitHub draws it, and answers SVG: states in a column, moves onward on the right, moves back on the
left, each with its name where it begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LINE = re.compile(r"^\s*([\w-]+) --> ([\w-]+): (.+?)\s*$")
_HEAD = "stateDiagram-v2"
_ROW, _LANE, _GAP, _LETTER, _PAD = 20, 14, 22, 7.2, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One arrow: where it begins, where it ends, and what it is called."""

    begins: str
    ends: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    top: float
    height: float


def moves_of(text: str) -> list[Move]:
    """Read a state diagram; moves between the same two states become one arrow.

    Raises:
        ValueError: a line is none of a state diagram.

    """
    head, *lines = text.strip().splitlines()
    if head.strip() != _HEAD:
        raise ValueError(f"A diagram begins with {_HEAD}, not with {head!r}.")
    names: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            raise ValueError(f"{line!r} is no move of a state diagram.")
        names.setdefault((found[1], found[2]), []).append(found[3])
    return [Move(begins=a, ends=b, name=", ".join(all_)) for (a, b), all_ in names.items()]


def drawn(text: str) -> str:
    """Answer a state diagram as SVG, in the colour of the text around it."""
    moves = moves_of(text)
    states = list(dict.fromkeys(name for move in moves for name in (move.begins, move.ends)))
    place = {state: number for number, state in enumerate(states)}
    sides = {
        +1: [move for move in moves if place[move.begins] < place[move.ends]],
        -1: [move for move in moves if place[move.begins] > place[move.ends]],
    }
    boxes = _boxes(states, sides, moves)
    longest = max(len(said) for state in states for said in (state, f"↻ {_around(state, moves)}"))
    width = longest * _LETTER + 2 * _PAD
    room = {side: _room(found) for side, found in sides.items()}
    left = room[-1] + 1
    arrows = [_arrows(found, boxes, side, left, width) for side, found in sides.items()]
    shapes = [_state(state, boxes[state], _around(state, moves), left, width) for state in states]
    height = max(box.top + box.height for box in boxes.values()) + 2
    told = escape("; ".join(f"{move.begins} to {move.ends}: {move.name}" for move in moves))
    return (
        f'<svg class="states" role="img" aria-label="{told}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {left + width + room[1] + 1:.0f} {height:.0f}" '
        f'width="{left + width + room[1] + 1:.0f}">{"".join(arrows)}{"".join(shapes)}</svg>'
    )


def _around(state: str, moves: Sequence[Move]) -> str:
    return ", ".join(move.name for move in moves if move.begins == move.ends == state)


def _boxes(
    states: Sequence[str], sides: dict[int, list[Move]], moves: Sequence[Move]
) -> dict[str, _Box]:
    """Answer a box for each state, with a row for each arrow at its busier side."""
    boxes, top = {}, 1.0
    for state in states:
        rows = max(sum(state in (m.begins, m.ends) for m in found) for found in sides.values())
        height = _ROW * max(rows, 1 + bool(_around(state, moves))) + 8
        boxes[state] = _Box(top=top, height=height)
        top += height + _GAP
    return boxes


def _room(moves: Sequence[Move]) -> float:
    """Answer how much stands beside the boxes: the longest name, and a lane for each arrow."""
    if not moves:
        return 0.0
    return max(len(move.name) for move in moves) * _LETTER + _LANE * (len(moves) + 1)


def _arrows(
    moves: Sequence[Move], boxes: dict[str, _Box], side: int, left: float, width: float
) -> str:
    """Answer the arrows of one side: shorter ones nearer to the boxes."""
    edge = left + width if side > 0 else left
    names = max((len(move.name) for move in moves), default=0) * _LETTER
    inward = sorted(moves, key=lambda move: abs(boxes[move.begins].top - boxes[move.ends].top))
    used = dict.fromkeys(boxes, 0)
    drawn_ = []
    for lane, move in enumerate(inward, 1):
        heights = []
        for state in (move.begins, move.ends):
            heights.append(boxes[state].top + 4 + _ROW * (used[state] + 0.7))
            used[state] += 1
        out = edge + side * (names + lane * _LANE)
        a, b = heights
        back = edge + side * 7
        tip = f"M{back:.0f} {b - 4:.0f}L{edge:.0f} {b:.0f}L{back:.0f} {b + 4:.0f}"
        anchor = "start" if side > 0 else "end"
        drawn_.append(
            f'<path d="M{edge:.0f} {a:.0f}H{out:.0f}V{b:.0f}H{edge:.0f}{tip}"/>'
            f'<text x="{edge + side * 5:.0f}" y="{a - 3:.0f}" text-anchor="{anchor}">'
            f"{escape(move.name)}</text>"
        )
    return "".join(drawn_)


def _state(name: str, box: _Box, around: str, left: float, width: float) -> str:
    middle, across = box.top + box.height / 2 + 4, left + width / 2
    again = (
        f'<text x="{across:.0f}" y="{middle + 16:.0f}">↻ {escape(around)}</text>' if around else ""
    )
    return (
        f'<g text-anchor="middle"><rect x="{left:.0f}" y="{box.top:.0f}" width="{width:.0f}" '
        f'height="{box.height:.0f}" rx="6"/><text class="state" x="{across:.0f}" '
        f'y="{middle - 6 * bool(around):.0f}">{escape(name)}</text>{again if around else ""}</g>'
    )
