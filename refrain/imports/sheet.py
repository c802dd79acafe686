"""A sheet of releases (CSV): a row a track; what is wrong is told by the number of its line.

A release with a row that is wrong is left out, for half of an album is none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from base.errors import Refused
from catalog.findings import Finding
from refrain.imports.columns import (
    KNOWN,
    OF_RELEASE,
    OF_TRACK,
    read_lists,
    read_number,
    read_words,
)
from refrain.imports.files import bytes_of, once
from refrain.imports.wanted import Song, Source, Wanted, fault

_MOST_BYTES = 64 << 20
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: Mapping[str, str]
    is_too_long: bool


@dataclass(slots=True, kw_only=True)
class _Release:
    """A release as its rows say it, one after the other."""

    words: dict[str, str]
    cover: Path | None
    songs: list[tuple[tuple[int, int], Song]]
    is_whole: bool


def read_sheet(path: Path) -> Source:
    """Read a sheet; files are named as they lie beside it.

    Raises:
        Refused: `sheet-unreadable`, `columns-unknown`.

    """
    findings: list[Finding] = []
    groups: dict[str, _Release] = {}
    for row in _rows(path):
        release = groups.setdefault(
            _key(row.cells) or f"line {row.line}",
            _Release(words={}, cover=None, songs=[], is_whole=True),
        )
        wrong = list(_take(release, row, path.parent))
        release.is_whole = release.is_whole and not wrong
        findings += wrong
    releases = []
    for one in groups.values():
        songs, doubled = once([song for _, song in sorted(one.songs, key=lambda each: each[0])])
        findings += doubled
        if one.is_whole:
            releases.append(_wanted(one, songs))
    return Source(releases=releases, findings=findings)


def _rows(path: Path) -> Iterator[_Row]:
    text = _text(path)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [one.strip().lower() for one in next(reader, [])]
        _require_known(names)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                row = dict(zip(names, cells, strict=False))
                yield _Row(line=line, cells=row, is_too_long=len(cells) > len(names))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused("sheet-unreadable", f"Line {reader.line_num} is no CSV: {error}.") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refused("sheet-unreadable", f"{path} is larger than {_MOST_BYTES >> 20} MiB.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refused("sheet-unreadable", f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused("sheet-unreadable", f"{path} is not UTF-8: save it as such.") from None


def _require_known(names: Sequence[str]) -> None:
    unknown = [one for one in names if one not in KNOWN]
    if unknown or "file" not in names:
        lacks = f"There is no column “{unknown[0]}”" if unknown else "There is no column “file”"
        raise Refused("columns-unknown", f"{lacks}; those known are: {', '.join(KNOWN)}.")


def _key(cells: Mapping[str, str]) -> str:
    """Answer what the rows of a release have in common."""
    for name in ("release", "upc", "release_mbid"):
        if cells.get(name, "").strip():
            return f"{name} {cells[name].strip()}"
    both = (cells.get("artist", "").strip(), cells.get("title", "").strip())
    return "\0".join(both) if any(both) else ""


def _take(release: _Release, row: _Row, folder: Path) -> Iterator[Finding]:
    """Take a row in; answer what is wrong with it."""
    about = f"line {row.line}"
    if row.is_too_long:
        text = "It has more cells than there are columns."
        yield fault("row-too-long", about, text, "Put words with the separator in them in quotes.")
        return
    try:
        words = read_words(row.cells, OF_RELEASE)
        place = (read_number(row.cells, "disc") or 1, read_number(row.cells, "number") or 0)
        said = {**read_words(row.cells, OF_TRACK), **read_lists(row.cells)}
    except Refused as error:
        yield fault(error.code, about, error.sentence)
        return
    for name, word in words.items():
        if release.words.setdefault(name, word) != word:
            text = f"Its {name} is “{word}”, and “{release.words[name]}” in a row before."
            yield fault("says-otherwise", about, text)
    if not release.words.keys() >= {"title", "artist"}:
        yield fault("row-unnamed", about, "It does not say the title and the artist of a release.")
    if cover := row.cells.get("cover", "").strip():
        release.cover = folder / cover
        if not release.cover.is_file():
            yield fault("file-unknown", about, f"There is no file {cover}.")
    yield from _song(release, row, folder, place=place, said=said)


def _song(
    release: _Release,
    row: _Row,
    folder: Path,
    *,
    place: tuple[int, int],
    said: Mapping[str, object],
) -> Iterator[Finding]:
    name, about = row.cells.get("file", "").strip(), f"line {row.line}"
    if not name:
        yield fault("file-unknown", about, "It names no file.")
        return
    try:
        found = bytes_of(folder / name)
    except OSError as error:
        yield fault("file-unknown", about, f"{name} cannot be read: {error.strerror}.")
        return
    song = Song(
        path=folder / name,
        about=about,
        size_bytes=found.size,
        sha256=found.sha256,
        disc=place[0],
        words=said,
    )
    release.songs.append((place, song))


def _wanted(release: _Release, songs: Sequence[Song]) -> Wanted:
    words = dict(release.words)
    return Wanted(
        title=words.pop("title"),
        artist=words.pop("artist"),
        words=words,
        songs=songs,
        cover=release.cover,
        is_said=True,
    )
