"""Sign-ins to applications: each the family of all tokens that came of it, which end together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update

from base.database import Session
from catalog.credentials import end
from catalog.models.oidc import OAuthAccess, OAuthFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFamily:
    """A sign-in: to which application, who, what for, and how they showed who they are."""

    client_id: str
    account_id: UUID
    scopes: Sequence[str]
    id: UUID | None = None
    nonce: str | None = None
    authenticated_at: datetime | None = None
    factors: Collection[str] = ()
    sign_in_id: UUID | None = None


async def begin_family(
    session: Session, new: NewFamily, *, expires_at: datetime, now: datetime
) -> OAuthFamily:
    """Begin a family."""
    family = OAuthFamily(
        id=new.id or uuid4(),
        client_id=new.client_id,
        account_id=new.account_id,
        scopes=list(new.scopes),
        nonce=new.nonce,
        authenticated_at=new.authenticated_at,
        factors=sorted(new.factors),
        sign_in_id=new.sign_in_id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(family)
    await session.flush()
    return family


async def family_of(session: Session, family_id: UUID, *, lock: bool = False) -> OAuthFamily | None:
    """Answer a family; with `lock` nobody else changes what belongs to it meanwhile."""
    return await session.get(
        OAuthFamily, family_id, with_for_update=lock or None, populate_existing=lock
    )


async def end_families(  # noqa: PLR0913 - by any of what families have in common
    session: Session,
    *,
    why: str,
    now: datetime,
    account_id: UUID | None = None,
    client_id: str | None = None,
    sign_in_id: UUID | None = None,
    ids: Collection[UUID] | None = None,
) -> int:
    """End families that agree in all that is told; answer how many ended.

    Their tokens open nothing from then on. Something must be told: nobody ends all.
    """
    told = _told(account_id=account_id, client_id=client_id, sign_in_id=sign_in_id)
    if ids is not None:
        told.append(OAuthFamily.id.in_(ids))
    if not told:
        raise ValueError("say which families end")
    found = (
        await session.scalars(select(OAuthFamily.id).where(*told, OAuthFamily.revoked_at.is_(None)))
    ).all()
    ended = update(OAuthFamily).where(OAuthFamily.id.in_(found))
    await session.execute(ended.values(revoked_at=now, revoked_why=why))
    tokens = select(OAuthAccess.token_id).where(OAuthAccess.family_id.in_(found))
    await end(session, (await session.scalars(tokens)).all())
    return len(found)


def _told(
    *, account_id: UUID | None, client_id: str | None, sign_in_id: UUID | None
) -> list[ColumnElement[bool]]:
    pairs = (
        (OAuthFamily.account_id, account_id),
        (OAuthFamily.client_id, client_id),
        (OAuthFamily.sign_in_id, sign_in_id),
    )
    return [column == value for column, value in pairs if value is not None]
