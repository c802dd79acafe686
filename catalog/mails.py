"""Mails to be sent: a row, and a job, in the transaction that makes them necessary.

What they say is written when they are sent (`workers.mail`): so a link stands nowhere but in the
mail itself, and who asked for one does not wait until it is known whether there is such an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from base.database import Session
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.sign_in import Mail

#: Somebody waits before a screen.
_PRIORITY = 10


class MailKind(StrEnum):
    """Why somebody is written to; what they are told may depend on what they have here."""

    #: An account says that the address is its own.
    CONFIRM = "confirm"
    #: Somebody forgot the password of whatever account has the address.
    FORGOT = "forgot"
    #: An account wants to have this address from now on; its old one is told of it.
    CHANGE = "change"
    CHANGE_ASKED = "change-asked"
    CHANGED = "changed"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - what is told
    #: What an account asks for besides its password is another, or a code on paper was used.
    FACTORS = "factors"
    INVITATION = "invitation"
    #: Somebody shares what their music earns with who has the address.
    SHARE = "share"
    #: A moderator decided whether an account is an artist.
    ARTIST = "artist"
    #: Dues of a member run out, or ran out.
    DUES = "dues"
    #: An account elsewhere is to be connected anew.
    SCROBBLING = "scrobbling"
    #: Somebody asked that the account be forgotten.
    FORGETTING = "forgetting"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail to one address; `facts` are what its text asks for, `origin` always among them."""

    kind: MailKind
    to: str
    facts: Mapping[str, str]
    request_id: str
    account_id: UUID | None = None


async def post(session: Session, mail: NewMail, *, now: datetime) -> None:
    """Have a mail sent."""
    row = Mail(
        id=uuid4(),
        kind=mail.kind,
        recipient=mail.to,
        account_id=mail.account_id,
        facts=dict(mail.facts),
        made_at=now,
    )
    session.add(row)
    job = NewJob(
        kind=Kind.MAIL, subject=str(row.id), request_id=mail.request_id, priority=_PRIORITY
    )
    await add(session, job, now=now)


async def mail_of(session: Session, mail_id: UUID, *, lock: bool = False) -> Mail | None:
    """Answer a mail that is still to be sent."""
    query = select(Mail).where(Mail.id == mail_id, Mail.sent_at.is_(None))
    return await session.scalar(query.with_for_update() if lock else query)


async def last_trouble(session: Session, account_id: UUID, address: str) -> str | None:
    """Answer why the newest mail to an account at an address will never come, if it will not."""
    query = select(Mail.trouble).where(Mail.account_id == account_id, Mail.recipient == address)
    trouble: str | None = await session.scalar(query.order_by(Mail.made_at.desc()).limit(1))
    return trouble


async def was_written(session: Session, account_id: UUID, address: str) -> bool:
    """Whether a mail to an account was made of late, at an address."""
    query = select(Mail.id).where(Mail.account_id == account_id, Mail.recipient == address)
    return await session.scalar(query.limit(1)) is not None


def note_sent(mail: Mail, *, now: datetime) -> None:
    """Write down that a mail is gone, and forget what it told."""
    mail.sent_at, mail.trouble, mail.facts = now, None, {}


def note_undeliverable(mail: Mail, trouble: str) -> None:
    """Write down why a mail will never be sent, and forget what it told."""
    mail.trouble, mail.facts = trouble[:1000], {}


async def forget_mails(session: Session, *, before: datetime) -> None:
    """Forget to whom was written so long ago."""
    await session.execute(delete(Mail).where(Mail.made_at < before))
