"""Accounts: who they are, what they may be, and who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVarTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, Uuid, and_, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session, insert_if_new
from base.errors import Refused
from catalog.callers import Acting, Caller, CredentialKind
from catalog.credentials import CREDENTIAL, credential_in, digest_of, issue
from catalog.models.people import Account, AccountRole, Member, Token
from catalog.models.rights import Payee, SplitShare, SplitSheet
from catalog.models.sign_in import Password
from catalog.roles import DERIVED, AccountKind, Capacity, Role

Columns = TypeVarTuple("Columns")
#: Whom one acts for who acts for oneself, whatever the sign-in says.
NOBODY = UUID(int=0)


class NoLongerMember(Refused):
    """A sign-in remembers an account that its owner is no member of any more."""

    def __init__(self, credential_id: UUID) -> None:
        """Keep which sign-in, so that it can forget the account."""
        super().__init__(
            "not-a-member",
            "You are no member any more of the account that you acted for: from now on you act "
            "for yourself again.",
            status=403,
        )
        self.credential_id = credential_id


def is_collaborator(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Ask whether an account stands on a sheet of another, and did not decline."""
    share = select(SplitShare.line).join(Payee, Payee.id == SplitShare.payee_id)
    of_others = share.join(SplitSheet, SplitSheet.id == SplitShare.sheet_id).where(
        Payee.account_id == account_id,
        SplitShare.declined_at.is_(None),
        or_(SplitShare.accepted_at.is_not(None), SplitShare.is_asked.is_(False)),
        SplitSheet.owner_id != account_id,
    )
    return of_others.exists()


def roles_column(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[str | None]:
    """Ask for the roles that an account was granted, with blanks between them."""
    names = select(func.aggregate_strings(AccountRole.role, " "))
    return names.where(AccountRole.account_id == account_id).scalar_subquery()


#: Columns that tell who asks, of a statement that finds an account.
KNOWN = (
    Account.id.label("account_id"),
    Account.name.label("account_name"),
    roles_column(Account.id).label("account_roles"),
    is_collaborator(Account.id).label("is_collaborator"),
)


async def create_account(
    session: Session,
    *,
    name: str,
    role: Role = Role.LISTENER,
    kind: AccountKind = AccountKind.PERSON,
    now: datetime,
) -> Caller:
    """Make an account."""
    account = Account(id=uuid4(), name=name, kind=kind, created_at=now)
    session.add(account)
    await session.flush()
    if role is not Role.LISTENER:
        await grant_role(session, account.id, role, by=None, now=now)
    return Caller(id=account.id, name=name, roles=frozenset({Role.LISTENER, role}))


async def grant_role(
    session: Session, account_id: UUID, role: Role, *, by: UUID | None, now: datetime
) -> None:
    """Give an account a role; one that it has it keeps as it is.

    Raises:
        Refused: `role-derived`, 422: nobody grants that.

    """
    if role in DERIVED:
        raise Refused("role-derived", f"The role “{role}” is not granted: it follows.", status=422)
    row = {"account_id": account_id, "role": role, "granted_at": now, "granted_by": by}
    await insert_if_new(session, AccountRole, [row])


async def revoke_role(session: Session, account_id: UUID, role: Role) -> None:
    """Take a role from an account, if it has it."""
    named = (AccountRole.account_id == account_id, AccountRole.role == role)
    await session.execute(delete(AccountRole).where(*named))


async def issue_token(session: Session, caller: Caller, *, label: str, now: datetime) -> str:
    """Make a token without limits; it is told this once."""
    issued = await issue(session, caller.id, kind=CredentialKind.TOKEN, label=label, now=now)
    return issued.secret


async def caller_of(
    session: Session, secret: str, *, now: datetime, acting_for: UUID | None = None
) -> Caller | None:
    """Answer whose secret it is, if anyone's.

    They are the account that they say they act for, or else that their sign-in does; `acting_for`
    `NOBODY`, or for themselves, they are who they are.

    Raises:
        Refused: `credential-expired`, 401; `not-a-member` or `not-as-application`, 403.

    """
    asked = {"digest": digest_of(secret), "acting_for": acting_for}
    row = (await session.execute(_QUESTION, asked)).first()
    if row is None:
        return None
    if row.credential_expires_at is not None and row.credential_expires_at <= now:
        raise _expired()
    is_acting = acting_for not in {None, NOBODY, row.person_id}
    if is_acting and row.credential_kind == CredentialKind.ACCESS:
        raise _no_application()
    if row.capacity is not None:
        acting = Acting(person_id=row.person_id, capacity=Capacity(row.capacity))
        return replace(caller_in(row), acting=acting)
    if is_acting:
        raise _no_member()
    if acting_for is None and row.acting_for is not None:
        raise NoLongerMember(row.credential_id)
    return caller_in(row)


#: One question, whoever they act for: a member is found with the token, and the account with both.
_QUESTION = (
    select(
        *KNOWN, *CREDENTIAL, Token.account_id.label("person_id"), Token.acting_for, Member.capacity
    )
    .select_from(Token)
    .outerjoin(
        Member,
        and_(
            Member.person_id == Token.account_id,
            Member.account_id
            == func.coalesce(bindparam("acting_for", type_=Uuid()), Token.acting_for),
        ),
    )
    .join(Account, Account.id == func.coalesce(Member.account_id, Token.account_id))
    .where(Token.digest == bindparam("digest"))
)


def caller_in(row: Row[*Columns]) -> Caller:
    """Read the columns of `KNOWN` and `CREDENTIAL`."""
    return Caller(
        id=row.account_id,
        name=row.account_name,
        roles=_roles(row),
        credential=credential_in(row),
    )


async def caller_with(session: Session, account_id: UUID) -> Caller:
    """Answer an account that is known to be there."""
    row = (await session.execute(select(*KNOWN).where(Account.id == account_id))).one()
    return _account(row)


async def lock_account(session: Session, account_id: UUID) -> None:
    """Let nobody else who asks for it count what an account has, until the transaction ends."""
    # Rows that refer to the account may still be written meanwhile.
    query = select(Account.id).where(Account.id == account_id)
    await session.execute(query.with_for_update(key_share=True))


async def require_open(session: Session, account_id: UUID) -> None:
    """See that an account was not closed, and lock it, so that it is not meanwhile.

    Raises:
        Refused: `account-closed`, 409.

    """
    await lock_account(session, account_id)
    await refuse_closed(session, account_id)


async def refuse_closed(session: Session, account_id: UUID) -> None:
    """See that an account was not closed; it may be at the next moment.

    Raises:
        Refused: `account-closed`, 409.

    """
    if await is_closed(session, account_id):
        raise Refused("account-closed", "The account was closed for good.", status=409)


async def has_accounts(session: Session) -> bool:
    """Whether there is any account."""
    return bool(await session.scalar(select(exists().select_from(Account))))


async def is_closed(session: Session, account_id: UUID) -> bool:
    """Answer whether an account was closed."""
    closed = select(Account.id).where(Account.id == account_id, Account.closed_at.is_not(None))
    return await session.scalar(closed) is not None


async def known_listener(session: Session, account_id: UUID) -> None:
    """See that an account is there, and somebody's.

    Raises:
        Refused: `listener-unknown`, 404.

    """
    known = select(Account.id).where(Account.id == account_id, Account.erased_at.is_(None))
    by_token = exists().where(Token.account_id == account_id)
    by_password = exists().where(Password.account_id == account_id)
    if await session.scalar(known.where(or_(by_token, by_password))) is None:
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


async def name_of(session: Session, account_id: UUID) -> str:
    """Answer what an account is called."""
    return (await session.get_one(Account, account_id)).name


async def rename(session: Session, account_id: UUID, name: str) -> None:
    """Call an account something else; the caller holds its lock."""
    (await session.get_one(Account, account_id)).name = name


async def write_country(session: Session, account_id: UUID, country: str | None) -> None:
    """Write down where an account says that it lives."""
    (await session.get_one(Account, account_id)).country = country


def _account(row: Row[*Columns]) -> Caller:
    return Caller(id=row.account_id, name=row.account_name, roles=_roles(row))


def _roles(row: Row[*Columns]) -> frozenset[Role]:
    granted = frozenset(map(Role, (row.account_roles or "").split()))
    return granted | DERIVED if row.is_collaborator else granted | {Role.LISTENER}


def _no_member() -> Refused:
    return Refused(
        "not-a-member",
        "You are no member of the account in Refrain-Acting-For; ask one of its owners for an "
        "invitation, or leave the header out.",
        status=403,
    )


def _no_application() -> Refused:
    return Refused(
        "not-as-application",
        "An application acts for the person who let it in, and for none of their artists and "
        "labels: leave Refrain-Acting-For out, or use a token of your own.",
        status=403,
    )


def _expired() -> Refused:
    return Refused(
        "credential-expired",
        "This sign-in, or this token, has run out; please sign in again, or make another token.",
        status=401,
    )
