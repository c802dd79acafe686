"""Which reads are the hottest, and how they are asked for as people do: the popular most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be asked for: ids by how popular they are, names, and listeners' tokens."""

    tracks: Sequence[str]
    releases: Sequence[str]
    artists: Sequence[str]
    #: Those that are for all.
    playlists: Sequence[str]
    names: Sequence[tuple[str, str]]
    tokens: Sequence[str]


_Path: TypeAlias = Callable[[Known, np.random.Generator], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One read: its address, how often it is asked beside the others, and whether by a listener."""

    path: _Path
    share: int
    is_signed_in: bool = True


def _at(paths: str, what: str) -> _Path:
    def path(known: Known, chance: np.random.Generator) -> str:
        ids: Sequence[str] = getattr(known, what)
        return paths.format(ids[int(len(ids) ** chance.random()) - 1])

    return path


def _fixed(path: str) -> _Path:
    return lambda *_: path


def _pages(path: str) -> _Path:
    """Turn pages, the first ones more often than those far behind."""
    return lambda known, chance: f"{path}&offset={int(len(known.releases) ** chance.random()) - 1}"


def _search(asked: Callable[[str, str, np.random.Generator], str], path: str) -> _Path:
    def told(known: Known, chance: np.random.Generator) -> str:
        title, artist = known.names[int(chance.integers(len(known.names)))]
        return path + quote(asked(title, artist, chance)[:200])

    return told


def _misspelt(title: str, artist: str, chance: np.random.Generator) -> str:
    word = max((*title.split(), *artist.split()), key=len)
    at = int(chance.integers(1, max(2, len(word) - 1)))
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _begun(title: str, artist: str, chance: np.random.Generator) -> str:
    del artist
    return title[: int(chance.integers(2, 8))]


def _player(path: _Path, *, share: int = 10) -> Read:
    """Ask as a player of OpenSubsonic does, which shows its key in the address."""

    def told(known: Known, chance: np.random.Generator) -> str:
        asked = path(known, chance)
        token = known.tokens[int(chance.integers(len(known.tokens)))]
        return f"/rest/{asked}{'&' if '?' in asked else '?'}f=json&apiKey={token}"

    return Read(path=told, share=share, is_signed_in=False)


#: What players of OpenSubsonic ask for most.
_PLAYERS: Mapping[str, Read] = {
    # Once, when a player is begun.
    "player: artists": _player(_fixed("getArtists"), share=1),
    "player: newest albums": _player(_fixed("getAlbumList2?type=newest&size=50")),
    "player: albums by name": _player(_pages("getAlbumList2?type=alphabeticalByName&size=50")),
    "player: albums by artist": _player(_pages("getAlbumList2?type=alphabeticalByArtist&size=50")),
    "player: albums by chance": _player(_fixed("getAlbumList2?type=random&size=50")),
    "player: album": _player(_at("getAlbum?id=al-{}", "releases")),
    "player: artist": _player(_at("getArtist?id=ar-{}", "artists")),
    "player: song": _player(_at("getSong?id=so-{}", "tracks")),
    "player: search": _player(_search(lambda title, *_: title, "search3?query=")),
    "player: songs by chance": _player(_fixed("getRandomSongs?size=50")),
    "player: starred": _player(_fixed("getStarred2")),
    "player: playlists": _player(_fixed("getPlaylists")),
}
#: The twenty hottest reads, and those of players.
READS: Mapping[str, Read] = {
    "home": Read(path=_fixed("/"), share=60, is_signed_in=False),
    "home of a listener": Read(path=_fixed("/"), share=40),
    "new tracks": Read(path=_fixed("/api/v1/tracks?limit=50"), share=50, is_signed_in=False),
    "search: title": Read(path=_search(lambda title, *_: title, "/api/v1/search?q="), share=60),
    "search: artist and title": Read(
        path=_search(lambda title, artist, _: f"{artist} {title}", "/api/v1/search?q="), share=40
    ),
    "search: misspelt": Read(path=_search(_misspelt, "/api/v1/search?q="), share=20),
    "suggestions": Read(path=_search(_begun, "/api/v1/search/suggestions?q="), share=100),
    "track": Read(path=_at("/api/v1/tracks/{}", "tracks"), share=120),
    "track page": Read(path=_at("/tracks/{}", "tracks"), share=60),
    "track page of a visitor": Read(path=_at("/tracks/{}", "tracks"), share=30, is_signed_in=False),
    "release": Read(path=_at("/api/v1/releases/{}", "releases"), share=80),
    "artist": Read(path=_at("/api/v1/artists/{}", "artists"), share=50),
    "artist's releases": Read(path=_at("/api/v1/artists/{}/releases", "artists"), share=40),
    "playlist": Read(path=_at("/api/v1/playlists/{}/entries", "playlists"), share=50),
    "chart": Read(path=_fixed("/api/v1/charts/trending"), share=40),
    "recommendations": Read(path=_fixed("/api/v1/recommendations"), share=30),
    "history": Read(path=_fixed("/api/v1/history"), share=30),
    "library": Read(path=_fixed("/api/v1/library"), share=40),
    "library: owned": Read(path=_fixed("/api/v1/library/owned?limit=50"), share=40),
    "wallet": Read(path=_fixed("/api/v1/wallet"), share=20),
    **_PLAYERS,
}


def asked_for(known: Known, seed: int, number: int) -> list[tuple[str, str]]:
    """Answer requests in a mixed order, each with the name of its read; no two need be alike."""
    chance = np.random.default_rng([seed, 77])
    names = [name for name, read in READS.items() for _ in range(read.share)]
    mixed = (names[int(one)] for one in chance.integers(0, len(names), number))
    return [(name, _head(READS[name], known, chance)) for name in mixed]


def each_read(known: Known, seed: int, number: int) -> dict[str, list[str]]:
    """Answer some requests of each read."""
    chance = np.random.default_rng([seed, 78])
    return {
        name: [_head(read, known, chance) for _ in range(number)] for name, read in READS.items()
    }


def _head(read: Read, known: Known, chance: np.random.Generator) -> str:
    lines = [f"GET {read.path(known, chance)} HTTP/1.1", "Host: bench"]
    if read.is_signed_in:
        token = known.tokens[int(chance.integers(len(known.tokens)))]
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join((*lines, "", ""))
