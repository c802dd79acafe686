"""Masters made into folders that any web server can stream from, without a house."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from base.clock import system_clock
from base.errors import Refused
from base.settings import Settings
from base.storage.port import Key
from catalog.models.files import Rendition
from catalog.models.plays import Grant
from refrain.media import LADDER, moved
from stream import manifests
from stream.multivariant import StatedLoudness
from transcode.album import AlbumTrack, album_loudness
from transcode.encode import Workbench
from transcode.examine import Examination, examine
from transcode.ladder import rungs_for
from transcode.loudness import Loudness
from transcode.package import Packaged, package
from transcode.plan import headroom_db
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools, find_tools
from workers.media import rendition_row


async def package_into(files: Sequence[Path], out: Path, *, is_album: bool) -> list[dict[str, Any]]:
    """Write a folder for each master: its renditions, HLS playlists and a DASH manifest.

    Tracks of one album tell of its loudness, too.

    Raises:
        Refused: a file is no sound master, or two would have the same folder; nothing is
            written then.
        Broken: a rendition is not what was asked for.

    """
    if len({path.stem for path in files}) < len(files):
        raise Refused("same-name", "Two of the files would be written into the same folder.")
    tools = await find_tools(Settings().tool_path)
    with tempfile.TemporaryDirectory() as scratch:
        found = [
            await _examined(tools, path, Path(scratch) / str(number))
            for number, path in enumerate(files)
        ]
        album = _loudness_of_album(found) if is_album else None
        return [
            await _package(tools, each, out / path.stem, album)
            for path, each in zip(files, found, strict=True)
        ]


async def _examined(tools: Tools, path: Path, scratch: Path) -> Examination:
    source = await asyncio.to_thread(path.resolve)
    await asyncio.to_thread(scratch.mkdir)
    return await examine(tools, source, await probe(tools, source), folder=scratch)


def _loudness_of_album(found: Sequence[Examination]) -> Loudness:
    tracks = [
        AlbumTrack(powers=each.heard.powers, true_peak_dbtp=each.heard.loudness.true_peak_dbtp)
        for each in found
    ]
    return Loudness(
        **asdict(album_loudness(tracks)), max_momentary_lufs=None, max_short_term_lufs=None
    )


async def _package(
    tools: Tools, found: Examination, folder: Path, album: Loudness | None
) -> dict[str, Any]:
    await asyncio.to_thread(lambda: folder.mkdir(parents=True, exist_ok=True))
    original = original_of(found)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = await package(
            Workbench(tools=tools, source=found.source, folder=Path(scratch)),
            original,
            [rung for rung in rungs_for(found.info, LADDER) if not rung.is_preview],
            # One gain for all of an album: no step of level where one track goes on in the next.
            gain_db=headroom_db((album or original.loudness).true_peak_dbtp),
            album=album,
        )
        made = await asyncio.to_thread(lambda: [moved(one, folder) for one in made])
    await asyncio.to_thread(_write_manifests, made, folder, original.loudness)
    return {
        "folder": str(folder),
        "multivariant": str(folder / "multivariant.m3u8"),
        "manifest": str(folder / "manifest.mpd"),
        "renditions": [one.encoded.made.rung.name for one in made],
    }


def _write_manifests(made: Sequence[Packaged], folder: Path, loudness: Loudness) -> None:
    rows = manifests.offered([_row(one) for one in made], Grant.FULL)
    stated = StatedLoudness(
        integrated_lufs=loudness.integrated_lufs,
        range_lu=loudness.range_lu,
        true_peak_dbtp=loudness.true_peak_dbtp,
    )
    (folder / "multivariant.m3u8").write_text(manifests.multivariant(rows, stated))
    (folder / "manifest.mpd").write_text(manifests.mpd(rows))
    for row in rows:
        (folder / f"{row.rung}.m3u8").write_text(manifests.media(row))


def _row(packaged: Packaged) -> Rendition:
    """Answer what a house would write down of it; here nobody keeps it."""
    return rendition_row(packaged, Key("none"), uuid4(), system_clock)
