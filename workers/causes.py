"""What an error of an attempt was caused by: what to look at, and whether to try again."""

from __future__ import annotations

import errno

from base.errors import Broken, Refused, Unavailable
from catalog.states import Cause
from transcode.endings import ChildFailed, Ending

_ENDINGS = {
    Ending.OUT_OF_MEMORY: Cause.OUT_OF_MEMORY,
    Ending.CRASH: Cause.CRASH,
    Ending.TIMEOUT: Cause.TIMEOUT,
}
_CODES = {
    # What was made is not what was asked for.
    **dict.fromkeys(
        ("wrong-rendition", "malformed-media", "clips", "stored-otherwise"), Cause.BAD_RESULT
    ),
    # Until somebody gives us the right keys; what waits for them is not to blame.
    "storage-refused": Cause.UNAVAILABLE,
}
#: What a machine may be short of for a while.
_SHORTAGES = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EIO)
_NUMBERS = {**dict.fromkeys(_SHORTAGES, Cause.UNAVAILABLE), errno.ENOMEM: Cause.OUT_OF_MEMORY}
_KINDS = (
    (Unavailable, Cause.UNAVAILABLE),
    (Refused, Cause.BAD_INPUT),
    (MemoryError, Cause.OUT_OF_MEMORY),
)


def cause_of(error: BaseException) -> Cause:
    """Answer the cause of an attempt that ended by this error."""
    match error:
        case ChildFailed():
            return _ENDINGS.get(error.ending, Cause.FAULT)
        case Broken():
            return _CODES.get(error.code, Cause.FAULT)
        case OSError():
            return _NUMBERS.get(error.errno or 0, Cause.FAULT)
        case _:
            return next((cause for kind, cause in _KINDS if isinstance(error, kind)), Cause.FAULT)


def output_of(error: BaseException) -> str | None:
    """Answer what the child said last over which an attempt failed."""
    return error.output or None if isinstance(error, ChildFailed) else None
