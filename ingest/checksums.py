"""Checksums that a client sends with the bytes of one request."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Protocol

from ingest.refusals import checksum_unknown

_CRC_BYTES = 4
#: In the words of tus's header, and how many bytes each comes to; sha1 is the one that it demands.
ALGORITHMS = {"sha1": 20, "sha256": 32, "sha512": 64, "md5": 16, "crc32": _CRC_BYTES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What the bytes of one request are said to come to; `digest` is raw."""

    algorithm: str
    digest: bytes


class Running(Protocol):
    """A checksum in the making."""

    def update(self, data: bytes, /) -> None:
        """Take in what comes next."""

    def digest(self) -> bytes:
        """Answer what it comes to so far."""


def start(algorithm: str) -> Running:
    """Begin a checksum.

    Raises:
        Refused: `checksum-unknown`, 400.

    """
    if algorithm not in ALGORITHMS:
        raise checksum_unknown(algorithm)
    if algorithm == "crc32":
        return _Crc32()
    return hashlib.new(algorithm, usedforsecurity=False)


class _Crc32:
    """CRC-32 as zlib has it, in network order."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(_CRC_BYTES)
