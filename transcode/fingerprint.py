"""Chromaprint's fingerprint of a recording, in the base64 form that AcoustID takes.

ffmpeg computes it; here is only told whether there is anything in it.
"""

from __future__ import annotations

import base64
import re

#: AcoustID knows recordings by their first two minutes, as its own program listens.
LENGTH_S = 120
#: The algorithm, one byte, and the number of items, three.
_HEADER_BYTES = 4
_HEADER_LETTERS = 6
_PRINTED = re.compile(r"[A-Za-z0-9_-]{6,}")


def parse(printed: str) -> str | None:
    """Answer the fingerprint that was printed, or None where it holds no item.

    That is so for less than three seconds of sound.
    """
    if not _PRINTED.fullmatch(printed):
        return None
    header = base64.urlsafe_b64decode(printed[:_HEADER_LETTERS] + "==")[:_HEADER_BYTES]
    return printed if int.from_bytes(header[1:]) else None
