"""Uploads as values: what is known of each, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from base.errors import Refused
from base.storage.kept import Kept
from catalog.states import UPLOAD_MOVES, UploadEvent, UploadState, next_state

#: States in which an upload may go on; in the others its bytes are a master's, or nobody's.
UNFINISHED = frozenset({UploadState.OPEN, UploadState.WHOLE, UploadState.FINISHING})


class Way(StrEnum):
    """The protocol by which an upload was begun; it may be gone on with by another."""

    TUS = "tus"
    IETF = "ietf"
    PUT = "put"
    #: Parts that the client puts into the storage itself, at signed addresses.
    S3 = "s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an upload was refused, kept so that whoever asks again is told the same."""

    code: str
    sentence: str
    status: int

    def error(self) -> Refused:
        """Answer it as what a use case raises."""
        return Refused(self.code, self.sentence, status=self.status)


def refusal_for(error: Refused) -> Refusal:
    """Answer what is kept of a refusal."""
    return Refusal(code=error.code, sentence=error.sentence, status=error.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is known of one upload.

    `length_bytes` is None until the client says it. `offset_bytes` are durable. `track_id`,
    `master_id` and `sha256` are there once it is accepted, or `release_id` alone of an archive,
    whose files become tracks of that draft; others may be for a draft, too. `is_known` tells that
    the same bytes were here before. `warnings` are documents as the examination of the first MiB
    made them.
    """

    id: UUID
    owner_id: UUID
    filename: str
    metadata: Mapping[str, str]
    length_bytes: int | None
    offset_bytes: int
    way: Way
    is_partial: bool
    parts: tuple[UUID, ...]
    state: UploadState
    warnings: tuple[Mapping[str, Any], ...]
    refusal: Refusal | None
    sha256: str | None
    master_id: UUID | None
    track_id: UUID | None
    release_id: UUID | None
    is_known: bool
    request_id: str
    created_at: datetime
    touched_at: datetime
    expires_at: datetime
    #: For the use cases, and for who signs addresses of parts: nothing a client is told.
    kept: Kept | None
    fence: int
    is_judged: bool

    @property
    def is_complete(self) -> bool:
        """Whether all its bytes are here; what became of them `state` tells."""
        return self.length_bytes is not None and self.offset_bytes == self.length_bytes

    @property
    def said_sha256(self) -> str | None:
        """Which file it will be, as its client says."""
        return self.metadata.get("sha256", "").lower() or None

    @property
    def counted_bytes(self) -> int:
        """What counts of it towards a quota: what it was said to become, or else what came."""
        return self.offset_bytes if self.length_bytes is None else self.length_bytes

    @property
    def is_archive(self) -> bool:
        """Whether it became a draft, and no track of its own."""
        return self.state is UploadState.ACCEPTED and self.track_id is None


def moved(upload: Upload, event: UploadEvent) -> Upload:
    """Answer an upload after `event`; the table says whether it may be.

    Raises:
        Broken: it may not.

    """
    state = next_state(UPLOAD_MOVES, upload.state, event)
    return replace(upload, state=state)
