"""What the headers of WavPack and Monkey's Audio claim."""

from __future__ import annotations

from ingest.sniff.fields import number
from ingest.sniff.verdict import Claim

_WAVPACK_RATES = (
    *(6_000, 8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000),
    *(32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 192_000),
)
_MONO, _HYBRID, _FINAL = 0x4, 0x8, 0x1000
#: Version 3.98 put a descriptor before the header.
_DESCRIBED = 3980


def claim_of_wavpack(data: bytes, at: int) -> Claim | None:
    """Read the first block; the rest of more than two channels is in blocks behind it."""
    flags, low = number("<I", data, at + 24), number("<I", data, at + 12)
    if flags is None or low is None:
        return None
    frames = (data[at + 11] << 32) + low - data[at + 11] if low != 0xFFFFFFFF else 0  # noqa: PLR2004
    rate = flags >> 23 & 15
    is_all = flags & _FINAL
    channels = (1 if flags & _MONO else 2) if is_all else None
    return Claim(
        codec="WavPack hybrid" if flags & _HYBRID else "WavPack",
        is_lossless=not flags & _HYBRID,
        # The last index says that the rate is told elsewhere.
        rate=_WAVPACK_RATES[rate] if rate < len(_WAVPACK_RATES) else None,
        channels=channels,
        bits=8 * ((flags & 3) + 1),
        frames=frames or None,
    )


def claim_of_ape(data: bytes, at: int) -> Claim | None:
    """Read the header behind the descriptor; versions before had another and claim less."""
    version, skip = number("<H", data, at + 4), number("<I", data, at + 8)
    if version is None or skip is None:
        return None
    if version < _DESCRIBED:
        channels, rate = number("<H", data, at + 10), number("<I", data, at + 12)
        return Claim(codec="Monkey's Audio", is_lossless=True, rate=rate, channels=channels)
    place = at + skip
    per_block, last, blocks = (number("<I", data, place + offset) for offset in (4, 8, 12))
    frames = None
    if per_block is not None and last is not None and blocks:
        frames = (blocks - 1) * per_block + last
    return Claim(
        codec="Monkey's Audio",
        is_lossless=True,
        rate=number("<I", data, place + 20),
        channels=number("<H", data, place + 18),
        bits=number("<H", data, place + 16),
        frames=frames,
    )
