"""Whom shares are for, as people write it: a number, a name, or a name and an address of mail.

An address is never looked up, so that nobody learns who is here: whoever reads what comes to it
says that the share is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from accounting.consent import Wanted
from accounting.payees import Payee, add_payee, payees_made_by, payees_named, payees_of_account
from accounting.sheets import concerning, shares_of
from base.database import Session
from base.errors import Refused
from catalog.artists import accounts_called
from catalog.callers import Caller
from catalog.folding import Email, parse_email
from catalog.mails import MailKind, NewMail, post
from catalog.models.rights import PayeeKind
from catalog.words import folded
from stream.identity.counting import count_mail
from stream.identity.faults import Unfit
from stream.identity.throttle import AskedBy
from stream.keys import ORIGIN, REQUEST_ID, TOOLS
from stream.pages.studio.split_words import Row, ppm_of

_WHO = "Nobody here is called so. Add their mail address to invite them, or use their number."
_SEVERAL = "Several are called so. Use their number: it is on their own page of splits."
_PART = "Write a part in per cent, of up to four digits after the point: 33.3333."
_NAME_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody new who is written to, once their share is proposed."""

    payee: Payee
    email: Email
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Shares that can be proposed, and who is to be written to."""

    shares: tuple[Wanted, ...]
    invited: Sequence[Invited]


async def known_to(session: Session, account_id: UUID) -> list[Payee]:
    """Answer whom an account speaks for, made, or shares with."""
    mine = await payees_of_account(session, account_id)
    made = await payees_made_by(session, account_id)
    sheets = await concerning(session, [one.id for one in mine])
    rows = await shares_of(session, [one.id for one in sheets])
    ids = {row.payee_id for each in rows.values() for row in each if row.payee_id}
    others = await payees_named(session, ids)
    return list({one.id: one for one in (*mine, *made, *others.values())}.values())


async def wanted_of(
    session: Session, request: web.Request, who: Caller, rows: Sequence[Row], *, key: str
) -> Agreed:
    """Answer for whom the shares of a form are; those who are not here yet are made.

    Raises:
        Unfit: somebody is not known, or a part is no number; by the number of the line.

    """
    known = await known_to(session, who.id)
    faults: dict[str, str] = {}
    shares: list[Wanted] = []
    invited: list[Invited] = []
    for n, row in enumerate(rows):
        ppm = ppm_of(row.percent)
        if ppm is None:
            faults[f"percent-{n}"] = _PART
        try:
            payee = await _payee(session, known, row)
            if payee is None:
                new = await _made(session, request, who, row, key=f"{key}:{n}")
                invited.append(new)
                payee = new.payee.id
            shares.append(Wanted(payee_id=payee, ppm=ppm or 0))
        except Refused as refused:
            field = "email" if refused.code == "email-unfit" else "who"
            faults[f"{field}-{n}"] = refused.sentence
    if faults:
        raise Unfit(faults)
    return Agreed(shares=tuple(shares), invited=invited)


async def write_to(
    session: Session, request: web.Request, who: Caller, invited: Collection[Invited], *, title: str
) -> None:
    """Write to those who are not here yet."""
    origin = request.app[ORIGIN]
    for one in invited:
        await count_mail(request, one.email, AskedBy.INVITER)
        facts = {
            "origin": origin,
            "inviter": who.name,
            "name": one.payee.name,
            "title": title,
            "percent": one.percent,
            "link": f"{origin}/studio/splits/claim/{one.payee.id}",
        }
        mail = NewMail(
            kind=MailKind.SHARE,
            to=one.email.address,
            facts=facts,
            request_id=request[REQUEST_ID],
        )
        await post(session, mail, now=request.app[TOOLS].clock())


async def _payee(session: Session, known: Sequence[Payee], row: Row) -> UUID | None:
    """Answer who is meant; nobody, where they are to be invited."""
    if not row.who:
        raise Refused("payee-unknown", "Say who this is for: a name, or a number.", status=422)
    try:
        return UUID(row.who)
    except ValueError:
        pass
    if row.email:
        return None
    name = folded(row.who)
    found = {one.id for one in known if folded(one.name) == name}
    found = found or set(await accounts_called(session, row.who))
    if len(found) > 1:
        raise Refused("payee-several", _SEVERAL, status=422)
    if not found:
        raise Refused("payee-unknown", _WHO, status=422)
    return found.pop()


async def _made(
    session: Session, request: web.Request, who: Caller, row: Row, *, key: str
) -> Invited:
    name = " ".join(row.who.split())
    if len(name) > _NAME_LETTERS or not name.isprintable():
        raise Refused("name-unfit", "A name has 200 characters at most.", status=422)
    email = parse_email(row.email)
    made = await add_payee(
        session,
        who,
        kind=PayeeKind.MEMBER,
        name=name,
        country=None,
        is_spoken_for=False,
        now=request.app[TOOLS].clock(),
        key=key,
    )
    return Invited(payee=made, email=email, percent=row.percent)
