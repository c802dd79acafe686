"""Values that tell of what partners deliver: names, files, and when something was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Name:
    """A name for programs, of a release, a track or a party; `namespace` is whose it is."""

    kind: str
    value: str
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Told:
    """When something was said, as an instant, and in which message; so messages are ordered."""

    at: datetime
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that came; `digests` by the name of their algorithm, in hexadecimal letters."""

    id: UUID
    delivery_id: UUID
    path: str
    sha256: str
    size_bytes: int
    digests: Mapping[str, str]
    storage_key: str
    received_at: datetime
