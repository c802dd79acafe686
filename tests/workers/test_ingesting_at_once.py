"""Whoever takes several rows of a partner takes them in one order: nobody waits for each other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.ern_messages import order_examined
from catalog.ern_retrying import retry_message
from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.models.ddex import SuppliedFile
from catalog.models.jobs import Job
from tests.support.delivering import a_partner, message_of, taken
from tests.support.ern import US
from tests.support.ern_album import Album, Song
from tests.support.working import do, workshop
from workers.holding import Holding

ONE = Song(number=1, data=b"1")


@pytest.fixture
async def holding(tmp_path: Path, migrated_postgres_url: str) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, database_url=migrated_postgres_url, ddex_party_id=US) as opened:
        yield opened


async def test_a_retry_and_what_wakes_its_message_end_both(holding: Holding) -> None:
    database, now = holding.tools.database, holding.tools.clock()
    message = await taken(holding, await a_partner(holding), Album(songs=(ONE,)))
    async with database.read() as session:
        sha256 = await session.scalar(select(SuppliedFile.sha256))

    async def wake() -> None:
        async with database.begin() as session:
            await order_examined(session, sha256, request_id="test", now=now)

    async def retry() -> None:
        async with database.begin() as session:
            await retry_message(session, message.id, request_id="test", now=now)

    async with database.begin() as session:
        query = select(Job).where(Job.kind == Kind.INGEST).with_for_update()
        assert (await session.scalars(query)).one()
        first = asyncio.create_task(wake())
        await asyncio.sleep(0.3)  # it waits for the job by now
        second = asyncio.create_task(retry())
        await asyncio.sleep(0.3)
    await asyncio.gather(first, second)

    row = await message_of(holding, message.id)
    assert (row.asked, row.state) == (message.asked + 2, MessageState.RECEIVED)
    await do(holding, Kind.INGEST)
