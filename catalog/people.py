"""Accounts, and the tokens by which they are known."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import exists, select

from base.database import Session
from base.errors import Refused
from catalog.models.people import Account, Role, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking."""

    id: UUID
    name: str
    role: Role


async def create_account(session: Session, *, name: str, role: Role, now: datetime) -> Caller:
    """Make an account."""
    account = Account(id=uuid4(), name=name, role=role, created_at=now)
    session.add(account)
    await session.flush()
    return Caller(id=account.id, name=name, role=role)


async def issue_token(session: Session, caller: Caller, *, label: str, now: datetime) -> str:
    """Make a bearer token; it is told this once and kept as a digest only."""
    token = f"refrain_{secrets.token_urlsafe(32)}"
    session.add(Token(digest=digest_of(token), account_id=caller.id, label=label, created_at=now))
    await session.flush()
    return token


async def caller_of(session: Session, token: str) -> Caller | None:
    """Answer whose token it is, if anyone's."""
    query = select(Account.id, Account.name, Account.role)
    query = query.join(Token, Token.account_id == Account.id)
    row = (await session.execute(query.where(Token.digest == digest_of(token)))).first()
    return None if row is None else Caller(id=row.id, name=row.name, role=Role(row.role))


async def caller_with(session: Session, account_id: UUID) -> Caller:
    """Answer an account that is known to be there."""
    account = await session.get_one(Account, account_id)
    return Caller(id=account.id, name=account.name, role=Role(account.role))


async def lock_account(session: Session, account_id: UUID) -> None:
    """Let nobody else who asks for it count what an account has, until the transaction ends."""
    # Rows that refer to the account may still be written meanwhile.
    query = select(Account.id).where(Account.id == account_id)
    await session.execute(query.with_for_update(key_share=True))


async def revoke_tokens(session: Session, label: str) -> None:
    """Forget every token that was issued under `label`."""
    for token in await session.scalars(select(Token).where(Token.label == label)):
        await session.delete(token)


async def account_named(session: Session, *, name: str, role: Role) -> Caller | None:
    """Answer the account of that name and role, if there is one."""
    query = select(Account).where(Account.name == name, Account.role == role)
    account = await session.scalar(query.order_by(Account.created_at).limit(1))
    return None if account is None else Caller(id=account.id, name=account.name, role=role)


def digest_of(token: str) -> bytes:
    """Answer what is kept of a token."""
    # A token is 256 bits of chance: a plain digest cannot be searched.
    return hashlib.sha256(token.encode()).digest()


async def known_listener(session: Session, account_id: UUID) -> None:
    """See that an account is there, and somebody's.

    Raises:
        Refused: `listener-unknown`, 404.

    """
    known = select(Account.id).where(Account.id == account_id, Account.erased_at.is_(None))
    if await session.scalar(known.where(exists().where(Token.account_id == account_id))) is None:
        raise unknown_listener()


def unknown_listener() -> Refused:
    """Say that there is no such listener."""
    return Refused("listener-unknown", "There is no such listener.", status=404)


async def country_of(session: Session, account_id: UUID) -> str | None:
    """Answer where an account says that it lives."""
    country: str | None = await session.scalar(
        select(Account.country).where(Account.id == account_id)
    )
    return country


async def write_country(session: Session, account_id: UUID, country: str | None) -> None:
    """Write down where an account says that it lives."""
    (await session.get_one(Account, account_id)).country = country
