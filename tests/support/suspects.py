"""A play that is held: its listener pays by the means of who is paid for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from accounting.plays import settle
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.models.payments import Payment
from catalog.payment_states import PaymentState
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, person, qualified


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A play that waits, and whose it is."""

    play: UUID
    listener: Caller
    artist: Caller
    track: UUID


def paid_by(account: Caller, fingerprint: str) -> Payment:
    """Answer a payment by a card, or an account."""
    return Payment(
        id=uuid4(),
        listener_id=account.id,
        request_key=uuid4().hex,
        provider="stripe",
        provider_id=uuid4().hex,
        state=PaymentState.PAID,
        product="pack",
        credits=1,
        price=1,
        currency="EUR",
        country="DE",
        created_at=NOON,
        changed_at=NOON,
        fingerprint=fingerprint,
    )


async def suspect(database: Database) -> Suspect:
    clock = ManualClock(NOON)
    artist = await person(database, Role.ARTIST)
    listener = await person(database, Role.LISTENER, millicredits=2_000)
    track = (await accepted(database, artist)).track_id
    async with database.begin() as session:
        for one in (artist, listener):
            session.add(paid_by(one, "stripe:4242"))
    play = await qualified(database, clock, listener=listener, track_id=track)
    assert not await database.run(lambda session: settle(session, [play], now=clock()))
    return Suspect(play=play, listener=listener, artist=artist, track=track)
