"""Exports of one's own data: asked for, made by a job, there for some days, and gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from base.database import Session, insert_once
from base.errors import Refused
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.privacy import PersonalExport
from catalog.objects import hold

#: How long a file can be fetched, and how soon another may be asked for.
KEPT, AGAIN = timedelta(days=7), timedelta(days=1)
_MOST = 20


async def ask(session: Session, account_id: UUID, *, now: datetime) -> PersonalExport:
    """Ask for all that is known of an account; answer the export that is being made.

    Raises:
        Refused: `export-waits`, 409; `export-too-soon`, 429.

    """
    last = await session.scalar(_of(account_id).limit(1))
    if last is not None and last.made_at is not None and now < last.asked_at + AGAIN:
        raise Refused(
            "export-too-soon",
            "You asked for your data within a day: what was made then is still there.",
            status=429,
            retry_after_s=int((last.asked_at + AGAIN - now).total_seconds()) + 1,
        )
    row = PersonalExport(id=uuid4(), account_id=account_id, asked_at=now)
    if not await insert_once(session, row):
        raise Refused("export-waits", "Your data is being gathered: please wait.", status=409)
    job = NewJob(kind=Kind.EXPORT, subject=str(row.id), request_id="privacy", owner_id=account_id)
    await add(session, job, now=now)
    return row


async def exports_of(session: Session, account_id: UUID) -> Sequence[PersonalExport]:
    """Answer the last exports of an account, the newest first."""
    return (await session.scalars(_of(account_id).limit(_MOST))).all()


async def export_of(session: Session, export_id: UUID, account_id: UUID) -> PersonalExport:
    """Answer an export of an account.

    Raises:
        Refused: `export-unknown`, 404.

    """
    found = await session.get(PersonalExport, export_id)
    if found is None or found.account_id != account_id:
        raise unknown_export()
    return found


async def export_to_fetch(session: Session, export_id: UUID, *, now: datetime) -> PersonalExport:
    """Answer an export whose file is there.

    Raises:
        Refused: `export-unknown`, 404; `export-not-ready`, 409; `export-gone`, 410.

    """
    found = await session.get(PersonalExport, export_id)
    if found is None:
        raise unknown_export()
    if found.made_at is None:
        raise Refused("export-not-ready", "Your data is still being gathered.", status=409)
    if found.storage_key is None or found.expires_at is None or found.expires_at <= now:
        raise Refused("export-gone", "This file is gone: please ask for another.", status=410)
    return found


def unknown_export() -> Refused:
    """Say that there is none."""
    return Refused("export-unknown", "There is no such export.", status=404)


def note_made(export: PersonalExport, *, key: str, size_bytes: int, now: datetime) -> None:
    """Note that the file of an export is there."""
    export.storage_key, export.size_bytes = key, size_bytes
    export.made_at, export.expires_at = now, now + KEPT


async def expire_exports(session: Session, *, now: datetime) -> int:
    """Let files go whose time is over; answer how many."""
    is_over = PersonalExport.expires_at <= now, PersonalExport.storage_key.is_not(None)
    rows = (await session.scalars(select(PersonalExport).where(*is_over))).all()
    await hold(session, [row.storage_key or "" for row in rows], until=now)
    for row in rows:
        row.storage_key = None
    return len(rows)


def _of(account_id: UUID) -> Select[PersonalExport]:
    query = select(PersonalExport).where(PersonalExport.account_id == account_id)
    return query.order_by(PersonalExport.asked_at.desc())
