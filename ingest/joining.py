"""Partial uploads joined to one: their bytes, in order, from where they lie."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from base.storage.resumable import Unfinished
from catalog.states import UploadState
from catalog.uploads import Upload
from ingest.refusals import part_unfit


def require_fit(parts: Sequence[Upload]) -> None:
    """Let parts be joined.

    Raises:
        Refused: `part-unfit` 409.

    """
    if not parts:
        raise part_unfit("There is nothing to join.")
    if len({part.id for part in parts}) < len(parts):
        raise part_unfit("Each partial upload can be joined once.")
    for part in parts:
        if not part.is_partial:
            raise part_unfit(f"The upload {part.id} was not begun as a partial one.")
        if part.state is not UploadState.WHOLE:
            raise part_unfit(f"The upload {part.id} has not all its bytes yet.")


async def joined_chunks(unfinished: Unfinished, parts: Sequence[Upload]) -> AsyncIterator[bytes]:
    """Answer the bytes of whole partial uploads, in order."""
    for part in parts:
        if part.kept is not None:
            # Sealed already by who joined it before, or sealed now: the answer is the same.
            kept = await unfinished.seal(part.kept)
            async for data in unfinished.read(kept):
                yield data
