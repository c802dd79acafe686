"""What a file is called: what its tags say, and what its name lets guess where they are silent.

All of it is a suggestion, and easily wrong: the artist has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ingest.words import PATH_LETTERS, one_line

_DISC_FOLDER = re.compile(
    r"(?:.*[\s(\[_-])?(?:cd|dis[ck]|disque|disco|platte|lp)[\s._-]*0*([0-9]{1,2})[)\]]?",
    re.IGNORECASE,
)
#: `1-03 Title`, `03 - Title`, `03. Title`, `[03] Title`.
_NUMBERED = re.compile(
    r"[\[(]?(?:(?P<disc>[0-9]{1,2})[-.](?=[0-9]{2}))?"
    r"(?P<number>[0-9]{1,3})(?P<between>[\s._)\]-]+)(?P<rest>[^\s._)\]-].*)"
)
_ONLY_NUMBER = re.compile(r"(?:(?P<disc>[0-9]{1,2})[-.])?(?P<number>[0-9]{1,3})")
_YEAR = re.compile(r"(?P<rest>.*\S)\s*[(\[](?P<year>(?:19|20)[0-9]{2})[)\]]")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_BETWEEN = " - "


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says of itself; `art` is the SHA-256 of the picture in it.

    Also what its name says, as far as a name can.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    album_artist: str | None = None
    disc: int | None = None
    number: int | None = None
    isrc: str | None = None
    date: str | None = None
    label: str | None = None
    upc: str | None = None
    #: Role and name, in order.
    credits: tuple[tuple[str, str], ...] = ()
    art: str | None = None
    #: Those whom the lines name, one by one, and MusicBrainz' ids of them.
    artists: tuple[str, ...] = ()
    album_artists: tuple[str, ...] = ()
    artist_mbids: tuple[str, ...] = ()
    album_artist_mbids: tuple[str, ...] = ()
    mbid: str | None = None
    release_mbid: str | None = None
    group_mbid: str | None = None
    label_mbid: str | None = None
    genres: tuple[str, ...] = ()
    #: Words for genres that are none of ours.
    words: tuple[str, ...] = ()
    language: str | None = None
    explicit: str | None = None
    iswc: str | None = None
    #: Year and owner: of the recording, and of all around it.
    p_line: tuple[int | None, str] | None = None
    c_line: tuple[int | None, str] | None = None
    type: str | None = None
    catalogue_number: str | None = None
    original_date: str | None = None
    #: As text, and with times (LRC).
    lyrics: str | None = None
    synced: str | None = None

    def or_else(self, other: Tags) -> Tags:
        """Answer these, and what the other ones say where these are silent."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return Tags(**{name: value or getattr(other, name) for name, value in mine.items()})

    def as_json(self) -> dict[str, Any]:
        """Print them for a row: what is not said is left out."""
        return {name: value for name, value in asdict(self).items() if value}


def parse_tags(document: Mapping[str, Any] | None) -> Tags:
    """Read what `as_json` wrote."""
    document = dict(document or {})
    said = [(str(role), str(name)) for role, name in document.pop("credits", ())]
    plain: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in document.items()
    }
    return Tags(**plain, credits=tuple(said))


def parts_of(path: str) -> tuple[str, ...]:
    """Answer the folders and the name in a path of any system; it is read, and never opened."""
    parts = (one_line(part) for part in re.split(r"[/\\]", path[-4 * PATH_LETTERS :]))
    return tuple(part for part in parts if part and part not in {".", ".."})


def name_of(path: str) -> str:
    """Answer the last part of a path as one printable line; it names nothing on a disk."""
    return "".join(parts_of(path)[-1:]) or "untitled"


def guess(path: str, *, in_series: bool = False) -> Tags:
    """Answer what a path says: `CD2/01 - Artist - Title.flac`, `1-03 Title.wav`.

    `in_series` says that all names beside it begin with a number, see `is_series`.
    """
    *folders, name = parts_of(path) or ("Untitled",)
    stem = _stem(name)
    disc = next((int(m[1]) for f in reversed(folders) if (m := _DISC_FOLDER.fullmatch(f))), None)
    number, rest = _numbered(stem, in_series=in_series)
    found = _spoken(rest) if number is not None else _in_the_middle(stem)
    return Tags(disc=disc or None).or_else(number or Tags()).or_else(found)


def is_series(paths: Sequence[str]) -> bool:
    """Whether every file begins with a number of its own, so that none is part of its title."""
    names = [parts[-1] for path in paths if (parts := parts_of(path))]
    return len(names) > 1 and all(_NUMBERED.fullmatch(_stem(name)) for name in names)


def guess_album(folder: str) -> Tags:
    """Answer what the name of a folder or an archive says: `Artist - Album (2026)`."""
    dated = _YEAR.fullmatch(folder)
    rest, year = (dated["rest"], dated["year"]) if dated else (folder, None)
    artist, between, album = rest.partition(_BETWEEN)
    if not between:
        return Tags(album=rest.strip() or None, date=year)
    return Tags(album=album.strip() or None, album_artist=artist.strip() or None, date=year)


def _stem(name: str) -> str:
    stem = _ENDING.sub("", name).strip() or name
    return stem if " " in stem else stem.replace("_", " ").strip() or stem


def _numbered(stem: str, *, in_series: bool) -> tuple[Tags | None, str]:
    """Tell the number before a title from one in it: `99 Luftballons`, `7-Eleven`."""
    if alone := _ONLY_NUMBER.fullmatch(stem):
        return _place(alone), stem
    found = _NUMBERED.fullmatch(stem)
    if found is None:
        return None, stem
    between = found["between"]
    is_set_off = between != between.strip() != ""
    if in_series or is_set_off or found["disc"] or found["number"].startswith("0"):
        return _place(found), found["rest"]
    return None, stem


def _place(found: re.Match[str]) -> Tags:
    disc = int(found["disc"] or 0)
    return Tags(disc=disc or None, number=int(found["number"]) or None)


def _in_the_middle(stem: str) -> Tags:
    """Read `Artist - Album - 03 - Title`, or a name without a number."""
    tokens = stem.split(_BETWEEN)
    for at, token in enumerate(tokens[1:-1], 1):
        if found := _ONLY_NUMBER.fullmatch(token.strip()):
            before, after = tokens[:at], tokens[at + 1 :]
            album = _BETWEEN.join(before[1:]).strip() or None
            title, artist = _BETWEEN.join(after).strip(), before[0].strip()
            return Tags(title=title or None, artist=artist or None, album=album).or_else(
                _place(found)
            )
    return _spoken(stem)


def _spoken(rest: str) -> Tags:
    """Read `Artist - Title`, or a title."""
    artist, between, title = rest.partition(_BETWEEN)
    if between and artist.strip() and title.strip():
        return Tags(artist=artist.strip(), title=title.strip())
    return Tags(title=rest.strip() or None)
