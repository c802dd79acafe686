"""What nobody needs any more of sign-ins to applications is removed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from base.database import Session
from catalog.callers import CredentialKind
from catalog.models.oidc import OAuthCode, OAuthDevice, OAuthFamily, OAuthRefresh
from catalog.models.people import Token
from catalog.oidc_clients import forget_unused_clients

#: That a code or a token was shown again is noticed for so long after it is over.
_KEPT = timedelta(days=7)
#: Who registers and brings nobody within so long has gone.
_UNUSED = timedelta(days=30)


async def forget_expired(session: Session, *, now: datetime) -> None:
    """Remove what is over."""
    for model in (OAuthCode, OAuthDevice, OAuthRefresh, OAuthFamily):
        await session.execute(delete(model).where(model.expires_at < now - _KEPT))
    over = (Token.kind == CredentialKind.ACCESS, Token.expires_at < now)
    await session.execute(delete(Token).where(*over))
    await forget_unused_clients(session, before=now - _UNUSED)
