"""What a job will write into its folder, estimated from its master: measured of noise, the worst.

A master that is compressed without loss comes to less than three times its size, whatever is made
of it. One that is compressed with loss is unpacked first, and so are its lossless renditions: of
Opus at 96 kbit/s that is forty times its size. Before it is examined nobody knows which it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.kinds import Kind

_LOSSLESS: Mapping[Kind, int] = {Kind.EXAMINE: 1, Kind.PIECE: 1}
_LADDER = 3
_LOSSY = 45
#: As much as most masters come to that turn out to be compressed with loss.
_UNKNOWN_BYTES = 512 << 20


def scratch_bytes(
    kind: Kind, master_bytes: int, *, is_lossless: bool | None, is_copied: bool
) -> int:
    """Answer how much a job about a master takes of the scratch folder."""
    lossless, lossy = _LOSSLESS.get(kind, _LADDER) * master_bytes, _LOSSY * master_bytes
    made = lossless if is_lossless else lossy
    if is_lossless is None:
        made = min(lossy, lossless + _UNKNOWN_BYTES)
    return made + (master_bytes if is_copied else 0)
