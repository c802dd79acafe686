"""Plays in the books, written as settling writes them: a transaction and a row that names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.database import Database, Session
from catalog.models.people import Role
from catalog.models.plays import Grant, Play, PlaySession
from catalog.music import track_of
from catalog.people import Caller
from catalog.states import PlayState
from tests.support.catalog import accepted, person

#: What each step costs in milli-credits; one of them is worth so many micro-units, of which the
#: artist has so many millionths.
SERIES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
WORTH, ARTIST_PPM = 1_200, 700_000


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
    )
    session.add(play)
    await session.flush()
    [posted] = await post(session, [_play(of, play.id, step=step, at=at)], now=now or at)
    session.add(
        Play(
            id=uuid4(),
            session_id=play.id,
            listener_id=of.listener.id,
            recording_id=of.recording_id,
            track_id=of.track_id,
            payee_id=of.artist.id,
            kind="paid",
            step=step,
            price_millicredits=SERIES[step - 1],
            occurred_at=at,
            settled_at=now or at,
            txn_id=posted.id,
            territory=territory,
        )
    )
    await session.flush()
    return posted.id


def _play(of: Song, session_id: UUID, *, step: int, at: datetime) -> Transaction:
    amount, part = worth_of(step), artists_part(step)
    wallet = Account(AccountKind.WALLET, str(of.listener.id))
    return Transaction(
        kind=TxnKind.PLAY,
        key=f"play:{session_id}",
        occurred_at=at,
        entries=(
            Entry(wallet, amount, "EUR", lot=1, credits=SERIES[step - 1] * 1_000),
            Entry(of.payable, -part, "EUR"),
            Entry(Account(AccountKind.COOP_SHARE), part - amount, "EUR"),
        ),
        facts={"recording": str(of.recording_id), "step": step},
    )
