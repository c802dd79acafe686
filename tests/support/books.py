"""Plays in the books at whatever step: what settling comes to, and the row that names it.

Counters and lots are left alone, so that a play can be booked without those before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.charging import Purse
from accounting.journal import post
from accounting.ledger import Account, AccountKind
from accounting.lots import Lot, LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT
from accounting.settlement import Count, Due, Rules, Settlement, settle_all
from accounting.sheets import sharings
from accounting.terms import all_terms
from base.database import Database, Session
from catalog.callers import Caller
from catalog.models.ledger import LedgerTxn
from catalog.models.plays import Grant, Play, PlaySession
from catalog.music import track_of
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.catalog import accepted, person

#: What each step costs in milli-credits; one of them is worth so many micro-units, of which the
#: artist has so many millionths.
SERIES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
WORTH, ARTIST_PPM = 1_200, 700_000
_ENDLESS = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A track, who is paid for it, and who hears it."""

    track_id: UUID
    recording_id: UUID
    master_id: UUID
    artist: Caller
    listener: Caller

    @property
    def payable(self) -> Account:
        return Account(AccountKind.PAYABLE, str(self.artist.id))


async def song(database: Database, *, content: bytes = b"song") -> Song:
    """Make a track with an artist and a listener."""
    artist, listener = await person(database, Role.ARTIST), await person(database, Role.LISTENER)
    track_id = (await accepted(database, artist, content)).track_id
    async with database.read() as session:
        found = await track_of(session, track_id)
    return Song(
        track_id=track_id,
        recording_id=found.track.recording_id,
        master_id=found.master.id,
        artist=artist,
        listener=listener,
    )


def worth_of(step: int) -> int:
    """Answer what a step is worth in micro-units, to all together."""
    return SERIES[step - 1] * WORTH


def artists_part(step: int) -> int:
    """Answer what of it the artist is paid."""
    return worth_of(step) * ARTIST_PPM // 1_000_000


async def book_play(  # noqa: PLR0913 - a play has as many sides
    session: Session,
    of: Song,
    *,
    step: int,
    at: datetime,
    now: datetime | None = None,
    territory: str | None = "DE",
    credit: LotKind = LotKind.PAID,
) -> int:
    """Book a play that was heard `at`, and came to be known `now`; answer its transaction."""
    play = PlaySession(
        id=uuid4(),
        listener_id=of.listener.id,
        track_id=of.track_id,
        recording_id=of.recording_id,
        master_id=of.master_id,
        grant=Grant.FULL,
        duration_ms=180_000,
        threshold_ms=45_000,
        opened_at=at,
        active_at=at,
        state=PlayState.SETTLED,
        reason="qualified",
        territory=territory,
    )
    session.add(play)
    await session.flush()
    settled = await _settled(session, of, play, step=step, credit=credit)
    assert settled.transaction is not None
    [posted] = await post(session, [settled.transaction], now=now or at)
    booked_at = await session.scalar(select(LedgerTxn.booked_at).where(LedgerTxn.id == posted.id))
    session.add(
        Play(
            id=play.id,
            session_id=play.id,
            listener_id=of.listener.id,
            recording_id=of.recording_id,
            track_id=of.track_id,
            payee_id=of.artist.id,
            kind=settled.kind,
            step=settled.step,
            price_millicredits=settled.price_millicredits,
            occurred_at=at,
            settled_at=booked_at,
            txn_id=posted.id,
            terms_id=settled.terms_id,
            territory=territory,
        )
    )
    await session.flush()
    return posted.id


async def _settled(
    session: Session, of: Song, play: PlaySession, *, step: int, credit: LotKind
) -> Settlement:
    """Settle a play of somebody who has paid for those before it, and has credit without end."""
    due = Due(
        session_id=play.id,
        listener_id=of.listener.id,
        recording_id=of.recording_id,
        track_id=of.track_id,
        payee_id=of.artist.id,
        occurred_at=play.active_at,
        territory=play.territory,
    )
    rules = Rules(
        terms=await all_terms(session),
        timelines=await sharings(session, {of.recording_id: of.artist.id}),
    )
    lot = Lot(
        id=1,
        listener_id=of.listener.id,
        kind=credit,
        acquired_at=play.opened_at,
        country=None,
        currency="EUR",
        credits=_ENDLESS,
        amount=_ENDLESS * WORTH // MICROS_PER_MILLICREDIT,
        vat=0,
    )
    counts = {due.pair: Count(plays=step - 1, is_owned=False)}
    purses = {of.listener.id: Purse(lots=(lot,))}
    [settled] = settle_all([due], counts=counts, purses=purses, rules=rules).settlements
    return settled
