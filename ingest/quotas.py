"""What one artist may have here at once, and how often they may begin."""

from __future__ import annotations

from base.database import Session
from base.errors import Refused, Unavailable
from base.settings import Settings
from base.valkey import NAMESPACE, Valkey, reached
from catalog.callers import Caller
from catalog.people import lock_account
from catalog.upload_rows import Usage, usage_of
from catalog.uploads import Upload
from ingest.refusals import size_said

_MINUTE_S = 60


async def require_quota(session: Session, upload: Upload, settings: Settings) -> None:
    """Let an upload count for as much as it does, beside all that its owner has here.

    Until the transaction ends nobody else counts what they have. What an upload is joined from
    goes when it is, and so counts only once.

    Raises:
        Refused: `quota-open` or `quota-stored` 413, `too-many-uploads` 429.

    """
    await lock_account(session, upload.owner_id)
    usage = await usage_of(session, upload.owner_id, without=(upload.id, *upload.parts))
    if usage.open_uploads >= settings.upload_open_limit:
        raise Refused(
            "too-many-uploads",
            f"You have {usage.open_uploads} unfinished uploads, which GET /api/v1/uploads"
            " lists; please finish or end one first.",
            status=429,
            retry_after_s=_MINUTE_S,
        )
    limit = settings.upload_open_limit_bytes
    if usage.open_bytes + upload.counted_bytes > limit:
        raise _quota("quota-open", f"{size_said(usage.open_bytes)} of unfinished files", limit)
    require_room(usage, upload.counted_bytes, settings)


def require_room(usage: Usage, size_bytes: int, settings: Settings) -> None:
    """Let an artist's file stay, or say that there is no room for it.

    Raises:
        Refused: `quota-stored` 413.

    """
    limit = settings.upload_stored_limit_bytes
    if limit and usage.stored_bytes + usage.open_bytes + size_bytes > limit:
        have = f"{size_said(usage.stored_bytes)} of stored files"
        if usage.open_bytes:
            have += f" and {size_said(usage.open_bytes)} of unfinished ones"
        raise _quota("quota-stored", have, limit)


async def require_pace(valkey: Valkey, caller: Caller, *, most_per_minute: int) -> None:
    """Count a new upload of an artist; while Valkey is away, nothing is counted.

    Raises:
        Refused: `too-often` 429.

    """
    key = f"{NAMESPACE}:uploads-begun:{caller.id}"
    try:
        with reached():
            async with valkey.pipeline(transaction=True) as pipeline:
                # Counted from the first one on; the next minute begins with the next one after.
                pipeline.set(key, 0, ex=_MINUTE_S, nx=True)
                pipeline.incr(key)
                _, begun = await pipeline.execute()
    except Unavailable:
        return
    if int(begun) > most_per_minute:
        raise Refused(
            "too-often",
            f"More than {most_per_minute} uploads were begun within a minute; please wait.",
            status=429,
            retry_after_s=_MINUTE_S,
        )


def _quota(code: str, have: str, limit: int) -> Refused:
    return Refused(
        code,
        f"You have {have}, and this one is more than fits into the {size_said(limit)}"
        " that are yours; please end an unfinished upload or delete a track first.",
        status=413,
    )
