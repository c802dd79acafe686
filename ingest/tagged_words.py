"""What tags tell in forms of their own: genres, lyrics, and whether a track is explicit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catalog.genres import genre_of
from catalog.words import Explicit, fold_tag
from ingest.lrc import Line, parse, plain, plain_of, print_lrc
from ingest.words import one_line

_MOST_GENRES, _MOST_TIMED = 5, 3_000
_BETWEEN = re.compile(r"\s*[;|/]\s*|\s*,\s+")
#: iTunes: 1 and, before, 4 say explicit; 2 that it was cleaned, 0 that there is nothing of it.
_ADVISORY = {
    "1": Explicit.EXPLICIT,
    "4": Explicit.EXPLICIT,
    "2": Explicit.CLEANED,
    "0": Explicit.NOT,
}


def genres_in(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Answer the genres of ours that texts say, and the words that say others, as tags."""
    genres: dict[str, None] = {}
    words: dict[str, None] = {}
    for text in texts:
        line = one_line(text) or ""
        # Some genres have a stroke in their names: the whole is tried first.
        for part in [line] if genre_of(line) else _BETWEEN.split(line):
            if genre := genre_of(part):
                genres[genre] = None
            elif (word := fold_tag(part)) and not word.isdigit():
                words[word] = None
    return tuple(genres)[:_MOST_GENRES], tuple(words)[:_MOST_GENRES]


def explicit_in(text: str | None) -> str | None:
    """Answer what an advisory of iTunes says; nothing of others is known."""
    found = _ADVISORY.get((text or "").strip())
    return str(found) if found else None


def lyrics_in(
    texts: Sequence[str], timed: Sequence[tuple[int, str]]
) -> tuple[str | None, str | None]:
    """Answer lyrics as text and with times, of texts that may be LRC, and of lines with times."""
    found = next((lines for text in texts if (lines := parse(text))), ())
    lines = _of_timed(timed) or found
    untimed = next((text for text in texts if not parse(text) and text.strip()), "")
    words = plain(untimed) or plain_of(lines)
    return words or None, print_lrc(lines) if lines else None


def _of_timed(timed: Sequence[tuple[int, str]]) -> tuple[Line, ...]:
    """Join what begins no line to the line before: some write each syllable."""
    lines: list[Line] = []
    is_syllables = any(text.startswith("\n") for _, text in timed)
    for at_ms, text in timed[:_MOST_TIMED]:
        shown = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
        if lines and is_syllables and not text.startswith("\n"):
            before = lines[-1]
            glue = " " if text[:1].isspace() else ""
            lines[-1] = Line(at_ms=before.at_ms, text=f"{before.text}{glue}{shown}".strip())
        elif shown:
            lines.append(Line(at_ms=max(0, at_ms), text=shown))
    return tuple(sorted(lines, key=lambda one: one.at_ms))
