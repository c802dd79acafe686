"""What a client asks of uploads, as values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from catalog.uploads import Way
from ingest.checksums import Checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What a client says before the first byte.

    `metadata` may hold the file's `sha256` in hex, the draft that it is for (`release`), and its
    path in the folder that was sent (`relativePath`).
    """

    filename: str
    length_bytes: int | None
    way: Way
    request_id: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The bytes of one request, and what it says of them.

    `chunks` raises when the connection breaks; what came before counts, unless there is a
    `checksum`. `size_bytes` is how many there should be, `length_bytes` the whole upload's
    length, said now at the latest. `ends` tells whether the upload is complete after these bytes
    (True: and its length with it, when it was not known), or None: when the length is reached.
    """

    at: int
    chunks: AsyncIterator[bytes]
    size_bytes: int | None = None
    checksum: Checksum | None = None
    length_bytes: int | None = None
    ends: bool | None = None
