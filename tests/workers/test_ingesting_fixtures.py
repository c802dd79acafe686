"""Every message that was written for this goes the whole way, and ends as its name says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.models.ddex import SuppliedRelease
from catalog.models.jobs import Job
from catalog.models.releases import Release
from catalog.states import JobState
from ingest.ddex.judging import judge
from tests.support.delivering import a_partner, deliver, message_of
from tests.support.masters import shared
from tests.support.working import do, workshop
from workers.holding import Holding

US = "PADPIDA2020020202Y"


async def test_every_message_ends_as_its_name_says_and_the_service_goes_on(tmp_path: Path) -> None:
    found = shared("ddex", "fixtures").rglob("*.xml")
    # Purges first, while nobody else has what they name.
    paths = sorted(found, key=lambda one: ("purge" not in one.name, one))
    states = Counter[str]()

    async with workshop(tmp_path, ddex_party_id=US) as holding:
        for number, path in enumerate(paths):
            content = path.read_bytes()
            judged = judge(content, us=US)
            told = judged.message.header.sender if judged.message else f"PADPIDA{number}"
            # Each from a partner of its own, as all of them have one number.
            partner = await a_partner(holding, f"PADPIDAX{number}")
            content = content.replace(told.encode(), partner.dpid.encode())
            before = await _releases(holding)
            message_id = await deliver(holding, partner, content)
            await do(holding, Kind.INGEST)
            message = await message_of(holding, message_id)
            states[message.state] += 1
            is_refused = message.state == MessageState.REFUSED
            if not path.stem.startswith("utf16"):
                assert is_refused is not judged.is_acceptable, path.name
            assert message.acknowledgement_key is not None, path.name
            is_new = message.state in {MessageState.WAITING, MessageState.TAKEN}
            grown = await _releases(holding) - before
            assert grown == (1 if is_new and message.kind == "NewReleaseMessage" else 0), path.name
        async with holding.tools.database.read() as session:
            undone = select(func.count()).where(Job.kind == Kind.INGEST, Job.state != JobState.DONE)
            assert await session.scalar(undone) == 0

    assert states[MessageState.TESTED] == 2
    assert states[MessageState.TAKEN] == 2  # purges of what nobody has


async def _releases(holding: Holding) -> int:
    async with holding.tools.database.read() as session:
        known = await session.scalar(select(func.count()).select_from(Release))
        told = select(func.count()).select_from(SuppliedRelease)
        told = told.where(SuppliedRelease.is_tombstone.is_(False))
        assert await session.scalar(told) == known
        return int(known or 0)
