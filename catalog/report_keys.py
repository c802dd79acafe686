"""The key that we show who gets reports by SFTP: one, made when it is first asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from base.database import Session
from base.locks import lock_alone
from base.ssh_keys import SealedKey, make_ssh_key
from catalog.models.sales_reports import ReportKey


async def report_key(session: Session, *, secret: bytes, now: datetime) -> SealedKey:
    """Answer our key, sealed; the first time it is made, and kept under a secret."""
    if (found := await kept_report_key(session)) is not None:
        return found
    await lock_alone(session, "report key")
    if (found := await kept_report_key(session)) is not None:  # another was first
        return found
    made = make_ssh_key(secret)
    session.add(ReportKey(id=made.id, public=made.public, sealed=made.sealed, created_at=now))
    await session.flush()
    return made


async def kept_report_key(session: Session) -> SealedKey | None:
    """Answer our key, if it was made."""
    row = await session.scalar(select(ReportKey).order_by(ReportKey.created_at.desc()).limit(1))
    return None if row is None else SealedKey(id=row.id, public=row.public, sealed=row.sealed)
