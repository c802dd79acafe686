import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from base.database import Database
from base.errors import Unavailable
from base.storage.port import Key
from base.tools import open_storage
from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.objects import is_referred_to
from ingest.ddex.arriving.folder import FolderInbox
from tests.support.deliveries import BATCH, Office, batch, lay, office_of

MARK = f"{BATCH}/BatchComplete_{BATCH[2:]}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
async def office(database: Database, disk_url: str, root: Path) -> AsyncIterator[Office]:
    async with (
        open_storage(disk_url) as storage,
        office_of(database, storage, FolderInbox(root)) as opened,
    ):
        yield opened


async def test_a_complete_batch_ends_as_rows_jobs_and_stored_bytes(
    office: Office, root: Path
) -> None:
    files = batch(BATCH, "A1", "A2")
    lay(root, files)

    new = await office.look()

    found = await office.known()
    [delivery] = found.deliveries
    assert new == 2
    assert (delivery.state, delivery.layout, delivery.way) == ("complete", "batch", "folder")
    assert delivery.is_unlisted
    assert delivery.findings == []
    assert [one.path for one in found.messages] == ["A1/A1.xml", "A2/A2.xml"]
    assert [one.state for one in found.messages] == [MessageState.RECEIVED] * 2
    assert [one.payload["subject"] for one in found.jobs] == [str(one.id) for one in found.messages]
    assert {one.kind for one in found.jobs} == {Kind.INGEST}
    assert {one.owner_id for one in found.jobs} == {office.partner.account_id}
    for file in found.files:
        key = Key(file.storage_key)
        stored = b"".join([data async for data in office.reception.storage.read(key)])
        assert stored == files[f"{BATCH}/{file.path}"]
        async with office.database.read() as session:
            assert await is_referred_to(session, key)
    assert {file.storage_key.partition("/")[0] for file in found.files} == {"ddex", "masters"}


async def test_what_was_seen_before_is_nothing_new(office: Office, root: Path) -> None:
    lay(root, batch())
    await office.look()
    before = await office.known()

    lay(root, batch())  # sent again, byte by byte the same
    again = [await office.look(), await office.look()]

    after = await office.known()
    assert again == [0, 0]
    for rows in ("deliveries", "files", "messages", "jobs"):
        assert sorted(one.id for one in getattr(after, rows)) == sorted(
            one.id for one in getattr(before, rows)
        )


async def test_a_file_that_comes_late_is_taken_and_wakes_the_message_that_waits_for_it(
    office: Office, root: Path
) -> None:
    lay(root, batch())
    await office.look()
    [first, second] = (await office.known()).messages
    await office.set_state(first.id, MessageState.WAITING)
    await office.set_state(second.id, MessageState.REFUSED)
    async with office.database.begin() as session:
        for job in (await office.known()).jobs:
            (await session.merge(job)).state = "done"

    lay(root, {f"{BATCH}/A1/resources/02.flac": b"fLaC late"})
    await office.look()

    found = await office.known()
    states = {one.payload["subject"]: one.state for one in found.jobs}
    assert "A1/resources/02.flac" in found.paths
    assert states == {str(first.id): "waiting", str(second.id): "done"}


async def test_wherever_it_is_ended_it_goes_on_from_there(office: Office, root: Path) -> None:
    lay(root, batch(BATCH, "A1", "A2", "A3"))
    turns = 0
    while True:
        left = turns % 4 + 1

        async def end_soon() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Unavailable("ended", "It was ended.")

        turns += 1
        hurt = replace(office, reception=replace(office.reception, on_way=end_soon))
        try:
            await hurt.look()
            break
        except Unavailable:
            assert (await office.known()).messages == []

    found = await office.known()
    assert turns > 2
    assert len(found.messages) == len(found.jobs) == 3
    assert len(found.files) == 6


async def test_two_that_look_at_once_write_all_but_once(office: Office, root: Path) -> None:
    lay(root, batch(BATCH, "A1", "A2", "A3"))
    other = replace(office, reception=replace(office.reception, handled={}))

    new = await asyncio.gather(office.look(), other.look())

    found = await office.known()
    assert sum(new) == 3
    assert (len(found.deliveries), len(found.files)) == (1, 6)
    assert len(found.messages) == len(found.jobs) == 3
