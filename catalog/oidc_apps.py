"""The applications that act for somebody: which they are, and how they are shown out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from base.database import Session
from catalog.models.oidc import (
    OAuthAccess,
    OAuthClient,
    OAuthCode,
    OAuthConsent,
    OAuthDevice,
    OAuthFamily,
)
from catalog.models.people import Token
from catalog.oidc_consents import withdraw
from catalog.oidc_families import end_families


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An application that somebody signed in to."""

    client_id: str
    name: str
    scopes: Sequence[str]
    since: datetime
    last_used_at: datetime | None


async def apps_of(session: Session, account_id: UUID, *, now: datetime) -> Sequence[App]:
    """Answer the applications that act for somebody, or were let to, the newest first."""
    since = func.max(OAuthFamily.created_at)
    used = func.max(Token.last_used_at)
    live = (
        select(OAuthFamily.client_id, since.label("since"), used.label("used"))
        .outerjoin(OAuthAccess, OAuthAccess.family_id == OAuthFamily.id)
        .outerjoin(Token, Token.id == OAuthAccess.token_id)
        .where(
            OAuthFamily.account_id == account_id,
            OAuthFamily.revoked_at.is_(None),
            OAuthFamily.expires_at > now,
        )
        .group_by(OAuthFamily.client_id)
        .subquery()
    )
    agreed = select(OAuthConsent).where(OAuthConsent.account_id == account_id).subquery()
    query = (
        select(OAuthClient, live.c.since, live.c.used, agreed.c.scopes, agreed.c.given_at)
        .outerjoin(live, live.c.client_id == OAuthClient.id)
        .outerjoin(agreed, agreed.c.client_id == OAuthClient.id)
        .where(live.c.client_id.is_not(None) | agreed.c.client_id.is_not(None))
    )
    found = [_app(row) for row in await session.execute(query)]
    return sorted(found, key=lambda app: (app.since, app.client_id), reverse=True)


def _app(row: Any) -> App:  # noqa: ANN401 - of the query above
    return App(
        client_id=row.OAuthClient.id,
        name=row.OAuthClient.name,
        scopes=row.scopes or row.OAuthClient.scopes,
        since=row.since or row.given_at,
        last_used_at=row.used,
    )


async def show_out(session: Session, account_id: UUID, client_id: str, *, now: datetime) -> None:
    """Let an application act for somebody no more; it asks them first when it is used again."""
    await withdraw(session, account_id, client_id)
    await end_families(
        session, account_id=account_id, client_id=client_id, why="shown out", now=now
    )


async def forget_apps(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Forget all applications that somebody used, and let them act for nobody."""
    await end_families(session, account_id=account_id, why="erased", now=now)
    theirs = update(OAuthClient).where(OAuthClient.account_id == account_id)
    await session.execute(theirs.values(account_id=None))
    for model in (OAuthFamily, OAuthConsent, OAuthCode, OAuthDevice):
        await session.execute(delete(model).where(model.account_id == account_id))
