"""Lyrics with times (LRC): a value, `parse` and `print_lrc`.

There is no standard. Lines begin with one time or several, `[mm:ss.xx]`, in centiseconds or
milliseconds; words may have times too, `<mm:ss.xx>` (the "enhanced" form of A2); `[ti:…]` and the
like tell of the file, of which `[offset:…]` moves all times, a positive one to be shown earlier.
What no time stands before is no line of it. Times are kept in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LETTERS = 50_000
_MOST_LINES = 3_000
_TIME = r"(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_LINE_TIME = re.compile(rf"\s*\[{_TIME}\]", re.ASCII)
_WORD_TIME = re.compile(rf"<{_TIME}>", re.ASCII)
_OFFSET = re.compile(r"\s*\[offset:\s*([+-]?\d{1,7})\s*\]\s*", re.IGNORECASE | re.ASCII)
_ABOUT = re.compile(r"\s*\[[a-z#][^\]:]*:[^\]]*\]\s*", re.IGNORECASE)
_SIXTY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A part of a line that is sung from a time on."""

    at_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is sung from a time on; `words` where each has its own, else nothing."""

    at_ms: int
    text: str
    words: tuple[Word, ...] = ()


def parse(text: str) -> tuple[Line, ...]:
    """Answer the lines of an LRC in the order of their times; nothing where it has none."""
    rows = text[:MOST_LETTERS].lstrip("\ufeff").splitlines()
    offset = next((int(m[1]) for row in rows if (m := _OFFSET.fullmatch(row))), 0)
    lines = [line for row in rows for line in _lines(row, offset)]
    return tuple(sorted(lines, key=lambda one: one.at_ms))[:_MOST_LINES]


def print_lrc(lines: tuple[Line, ...]) -> str:
    """Write lines as an LRC that all players read."""
    return "".join(f"[{_clock(one.at_ms)}]{_sung(one)}\n" for one in lines)


def plain_of(lines: tuple[Line, ...]) -> str:
    """Answer the words alone, a line each."""
    return "\n".join(one.text for one in lines).strip()


def plain(text: str) -> str:
    """Clean lyrics that have no times: their lines stay, and what cannot be shown goes."""
    rows = (
        "".join(c for c in row if c.isprintable() or c == "\t").rstrip()
        for row in text[:MOST_LETTERS].lstrip("\ufeff").splitlines()
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def _lines(row: str, offset: int) -> Iterator[Line]:
    times, at = [], 0
    while found := _LINE_TIME.match(row, at):
        times.append(_ms(found))
        at = found.end()
    if not times or (not row[at:].strip() and _ABOUT.fullmatch(row)):
        return
    head, *rest = _WORD_TIME.split(row[at:])
    said = list(_words(rest, offset))
    first = (
        [Word(at_ms=_moved(times[0], offset), text=_shown(head))] if head.strip() and said else []
    )
    text = " ".join(_shown(head + "".join(rest[3::4])).split())
    for time in times:
        # Of a line that is sung again the words have times of the first only.
        words = (*first, *said) if len(times) == 1 and any(one.text.strip() for one in said) else ()
        yield Line(at_ms=_moved(time, offset), text=text, words=tuple(words))


def _words(rest: list[str], offset: int) -> Iterator[Word]:
    for n in range(0, len(rest), 4):
        minutes, seconds, part, text = rest[n : n + 4]
        yield Word(at_ms=_moved(_in_ms(minutes, seconds, part), offset), text=_shown(text))


def _shown(text: str) -> str:
    return "".join(c for c in text.replace("\t", " ") if c.isprintable())


def _moved(at_ms: int, offset: int) -> int:
    return max(0, at_ms - offset)


def _ms(found: re.Match[str]) -> int:
    return _in_ms(found[1], found[2], found[3])


def _in_ms(minutes: str, seconds: str, part: str | None) -> int:
    return (int(minutes) * _SIXTY + int(seconds)) * 1_000 + int((part or "0").ljust(3, "0"))


def _clock(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1_000)
    minutes, seconds = divmod(seconds, _SIXTY)
    return (
        f"{minutes:02}:{seconds:02}.{ms:03}"
        if ms % 10
        else f"{minutes:02}:{seconds:02}.{ms // 10:02}"
    )


def _sung(line: Line) -> str:
    if not line.words:
        return line.text
    return "".join(f"<{_clock(one.at_ms)}>{one.text}" for one in line.words)
