"""Accounts, for operators: found by name, address, role or state, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from base.database import Session
from base.errors import Refused
from catalog.keysets import behind
from catalog.models.people import Account, AccountRole, Member, Token, name_key
from catalog.models.privacy import Closure, Erasure
from catalog.models.sign_in import EmailAddress
from catalog.people import is_collaborator, roles_column
from catalog.roles import DERIVED, GRANTED, AccountKind, Capacity, Role

#: Behind all that begins with a text.
_END = "\U0010ffff"


class AccountState(StrEnum):
    """Whether an account is there for somebody."""

    ACTIVE = "active"
    #: Its owner wants to be forgotten, and may still think better of it; or it is an artist or a
    #: label whose music is being withdrawn.
    CLOSING = "closing"
    #: An artist or a label that nobody acts for any more, and that has no music out.
    CLOSED = "closed"
    ERASED = "erased"


class Deed(StrEnum):
    """What an operator may do with an account."""

    GRANT_ROLE = "grant-role"
    REVOKE_ROLE = "revoke-role"
    SIGN_OUT = "sign-out"
    TAKE_FACTORS = "take-factors"
    FREEZE_WALLET = "freeze-wallet"
    FREE_WALLET = "free-wallet"
    RULE_REVIEW = "rule-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which accounts: called so, or of that address or number; of a role, a kind, a state."""

    q: str | None = None
    role: Role | None = None
    kind: AccountKind | None = None
    state: AccountState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsFor:
    """An account that a person acts for, and as what."""

    account_id: UUID
    name: str
    capacity: Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An account; `last_seen_at` is when something of its was used last, to the minute."""

    id: UUID
    name: str
    kind: AccountKind
    state: AccountState
    created_at: datetime
    country: str | None
    is_reviewed: bool | None
    roles: tuple[Role, ...]
    email: str | None
    is_verified: bool
    closes_at: datetime | None
    #: Since when nobody acts for it, an artist or a label that was closed for good.
    closed_at: datetime | None
    last_seen_at: datetime | None
    acts_for: list[ActsFor] = field(default_factory=list)


async def listed(
    session: Session, asked: Asked, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Listed]:
    """Answer accounts, the newest first, from behind a place."""
    order = (Account.created_at, Account.id)
    query = _ACCOUNTS.where(*_which(asked), behind(order, after, descending=True))
    return await _told(session, query.order_by(*(one.desc() for one in order)).limit(limit))


async def account_told(session: Session, account_id: UUID) -> Listed:
    """Answer an account.

    Raises:
        Refused: `account-unknown`, 404.

    """
    found = await _told(session, _ACCOUNTS.where(Account.id == account_id))
    if not found:
        raise Refused("account-unknown", "There is no such account.", status=404)
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """What else there is of an account."""

    factors: bool
    freezes: bool
    sign_ins: bool


def deeds_on(account: Listed, has: Has) -> list[Deed]:
    """Answer what an operator may do with an account as it is."""
    if account.state is AccountState.ERASED or account.closed_at is not None:
        return []
    roles = set(account.roles)
    allowed = {
        Deed.GRANT_ROLE: bool(GRANTED - roles),
        Deed.REVOKE_ROLE: bool(GRANTED & roles),
        Deed.SIGN_OUT: has.sign_ins,
        Deed.TAKE_FACTORS: has.factors,
        Deed.FREEZE_WALLET: account.kind is AccountKind.PERSON,
        Deed.FREE_WALLET: has.freezes,
        Deed.RULE_REVIEW: bool(roles & {Role.ARTIST, Role.LABEL, Role.OPERATOR}),
    }
    return [deed for deed, is_allowed in allowed.items() if is_allowed]


_IS_BEING_CLOSED = and_(Closure.account_id.is_not(None), Closure.done_at.is_(None))
_COLUMNS = (
    *(Account.id, Account.name, Account.kind, Account.created_at, Account.country),
    *(Account.is_reviewed, Account.erased_at, Account.closed_at, Erasure.due_at),
    _IS_BEING_CLOSED.label("is_being_closed"),
    *(EmailAddress.address, EmailAddress.verified_at),
    roles_column(Account.id).label("roles"),
    is_collaborator(Account.id).label("is_collaborator"),
    select(func.max(Token.last_used_at))
    .where(Token.account_id == Account.id)
    .scalar_subquery()
    .label("last_seen_at"),
)
_ACCOUNTS: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS)
    .outerjoin(EmailAddress, EmailAddress.account_id == Account.id)
    .outerjoin(Erasure, Erasure.account_id == Account.id)
    .outerjoin(Closure, Closure.account_id == Account.id)
)


async def _told(session: Session, query: Select[*tuple[Any, ...]]) -> list[Listed]:
    rows = (await session.execute(query)).all()
    acting = await _acting(session, [row.id for row in rows])
    return [_listed(row, acting.get(row.id, [])) for row in rows]


def _which(asked: Asked) -> list[ColumnElement[bool]]:
    which = [] if asked.q is None else [_called(asked.q.strip())]
    if asked.role is Role.COLLABORATOR:
        which.append(is_collaborator(Account.id))
    elif asked.role not in {None, Role.LISTENER}:
        those = select(AccountRole.account_id).where(AccountRole.role == asked.role)
        which.append(Account.id.in_(those))
    if asked.kind is not None:
        which.append(Account.kind == asked.kind)
    return which if asked.state is None else [*which, *_standing(asked.state)]


def _standing(state: AccountState) -> list[ColumnElement[bool]]:
    wants_to_go, is_closed = Erasure.account_id.is_not(None), Account.closed_at.is_not(None)
    there = Account.erased_at.is_(None)
    match state:
        case AccountState.ERASED:
            return [Account.erased_at.is_not(None)]
        case AccountState.CLOSED:
            return [there, is_closed, ~_IS_BEING_CLOSED]
        case AccountState.CLOSING:
            return [there, or_(wants_to_go, _IS_BEING_CLOSED)]
        case AccountState.ACTIVE:
            return [there, ~wants_to_go, ~is_closed]


def _called(q: str) -> ColumnElement[bool]:
    """Say that an account has this number or this address, or a name that begins so."""
    key = name_key(q)
    named = aliased(Account)
    begins = named.name_key >= key, named.name_key < key + _END
    by_name = select(named.id).where(*begins)
    by_mail = select(EmailAddress.account_id).where(EmailAddress.folded == key)
    found = Account.id.in_(by_name.union(by_mail))
    try:
        return or_(Account.id == UUID(q), found)
    except ValueError:
        return found


async def _acting(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[ActsFor]]:
    query = select(Member.person_id, Member.account_id, Member.capacity, Account.name)
    query = query.join(Account, Account.id == Member.account_id).where(Member.person_id.in_(ids))
    found: dict[UUID, list[ActsFor]] = {}
    for person, account, capacity, name in await session.execute(query.order_by(Account.name)):
        one = ActsFor(account_id=account, name=name, capacity=Capacity(capacity))
        found.setdefault(person, []).append(one)
    return found


def _listed(row: Row[*tuple[Any, ...]], acts_for: list[ActsFor]) -> Listed:
    granted = {Role(one) for one in (row.roles or "").split()} | {Role.LISTENER}
    roles = granted | DERIVED if row.is_collaborator else granted
    return Listed(
        id=row.id,
        name=row.name,
        kind=AccountKind(row.kind),
        state=_state(row),
        created_at=row.created_at,
        country=row.country,
        is_reviewed=row.is_reviewed,
        roles=tuple(one for one in Role if one in roles),
        email=row.address,
        is_verified=row.verified_at is not None,
        closes_at=row.due_at,
        closed_at=row.closed_at,
        last_seen_at=row.last_seen_at,
        acts_for=acts_for,
    )


def _state(row: Row[*tuple[Any, ...]]) -> AccountState:
    if row.erased_at is not None:
        return AccountState.ERASED
    if row.is_being_closed or (row.due_at is not None and row.closed_at is None):
        return AccountState.CLOSING
    return AccountState.ACTIVE if row.closed_at is None else AccountState.CLOSED
