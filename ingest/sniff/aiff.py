"""What the header of an AIFF, an AIFC or a CAF claims, which Apple made."""

from __future__ import annotations

import math
import struct
from dataclasses import replace

from ingest.sniff.fields import MOST_CHUNKS, Chunk, chunks, number
from ingest.sniff.verdict import Claim

#: Compression types of AIFC and formats of CAF that keep every sample.
_PLAIN = {b"NONE", b"twos", b"sowt", b"in24", b"in32", b"fl32", b"FL32", b"fl64", b"FL64", b"raw "}
_LOSSLESS = {b"lpcm": "PCM", b"alac": "ALAC", b"flac": "FLAC"}
_LOSSY = {
    b"aac ": "AAC",
    b".mp3": "MP3",
    b"opus": "Opus",
    b"ima4": "ADPCM",
    b"ulaw": "mu-law",
    b"alaw": "A-law",
}
_COMM_BYTES = 18
_DESC_BYTES = 32


def claim_of_aiff(data: bytes, at: int) -> Claim | None:
    """Read `COMM` and `SSND`; nothing where the first is not there."""
    is_compressed = data[at + 8 : at + 12] == b"AIFC"
    claim = None
    for chunk in chunks(data, at + 12, ">"):
        if chunk.kind == b"COMM":
            if chunk.at + _COMM_BYTES > len(data):
                return claim
            claim = _common(data, chunk.at, is_compressed=is_compressed)
        elif chunk.kind == b"SSND" and claim is not None:
            return _with_end(claim, chunk)
    return claim


def _common(data: bytes, at: int, *, is_compressed: bool) -> Claim:
    channels, frames, bits = struct.unpack_from(">hIh", data, at)
    kind = data[at + 18 : at + 22] if is_compressed else b"NONE"
    is_plain, lossy = kind in _PLAIN, _LOSSY.get(kind.lower())
    return Claim(
        codec="PCM" if is_plain else lossy or "",
        is_lossless=lossy is None,
        rate=_extended(data, at + 8),
        channels=channels,
        bits=bits if is_plain else None,
        frames=frames if is_plain else None,
    )


def _with_end(claim: Claim, chunk: Chunk) -> Claim:
    if claim.frames is None or not claim.bits or not claim.channels:
        return claim
    frame_bytes = -(-claim.bits // 8) * claim.channels
    # Behind the head of the chunk are an offset and a block size.
    return replace(claim, ends_at=chunk.at + 8 + claim.frames * frame_bytes)


def _extended(data: bytes, at: int) -> float:
    """Read a number of 80 bits (IEEE 754 extended), which all rates of AIFF are."""
    sign_exponent, mantissa = struct.unpack_from(">HQ", data, at)
    exponent = (sign_exponent & 0x7FFF) - 16383 - 63
    try:
        value = math.ldexp(mantissa, exponent)
    except OverflowError:
        value = math.inf
    return -value if sign_exponent & 0x8000 else value


def claim_of_caf(data: bytes, at: int) -> Claim | None:
    """Read `desc` and `data` of a Core Audio Format; sizes are signed, and -1 is unknown."""
    claim, packet_bytes, place = None, 0, at + 8
    for _ in range(MOST_CHUNKS):
        size = number(">q", data, place + 4)
        body = place + 12
        if size is None or size < 0:
            return claim
        if data[place : place + 4] == b"desc" and body + _DESC_BYTES <= len(data):
            claim, packet_bytes = _description(data, body)
        if data[place : place + 4] == b"data" and claim is not None:
            return _with_data(claim, body, size, packet_bytes)
        place = body + size
    return claim


def _description(data: bytes, at: int) -> tuple[Claim, int]:
    rate, kind, _, packet_bytes, _, channels, bits = struct.unpack_from(">d4sIIIII", data, at)
    claim = Claim(
        codec=_LOSSLESS.get(kind) or _LOSSY.get(kind, ""),
        is_lossless=kind not in _LOSSY,
        rate=rate,
        channels=channels,
        bits=bits or None,
    )
    return claim, packet_bytes if kind == b"lpcm" else 0


def _with_data(claim: Claim, at: int, size: int, packet_bytes: int) -> Claim:
    # The first four bytes count edits.
    if packet_bytes == 0 or size < 4:  # noqa: PLR2004 - see above
        return claim
    frames = (size - 4) // packet_bytes
    return replace(claim, frames=frames, ends_at=at + 4 + frames * packet_bytes)
