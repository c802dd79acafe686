"""One upload object, whichever protocol its bytes come by: the use cases.

Each takes the process's desk and who asks. An upload of somebody else is unknown to them.
Every error says how to go on, and leaves the upload resumable unless its sentence says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from base.storage.kept import Kept
from catalog.people import Caller
from catalog.uploads import Upload, Way
from ingest.checksums import Checksum
from ingest.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What a client says before the first byte; `metadata` may hold the file's `sha256` in hex."""

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


async def create(desk: Desk, caller: Caller, new: NewUpload) -> Upload:
    """Open an upload; it is accepted at once when the caller sent the very same bytes before.

    Raises:
        Refused: `too-large` 413, `quota-open` or `quota-stored` 413, `too-many-uploads` or
            `too-often` 429.

    """
    raise NotImplementedError


async def find(desk: Desk, caller: Caller, upload_id: UUID) -> Upload:
    """Answer what is known of an upload; whoever sends to it goes on.

    Raises:
        Refused: `upload-unknown` 404, `upload-gone` 410.

    """
    raise NotImplementedError


async def halt(desk: Desk, caller: Caller, upload_id: UUID) -> Upload:
    """Stop whoever sends to an upload, and answer where to go on; for who is about to resume.

    The answer's offset stays true until the next bytes. What is complete and was left by a
    process that died is finished on the way.

    Raises:
        Refused: as `find`.

    """
    raise NotImplementedError


async def append(desk: Desk, caller: Caller, upload_id: UUID, body: Body) -> Upload:
    """Take in bytes, taking over from whoever sends to the same upload; finish it at its end.

    When it returns all bytes are durable and counted, and an upload that is complete is
    accepted, or its refusal raised. Cancelled, or left by an error of `chunks`, it keeps what
    came.

    Raises:
        OffsetMismatch: 409.
        Refused: as `find`; `upload-ended` 409, `too-large` and `too-much` 413, `length-changed`
            400, `checksum-unknown` 400, `checksum-mismatch` 460 (nothing is kept),
            `upload-idle` 408, `upload-taken-over` 409 (another request goes on), `empty-file`
            422, and whatever the first MiB is refused for (415, 422), after which nothing is left.
        Unavailable: `storage-full` (507), `storage-unavailable`, `database-unavailable`.

    """
    raise NotImplementedError


async def adopt(
    desk: Desk,
    caller: Caller,
    upload_id: UUID,
    look: Callable[[Kept], Awaitable[Kept]],
    *,
    ends: bool,
) -> Upload:
    """Count bytes that the client put into the storage itself, as `look` finds them there.

    Raises:
        Refused: as `append`, without checksums.

    """
    raise NotImplementedError


async def concatenate(
    desk: Desk, caller: Caller, new: NewUpload, *, parts: Sequence[UUID]
) -> Upload:
    """Join partial uploads, in order, into one that is finished; they are gone afterwards.

    Raises:
        Refused: as `create`; `part-unfit` 409: one is no partial upload, or not whole.

    """
    raise NotImplementedError


async def terminate(desk: Desk, caller: Caller, upload_id: UUID) -> None:
    """End an upload; nothing is left of its bytes.

    Raises:
        Refused: as `find`; `upload-ended` 409 for what was accepted.

    """
    raise NotImplementedError
