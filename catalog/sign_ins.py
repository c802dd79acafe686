"""Where people are signed in: a session is a token of that kind, with where it began beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from base.database import Session
from base.errors import Refused
from catalog.callers import CredentialKind
from catalog.credentials import end
from catalog.models.people import Token
from catalog.models.sign_in import SignIn
from catalog.oidc_families import end_families

#: Of one account; who signs in once more is signed out where they began longest ago.
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What is told of where somebody signs in."""

    device: str
    address: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Where an account is signed in, and when it was last seen there."""

    id: UUID
    where: Where
    made_at: datetime
    seen_at: datetime


async def note_sign_in(
    session: Session, sign_in_id: UUID, account_id: UUID, where: Where, *, now: datetime
) -> None:
    """Write down where a session began; of too many, the oldest end."""
    older = select(SignIn.id).where(SignIn.account_id == account_id)
    order = older.order_by(SignIn.made_at.desc(), SignIn.id).offset(MOST - 1)
    await end(session, list(await session.scalars(order)))
    row = SignIn(
        id=sign_in_id,
        account_id=account_id,
        device=where.device,
        address=where.address,
        country=where.country,
        made_at=now,
    )
    session.add(row)
    await session.flush()


async def sign_ins_of(session: Session, account_id: UUID, *, now: datetime) -> Sequence[Known]:
    """Answer where an account is signed in, the latest seen first."""
    query = (
        select(SignIn, Token.last_used_at)
        .join(Token, Token.id == SignIn.id)
        .where(SignIn.account_id == account_id, Token.expires_at > now)
    )
    found = [
        Known(
            id=row.id,
            where=Where(device=row.device, address=row.address, country=row.country),
            made_at=row.made_at,
            seen_at=seen_at or row.made_at,
        )
        for row, seen_at in await session.execute(query)
    ]
    return sorted(found, key=lambda one: one.seen_at, reverse=True)


async def sign_out(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """End a session, and the sign-ins to applications that began in it."""
    await end_families(session, sign_in_id=sign_in_id, why="signed out", now=now)
    await end(session, [sign_in_id])


async def end_sign_in(
    session: Session, account_id: UUID, sign_in_id: UUID, *, now: datetime
) -> None:
    """Sign an account out at one place.

    Raises:
        Refused: `sign-in-unknown`, 404.

    """
    query = select(SignIn.id).where(SignIn.id == sign_in_id, SignIn.account_id == account_id)
    if await session.scalar(query) is None:
        raise Refused("sign-in-unknown", "You are not signed in there any more.", status=404)
    await sign_out(session, sign_in_id, now=now)


async def end_sign_ins(
    session: Session, account_id: UUID, *, now: datetime, but: UUID | None = None
) -> None:
    """Let nobody be known as an account any more, but by one credential if that is said.

    Applications and tokens of one's own end too: whoever was in, may have made themselves some.
    """
    await end_families(session, account_id=account_id, why="signed out everywhere", now=now)
    query = select(Token.id).where(Token.account_id == account_id)
    await end(session, [one for one in await session.scalars(query) if one != but])


async def end_idle(session: Session, *, before: datetime, limit: int) -> int:
    """End sessions that nobody used since so long ago; answer how many."""
    seen = func.coalesce(Token.last_used_at, Token.created_at)
    query = select(Token.id).where(Token.kind == CredentialKind.SESSION, seen < before)
    found = list(await session.scalars(query.limit(limit)))
    await end(session, found)
    return len(found)
