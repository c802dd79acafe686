"""Take in the first bytes of an upload whose client does not know its address yet."""

from __future__ import annotations

from contextlib import suppress

from base.errors import RefrainError
from catalog.people import Caller
from catalog.uploads import Upload
from ingest import uploads
from ingest.desk import Desk
from ingest.uploads import Body


async def begin(desk: Desk, caller: Caller, upload: Upload, body: Body) -> Upload:
    """Append to a new upload; of what fails nothing is left, for nobody could go on with it.

    Raises:
        Refused, Unavailable: as `append`.

    """
    try:
        return await uploads.append(desk, caller, upload.id, body)
    except RefrainError:
        with suppress(RefrainError):
            await uploads.terminate(desk, caller, upload.id)
        raise
