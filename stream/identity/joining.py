"""Joining: a name, an address, a password; and one is in.

Whether the address has an account already, only the mail tells that goes there. So whoever joins
with a stranger's address gets an account of their own, which never has that address.
"""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.email_addresses import claim
from catalog.folding import Email, parse_email
from catalog.mails import MailKind
from catalog.passwords import write_hash
from catalog.people import create_account
from stream.identity.choosing import fault_of
from stream.identity.counting import count_join, count_reading, may_mail
from stream.identity.entering import Entered, enter
from stream.identity.faults import Unfit, name_in
from stream.identity.keys import HASHING
from stream.identity.password_rules import normalised
from stream.identity.signing_in import PASSWORD
from stream.identity.throttle import AskedBy
from stream.identity.writing_to import write_to
from stream.keys import TOOLS


async def join(request: web.Request, *, name: str, email: str, password: str) -> Entered:
    """Make an account, and sign it in; a mail asks to confirm the address.

    Raises:
        Unfit: fields are not acceptable, 422.
        Refused: `too-many-tries`, 429.

    """
    await count_reading(request)
    called, address = await _read(request, name=name, email=email, password=password)
    await count_join(request)
    kept = await request.app[HASHING].hash(normalised(password))
    is_mailed = await may_mail(request, address, AskedBy.NEWCOMER)
    account_id = await _written(request, called, address, kept, is_mailed=is_mailed)
    return await enter(request, account_id, factors=PASSWORD)


async def _read(request: web.Request, *, name: str, email: str, password: str) -> tuple[str, Email]:
    """Read all fields, and say at once what is wrong with them."""
    faults: dict[str, str] = {}
    called, address = "", Email(address="", folded="")
    try:
        called = name_in(name)
    except Refused as refused:
        faults["name"] = refused.sentence
    try:
        address = parse_email(email)
    except Refused as refused:
        faults["email"] = refused.sentence
    if fault := await fault_of(request, password, known=[name, email]):
        faults["password"] = fault
    if faults:
        raise Unfit(faults)
    return called, address


async def _written(
    request: web.Request, name: str, email: Email, kept: str, *, is_mailed: bool
) -> UUID:
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        now = tools.clock()
        made = await create_account(session, name=name, now=now)
        await claim(session, made.id, email, now=now)
        await write_hash(session, made.id, kept, now=now)
        if is_mailed:
            kind = MailKind.CONFIRM
            await write_to(request, session, kind, email.address, account_id=made.id)
    return made.id
