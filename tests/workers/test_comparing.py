from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from base.clock import ManualClock
from catalog.callers import Caller
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.likeness import Alike, add_terms, duplicates_of
from catalog.music import describe_master, track_of
from ingest.accept import Accepted
from ingest.alike import findings_of
from tests.support.catalog import NOON
from tests.support.fingerprints import packed, sound, worn
from tests.support.working import do, workshop
from tests.support.world import World
from transcode.fingerprint import ITEM_S, Items
from workers.comparing import terms_in


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock) as holding:
        yield World(holding, clock)


async def heard(world: World, owner: Caller, name: bytes, items: Items, pcm: str) -> Accepted:
    """Send a file, and say of it what an examination would."""
    accepted = await world.send(name * 99, owner)
    fingerprint = packed(items.tolist()) if len(items) else None
    async with world.holding.tools.database.begin() as session:
        facts = {"fingerprint": fingerprint, "pcm_sha256": pcm}
        await describe_master(session, accepted.master_id, facts)
        await add_terms(session, accepted.master_id, terms_in(fingerprint))
        job = NewJob(kind=Kind.COMPARE, subject=str(accepted.master_id), request_id="test")
        await add(session, job, now=NOON)
    return accepted


async def told(world: World, accepted: Accepted) -> dict[UUID, tuple[Alike, float, float]]:
    async with world.holding.tools.database.read() as session:
        track = (await track_of(session, accepted.track_id)).track
        found = (await duplicates_of(session, [track]))[track.id]
    return {one.track.id: (one.kind, round(one.errors, 2), one.offset_s) for one in found}


async def test_masters_of_the_same_sound_find_each_other(world: World) -> None:
    artist = await world.artist()
    song = sound(1)
    first = await heard(world, artist, b"flac", song, "a" * 64)
    same = await heard(world, artist, b"wave", song, "a" * 64)
    lossy = await heard(world, artist, b"mpeg", worn(song[40:], 0.02), "b" * 64)
    other = await heard(world, artist, b"tune", sound(2), "c" * 64)

    await do(world.holding, Kind.COMPARE)

    assert await told(world, other) == {}
    assert await told(world, first) == {
        same.track_id: (Alike.AUDIO, 0.0, 0.0),
        lossy.track_id: (Alike.RECORDING, 0.02, pytest.approx(40 * ITEM_S)),
    }
    assert await told(world, lossy) == {
        first.track_id: (Alike.RECORDING, 0.02, pytest.approx(-40 * ITEM_S)),
        same.track_id: (Alike.RECORDING, 0.02, pytest.approx(-40 * ITEM_S)),
    }


async def test_done_twice_it_says_the_same(world: World) -> None:
    artist = await world.artist()
    first = await heard(world, artist, b"flac", sound(1), "a" * 64)
    await heard(world, artist, b"mpeg", worn(sound(1), 0.02), "b" * 64)
    await do(world.holding, Kind.COMPARE)
    before = await told(world, first)

    await world.forget_job(Kind.COMPARE, first.master_id)
    async with world.holding.tools.database.begin() as session:
        job = NewJob(kind=Kind.COMPARE, subject=str(first.master_id), request_id="test")
        assert await add(session, job, now=NOON)
    await do(world.holding, Kind.COMPARE)

    assert await told(world, first) == before != {}


async def test_what_is_too_short_for_a_fingerprint_is_compared_by_its_samples(
    world: World,
) -> None:
    artist = await world.artist()
    nothing = sound(1, 0)
    first = await heard(world, artist, b"flac", nothing, "a" * 64)
    same = await heard(world, artist, b"wave", nothing, "a" * 64)
    await heard(world, artist, b"tune", nothing, "b" * 64)

    await do(world.holding, Kind.COMPARE)

    assert await told(world, first) == {same.track_id: (Alike.AUDIO, 0.0, 0.0)}


async def test_the_words_for_it_depend_on_whose_it_is(world: World) -> None:
    ada, bo = await world.artist(), await world.artist()
    mine = await world.send(b"song" * 9, ada)
    await world.send(b"song" * 9, bo)

    async with world.holding.tools.database.read() as session:
        track = (await track_of(session, mine.track_id)).track
        [found] = (await duplicates_of(session, [track]))[track.id]

    [secret] = findings_of([found], ada.id)
    assert (secret.code, secret.text) == (
        "same-file",
        "This very file was also sent by another account.",
    )
    [own] = findings_of([found], bo.id)
    assert own.text == "This very file is also your track “Song”."
