"""Draw a comparison: for each payee three bars, one for each way of payout (SVG 1.1, whole pixels).

One file without anything beside it: it is shown by any browser, by day and by night.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from uuid import UUID

from accounting.comparison import Comparison, Row

_WIDTH, _NAMES, _AMOUNTS, _MARGIN = 960, 200, 130, 24
_BAR, _GAP, _BETWEEN, _HEAD, _LEGEND = 16, 4, 22, 96, 150
_MOST_ROWS, _MOST_LETTERS = 12, 22
_MICROS_PER_CENT = 10_000
#: Each way: how it is called, where it is read, and its colour by day and by night.
_WAYS = (
    ("Stream-to-own", "stream_to_own", "own"),
    ("Pro-rata", "pro_rata", "pot"),
    ("User-centric", "user_centric", "each"),
)
_STYLE = """
.paper { fill: #faf7f2 } text { fill: #221d17; font: 15px system-ui, sans-serif }
.title { font-size: 21px; font-weight: 700 } .faint { fill: #655c50 }
.amount { font-size: 13px; font-variant-numeric: tabular-nums }
.own { fill: #b0421a } .pot { fill: #7c8794 } .each { fill: #2f7d6b } .line { stroke: #ded6c9 }
@media (prefers-color-scheme: dark) {
.paper { fill: #16130f } text { fill: #f1ebe2 } .faint { fill: #b0a697 }
.own { fill: #ff9a5c } .pot { fill: #93a0ae } .each { fill: #5fb8a3 } .line { stroke: #3a342c }
}
""".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A payee, or all that are left, and what it gets in each way."""

    name: str
    amounts: tuple[int, ...]


def picture_of(
    comparison: Comparison, names: Mapping[UUID, str], *, title: str, currency: str
) -> str:
    """Draw who gets most, and the others together; a payee without a name is known by its id."""
    bars = bars_of(comparison, names)
    height = _HEAD + len(bars) * _row_height() + _MARGIN
    most = max((amount for one in bars for amount in one.amounts), default=0)
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    plays, listeners = f"{comparison.plays:,} plays", f"{comparison.listeners:,} listeners"
    total = f"{shown(comparison.micros)} {currency}"
    said = f"The same {plays} of {listeners}, the same {total}, paid out in three ways"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{_safe(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        f'<text class="title" x="{_MARGIN}" y="36">{_safe(title)}</text>',
        f'<text class="faint" x="{_MARGIN}" y="62">{said}</text>',
        *_legend(),
        *(line for number, one in enumerate(bars) for line in _drawn(one, number, most)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def bars_of(comparison: Comparison, names: Mapping[UUID, str]) -> list[Bars]:
    """Answer what is drawn: nothing is left out, the last bars stand for all who are not named."""
    rows = comparison.rows
    named = rows if len(rows) <= _MOST_ROWS else rows[: _MOST_ROWS - 1]
    bars = [
        Bars(name=names.get(row.payee_id, str(row.payee_id)), amounts=_of([row])) for row in named
    ]
    others = rows[len(named) :]
    if others:
        bars.append(Bars(name=f"{len(others)} others", amounts=_of(others)))
    return bars


def shown(micros: int) -> str:
    """Answer an amount in cents, as people read it; half a cent is rounded up."""
    cents = (micros + _MICROS_PER_CENT // 2) // _MICROS_PER_CENT
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{rest:02}"


def _of(rows: Sequence[Row]) -> tuple[int, ...]:
    return tuple(sum(getattr(row, field) for row in rows) for _, field, _ in _WAYS)


def _legend() -> Iterator[str]:
    x = _WIDTH - _MARGIN - len(_WAYS) * _LEGEND + 24
    for number, (name, _, colour) in enumerate(_WAYS):
        left = x + number * _LEGEND
        yield f'<rect class="{colour}" x="{left}" y="24" width="14" height="14" rx="3"/>'
        yield f'<text x="{left + 20}" y="36">{name}</text>'


def _drawn(bars: Bars, number: int, most: int) -> Iterator[str]:
    top = _HEAD + number * _row_height()
    room = _WIDTH - _NAMES - _AMOUNTS - 2 * _MARGIN
    left = _MARGIN + _NAMES
    yield f'<path class="line" d="M{_MARGIN},{top - _BETWEEN // 2} H{_WIDTH - _MARGIN}"/>'
    middle = top + _row_height() // 2 - _BETWEEN // 2 + 5
    yield f'<text x="{_MARGIN}" y="{middle}">{_safe(_short(bars.name))}</text>'
    for place, (amount, (way, _, colour)) in enumerate(zip(bars.amounts, _WAYS, strict=True)):
        y = top + place * (_BAR + _GAP)
        width = max(2, max(0, amount) * room // most) if most > 0 else 2
        said = f"<title>{way}: {shown(amount)}</title>"
        yield (
            f'<rect class="{colour}" x="{left}" y="{y}" width="{width}" height="{_BAR}" rx="3">'
            f"{said}</rect>"
        )
        yield f'<text class="amount" x="{left + width + 8}" y="{y + 13}">{shown(amount)}</text>'


def _row_height() -> int:
    return len(_WAYS) * (_BAR + _GAP) + _BETWEEN


def _short(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def _safe(name: str) -> str:
    """Keep names from being markup, or turning the text around them."""
    return escape("".join(one for one in name if unicodedata.category(one)[0] != "C"))
