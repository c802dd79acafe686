"""What is wanted against what is there: what to send, and what to write. Decides, and does nothing.

Files are known by their SHA-256. Of a sheet everything that differs is written; of files nothing
that somebody wrote since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.findings import Finding
from catalog.states import ReleaseState
from refrain.imports.wanted import Song, Wanted, fault

if TYPE_CHECKING:  # documents are types alone
    from refrain.api_client.operations import ReleaseDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done for one release; without a `release` a draft is begun.

    `tracks` and `order` are as the interface takes them.
    """

    wanted: Wanted
    release: str | None = None
    send: Sequence[Song] = ()
    words: Mapping[str, str]
    tracks: Sequence[Mapping[str, Any]] = ()
    order: Sequence[Sequence[str]] | None = None
    sends_cover: bool = False
    findings: Sequence[Finding] = ()

    @property
    def change(self) -> dict[str, Any]:
        """Answer what is to be written, nothing where all stands as it should."""
        change: dict[str, Any] = dict(self.words)
        if self.tracks:
            change["tracks"] = list(self.tracks)
        if self.order is not None:
            change["order"] = self.order
        return change

    @property
    def is_nothing(self) -> bool:
        """Whether all of it is there."""
        return not (self.release is None or self.send or self.change or self.sends_cover)


def compare(wanted: Wanted, found: ReleaseDocument | None, *, orders: bool) -> Step:
    """Answer what is to be done; what is out, or on its way there, is left as it is.

    `orders` asks for the order of tracks, too.
    """
    if found is None:
        cover = wanted.cover is not None
        return Step(wanted=wanted, send=wanted.songs, words=wanted.words, sends_cover=cover)
    there = {str(one["sha256"]): one for one in found["tracks"]}
    send = [one for one in wanted.songs if one.sha256 not in there]
    if ReleaseState(found["state"]) is not ReleaseState.DRAFT:
        return Step(wanted=wanted, release=found["id"], words={}, findings=_closed(wanted, send))
    tracks = [
        {"track": there[one.sha256]["track"], **words}
        for one in wanted.songs
        if one.sha256 in there and (words := _differing(one.words, there[one.sha256]))
    ]
    return Step(
        wanted=wanted,
        release=found["id"],
        send=send,
        words=_words(wanted, found),
        tracks=tracks,
        order=_order(wanted, found) if orders else None,
        sends_cover=wanted.cover is not None and found["artwork"] is None,
    )


def is_same(wanted: Wanted, found: ReleaseDocument) -> bool:
    """Whether a release that is called so is the one: no number of it says otherwise."""
    numbers = ("mbid", "upc")
    differs = any(
        found.get(name) not in {None, wanted.words[name]}
        for name in numbers
        if name in wanted.words
    )
    return not differs and (not wanted.artist or found["artist"] == wanted.artist)


def _closed(wanted: Wanted, send: Sequence[Song]) -> list[Finding]:
    if not send:
        return []
    text = f"{wanted.name} is no draft any more, and lacks {len(send)} of the files."
    return [
        fault("release-closed", wanted.name, text, "Make it a draft again (recall) to add them.")
    ]


def _words(wanted: Wanted, found: ReleaseDocument) -> dict[str, str]:
    if wanted.is_said:
        said = {"title": wanted.title, "artist": wanted.artist, **wanted.words}
        return _differing(said, found)
    return {name: word for name, word in wanted.words.items() if found.get(name) is None}


def _differing(said: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: word for name, word in said.items() if found.get(name) != word}


def _order(wanted: Wanted, found: ReleaseDocument) -> list[list[str]] | None:
    """Answer the order that is wanted, unless it is so, or others brought tracks, too."""
    tracks = {str(one["sha256"]): one["track"] for one in found["tracks"]}
    said: dict[int, list[str]] = {}
    for song in sorted(wanted.songs, key=lambda one: one.disc):
        if song.sha256 in tracks:
            said.setdefault(song.disc, []).append(tracks[song.sha256])
    now: dict[int, list[str]] = {}
    for one in found["tracks"]:
        now.setdefault(one["disc"], []).append(one["track"])
    order, is_all = list(said.values()), sum(map(len, said.values())) == len(found["tracks"])
    return order if is_all and order != list(now.values()) else None
