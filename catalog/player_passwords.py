"""Passwords for players of OpenSubsonic: short enough to be typed, and for nothing but listening.

Such a player shows that it knows the password by a digest of it and of a salt, so it has to be
known here as well. It is therefore never the one of the account, and is kept sealed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from base.sealing import seal, unseal
from catalog.access_tokens import require_room
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller, CredentialKind
from catalog.credentials import Issued, issue
from catalog.folding import parse_email
from catalog.models.people import Account, Token, name_key
from catalog.models.sign_in import EmailAddress
from catalog.permissions import Scope

#: What one may by it.
SCOPES = frozenset(
    {
        *(Scope.PLAY, Scope.LIBRARY_READ, Scope.LIBRARY_WRITE),
        *(Scope.WALLET_READ, Scope.ACCOUNT_READ),
    }
)
_PURPOSE = b"player password"
#: Those that can be told apart on a television: 24 of these 31 have 118 bits of chance.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 6, 4
#: So many are looked at of all who are called so.
_MOST = 100


async def make_password(
    session: Session, owner: Caller, label: str, secret: bytes, *, now: datetime
) -> Issued:
    """Make a password for a player, sealed under a secret of ours; it is told this once.

    Raises:
        Refused: `tokens-too-many`, 409.

    """
    await require_room(session, owner.person_id)
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    password = "-".join(groups)
    issued = await issue(
        session,
        owner.person_id,
        kind=CredentialKind.TOKEN,
        label=label,
        scopes=SCOPES,
        secret=password,
        sealed=seal({"password": password}, secret, purpose=_PURPOSE),
        now=now,
    )
    facts = {"scopes": sorted(SCOPES), "player": True}
    await note_act(session, owner, Act.TOKEN_MADE, issued.id, now=now, facts=facts)
    return issued


async def passwords_of(session: Session, username: str, ours: Sequence[bytes]) -> list[str]:
    """Answer the passwords for players of whoever has shown that a mail address is theirs.

    Who has none goes by their name. Names are not of one alone: those that were made first are
    tried, so that nobody displaces another by taking their name.
    """
    query = select(Token.sealed).where(Token.sealed.is_not(None))
    if "@" in username:
        query = query.join(EmailAddress, EmailAddress.account_id == Token.account_id).where(
            EmailAddress.folded == _folded(username), EmailAddress.verified_at.is_not(None)
        )
    else:
        query = query.join(Account, Account.id == Token.account_id).where(
            Account.name_key == name_key(username)
        )
    found = await session.scalars(query.order_by(Token.created_at, Token.id).limit(_MOST))
    opened = (unseal(one, ours, purpose=_PURPOSE) for one in found if one is not None)
    return [str(one["password"]) for one in opened if one is not None]


async def username_of(session: Session, account_id: UUID) -> str:
    """Answer what a player calls somebody: their mail address, or their name without any."""
    query = (
        select(EmailAddress.address, Account.name)
        .select_from(Account)
        .outerjoin(EmailAddress, EmailAddress.account_id == Account.id)
        .where(Account.id == account_id)
    )
    address, name = (await session.execute(query)).one()
    return str(address or name)


def _folded(username: str) -> str:
    try:
        return parse_email(username).folded
    except Refused:
        return ""  # nobody's
