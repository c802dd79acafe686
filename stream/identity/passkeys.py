"""Passkeys are set up, and one signs in by one alone: a device has asked who is there."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.mails import MailKind
from catalog.models.factors import Passkey
from catalog.passkeys import (
    close_passkey,
    keep_passkey,
    note_use,
    passkey_named,
    passkeys_of,
    remove_passkey,
)
from stream.identity.begun import PATIENCE, Begun, begin, resume
from stream.identity.entering import Entered, enter
from stream.identity.factors import gained, require_may_change, require_not_last
from stream.identity.faults import name_in
from stream.identity.keys import TRIES
from stream.identity.passkey_proofs import (
    count_in,
    is_copied,
    made_in,
    options_to_make,
    options_to_show,
)
from stream.identity.relying_party import RelyingParty, party_of
from stream.identity.standing import PASSKEY
from stream.identity.throttle import Counter
from stream.identity.writing_to import tell_owner
from stream.keys import ORIGIN, TOOLS

_CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a browser is asked to do, and what is said again with its answer."""

    options: Mapping[str, Any]
    begun: str = field(repr=False)


async def begin_passkey(request: web.Request, who: Caller) -> Asked:
    """Ask a browser to make a passkey.

    Raises:
        Refused: `sign-in-again`, 403; `passkeys-need-a-name`, 409.

    """
    party, challenge = _party(request), secrets.token_bytes(_CHALLENGE_BYTES)
    async with request.app[TOOLS].database.read() as session:
        await require_may_change(request, session, who)
        known = [one.credential_id for one in await passkeys_of(session, who.person_id)]
        found = await email_of(session, who.person_id)
    options = options_to_make(
        party,
        who.person_id,
        called=found.address if found else who.name,
        known=known,
        challenge=challenge,
    )
    told = {"account": str(who.person_id), "challenge": challenge.hex()}
    return Asked(options=options, begun=begin(request, Begun.PASSKEY, **told))


async def add_passkey(
    request: web.Request, who: Caller, *, begun: str, answer: dict[str, Any], name: str
) -> tuple[Passkey, Sequence[str]]:
    """Keep a passkey that a browser made; answer codes for paper, where it is the first.

    Raises:
        Refused: `passkey-unfit` or `sign-in-again`, 403; `begun-too-long-ago`, 410;
            `name-unfit`, 422; `passkey-known`, `passkeys-too-many`, 409.

    """
    said, called = resume(request, Begun.PASSKEY, begun), name_in(name)
    if said["account"] != str(who.person_id):
        raise Refused("begun-too-long-ago", "Somebody else began this: begin again.", status=410)
    made = made_in(_party(request), answer, challenge=bytes.fromhex(said["challenge"]))
    passkey = Passkey(
        id=uuid4(),
        account_id=who.person_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        is_synced=made.is_synced,
        name=called,
        made_at=request.app[TOOLS].clock(),
    )
    async with request.app[TOOLS].database.begin() as session:
        factors = await require_may_change(request, session, who)
        await keep_passkey(session, passkey)
        what = f"A passkey was set up: “{called}”. Whoever has it, and opens it, signs in as you."
        codes = await gained(request, session, who, factors=factors, factor=PASSKEY, what=what)
    return passkey, codes


async def end_passkey(request: web.Request, who: Caller, passkey_id: UUID) -> None:
    """Let nobody sign in by a passkey any more.

    Raises:
        Refused: `sign-in-again`, 403; `passkey-unknown`, 404; `last-factor`, 409.

    """
    async with request.app[TOOLS].database.begin() as session:
        factors = await require_may_change(request, session, who)
        removed = await remove_passkey(session, who.person_id, passkey_id)
        require_not_last(request, who, left=factors.passkeys - 1 + factors.has_app)
        what = f"A passkey was removed: “{removed.name}”."
        await tell_owner(request, session, MailKind.FACTORS, who.person_id, what=what)


def begin_passkey_sign_in(request: web.Request) -> Asked:
    """Ask a browser to show a passkey of ours, whosever it is.

    Raises:
        Refused: `passkeys-need-a-name`, 409.

    """
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    options = options_to_show(_party(request), challenge=challenge)
    return Asked(
        options=options, begun=begin(request, Begun.PASSKEY_SIGN_IN, challenge=challenge.hex())
    )


async def sign_in_by_passkey(
    request: web.Request, *, begun: str, answer: dict[str, Any]
) -> Entered:
    """Sign somebody in by a passkey.

    Raises:
        Refused: `passkey-unknown`, `passkey-unfit` or `passkey-copied`, 403;
            `begun-too-long-ago`, 410.

    """
    challenge = bytes.fromhex(resume(request, Begun.PASSKEY_SIGN_IN, begun)["challenge"])
    await _require_new(request, challenge)
    async with request.app[TOOLS].database.begin() as session:
        found = await passkey_named(session, _id_in(answer))
        count = count_in(_party(request), answer, challenge=challenge, public_key=found.public_key)
        is_good = not is_copied(said=count, kept=found.sign_count)
        if is_good:
            note_use(found, sign_count=count, now=request.app[TOOLS].clock())
        elif close_passkey(found):
            await _tell_of_copy(request, session, found)
        account_id = found.account_id
    if not is_good:
        raise Refused(
            "passkey-copied",
            "This passkey was used elsewhere meanwhile, as if somebody had copied it. Sign in by "
            "your address and password, and remove it at /account/security.",
            status=403,
        )
    return await enter(request, account_id, factors=frozenset({PASSKEY}))


async def _tell_of_copy(request: web.Request, session: Session, found: Passkey) -> None:
    what = (
        f"Somebody tried to sign in with a copy of your passkey “{found.name}”, and was refused. "
        "Remove it, and set up another."
    )
    await tell_owner(request, session, MailKind.FACTORS, found.account_id, what=what)


async def _require_new(request: web.Request, challenge: bytes) -> None:
    """See that a challenge is answered for the first time."""
    name = f"challenge:{sha256(challenge).hexdigest()}"
    once = Counter(name=name, most=1, within_s=PATIENCE.seconds)
    if await request.app[TRIES].wait_s([once]):
        raise Refused("begun-too-long-ago", "This was answered already: begin again.", status=410)


def _id_in(answer: Mapping[str, Any]) -> bytes:
    said = str(answer["id"])
    try:
        return urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except (NotBase64, ValueError):
        return b""


def _party(request: web.Request) -> RelyingParty:
    party = party_of(request.app[ORIGIN])
    if party is None:
        raise Refused(
            "passkeys-need-a-name",
            "Passkeys are bound to the name of a house, and to TLS: whoever runs this one sets "
            "REFRAIN_PUBLIC_URL to an https:// address with a name.",
            status=409,
        )
    return party
