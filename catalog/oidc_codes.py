"""Codes that an application exchanges for tokens: made, and used once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from base.database import Session
from catalog.credentials import digest_of
from catalog.models.oidc import OAuthCode
from catalog.oidc_families import NewFamily, end_families

#: What a browser and a client take to bring it back, and more (RFC 6749, 4.1.2: ten minutes).
LASTS = timedelta(minutes=2)


def new_code() -> str:
    """Answer a code that nobody guesses."""
    return f"refrain_ac_{secrets.token_urlsafe(32)}"


async def keep_code(  # noqa: PLR0913 - what it is bound to
    session: Session,
    code: str,
    new: NewFamily,
    *,
    redirect_uri: str | None,
    challenge: str | None,
    now: datetime,
) -> None:
    """Keep a code, and of what family it will be the beginning."""
    session.add(
        OAuthCode(
            digest=digest_of(code),
            client_id=new.client_id,
            account_id=new.account_id,
            family_id=uuid4(),
            scopes=list(new.scopes),
            redirect_uri=redirect_uri,
            nonce=new.nonce,
            challenge=challenge,
            authenticated_at=new.authenticated_at,
            factors=sorted(new.factors),
            sign_in_id=new.sign_in_id,
            expires_at=now + LASTS,
        )
    )
    await session.flush()


async def code_shown(
    session: Session, code: str, *, client_id: str, now: datetime
) -> OAuthCode | None:
    """Answer a code that its client may exchange now, and let nobody else do so meanwhile.

    One that was used before is in two hands: all that came of it ends (RFC 6749, 4.1.2).
    """
    query = select(OAuthCode).where(OAuthCode.digest == digest_of(code)).with_for_update()
    found = await session.scalar(query)
    if found is None or found.client_id != client_id:
        return None
    if found.used_at is not None:
        await end_families(session, ids=[found.family_id], why="code shown twice", now=now)
        return None
    return found if now < found.expires_at else None
