"""What one artist may have here at once, and how often they may begin."""

from __future__ import annotations

from base.errors import Refused, Unavailable
from base.settings import Settings
from base.valkey import NAMESPACE, Valkey, reached
from catalog.people import Caller
from catalog.upload_rows import Usage

_MINUTE_S = 60


def require_quota(usage: Usage, size_bytes: int, settings: Settings) -> None:
    """Let an artist begin another upload, or say which of their others is in its way.

    Raises:
        Refused: `quota-open` or `quota-stored` 413, `too-many-uploads` 429.

    """
    if usage.open_uploads >= settings.upload_open_limit:
        raise Refused(
            "too-many-uploads",
            f"You have {usage.open_uploads} unfinished uploads; please finish or end one first.",
            status=429,
            retry_after_s=_MINUTE_S,
        )
    if usage.open_bytes + size_bytes > settings.upload_open_limit_bytes:
        raise _quota("quota-open", usage.open_bytes, settings.upload_open_limit_bytes, "unfinished")
    require_room(usage, size_bytes, settings)


def require_room(usage: Usage, size_bytes: int, settings: Settings) -> None:
    """Let an artist's file stay, or say that there is no room for it.

    Raises:
        Refused: `quota-stored` 413.

    """
    limit = settings.upload_stored_limit_bytes
    if limit and usage.stored_bytes + usage.open_bytes + size_bytes > limit:
        raise _quota("quota-stored", usage.stored_bytes, limit, "stored")


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


def _quota(code: str, used: int, limit: int, kind: str) -> Refused:
    return Refused(
        code,
        f"You have {used / 2**30:.1f} GiB of {kind} files, and this one is more than fits"
        f" into the {limit / 2**30:.1f} GiB that are yours.",
        status=413,
    )
