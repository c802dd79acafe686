"""The first bytes of an upload whose client does not know its address: nobody could go on."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress

from base.errors import RefrainError
from catalog.callers import Caller
from catalog.states import UploadState
from catalog.uploads import Upload
from ingest import uploads
from ingest.desk import Desk
from ingest.refusals import idle_for_good
from ingest.routes.contents import pass_over
from ingest.routes.door import Asked


async def is_here(asked: Asked, upload: Upload) -> bool:
    """Tell whether a new upload is of a file that is here; then what came along is let go by."""
    if upload.state is not UploadState.ACCEPTED:
        return False
    settings = asked.desk.settings
    await pass_over(
        asked.request, most_bytes=settings.upload_limit_bytes, seconds=settings.upload_idle_s
    )
    return True


async def begin(desk: Desk, caller: Caller, upload: Upload, taking: Awaitable[Upload]) -> Upload:
    """Await what is appended to a new upload; of what fails nothing is left.

    Raises:
        Refused, Unavailable: as `append`.

    """
    try:
        return await taking
    except RefrainError as error:
        with suppress(RefrainError):
            await uploads.terminate(desk, caller, upload.id)
        if error.code == "upload-idle":
            raise idle_for_good() from error
        raise
