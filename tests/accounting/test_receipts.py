"""What was paid for a recording, as its receipt says it."""

from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.plays import settle
from accounting.receipts import Paid, paid_for
from accounting.refunds import Why, refund_plays
from base.clock import ManualClock
from base.database import Database, Session
from catalog.callers import Caller
from catalog.models.plays import Play
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified


async def heard(database: Database, listener: Caller, track: UUID) -> UUID:
    one = await qualified(database, ManualClock(NOON), listener=listener, track_id=track)
    await database.run(lambda session: settle(session, [one], now=NOON))
    async with database.read() as session:
        return (await session.scalars(select(Play.id).where(Play.session_id == one))).one()


async def bought(database: Database, listener: Caller, payer: Caller, track: UUID) -> None:
    async def work(session: Session) -> None:
        order = Order(
            key=str(uuid4()),
            asked="it",
            listener_id=listener.id,
            payer_id=payer.id,
            articles=[await article_of(session, track)],
        )
        await buy(session, order, now=NOON)

    await database.run(work)


async def paid(database: Database, listener: Caller, track: UUID) -> Paid:
    async with database.read() as session:
        recording = (await article_of(session, track)).recording_id
        return (await paid_for(session, listener.id, [recording]))[recording]


async def test_plays_and_what_the_rest_cost_add_up_to_the_price_of_the_whole(
    database: Database,
) -> None:
    track = await audible(database, await person(database, Role.ARTIST))
    listener = await person(database, Role.LISTENER, millicredits=2_000)
    other = await person(database, Role.LISTENER, millicredits=2_000)
    for _ in range(2):
        await heard(database, listener, track)
    await heard(database, other, track)
    await bought(database, listener, listener, track)

    assert await paid(database, listener, track) == Paid(plays=2, for_plays=6, for_rest=1_016)


async def test_what_was_paid_back_was_not_paid(database: Database) -> None:
    track = await audible(database, await person(database, Role.ARTIST))
    listener = await person(database, Role.LISTENER, millicredits=2_000)
    await heard(database, listener, track)
    last = await heard(database, listener, track)
    why = Why(by=listener.id, reason="a test")
    await database.run(lambda session: refund_plays(session, [last], why=why, now=NOON))

    assert await paid(database, listener, track) == Paid(plays=1, for_plays=2)


async def test_what_another_paid_is_a_gift(database: Database) -> None:
    track = await audible(database, await person(database, Role.ARTIST))
    listener = await person(database, Role.LISTENER)
    giver = await person(database, Role.LISTENER, millicredits=2_000)
    await bought(database, listener, giver, track)

    assert await paid(database, listener, track) == Paid(for_rest=1_022, is_gift=True)
