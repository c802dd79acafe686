"""What accounts are known by: secrets that are told once, and kept as digests only.

Sign-ins, tokens of one's own and tokens that were given away are rows of one table, so that one
question knows anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVarTuple
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, ColumnElement, Row, delete, or_, update

from base.database import Session
from catalog.callers import Credential, CredentialKind
from catalog.models.people import Token
from catalog.permissions import Scope, scopes_of, text_of

Columns = TypeVarTuple("Columns")

#: How the secrets begin, so that people and programs that look for lost ones know them.
PREFIXES = MappingProxyType(
    {
        CredentialKind.SESSION: "refrain_se_",
        CredentialKind.TOKEN: "refrain_",
        CredentialKind.ACCESS: "refrain_at_",
    }
)
#: Columns that tell what somebody showed, of a statement that finds a token.
CREDENTIAL = (
    Token.id.label("credential_id"),
    Token.kind.label("credential_kind"),
    Token.scopes.label("credential_scopes"),
    Token.expires_at.label("credential_expires_at"),
    Token.last_used_at.label("credential_last_used_at"),
    Token.authenticated_at,
    Token.factors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A secret, which is told this once."""

    id: UUID
    secret: str


async def issue(  # noqa: PLR0913 - what it is limited to, and how it came to be
    session: Session,
    account_id: UUID,
    *,
    kind: CredentialKind,
    label: str,
    now: datetime,
    scopes: frozenset[Scope] | None = None,
    expires_at: datetime | None = None,
    authenticated_at: datetime | None = None,
    factors: frozenset[str] = frozenset(),
    secret: str | None = None,
    sealed: str | None = None,
) -> Issued:
    """Make what an account is known by; without `scopes` it may all that its owner may.

    A `secret` that is given has to be of chance, and no shorter than 96 bits.
    """
    secret = secret or f"{PREFIXES[kind]}{secrets.token_urlsafe(32)}"
    issued = Issued(id=uuid4(), secret=secret)
    session.add(
        Token(
            digest=digest_of(issued.secret),
            id=issued.id,
            account_id=account_id,
            kind=kind,
            label=label,
            created_at=now,
            scopes=None if scopes is None else text_of(scopes),
            expires_at=expires_at,
            authenticated_at=authenticated_at,
            factors=" ".join(sorted(factors)) or None,
            sealed=sealed,
        )
    )
    await session.flush()
    return issued


async def end(session: Session, ids: Collection[UUID]) -> None:
    """Let nobody be known by these from now on."""
    await session.execute(delete(Token).where(Token.id.in_(ids)))


async def act_for(session: Session, credential_id: UUID, account_id: UUID | None) -> None:
    """Let who is known by this act for an account until told otherwise, or for themselves."""
    chosen = update(Token).where(Token.id == credential_id).values(acting_for=account_id)
    await session.execute(chosen.execution_options(synchronize_session=False))


def is_valid(now: BindParameter[datetime]) -> ColumnElement[bool]:
    """Ask for what has not run out."""
    return or_(Token.expires_at.is_(None), Token.expires_at > now)


def digest_of(secret: str) -> bytes:
    """Answer what is kept of a secret."""
    # It is of so much chance that a plain digest cannot be searched.
    return hashlib.sha256(secret.encode()).digest()


def credential_in(row: Row[*Columns]) -> Credential:
    """Read the columns of `CREDENTIAL`."""
    scopes: str | None = row.credential_scopes
    return Credential(
        kind=CredentialKind(row.credential_kind),
        id=row.credential_id,
        scopes=None if scopes is None else scopes_of(scopes),
        authenticated_at=row.authenticated_at,
        factors=frozenset((row.factors or "").split()),
        last_used_at=row.credential_last_used_at,
    )
