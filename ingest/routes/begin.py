"""The first bytes of an upload whose client does not know its address: nobody could go on."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress

from base.errors import RefrainError
from catalog.people import Caller
from catalog.uploads import Upload
from ingest import uploads
from ingest.desk import Desk


async def begin(desk: Desk, caller: Caller, upload: Upload, taking: Awaitable[Upload]) -> Upload:
    """Await what is appended to a new upload; of what fails nothing is left.

    Raises:
        Refused, Unavailable: as `append`.

    """
    try:
        return await taking
    except RefrainError:
        with suppress(RefrainError):
            await uploads.terminate(desk, caller, upload.id)
        raise
