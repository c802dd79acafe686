"""Wallets that are frozen for reasons, and free when none is left."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounting.freezing import freeze, freezes_of, last_freeze, unfreeze, unfreeze_for
from accounting.holds import Who
from accounting.plays import settle, settle_due
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ledger import Wallet
from catalog.models.plays import PlaySession
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified

CLEO = Who(name="Cleo", why="complaints")
BANK = Who(name="chargebacks", why="chargeback:d1")


@pytest.fixture
async def listener(database: Database) -> Caller:
    return await person(database, Role.LISTENER, millicredits=1022)


async def frozen_for(database: Database, listener: Caller) -> tuple[str | None, list[str]]:
    async with database.read() as session:
        wallet = await session.get_one(Wallet, listener.id)
        return wallet.frozen_reason, [one.reason for one in await freezes_of(session, listener.id)]


async def test_a_wallet_is_frozen_until_no_reason_is_left_and_then_its_plays_are_settled(
    database: Database, listener: Caller
) -> None:
    clock, track = ManualClock(NOON), await audible(database, await person(database, Role.ARTIST))
    async with database.begin() as session:
        first = await freeze(session, listener.id, BANK, now=NOON)
        other = await freeze(session, listener.id, CLEO, now=NOON)
        again = await freeze(session, listener.id, CLEO, now=NOON)
    play = await qualified(database, clock, listener=listener, track_id=track)
    await database.run(lambda session: settle(session, [play], now=NOON))

    await database.run(lambda session: unfreeze_for(session, listener.id, BANK.why, CLEO, now=NOON))
    one_is_left = await frozen_for(database, listener)
    waits = await database.run(lambda session: settle_due(session, limit=9, now=NOON))
    for _ in range(2):
        await database.run(lambda session: unfreeze(session, other.id, CLEO, now=NOON))
    [settled] = await database.run(lambda session: settle_due(session, limit=9, now=NOON))

    assert (again.id, first.id == other.id, waits) == (other.id, False, [])
    assert one_is_left == ("complaints", ["complaints"])
    assert await frozen_for(database, listener) == (None, [])
    assert (settled.due.session_id, settled.price_millicredits) == (play, 2)
    async with database.read() as session:
        assert (await session.get_one(PlaySession, play)).reason == "qualified"


async def test_who_never_had_a_wallet_can_be_frozen_and_what_is_unknown_is_not_lifted(
    database: Database,
) -> None:
    anna: UUID = (await person(database, Role.LISTENER)).id

    await database.run(lambda session: freeze(session, anna, CLEO, now=NOON))

    async with database.read() as session:
        assert (await session.get_one(Wallet, anna)).frozen_at == NOON
    with pytest.raises(Refused) as refused:
        await database.run(lambda session: unfreeze(session, uuid4(), CLEO, now=NOON))
    assert refused.value.code == "freeze-unknown"


async def test_who_asks_again_is_told_of_their_own_freeze(
    database: Database, listener: Caller
) -> None:
    staff = [await person(database, Role.MODERATOR) for _ in "abe"]
    ada, ben, eve = [Who(name=one.name, why="complaints", id=one.id) for one in staff]
    made = []
    async with database.begin() as session:
        for at, who in ((NOON, ada), (NOON + timedelta(hours=1), ben)):
            made.append(await freeze(session, listener.id, who, now=at))
            await unfreeze(session, made[-1].id, who, now=at)
        told = [await last_freeze(session, listener.id, who) for who in (ada, ben, eve)]

    assert [one.id for one in told[:2]] == [one.id for one in made]
    assert told[2].id == made[1].id
