"""Send what somebody listened to, to an account of theirs elsewhere: all that waits, in order.

While the service takes nothing, the job waits as long as it wants, or longer each time. What it
will never take is set aside with its reason; an account that it no longer knows waits for its
owner, who is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from base.database import Session
from base.errors import Refused, Unavailable
from base.settings import Settings
from base.ticket_secrets import ticket_secrets
from catalog.email_addresses import email_of
from catalog.listens import Later, SignedOut
from catalog.mails import MailKind, NewMail, post
from catalog.models.people import Account as Person
from catalog.models.scrobbling import ScrobbleLink
from catalog.scrobble_links import (
    entry_of,
    lock_link,
    note_signed_out,
    note_taken,
    note_trouble,
)
from catalog.scrobble_states import LinkState, Service
from catalog.scrobblers import BATCHES, Account, Taken, outside_of, submit
from catalog.scrobbles import (
    Told,
    does_any_wait,
    drop_forgotten,
    note_results,
    refuse_old,
    waiting,
)
from workers.holding import Holding
from workers.leases import Leased, finish, held, put_off

log = structlog.get_logger()

#: Last.fm takes nothing that is older, and whoever was away for longer is not coming back.
_OLDEST = timedelta(days=14)
#: Our secrets were changed, and none of them opens what was sealed.
_LOST_KEY = "What opens the account can no longer be read; connect it again."
NAMES = {Service.LISTENBRAINZ: "ListenBrainz", Service.LASTFM: "Last.fm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What became of listens, by session, as `Taken` tells it; why others were not taken, if so."""

    reasons: Mapping[UUID, str | None] = field(default_factory=dict)
    pause_s: int | None = None
    trouble: str = ""
    after_s: int | None = None
    is_signed_out: bool = False


async def send_listens(holding: Holding, leased: Leased) -> None:
    """Send a batch of what waits, and come back for the next; end when nothing waits."""
    tools = holding.tools
    link_id, now = UUID(leased.subject), tools.clock()
    async with tools.database.begin() as session:
        link = await lock_link(session, link_id)  # before its listens, as who lets it go does
        await refuse_old(session, link_id, before=now - _OLDEST, now=now)
        await drop_forgotten(session, link_id)
        if link is not None and link.held_until is not None and now < link.held_until:
            return await put_off(session, leased, until=link.held_until, reason="held")
        if link is None or link.state != LinkState.CONNECTED:
            return await finish(session, leased, now=now)
        batch = await waiting(session, link_id, limit=BATCHES[Service(link.service)])
    sent = await _sent(tools.settings, link, batch) if batch else _Sent()
    async with tools.database.begin() as session:
        await _note(session, tools.settings, leased, sent, now=tools.clock())
    return None


async def _sent(settings: Settings, link: ScrobbleLink, batch: Sequence[Told]) -> _Sent:
    secret = entry_of(link, ticket_secrets(settings))
    if secret is None:
        return _Sent(trouble=_LOST_KEY, is_signed_out=True)
    account = Account(service=Service(link.service), server=link.server, secret=secret)
    reasons: dict[UUID, str | None] = {}
    try:
        pause_s = await _send_all(settings, account, batch, reasons)
    except SignedOut as refused:
        return _Sent(reasons=reasons, trouble=refused.sentence, is_signed_out=True)
    except Later as later:
        return _Sent(reasons=reasons, trouble=later.sentence, after_s=later.after_s)
    except (Refused, Unavailable) as error:
        return _Sent(reasons=reasons, trouble=error.sentence)
    return _Sent(reasons=reasons, pause_s=pause_s)


async def _send_all(
    settings: Settings, account: Account, batch: Sequence[Told], reasons: dict[UUID, str | None]
) -> int | None:
    """Send a batch, and write down in `reasons` what came of it; answer how long to pause then.

    Where one of it is to blame that none was taken, it is found by halves. What was taken before
    the service would take no more is not sent again; who dies in the middle sends all of it again,
    which services know by time and names.
    """
    left, pause_s = [batch], None
    while left and pause_s is None:
        some = left.pop()
        try:
            taken = await submit(outside_of(settings), account, [one.listen for one in some])
        except Refused as refused:
            if refused.code != "listens-unfit":
                raise
            if len(some) > 1:
                half = len(some) // 2
                left += [some[half:], some[:half]]
                continue
            taken = Taken(reasons=[refused.sentence])
        reasons.update(zip((one.session_id for one in some), taken.reasons, strict=True))
        pause_s = taken.pause_s
    return pause_s


async def _note(
    session: Session, settings: Settings, leased: Leased, sent: _Sent, *, now: datetime
) -> None:
    link = await lock_link(session, UUID(leased.subject))
    if link is None:  # disconnected meanwhile
        return await finish(session, leased, now=now)
    await note_results(session, link.id, sent.reasons, now=now)
    if sent.reasons:
        note_taken(link, now=now)
    if sent.is_signed_out:
        if note_signed_out(link, sent.trouble):
            await _tell_owner(session, settings, link, leased.request_id, now=now)
        return await finish(session, leased, now=now, reason=sent.trouble)
    if sent.trouble:
        until = note_trouble(link, sent.trouble, after_s=sent.after_s, now=now)
        log.warning("listens wait", link=str(link.id), why=sent.trouble, until=until.isoformat())
        return await put_off(session, leased, until=until, reason=sent.trouble)
    return await _go_on(session, leased, link, sent.pause_s, now=now)


async def _go_on(
    session: Session,
    leased: Leased,
    link: ScrobbleLink,
    pause_s: int | None,
    *,
    now: datetime,
) -> None:
    """Come back for what waits still; who adds a listen now waits for this job's row."""
    await held(session, leased)
    if not await does_any_wait(session, link.id):
        return await finish(session, leased, now=now)
    link.held_until = now + timedelta(seconds=pause_s) if pause_s else None
    return await put_off(session, leased, until=link.held_until or now, reason="more waits")


async def _tell_owner(
    session: Session, settings: Settings, link: ScrobbleLink, request_id: str, *, now: datetime
) -> None:
    log.info("account elsewhere signed out", link=str(link.id), why=link.trouble)
    address = await email_of(session, link.account_id)
    if address is None or address.verified_at is None:
        return
    person = await session.get_one(Person, link.account_id)
    facts = {
        "name": person.name,
        "service": NAMES[Service(link.service)],
        "origin": settings.public_url.rstrip("/"),
    }
    mail = NewMail(
        kind=MailKind.SCROBBLING,
        to=address.address,
        facts=facts,
        request_id=request_id,
        account_id=link.account_id,
    )
    await post(session, mail, now=now)
