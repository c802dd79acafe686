"""The engine from the command line: measure a master, encode it, without a house."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from base.errors import Refused
from base.settings import Settings
from transcode.album import AlbumTrack, album_loudness
from transcode.encode import Workbench
from transcode.examine import Examination, examine
from transcode.findings import Examined
from transcode.hearing import ZOOMS
from transcode.ladder import FIRST, REST, Rung, rungs_for
from transcode.package import Packaged, package
from transcode.plan import headroom_db
from transcode.probe import probe
from transcode.report import findings_of
from transcode.soon import original_of
from transcode.tools import find_tools
from transcode.waveform import to_dat, to_json
from transcode.zoom import zoomed_out

LADDER = (*FIRST, *REST)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveformFile:
    """Where to write a waveform (`.dat` or `.json`), and how many samples a pixel has."""

    path: Path
    zoom: int


async def measure(
    path: Path, *, waveform: WaveformFile | None = None
) -> tuple[dict[str, Any], AlbumTrack]:
    """Answer what one decode says of a master, and what it adds to its album.

    Raises:
        Refused: `zoom-unknown`, or the file is no sound master; the sentence says why.

    """
    tools = await find_tools(Settings().tool_path)
    source = await asyncio.to_thread(path.resolve)
    info = await probe(tools, source)
    with tempfile.TemporaryDirectory() as folder:
        found = await examine(tools, source, info, folder=Path(folder))
    if waveform is not None:
        await asyncio.to_thread(_write_waveform, found, waveform)
    peak = found.heard.loudness.true_peak_dbtp
    return _measured(path, found), AlbumTrack(powers=found.heard.powers, true_peak_dbtp=peak)


def measured_album(tracks: Sequence[AlbumTrack]) -> dict[str, Any]:
    """Answer what masters say together."""
    return {"album": len(tracks), "loudness": asdict(album_loudness(tracks))}


async def encode_into(path: Path, folder: Path, *, names: list[str]) -> list[dict[str, Any]]:
    """Encode a master into a folder, verify each rendition, and answer what was made.

    Raises:
        Refused: `rung-unknown`, or the file is no sound master.
        Broken: a rendition is not what was asked for; it is not kept.

    """
    tools = await find_tools(Settings().tool_path)
    source = await asyncio.to_thread(path.resolve)
    await asyncio.to_thread(lambda: folder.mkdir(parents=True, exist_ok=True))
    info = await probe(tools, source)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        found = await examine(tools, source, info, folder=Path(scratch))
        bench = Workbench(tools=tools, source=found.source, folder=Path(scratch))
        gain_db = headroom_db(found.heard.loudness.true_peak_dbtp)
        rungs = rungs_for(info, chosen(names))
        made = await package(bench, original_of(found), rungs, gain_db=gain_db)
        return await asyncio.to_thread(lambda: [_described(moved(one, folder)) for one in made])


def moved(packaged: Packaged, folder: Path) -> Packaged:
    """Put what was certified where it is wanted; what was not never gets there."""
    made = packaged.encoded.made
    path = made.path.replace(folder / made.path.name)
    encoded = replace(packaged.encoded, made=replace(made, path=path))
    return replace(packaged, encoded=encoded)


def chosen(names: list[str]) -> tuple[Rung, ...]:
    """Answer the rungs of that name, or all where none is named.

    Raises:
        Refused: `rung-unknown`.

    """
    known = {rung.name: rung for rung in LADDER}
    for name in names:
        if name not in known:
            raise Refused("rung-unknown", f"There is no rung {name}; there are {', '.join(known)}.")
    return tuple(known[name] for name in names) or LADDER


def _measured(path: Path, found: Examination) -> dict[str, Any]:
    heard = found.heard
    examined = Examined(
        info=found.info,
        heard=heard,
        complaints=found.complaints,
        gain_db=headroom_db(heard.loudness.true_peak_dbtp),
    )
    return {
        "file": path.name,
        **asdict(found.info),
        "samples": heard.samples,
        "duration_s": heard.samples / found.info.sample_rate,
        "pcm_sha256": heard.pcm_sha256,
        "loudness": asdict(heard.loudness),
        "peaks": [asdict(peak) for peak in heard.peaks],
        "quality": asdict(heard.quality),
        "fingerprint": heard.fingerprint,
        "findings": [asdict(finding) for finding in findings_of(examined)],
        "complaints": list(found.complaints),
    }


def _described(packaged: Packaged) -> dict[str, Any]:
    one, made = packaged.encoded, packaged.encoded.made
    return {
        "rung": made.rung.name,
        "file": str(made.path),
        "codecs": made.rung.codecs,
        "sample_rate": made.line.rate,
        "bytes": one.size_bytes,
        "average_bps": one.average_bps,
        "peak_bps": one.peak_bps,
        "fragments": len(one.fragments),
        "sha256": one.sha256,
        "certificate": asdict(packaged.certificate),
    }


def _write_waveform(found: Examination, file: WaveformFile) -> None:
    try:
        waveform = zoomed_out(found.heard.waveform, file.zoom)
    except ValueError as error:
        raise Refused("zoom-unknown", f"A pixel has a multiple of {ZOOMS[0]} samples.") from error
    if file.path.suffix == ".json":
        file.path.write_text(to_json(waveform, bits=8))
    else:
        file.path.write_bytes(to_dat(waveform, version=2, bits=8))
