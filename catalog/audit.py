"""The record of acts: written with what was done, in its transaction, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from catalog.acts import Act, Noted
from catalog.callers import Caller
from catalog.models.audit import NotedAct


async def note_act(  # noqa: PLR0913 - who did what to whom, when, and how
    session: Session,
    by: Caller | UUID | None,
    act: Act,
    subject: object,
    *,
    now: datetime,
    facts: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Write down what somebody does: a caller, an account, or who sits at a terminal.

    It is undone with what was done. Of `subject` the number is kept, and `facts` name nobody but
    by the number of an account.
    """
    caller = by if isinstance(by, Caller) else None
    credential = None if caller is None else caller.credential
    session.add(
        NotedAct(
            at=now,
            act=act,
            account_id=by if caller is None else caller.id,
            person_id=by if caller is None else caller.person_id,
            credential_id=None if credential is None else credential.id,
            subject=str(subject),
            facts=dict(facts),
        )
    )
    await session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which acts are asked for: all, or those of a kind, of a person, of a subject."""

    act: Act | None = None
    person_id: UUID | None = None
    subject: str | None = None


async def acts_before(
    session: Session, asked: Asked, *, before: int | None = None, limit: int
) -> list[Noted]:
    """Answer acts, the newest first, from before a number on."""
    row = NotedAct
    query = select(row)
    if asked.act is not None:
        query = query.where(row.act == asked.act)
    if asked.person_id is not None:
        query = query.where(row.person_id == asked.person_id)
    if asked.subject is not None:
        query = query.where(row.subject == asked.subject)
    if before is not None:
        query = query.where(row.id < before)
    found = await session.scalars(query.order_by(row.id.desc()).limit(limit))
    return [
        Noted(
            id=one.id,
            at=one.at,
            act=one.act,
            account_id=one.account_id,
            person_id=one.person_id,
            credential_id=one.credential_id,
            subject=one.subject,
            facts=one.facts,
        )
        for one in found
    ]
