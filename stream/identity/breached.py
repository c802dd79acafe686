"""Passwords that leaked, looked up in a file of their SHA-1 digests without loading it.

The file is as Have I Been Pwned gives it away: sorted lines of 40 hexadecimal digits, a colon and
how often it was seen. It has tens of gigabytes; a look-up reads some forty lines of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import structlog

log = structlog.get_logger()

_DIGITS = 40
_LONGEST_LINE = 128


async def has_leaked(password: str, path: Path | None) -> bool:
    """Whether a password is in the file, if there is one that can be read."""
    if path is None:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        return await asyncio.to_thread(_is_in, path, digest.encode())
    except OSError as error:
        log.error("file of breached passwords not read", path=str(path), why=str(error))  # noqa: TRY400
        return False


def _is_in(path: Path, digest: bytes) -> bool:
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            line = _line_from(file, middle)
            if line and line[:_DIGITS].upper() < digest:
                low = middle + 1
            else:
                high = middle
        return _line_from(file, low)[:_DIGITS].upper() == digest


def _line_from(file: BinaryIO, at: int) -> bytes:
    """Answer the first line that begins at a place or behind it."""
    file.seek(max(0, at - 1))
    if at:
        file.readline(_LONGEST_LINE)
    return file.readline(_LONGEST_LINE)
