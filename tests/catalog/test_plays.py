import asyncio
from datetime import timedelta

from base.clock import ManualClock
from base.database import Database
from catalog.evidence import lock_evidence
from catalog.plays import keep_active, play_session
from catalog.roles import Role
from tests.support.catalog import NOON, accepted, opened, person


async def test_renewals_and_evidence_take_sessions_in_one_order(database: Database) -> None:
    track = (await accepted(database, await person(database, Role.ARTIST))).track_id
    listener, clock = await person(database, Role.LISTENER), ManualClock(NOON)
    ids = sorted(
        [await opened(database, clock, listener=listener, track_id=track) for _ in range(8)]
    )
    later = NOON + timedelta(hours=1)

    async def renew() -> None:
        async with database.begin() as session:
            await keep_active(session, ids[::-1], now=later, before=later)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group, database.begin() as session:
        await lock_evidence(session, ids[:1])
        group.create_task(renew())
        await asyncio.sleep(0.1)  # it waits for the first, and holds none of the others
        assert len(await lock_evidence(session, ids[1:])) == 7

    async with database.read() as session:
        assert {(await play_session(session, one)).active_at for one in ids} == {later}
