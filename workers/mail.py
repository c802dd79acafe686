"""Send a mail: what it says depends on what its receiver has here, which is looked up only now.

So who asked for it learns nothing of others from how we answer; the mail tells the truth to whoever
reads what comes to the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from base.database import Session
from base.errors import Refused
from base.mail import Letter, send
from catalog.email_addresses import Claimant, claimants_of, owner_of
from catalog.folding import parse_email
from catalog.links import make_link
from catalog.mails import MailKind, mail_of, note_sent, note_undeliverable
from catalog.models.people import Account
from catalog.models.sign_in import Mail, Purpose
from workers.holding import Holding
from workers.leases import Leased, finish
from workers.writing import write

#: Of accounts with one address, so many may be chosen from.
_MOST_LINKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which letter is written, and what with."""

    letter: str
    facts: Mapping[str, Any]


async def send_mail(holding: Holding, leased: Leased) -> None:
    """Send a mail once, or learn that it cannot be.

    Raises:
        Unavailable: it was not taken, and will be sent again.

    """
    tools, mail_id = holding.tools, UUID(leased.subject)
    async with tools.database.begin() as session:
        mail = await mail_of(session, mail_id)
        chosen = None if mail is None else await choose(session, mail, now=tools.clock())
    trouble = None
    if mail is not None and chosen is not None:
        written = write(chosen.letter, chosen.facts)
        letter = Letter(
            id=str(mail_id),
            to=mail.recipient,
            subject=written.subject,
            text=written.text,
            html=written.html,
            at=tools.clock(),
        )
        try:
            await send(letter, settings=tools.settings)
        except Refused as refused:
            trouble = refused.sentence
    async with tools.database.begin() as session:
        now = tools.clock()
        if (sent := await mail_of(session, mail_id, lock=True)) is not None:
            note_sent(sent, now=now) if trouble is None else note_undeliverable(sent, trouble)
        await finish(session, leased, now=now, reason=trouble)


async def choose(session: Session, mail: Mail, *, now: datetime) -> Chosen | None:
    """Choose what to write, and make the link that is in it; None where nothing is to be said."""
    if mail.trouble is not None:
        return None
    match MailKind(mail.kind):
        case MailKind.CONFIRM:
            return await _confirm(session, mail, Purpose.VERIFY, ("confirm", "known"), now=now)
        case MailKind.CHANGE:
            return await _confirm(
                session, mail, Purpose.CHANGE, ("change", "change-taken"), now=now
            )
        case MailKind.FORGOT:
            return await _forgot(session, mail, now=now)
        case kind:
            return Chosen(letter=kind, facts=mail.facts)


async def _confirm(
    session: Session, mail: Mail, purpose: Purpose, letters: tuple[str, str], *, now: datetime
) -> Chosen | None:
    """Ask for a word from who claims the address; who has it already is told of that instead."""
    if mail.account_id is None:  # forgotten meanwhile
        return None
    owner = await owner_of(session, parse_email(mail.recipient))
    if owner == mail.account_id:
        return None
    if owner is not None:
        account = await session.get_one(Account, owner)
        return Chosen(letter=letters[1], facts={**mail.facts, "name": account.name})
    facts = await _with_link(session, mail, mail.account_id, purpose, now=now)
    return Chosen(letter=letters[0], facts=facts)


async def _forgot(session: Session, mail: Mail, *, now: datetime) -> Chosen:
    found = await claimants_of(session, parse_email(mail.recipient))
    if not found:
        return Chosen(letter="nobody", facts=mail.facts)
    if len(found) > 1 and not found[0].is_verified:
        return await _several(session, mail, found[:_MOST_LINKS], now=now)
    facts = await _with_link(session, mail, found[0].account_id, Purpose.RESET, now=now)
    # Who has not shown that the address is theirs may have called themselves anything.
    name = found[0].name if found[0].is_verified else "you who joined"
    return Chosen(letter="reset", facts={**facts, "name": name})


async def _several(
    session: Session, mail: Mail, found: Sequence[Claimant], *, now: datetime
) -> Chosen:
    """Leave it to the reader which account is theirs, of several whose address nobody confirmed."""
    links = [
        {
            **await _with_link(session, mail, one.account_id, Purpose.RESET, now=now),
            "claimed": _moment(one.claimed_at),
        }
        for one in found
    ]
    return Chosen(letter="reset-which", facts={**links[0], "links": links})


async def _with_link(
    session: Session, mail: Mail, account_id: UUID, purpose: Purpose, *, now: datetime
) -> Mapping[str, str]:
    told = await make_link(session, account_id, purpose, address=mail.recipient, now=now)
    return {
        **mail.facts,
        "token": told.token,
        "code": f"{told.code[:4]} {told.code[4:]}",
        "until": _moment(told.expires_at),
    }


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B, %H:%M} UTC"
