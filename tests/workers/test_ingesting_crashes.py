"""A worker dies at any step of a message's job: done again it comes to the same, and nothing twice.

What dies is the work, by an error that nobody handles: the transaction is rolled back, and the job
stays leased until the worker is known to be dead, as when it was killed.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from base.storage.port import Key
from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.models.events import Event
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.states import JobState
from tests.support.delivering import a_partner, bring_late, deliver, message_of
from tests.support.ern import US
from tests.support.ern_album import Album, Song
from tests.support.projected import examine
from tests.support.working import waiting, workshop
from workers import ingesting
from workers.actors import perform
from workers.holding import Holding
from workers.leases import give_back_all_of

#: After what it dies: a function, as `workers.ingesting` calls it, and for which time.
STEPS = (
    ("make_ready", 1),  # it was judged
    ("held", 1),
    ("take", 1),  # in the transaction, all of which is said
    ("acknowledgement", 1),
    ("_take", 1),  # that was written, and nothing answered
    ("held", 2),  # the answer is stored, and not written down
    ("note_answer", 1),
    ("finish", 1),  # in the transaction that ends the job
    ("_answer", 1),  # all was done
)
NEVER = ("take", 1_000)


class Killed(BaseException):
    """What nobody handles."""


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, ddex_party_id=US) as opened:
        yield opened


def dies_after(step: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who does a step die when it is done."""
    name, times = step
    done: Callable[..., Any] = getattr(ingesting, name)
    called = count(1)

    async def does(*given: object, **told: object) -> object:
        found = await done(*given, **told)
        if next(called) == times:
            raise Killed
        return found

    def does_at_once(*given: object, **told: object) -> object:
        found = done(*given, **told)
        if next(called) == times:
            raise Killed
        return found

    is_awaited = inspect.iscoroutinefunction(done)
    monkeypatch.setattr(ingesting, name, does if is_awaited else does_at_once)


async def do_though_it_dies(
    holding: Holding, step: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> int:
    """Do what waits, by workers of which the first that comes to a step dies; answer if one did."""
    died = 0
    while jobs := await waiting(holding, Kind.INGEST):
        with monkeypatch.context() as patched:
            dies_after(NEVER if died else step, patched)
            try:
                await perform(holding, jobs[:1])
            except Killed:
                died += 1
        async with holding.tools.database.begin() as session:
            name = holding.post.name
            await give_back_all_of(session, name, reason="it died", now=holding.tools.clock())
    return died


async def what_there_is(holding: Holding, account_id: UUID) -> dict[str, Any]:
    """Answer how much there is of an account's music, and what was told of it."""
    async with holding.tools.database.read() as session:
        events = await session.scalars(select(Event.kind).where(Event.owner_id == account_id))
        return {
            "events": Counter(events),
            "releases": await session.scalar(
                select(func.count()).where(Release.owner_id == account_id)
            ),
            "tracks": await session.scalar(
                select(func.count()).where(Track.owner_id == account_id)
            ),
        }


async def goes(
    holding: Holding, number: int, step: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, ...]:
    """Let an album of a label come, a file of it late; answer how it ended, and who died."""
    dpid = f"PADPIDA{number}"
    partner = await a_partner(holding, dpid)
    one = Song(number=10 * number, data=f"1 of {number}".encode())
    two = Song(number=10 * number + 1, data=f"2 of {number}".encode())
    album = Album(songs=(one, two), sender=dpid)
    message_id = await deliver(holding, partner, album.xml(), {one.path: one.data or b""})
    died = await do_though_it_dies(holding, step, monkeypatch)
    first = await message_of(holding, message_id)
    await bring_late(holding, message_id, two.path, two.data or b"")
    died += await do_though_it_dies(holding, step, monkeypatch)
    await examine(holding)
    died += await do_though_it_dies(holding, step, monkeypatch)
    last = await message_of(holding, message_id)
    assert first.acknowledgement_key
    assert last.acknowledgement_key
    assert await holding.tools.storage.stat(Key(last.acknowledgement_key))
    return died, first.state, last.state, await what_there_is(holding, partner.account_id)


async def test_whoever_dies_at_any_step_leaves_what_comes_to_the_same(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, *in_peace = await goes(holding, 1, NEVER, monkeypatch)
    assert in_peace[:2] == [MessageState.WAITING, MessageState.TAKEN]

    for number, step in enumerate(STEPS, 2):
        died, *ended = await goes(holding, number, step, monkeypatch)

        assert died >= 1, step
        assert ended == in_peace, step
    async with holding.tools.database.read() as session:
        undone = select(func.count()).where(Job.kind == Kind.INGEST, Job.state != JobState.DONE)
        assert await session.scalar(undone) == 0
