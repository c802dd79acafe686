"""What the header of a FLAC stream claims (RFC 9639, 8.2)."""

from __future__ import annotations

from ingest.sniff.fields import number
from ingest.sniff.verdict import Claim

_STREAMINFO_BYTES = 34
#: Silence is what compresses best: 65535 samples in a frame of no fewer bytes than this.
_MOST_SAMPLES, _LEAST_FRAME_BYTES = 65_535, 10


def claim_of_flac(data: bytes, at: int) -> Claim | None:
    """Read STREAMINFO behind `fLaC`, which comes first; nothing where it does not."""
    body = at + 8
    if data[at + 4 : at + 5] not in {b"\x00", b"\x80"} or body + _STREAMINFO_BYTES > len(data):
        return None
    return claim_of_streaminfo(data, body)


def claim_of_streaminfo(data: bytes, at: int) -> Claim | None:
    """Read a STREAMINFO block, which other containers carry, too."""
    packed = number(">Q", data, at + 10)
    if packed is None:
        return None
    frames = packed & (1 << 36) - 1
    return Claim(
        codec="FLAC",
        is_lossless=True,
        rate=packed >> 44,
        channels=(packed >> 41 & 7) + 1,
        bits=(packed >> 36 & 31) + 1,
        frames=frames or None,  # none is: not known
        ends_at=frames // _MOST_SAMPLES * _LEAST_FRAME_BYTES or None,
    )
