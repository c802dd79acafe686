"""Personal access tokens: what programs of one's own are known by, as narrow as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select, update

from base.database import Instant, Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller, CredentialKind
from catalog.credentials import Issued, end, issue
from catalog.models.base import table_of
from catalog.models.people import Token
from catalog.people import lock_account
from catalog.permissions import Scope, scopes_of

#: As many as an account has at a time.
_MOST = 100
#: When it is written down again that one was used.
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token as its owner sees it; without `scopes` it may all that they may."""

    id: UUID
    label: str
    scopes: frozenset[Scope] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A token that somebody wants."""

    label: str
    scopes: frozenset[Scope] | None
    expires_at: datetime | None


async def make_token(
    session: Session, owner: Caller, wanted: Wanted, *, by: Caller | None, now: datetime
) -> Issued:
    """Make a token of somebody; its secret is told this once. Nobody makes it at a terminal.

    Raises:
        Refused: `tokens-too-many`, 409.

    """
    await require_room(session, owner.person_id)
    issued = await issue(
        session,
        owner.person_id,
        kind=CredentialKind.TOKEN,
        label=wanted.label,
        scopes=wanted.scopes,
        expires_at=wanted.expires_at,
        now=now,
    )
    facts = {"scopes": None if wanted.scopes is None else sorted(wanted.scopes)}
    await note_act(session, by, Act.TOKEN_MADE, issued.id, now=now, facts=facts)
    return issued


async def require_room(session: Session, owner_id: UUID) -> None:
    """Refuse one token more than somebody may have at a time; nobody makes one meanwhile.

    Raises:
        Refused: `tokens-too-many`, 409.

    """
    await lock_account(session, owner_id)
    if (await session.scalar(select(func.count()).where(*_theirs(owner_id))) or 0) >= _MOST:
        raise Refused("tokens-too-many", f"You have {_MOST} tokens: end one before.", status=409)


async def tokens_of(session: Session, owner_id: UUID) -> list[AccessToken]:
    """Answer somebody's tokens, the newest first."""
    query = select(Token).where(*_theirs(owner_id))
    found = await session.scalars(query.order_by(Token.created_at.desc(), Token.id))
    return [
        AccessToken(
            id=one.id,
            label=one.label,
            scopes=None if one.scopes is None else scopes_of(one.scopes),
            created_at=one.created_at,
            expires_at=one.expires_at,
            last_used_at=one.last_used_at,
        )
        for one in found
    ]


async def end_token(
    session: Session, owner: Caller, token_id: UUID, *, by: Caller | None, now: datetime
) -> None:
    """Let nobody be known by a token from now on.

    Raises:
        Refused: `token-unknown`, 404.

    """
    query = select(Token.id).where(Token.id == token_id, *_theirs(owner.person_id))
    if await session.scalar(query) is None:
        raise Refused("token-unknown", "You have no such token.", status=404)
    await end(session, [token_id])
    await note_act(session, by, Act.TOKEN_ENDED, token_id, now=now)


async def write_uses(session: Session, uses: Mapping[UUID, datetime]) -> None:
    """Write down when credentials were last used, as far as that is news; many at once."""
    rows = [
        {"used": credential_id, "at": at, "before": at - USED_EVERY}
        for credential_id, at in sorted(uses.items())
    ]
    if rows:
        connection = await session.connection()
        await connection.execute(_USED, rows)


def _theirs(owner_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (Token.account_id == owner_id, Token.kind == CredentialKind.TOKEN)


_TOKENS = table_of(Token)
_LAST = _TOKENS.c.last_used_at
_USED = (
    update(_TOKENS)
    .where(
        _TOKENS.c.id == bindparam("used", type_=Uuid()),
        or_(_LAST.is_(None), bindparam("before", type_=Instant()) >= _LAST),
    )
    .values(last_used_at=bindparam("at", type_=Instant()))
)
