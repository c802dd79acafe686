"""What the head of every page says of who is signed in, in one question."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Uuid, and_, bindparam, select
from sqlalchemy.orm import aliased

from base.database import Session
from catalog.callers import Caller
from catalog.models.people import Account, Member, Token
from catalog.models.sign_in import EmailAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Whether somebody has yet to show that mail reaches them, and whom their sign-in acts for."""

    is_unconfirmed: bool
    acting_for: str | None


_PERSON, _CHOSEN = aliased(Account), aliased(Account)
_SHOWN = and_(Token.id == bindparam("credential", type_=Uuid()), Token.account_id == _PERSON.id)
_MEMBER = and_(Member.account_id == Token.acting_for, Member.person_id == _PERSON.id)
_HEAD = (
    select(EmailAddress.account_id, EmailAddress.verified_at, _CHOSEN.name)
    .select_from(_PERSON)
    .outerjoin(EmailAddress, EmailAddress.account_id == _PERSON.id)
    .outerjoin(Token, _SHOWN)
    .outerjoin(Member, _MEMBER)
    .outerjoin(_CHOSEN, _CHOSEN.id == Member.account_id)
    .where(_PERSON.id == bindparam("person", type_=Uuid()))
)


async def head_of(session: Session, caller: Caller) -> Head:
    """Answer what is said of a caller."""
    credential = None if caller.credential is None else caller.credential.id
    told = {"person": caller.person_id, "credential": credential}
    has_address, verified_at, acting_for = (await session.execute(_HEAD, told)).one()
    return Head(
        is_unconfirmed=has_address is not None and verified_at is None, acting_for=acting_for
    )
