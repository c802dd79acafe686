"""What labels deliver, as a worker looks after it: into folders, and into a bucket."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from base.clock import system_clock
from base.storage.foreign import ForeignBucket
from base.storage.port import Key
from base.tools import Tools, open_foreign
from catalog.models.ddex import Partner
from catalog.partners import PartnerFacts, PartnerState, change_partner
from ingest.ddex.arriving.bucket import BucketInbox
from tests.support.catalog import NOON
from tests.support.deliveries import BATCH, Known, batch, known, lay, partner_of
from tests.support.ern import SENDER
from tests.support.working import workshop
from workers.inboxes import open_inboxes


@pytest.fixture
async def tools(
    tmp_path: Path, migrated_postgres_url: str, valkey_url: str, s3_url: str
) -> AsyncIterator[Tools]:
    async with workshop(
        tmp_path / "house",
        clock=system_clock,
        database_url=migrated_postgres_url,
        redis_url=valkey_url,
        ddex_bucket=s3_url,
        ddex_still_s=0,
    ) as holding:
        yield holding.tools


@pytest.fixture
def house(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()


pytestmark = pytest.mark.usefixtures("house")


async def look(tools: Tools, *, worker: str = "a worker") -> Known:
    async with open_inboxes(tools, worker) as inboxes:
        await inboxes.look()
    return await known(tools.database)


async def put(bucket: ForeignBucket, prefix: str, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        await bucket.put(f"{prefix}/{path}", content)


async def test_what_lies_in_a_bucket_is_taken_in_and_answered_there(tools: Tools) -> None:
    partner = await partner_of(tools.database, prefix="in/kooperativ")
    files = {f"releases/{path}": content for path, content in batch(BATCH, "A1").items()} | {
        f"releases/{BATCH}/A1/\u202egpj.exe": b"turned around",
        f"releases/{BATCH}/A1/..\\x.flac": b"up, for some",
        f"releases/{BATCH}/A1/": b"",
    }
    async with open_foreign(tools.settings.ddex_bucket) as bucket:
        await put(bucket, "in/kooperativ", {f"{BATCH}/A9/A9.xml": b"<later/>"})
        await put(bucket, "in/kooperativ", files)
        await put(bucket, "in/kooperativ-2", batch("N_1", "B1"))

        first, again = await look(tools), await look(tools)
        await bucket.put(f"in/kooperativ/releases/{BATCH}/A1/A1.xml", b"<other/>")
        later = await look(tools)
        entries = await BucketInbox(bucket, "in/kooperativ").entries(settled=())

    assert [one.way for one in first.deliveries] == ["bucket"] * 2
    assert {one.name: one.state for one in first.deliveries} == {
        BATCH: "receiving",
        f"releases/{BATCH}": "complete",
    }
    assert first.codes == ["hostile-name"] * 2
    assert first.paths == again.paths == ["A1/A1.xml", "A1/resources/01.flac"]
    assert len(first.messages) == len(again.messages) == 1
    assert [one.path for one in later.messages] == ["A1/A1.xml"] * 2
    assert {one.partner_id for one in later.files} == {partner.id}
    assert entries[0].mark
    for one in first.files:
        stored = b"".join([data async for data in tools.storage.read(Key(one.storage_key))])
        assert len(stored) == one.size_bytes


async def test_answers_go_where_their_messages_came_from(tools: Tools) -> None:
    await partner_of(tools.database, prefix="kooperativ")
    lay(tools.settings.inbox_dir / SENDER, batch("N_1", "A1"))
    key = Key("ddex/aa/" + "a" * 64 + ".xml")
    async with open_foreign(tools.settings.ddex_bucket) as bucket:
        await put(bucket, "kooperativ", batch("N_2", "A2"))
        await look(tools)
        async with tools.storage.writer() as writer:
            await writer.write(b"<ack/>")
            await writer.commit(key)
        async with tools.database.begin() as session:
            for row in (await known(tools.database)).messages:
                message = await session.merge(row)
                message.acknowledgement_key, message.state = key, "taken"
                message.ended_at = NOON

        found = await look(tools)
        listed = [one.name async for one in bucket.walk("kooperativ/N_2/acknowledgements/")]

    name = f"ACK_{NOON:%Y%m%d%H%M%S}000_"
    folder = tools.settings.inbox_dir / SENDER / "N_1" / "acknowledgements"
    assert [one.name for one in folder.iterdir()] == [f"{name}A1.xml"]
    assert listed == [f"{name}A2.xml"]
    assert [one.state for one in found.deliveries] == ["done", "done"]


async def test_what_one_worker_looks_after_another_leaves_alone(tools: Tools) -> None:
    await partner_of(tools.database)
    lay(tools.settings.inbox_dir / SENDER, batch(BATCH, "A1"))

    async with open_inboxes(tools, "one") as one, open_inboxes(tools, "other") as other:
        await asyncio.gather(one.look(), other.look(), one.look(), other.look())

    found = await known(tools.database)
    assert (len(found.messages), len(found.jobs), len(found.files)) == (1, 1, 2)


async def test_what_a_paused_label_delivers_waits(tools: Tools) -> None:
    partner = await partner_of(tools.database)
    lay(tools.settings.inbox_dir / SENDER, batch(BATCH, "A1"))
    await pause(tools, partner, PartnerState.PAUSED)

    paused = await look(tools)
    await pause(tools, partner, PartnerState.ACTIVE)
    active = await look(tools)

    assert (len(paused.deliveries), len(active.messages)) == (0, 1)


async def pause(tools: Tools, partner: Partner, state: PartnerState) -> None:
    facts = PartnerFacts(
        name=partner.name, account_id=partner.account_id, state=state, severities={}, keys=()
    )
    async with tools.database.begin() as session:
        await change_partner(session, partner.dpid, facts, now=NOON)


_LOOKING = """
import asyncio
from base.settings import Settings
from base.tools import open_tools
from workers.inboxes import keep_inboxes

async def main():
    async with open_tools(Settings()) as tools:
        print("ready", flush=True)
        await keep_inboxes(tools, "a worker")

asyncio.run(main())
"""


async def test_whoever_is_killed_in_the_middle_goes_on_and_nothing_is_there_twice(
    tools: Tools,
) -> None:
    await partner_of(tools.database)
    files = batch(BATCH, *(f"A{number}" for number in range(6)))
    lay(
        tools.settings.inbox_dir / SENDER,
        {
            path: content + (os.urandom(100_000) if path.endswith("flac") else b"")
            for path, content in files.items()
        },
    )
    environment = tools.settings.environment() | {"REFRAIN_DDEX_BUCKET": ""}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LOOKING), env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await child.stdout.readline()
    await some_files(tools)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    half = await known(tools.database)

    found = await look(tools)

    assert 0 < len(half.files) < 12
    assert half.messages == []
    assert (len(found.files), len(found.messages), len(found.jobs)) == (12, 6, 6)
    assert len({one.sha256 for one in found.files}) == len(found.files)
    for one in found.files:
        assert (await tools.storage.stat(Key(one.storage_key))) is not None


async def some_files(tools: Tools) -> None:
    async with asyncio.timeout(60):
        while not (await known(tools.database)).files:  # noqa: ASYNC110 - it is a child's doing
            await asyncio.sleep(0.02)
