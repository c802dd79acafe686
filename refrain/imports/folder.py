"""A library folder: files by MusicBrainz' id of their release, else by the folder of an album."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from base.errors import Refused
from catalog.findings import Finding
from ingest.arranging import Entry, Placed, arrange
from ingest.naming import Tags, guess
from ingest.packed import AUDIO, FOREIGN
from ingest.tags import Rationed, read_tags
from refrain.imports.files import bytes_of, once
from refrain.imports.wanted import Song, Source, Wanted, fault, note


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    path: Path
    tags: Tags


def read_folder(root: Path) -> Source:
    """Read all files of a folder, and of the folders in it; links to folders are not followed.

    Raises:
        Refused: `folder-unknown`.

    """
    if not root.is_dir():
        raise Refused("folder-unknown", f"{root} is no folder.")
    findings: list[Finding] = []
    files = [_read(path, root, findings) for path in _audio(root, findings)]
    releases = []
    for group in _grouped(files):
        release = _release(group, root, findings)
        if release is not None:
            releases.append(release)
    return Source(releases=releases, findings=findings)


def _audio(root: Path, findings: list[Finding]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(one for one in names if not one.startswith(".")):
            path = Path(folder, name)
            ending = path.suffix.lower()
            if ending in AUDIO:
                yield path
            elif ending in FOREIGN:
                text = f"Audio of the kind {ending[1:]} is not taken."
                advice = "Bring it as FLAC or WAV."
                findings.append(fault("kind-untaken", _about(path, root), text, advice))


def _read(path: Path, root: Path, findings: list[Finding]) -> _File:
    try:
        with Rationed(path) as file:
            return _File(path=path, tags=read_tags(file).tags)
    except Exception:  # noqa: BLE001 - whatever a parser falls over
        text = "Its tags cannot be read: it goes by its name."
        findings.append(note("tags-unreadable", _about(path, root), text))
        return _File(path=path, tags=Tags())


def _grouped(files: Sequence[_File]) -> list[list[_File]]:
    """Answer files that belong together; who says nothing belongs to those beside it."""
    said: dict[Path, set[str]] = defaultdict(set)
    for one in files:
        if one.tags.release_mbid:
            said[_album_of(one.path)].add(one.tags.release_mbid)
    groups: dict[str, list[_File]] = defaultdict(list)
    for one in files:
        album = _album_of(one.path)
        beside = next(iter(said[album])) if len(said[album]) == 1 else str(album)
        groups[one.tags.release_mbid or beside].append(one)
    return list(groups.values())


def _album_of(path: Path) -> Path:
    """Answer the folder of the album that a file lies in, also within `CD2`."""
    folder = path.parent
    return folder.parent if guess(f"{folder.name}/x").disc is not None else folder


def _release(group: Sequence[_File], root: Path, findings: list[Finding]) -> Wanted | None:
    by_id = {uuid4(): one for one in group}
    entries = [
        Entry(track_id=key, path=_within(one.path), tags=one.tags) for key, one in by_id.items()
    ]
    arranged = arrange(entries, called=_album_of(group[0].path).name)
    songs, doubled = once(
        [
            song
            for one in arranged.tracks
            if (song := _song(by_id[one.track_id], one, root, findings))
        ]
    )
    findings += doubled
    if not songs or not arranged.title:
        return None
    said = arranged.said
    words = {"mbid": said.release_mbid, "group_mbid": said.group_mbid, "upc": arranged.upc}
    return Wanted(
        title=arranged.title,
        artist=arranged.artist or "",
        words={name: word for name, word in words.items() if word},
        songs=songs,
    )


def _within(path: Path) -> str:
    return str(path.relative_to(_album_of(path).parent))


def _song(file: _File, placed: Placed, root: Path, findings: list[Finding]) -> Song | None:
    about = _about(file.path, root)
    try:
        found = bytes_of(file.path)
    except OSError as error:
        findings.append(fault("file-unreadable", about, f"It cannot be read: {error.strerror}."))
        return None
    return Song(
        path=file.path,
        about=about,
        size_bytes=found.size,
        sha256=found.sha256,
        disc=placed.disc,
    )


def _about(path: Path, root: Path) -> str:
    return str(path.relative_to(root))
