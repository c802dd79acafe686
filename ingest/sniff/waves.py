"""What the header of a WAV claims, of any of its kin: RIFF, RF64, BW64 and Sony's W64.

EBU Tech 3285 and 3306, ITU-R BS.2088. Sizes of the data chunk that say "I do not know", all ones
or nothing, claim nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import replace

from ingest.sniff.fields import MOST_CHUNKS, Chunk, chunks, number
from ingest.sniff.verdict import Claim

_UNKNOWN_SIZE = 0xFFFFFFFF
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
#: What else may stand in a WAV, and in the words of people.
_CODECS = {
    2: "ADPCM",
    6: "A-law",
    7: "mu-law",
    0x11: "ADPCM",
    0x50: "MP2",
    0x55: "MP3",
    0xFF: "AAC",
}
_W64_HEAD = 24


def claim_of_wav(data: bytes, at: int) -> Claim | None:
    """Read RIFF, RF64 or BW64; nothing where its format is not there."""
    order = ">" if data[at : at + 4] == b"RIFX" else "<"
    return _claim(data, _widened(data, chunks(data, at + 12, order)), order)


def claim_of_w64(data: bytes, at: int) -> Claim | None:
    """Read W64, whose chunks are named by 16 bytes and count their own heads."""
    return _claim(data, _w64_chunks(data, at + 40), "<")


def _widened(data: bytes, found: Iterable[Chunk]) -> Iterable[Chunk]:
    """Give the data chunk the size that stands in a `ds64`, where its own says so."""
    wide = None
    for chunk in found:
        if chunk.kind == b"ds64":
            wide = number("<Q", data, chunk.at + 8)
        if chunk.kind == b"data" and chunk.size == _UNKNOWN_SIZE:
            yield Chunk(kind=b"data", at=chunk.at, size=wide or 0)
            return
        yield chunk


def _w64_chunks(data: bytes, at: int) -> Iterable[Chunk]:
    for _ in range(MOST_CHUNKS):
        size = number("<Q", data, at + 16)
        if size is None or size < _W64_HEAD:
            return
        yield Chunk(kind=data[at : at + 4], at=at + _W64_HEAD, size=size - _W64_HEAD)
        at += size + -size % 8


def _claim(data: bytes, found: Iterable[Chunk], order: str) -> Claim | None:
    claim, frame_bytes = None, 0
    for chunk in found:
        if chunk.kind == b"fmt " and claim is None:
            if chunk.at + 16 > len(data):
                return None
            claim, frame_bytes = _format(data, chunk, order)
        elif chunk.kind == b"data":
            return _with_length(claim, chunk, frame_bytes)
    return claim


def _format(data: bytes, chunk: Chunk, order: str) -> tuple[Claim, int]:
    form = f"{order}HHIIHH"
    tag, channels, rate, _, frame_bytes, bits = struct.unpack_from(form, data, chunk.at)
    if tag == _EXTENSIBLE:
        tag = number(f"{order}H", data, chunk.at + 24) or 0
    is_plain = tag in {_PCM, _FLOAT}
    claim = Claim(
        codec="PCM" if is_plain else _CODECS.get(tag, ""),
        is_lossless=is_plain,
        is_known=is_plain or tag in _CODECS,
        rate=rate,
        channels=channels,
        bits=bits if is_plain else None,
    )
    return claim, frame_bytes if is_plain else 0


def _with_length(claim: Claim | None, chunk: Chunk, frame_bytes: int) -> Claim | None:
    if claim is None or chunk.size in {0, _UNKNOWN_SIZE}:
        return claim
    if not frame_bytes:
        return replace(claim, ends_at=chunk.end)
    frames = chunk.size // frame_bytes
    return replace(claim, frames=frames, ends_at=chunk.at + frames * frame_bytes)
