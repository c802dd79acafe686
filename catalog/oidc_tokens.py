"""Tokens of applications: given, exchanged, looked into and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, exists, func, literal, select

from base.database import Session
from catalog.callers import CredentialKind
from catalog.credentials import digest_of, end, issue
from catalog.models.oidc import OAuthAccess, OAuthFamily, OAuthRefresh
from catalog.models.people import Token
from catalog.oidc_families import end_families, family_of
from catalog.permissions import Scope
from catalog.token_rotation import Shown, Verdict, verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A token that an application shows, and the sign-in that it came of."""

    family: OAuthFamily
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime
    #: Of an access token.
    token_id: UUID | None = None
    #: Of a refresh token.
    digest: bytes | None = field(repr=False, default=None)


async def give_access(  # noqa: PLR0913 - what it allows, and how long
    session: Session,
    family: OAuthFamily,
    *,
    scopes: Sequence[str],
    allowed: Collection[Scope],
    label: str,
    expires_at: datetime,
    now: datetime,
) -> str:
    """Give an application what it acts by; it is told this once."""
    issued = await issue(
        session,
        family.account_id,
        kind=CredentialKind.ACCESS,
        label=label,
        scopes=frozenset(allowed),
        expires_at=expires_at,
        authenticated_at=family.authenticated_at,
        factors=frozenset(family.factors),
        now=now,
    )
    session.add(OAuthAccess(token_id=issued.id, family_id=family.id, scopes=list(scopes)))
    await session.flush()
    return issued.secret


async def give_refresh(
    session: Session,
    family: OAuthFamily,
    *,
    parent: bytes | None,
    expires_at: datetime,
    now: datetime,
) -> str:
    """Give an application what it asks for new tokens by; it is told this once."""
    secret = f"refrain_rf_{secrets.token_urlsafe(32)}"
    session.add(
        OAuthRefresh(
            digest=digest_of(secret),
            family_id=family.id,
            parent_digest=parent,
            scopes=family.scopes,
            created_at=now,
            expires_at=expires_at,
        )
    )
    family.expires_at = max(family.expires_at, expires_at)
    await session.flush()
    return secret


async def refresh_shown(session: Session, secret: str, *, now: datetime) -> Held | None:
    """Answer a refresh token that may be exchanged; what is found out ends its family."""
    held = await refresh_of(session, secret, lock=True)
    if held is None or held.digest is None:
        return None
    found = verdict(await _shown(session, held), now)
    if found is Verdict.STOLEN:
        await end_families(session, ids=[held.family.id], why="refresh token shown again", now=now)
    return held if found is Verdict.EXCHANGE else None


async def mark_used(session: Session, digest: bytes, *, now: datetime) -> None:
    """Write down that a refresh token was exchanged."""
    row = await session.get_one(OAuthRefresh, digest)
    row.used_at = row.used_at or now


async def access_of(session: Session, secret: str, *, now: datetime) -> Held | None:
    """Answer the access token that is shown, if it opens anything."""
    query = (
        select(Token, OAuthAccess, OAuthFamily)
        .join(OAuthAccess, OAuthAccess.token_id == Token.id)
        .join(OAuthFamily, OAuthFamily.id == OAuthAccess.family_id)
        .where(Token.digest == digest_of(secret), OAuthFamily.revoked_at.is_(None))
    )
    row = (await session.execute(query)).first()
    if row is None or row.Token.expires_at is None or row.Token.expires_at <= now:
        return None
    return Held(
        family=row.OAuthFamily,
        scopes=row.OAuthAccess.scopes,
        created_at=row.Token.created_at,
        expires_at=row.Token.expires_at,
        token_id=row.Token.id,
    )


async def refresh_of(session: Session, secret: str, *, lock: bool = False) -> Held | None:
    """Answer the refresh token that is shown, whatever it is still worth."""
    row = await session.get(OAuthRefresh, digest_of(secret))
    family = None if row is None else await family_of(session, row.family_id, lock=lock)
    if row is None or family is None:
        return None
    if lock:
        await session.refresh(row)  # another may have exchanged it while we waited
    return Held(
        family=family,
        scopes=row.scopes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        digest=row.digest,
    )


async def is_good(session: Session, held: Held, *, now: datetime) -> bool:
    """Tell whether a refresh token would be exchanged, if it were shown; nothing comes of it."""
    return verdict(await _shown(session, held), now) is Verdict.EXCHANGE


async def take_back(session: Session, held: Held, *, now: datetime) -> None:
    """Let a token open nothing any more; with a refresh token, nothing of its sign-in does."""
    if held.token_id is not None:
        await end(session, [held.token_id])
    else:
        await end_families(session, ids=[held.family.id], why="taken back", now=now)


async def _shown(session: Session, held: Held) -> Shown:
    row = await session.get_one(OAuthRefresh, held.digest)
    child = OAuthRefresh.parent_digest == row.digest
    used = OAuthRefresh.used_at.is_not(None)
    # The first of a family was given for none, and has no siblings.
    siblings = (
        OAuthRefresh.parent_digest == literal(row.parent_digest, LargeBinary),
        OAuthRefresh.digest != row.digest,
    )
    counted = select(
        select(func.count()).where(child).scalar_subquery().label("children"),
        exists().where(child, used).label("child_used"),
        exists().where(*siblings, used).label("sibling_used"),
    )
    facts = (await session.execute(counted)).one()
    return Shown(
        expires_at=row.expires_at,
        used_at=row.used_at,
        family_ended=held.family.revoked_at is not None,
        sibling_used=facts.sibling_used,
        children=facts.children,
        child_used=facts.child_used,
    )
