"""How an upload stands, as every protocol tells it to its client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An upload as it is kept; `length_bytes` is None until the client knows it.

    `metadata` and `concat` are the fields as the client wrote them. `expires_at` is None of what
    is kept for ever, or not any more.
    """

    offset_bytes: int
    length_bytes: int | None
    is_complete: bool
    expires_at: datetime | None = None
    metadata: str = ""
    concat: str = ""
