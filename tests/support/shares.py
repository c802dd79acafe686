"""Recordings that earn, and payees that share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from accounting.agreeing import Proposal, propose
from accounting.consent import Wanted
from accounting.journal import balance_of, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.payees import Payee, add_payee, write_members
from accounting.sheets import Subject, sharings
from accounting.splits import payable_to, suspense_of
from base.database import Database
from catalog.callers import Caller
from catalog.models.rights import PayeeKind, SheetKind, SplitSheet
from catalog.music import track_of
from tests.support.catalog import NOON, accepted

#: When what is agreed at once holds.
SOON = NOON + timedelta(seconds=10)


async def recording(database: Database, owner: Caller, content: bytes = b"song") -> UUID:
    track = (await accepted(database, owner, content)).track_id
    async with database.read() as session:
        return (await track_of(session, track)).track.recording_id


async def proposed(  # noqa: PLR0913 - what is said of it
    database: Database,
    owner: Caller,
    about: UUID | None,
    shares: dict[UUID | None, int],
    *,
    now: datetime = NOON,
    valid_from: datetime | None = None,
    key: str = "",
) -> SplitSheet:
    """Propose that payees share a recording, or all of an owner's."""
    said = Proposal(
        subject=Subject(kind=SheetKind.SPLIT, owner_id=owner.id, recording_id=about),
        shares=tuple(Wanted(payee_id=payee, ppm=ppm) for payee, ppm in shares.items()),
        key=key or str(uuid4()),
        valid_from=valid_from,
    )
    return await database.run(lambda session: propose(session, said, owner, now=now))


async def earn(  # noqa: PLR0913 - what is said of a play
    database: Database,
    owner: Caller,
    about: UUID,
    amount: int,
    *,
    at: datetime = SOON,
    now: datetime | None = None,
) -> int:
    """Book a play as settling does; answer its transaction."""
    async with database.begin() as session:
        sharing = (await sharings(session, {about: owner.id}))[about].at(at)
        parts = [Entry(account, -part, "EUR") for account, part in sharing.divide(amount)]
        play = Transaction(
            kind=TxnKind.PLAY,
            key=f"play:{uuid4()}",
            occurred_at=at,
            entries=(Entry(Account(AccountKind.PROMO), amount, "EUR"), *parts),
            facts={"recording": str(about), **sharing.facts},
        )
        [posted] = await post(session, [play], now=now or at)
    return posted.id


async def band_of(
    database: Database,
    by: Caller,
    members: Mapping[UUID, int],
    *,
    key: str | None = None,
) -> Payee:
    """Make a group that somebody speaks for, and say who belongs to it, if anybody does."""
    async with database.begin() as session:
        band = await add_payee(
            session,
            by,
            kind=PayeeKind.GROUP,
            name="The Band",
            country=None,
            is_spoken_for=True,
            now=NOON,
            key=key,
        )
        if members:
            await write_members(session, band.id, members, by=by, now=NOON)
    return band


async def owed(database: Database, payee: UUID) -> tuple[int, int]:
    """Answer what a payee can be paid, and what waits for them."""
    async with database.read() as session:
        found = [await balance_of(session, one) for one in (payable_to(payee), suspense_of(payee))]
    return -found[0].get("EUR", 0), -found[1].get("EUR", 0)
