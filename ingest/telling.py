"""What an artist is told of an upload, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from base.database import Session
from catalog.events import EventKind, NewEvent, tell
from catalog.states import UploadState
from catalog.uploads import Upload


async def tell_of_upload(session: Session, upload: Upload, *, now: datetime) -> None:
    """Write down what has just become of an upload, where no event of a track says it."""
    if upload.state is UploadState.REFUSED and upload.refusal is not None:
        why = {"code": upload.refusal.code, "reason": upload.refusal.sentence}
        await _tell(session, upload, EventKind.UPLOAD_REFUSED, why, now=now)
    elif upload.state is UploadState.EXPIRED:
        size = {"received": upload.offset_bytes, "length": upload.length_bytes}
        await _tell(session, upload, EventKind.UPLOAD_EXPIRED, size, now=now)
    elif upload.state is UploadState.ACCEPTED and upload.warnings:
        odd = {"warnings": [dict(one) for one in upload.warnings]}
        await _tell(session, upload, EventKind.UPLOAD_WARNED, odd, now=now)


async def _tell(
    session: Session, upload: Upload, kind: EventKind, data: Mapping[str, Any], *, now: datetime
) -> None:
    release = {"release": str(upload.release_id)} if upload.release_id else {}
    event = NewEvent(
        owner_id=upload.owner_id,
        kind=kind,
        request_id=upload.request_id,
        track_id=upload.track_id,
        data={"upload": str(upload.id), "filename": upload.filename, **release, **data},
    )
    await tell(session, event, now=now)
