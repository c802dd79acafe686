"""Links that are mailed: each is good for one purpose, once, and not for long.

A link has a token, to be followed, and a code, to be typed in where one is signed in already. Both
are told when it is made, which is when it is mailed, and kept as digests only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from base.database import Session
from base.errors import Refused
from catalog.models.sign_in import AccountLink, Purpose

LIFETIMES: Mapping[Purpose, timedelta] = {
    Purpose.VERIFY: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
    Purpose.CHANGE: timedelta(days=1),
    Purpose.SET_UP: timedelta(days=1),
}
_CODE_DIGITS = 8
#: One of a hundred million is right.
MOST_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a link this once, and until when it is good."""

    token: str
    code: str
    expires_at: datetime


async def make_link(
    session: Session, account_id: UUID, purpose: Purpose, *, address: str | None, now: datetime
) -> Told:
    """Make a link; those that were mailed before stay good, as mails overtake one another."""
    link_id, token = uuid4(), secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}"
    link = AccountLink(
        id=link_id,
        account_id=account_id,
        purpose=purpose,
        address=address,
        digest=sha256(token.encode()).digest(),
        code_digest=_code_digest(link_id, code),
        tries=0,
        made_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    session.add(link)
    await session.flush()
    return Told(token=token, code=code, expires_at=link.expires_at)


async def link_of(
    session: Session, token: str, *purposes: Purpose, now: datetime, lock: bool = False
) -> AccountLink:
    """Answer the link of a token that may still be followed.

    Raises:
        Refused: `link-unknown`, 404; `link-used`, 410; `link-expired`, 410.

    """
    query = select(AccountLink).where(AccountLink.digest == sha256(token.encode()).digest())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None or Purpose(found.purpose) not in purposes:
        raise Refused(
            "link-unknown",
            "This link is not one of ours. Copy it from the mail again, all of it.",
            status=404,
        )
    if found.used_at is not None:
        raise Refused(
            "link-used", "This link was used already, and each is good for once.", status=410
        )
    if found.expires_at <= now:
        raise Refused(
            "link-expired",
            "This link is too old: it was good until "
            f"{found.expires_at.day} {found.expires_at:%B, %H:%M} UTC.",
            status=410,
        )
    return found


async def link_by_code(
    session: Session, account_id: UUID, code: str, *purposes: Purpose, now: datetime
) -> AccountLink | str:
    """Answer the link of a code that was typed in, or what to say; a wrong one is counted.

    That has to be committed, so nothing is raised.
    """
    digits = "".join(one for one in code if one.isascii() and one.isdigit())
    live = await _live(session, account_id, purposes, now=now)
    if not live:
        return "The codes that we sent you are too old. Ask for a new one below."
    open_ = [link for link in live if link.tries < MOST_TRIES]
    for link in open_:
        if secrets.compare_digest(_code_digest(link.id, digits), link.code_digest):
            return link
        link.tries += 1
    if not open_:
        return "Too many wrong codes were typed in. Ask for a new one below."
    return "This code is wrong. Look into the newest mail, and type its eight digits in again."


async def cancel_links(
    session: Session, account_id: UUID, purposes: Collection[Purpose], *, now: datetime
) -> None:
    """Let no link of an account for these purposes be followed any more: one was, or none may."""
    theirs = update(AccountLink).where(
        AccountLink.account_id == account_id, AccountLink.purpose.in_(purposes)
    )
    unused = theirs.where(AccountLink.used_at.is_(None)).values(used_at=now)
    await session.execute(unused.execution_options(synchronize_session=False))


async def forget_links(session: Session, *, before: datetime) -> None:
    """Forget links that ran out so long ago."""
    await session.execute(delete(AccountLink).where(AccountLink.expires_at < before))


async def _live(
    session: Session, account_id: UUID, purposes: Collection[Purpose], *, now: datetime
) -> Sequence[AccountLink]:
    query = select(AccountLink).where(
        AccountLink.account_id == account_id,
        AccountLink.purpose.in_(purposes),
        AccountLink.used_at.is_(None),
        AccountLink.expires_at > now,
    )
    locked = query.order_by(AccountLink.id).with_for_update()
    return (await session.scalars(locked.execution_options(populate_existing=True))).all()


def _code_digest(link_id: UUID, code: str) -> bytes:
    return sha256(link_id.bytes + code.encode()).digest()
