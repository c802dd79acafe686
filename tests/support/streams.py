"""Streams to verify: whole ones made by ffmpeg and mended box by box, and ways to break them."""

from __future__ import annotations

import asyncio
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from refrain.conformance.bitrates import average_bps, peak_bps
from refrain.conformance.decode import decode
from refrain.conformance.findings import Finding
from refrain.conformance.fragments import read_fragments
from refrain.conformance.iso import Node, read_tree
from refrain.conformance.movie import read_movie
from transcode.tools import Tools

SECONDS = 13
ENCODERS = {"aac": "aac", "opus": "libopus", "flac": "flac", "alac": "alac"}
_FRAGMENTED = ["-movflags", "+delay_moov+dash+global_sidx", "-frag_duration", "6000000"]
_PROGRAMME_BS1770, _RELIABLE = 2, 3


def clauses(findings: Iterable[Finding]) -> set[str]:
    return {finding.clause for finding in findings}


def ffmpeg(tools: Tools, *arguments: str | Path) -> None:
    argv = [tools.ffmpeg, "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(argv, check=True, capture_output=True)


def encoded(tools: Tools, master: Path, path: Path, *options: str) -> Path:
    """Make one fragmented file with an index, as ffmpeg writes it."""
    codec = ENCODERS[path.stem]
    # Frames of which six seconds are a whole number, or fragments would drift from the others'.
    size = ["-frame_size", "2400"] if codec == "flac" else []
    how = ["-c:a", codec, "-b:a", "96k", *size, *_FRAGMENTED, *options]
    ffmpeg(tools, "-i", master, *how, "-f", "mp4", path)
    return path


def box(kind: str, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind.encode()) + body


def found(data: bytes, *path: str) -> Node:
    node = read_tree(data).root.first(*path)
    assert node is not None, path
    return node


def overwritten(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def inserted(data: bytes, path: tuple[str, ...], new: bytes) -> bytes:
    """Put bytes at the end of a box, and let it and all around it grow."""
    grown = bytearray(data)
    for depth in range(1, len(path) + 1):
        node = found(data, *path[:depth])
        struct.pack_into(">I", grown, node.offset, node.end - node.offset + len(new))
    end = found(data, *path).end
    return bytes(grown[:end]) + new + bytes(grown[end:])


def without(data: bytes, *path: str) -> bytes:
    """Turn a box into free space."""
    return overwritten(data, found(data, *path).offset + 4, b"free")


def loudness_box(lufs: float, dbtp: float | None, *, system: int = _PROGRAMME_BS1770) -> bytes:
    peak = 0 if dbtp is None else round((20 - dbtp) * 32) & 0xFFF
    body = bytes(4) + bytes(2) + peak.to_bytes(3, "big")
    body += bytes([system << 4 | _RELIABLE, 1, 1, round((lufs + 57.75) * 4)])
    body += bytes([system << 4 | _RELIABLE])
    return box("udta", box("ludt", box("tlou", body)))


def roll_group(distance: int) -> bytes:
    body = b"\x01\0\0\0roll" + struct.pack(">IIh", 2, 1, distance)
    return box("sgpd", body)


async def mended(tools: Tools, path: Path) -> bytes:
    """Answer a file with the boxes that ffmpeg leaves out: true loudness, and roll groups."""
    data = await asyncio.to_thread(path.read_bytes)
    heard = await decode(tools, path)
    assert heard is not None
    assert heard.loudness.integrated_lufs is not None
    loud = loudness_box(heard.loudness.integrated_lufs, heard.loudness.true_peak_dbtp)
    data = inserted(data, ("moov", "trak"), loud)
    roll = {"aac": -1, "opus": -4}.get(path.stem)
    table = ("moov", "trak", "mdia", "minf", "stbl")
    return inserted(data, table, roll_group(roll)) if roll else data


@dataclass(frozen=True, slots=True, kw_only=True)
class Authored:
    """A media playlist for a file, and what a multivariant playlist must say of it."""

    text: str
    peak_bps: int
    average_bps: int
    codecs: str


def authored(data: bytes, uri: str) -> Authored:
    movie = read_movie(data)
    assert movie is not None
    track = movie.tracks[0]
    assert track.entry is not None
    fragments = read_fragments(data, track.defaults).fragments
    head = found(data, "moov").end
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", f'#EXT-X-MAP:URI="{uri}",BYTERANGE="{head}@0"']
    sized = []
    for one in fragments:
        seconds = f"{one.duration / track.timescale:.6f}"
        sized.append((one.end - one.offset, Fraction(seconds)))
        lines += [f"#EXTINF:{seconds},", f"#EXT-X-BYTERANGE:{sized[-1][0]}@{one.offset}", uri]
    return Authored(
        text="\n".join([*lines, "#EXT-X-ENDLIST", ""]),
        peak_bps=peak_bps(sized, 6),
        average_bps=average_bps(sized),
        codecs=track.entry.codecs,
    )


def multivariant(renditions: dict[str, Authored]) -> str:
    lines = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for uri, one in renditions.items():
        rates = f"BANDWIDTH={one.peak_bps},AVERAGE-BANDWIDTH={one.average_bps}"
        lines += [f'#EXT-X-STREAM-INF:{rates},CODECS="{one.codecs}"', uri]
    return "\n".join([*lines, ""])
