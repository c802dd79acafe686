"""What the head of every page says of who is signed in, as part of a larger question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, and_, bindparam, select
from sqlalchemy.orm import aliased

from catalog.callers import Caller
from catalog.models.people import Account, Member, Token
from catalog.models.sign_in import EmailAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Whether somebody has yet to show that mail reaches them, and whom their sign-in acts for."""

    is_unconfirmed: bool
    acting_for: str | None


#: Who is signed in, of whom a larger question may ask more.
PERSON = aliased(Account)
_CHOSEN = aliased(Account)
_SHOWN = and_(Token.id == bindparam("credential", type_=Uuid()), Token.account_id == PERSON.id)
_MEMBER = and_(Member.account_id == Token.acting_for, Member.person_id == PERSON.id)
HEAD = (
    select(
        EmailAddress.account_id.label("has_address"),
        EmailAddress.verified_at,
        _CHOSEN.name.label("acting_for"),
    )
    .select_from(PERSON)
    .outerjoin(EmailAddress, EmailAddress.account_id == PERSON.id)
    .outerjoin(Token, _SHOWN)
    .outerjoin(Member, _MEMBER)
    .outerjoin(_CHOSEN, _CHOSEN.id == Member.account_id)
    .where(PERSON.id == bindparam("person", type_=Uuid()))
)


def told_of(caller: Caller) -> dict[str, UUID | None]:
    """Answer of whom `HEAD` asks, and by what they are signed in."""
    credential = None if caller.credential is None else caller.credential.id
    return {"person": caller.person_id, "credential": credential}


def head_in(row: Row[*tuple[Any, ...]]) -> Head:
    """Read the columns of `HEAD`, beside whatever else a row tells."""
    is_unconfirmed = row.has_address is not None and row.verified_at is None
    return Head(is_unconfirmed=is_unconfirmed, acting_for=row.acting_for)
