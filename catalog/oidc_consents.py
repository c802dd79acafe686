"""What people let applications do, so that they are not asked the same again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from base.database import Session, insert_once
from catalog.models.oidc import OAuthConsent


async def agreed_scopes(session: Session, account_id: UUID, client_id: str) -> frozenset[str]:
    """Answer what somebody has let an application do."""
    query = select(OAuthConsent.scopes).where(*_both(account_id, client_id))
    return frozenset(await session.scalar(query) or ())


async def agree(
    session: Session, account_id: UUID, client_id: str, *, scopes: Collection[str], now: datetime
) -> None:
    """Write down that somebody lets an application do this, besides what they let it before."""
    row = OAuthConsent(
        account_id=account_id, client_id=client_id, scopes=sorted(scopes), given_at=now
    )
    if await insert_once(session, row):
        return
    query = select(OAuthConsent).where(*_both(account_id, client_id)).with_for_update()
    before = (await session.scalars(query)).one()
    before.scopes = sorted({*before.scopes, *scopes})
    before.given_at = now


async def withdraw(session: Session, account_id: UUID, client_id: str) -> None:
    """Forget what somebody let an application do: they are asked again."""
    await session.execute(delete(OAuthConsent).where(*_both(account_id, client_id)))


def _both(account_id: UUID, client_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OAuthConsent.account_id == account_id, OAuthConsent.client_id == client_id
