import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Coroutine, Iterable
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from base.clock import ManualClock
from base.errors import Refused
from base.storage.port import Key, key_of
from catalog.callers import Caller
from catalog.likeness import Alike, add_likeness
from catalog.masters import finish_tracks
from catalog.models import Model
from catalog.models.files import Hold
from catalog.models.likeness import Likeness
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Archive, Release
from catalog.music import track_of
from catalog.objects import is_referred_to
from catalog.releases import create_release, release_of
from catalog.removal import remove_archive, remove_release, remove_track
from catalog.roles import Role
from catalog.states import ReleaseState, TrackState
from catalog.version_states import VersionState
from ingest.accept import Accepted
from ingest.singles import reinstate_track
from tests.support.catalog import NOON, person
from tests.support.working import objects, workshop
from tests.support.world import GRACE, SONG, TUNE, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock) as holding:
        yield World(holding, clock)


@pytest.fixture
async def real_world(tmp_path: Path, database_url: str, storage_url: str) -> AsyncIterator[World]:
    clock = ManualClock(NOON)
    async with workshop(
        tmp_path, clock=clock, database_url=database_url, storage_url=storage_url
    ) as holding:
        yield World(holding, clock)


async def three(world: World) -> list[Accepted]:
    """Answer two tracks of one master, and one of another that sounds the same."""
    ada, bo = await world.artist(), await world.artist()
    tracks = [
        await world.send(SONG, ada),
        await world.send(SONG, bo),
        await world.send(TUNE, ada),
    ]
    for master_id in {one.master_id for one in tracks}:
        assert await world.examine(master_id)
    return tracks


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_in_whatever_order_tracks_go_nothing_goes_that_another_needs(
    world: World, order: Iterable[int]
) -> None:
    tracks = await three(world)

    for number in order:
        before = await world.require_whole()
        await world.delete(tracks[number])
        assert await world.require_whole() == before
        await world.later()
        await world.require_whole()

    assert await objects(world.holding) == set()
    async with world.holding.tools.database.read() as session:
        assert list(await session.scalars(select(Hold))) == []


async def test_a_shared_object_goes_with_the_last_one_only(world: World) -> None:
    song, song_of_other, tune = await three(world)

    await world.delete(song)
    await world.later()
    assert {key.partition("/")[0] for key in await objects(world.holding)} == {
        *("masters", "renditions", "pictures", "parts")
    }
    assert len(await objects(world.holding)) == 7
    await world.delete(song_of_other)
    await world.later()
    # The other master's sound is the same, and so is its rendition; the rest is its own.
    assert len(await objects(world.holding)) == 4

    await world.delete(tune)
    await world.later()
    assert await objects(world.holding) == set()


async def test_what_was_deleted_can_be_sent_again_at_any_time(world: World) -> None:
    ada = await world.artist()
    first = await world.send(SONG, ada)
    await world.examine(first.master_id)
    await world.delete(first)

    again = await world.send(SONG, ada)
    await world.later()

    assert (again.master_id, again.is_new) == (first.master_id, True)
    assert again.track_id != first.track_id
    await world.require_whole()
    assert await world.examine(again.master_id)
    await world.delete(again)
    await world.later()
    third = await world.send(SONG, ada)
    assert await world.examine(third.master_id)
    await world.require_whole()


@pytest.mark.parametrize("turn", range(4))
async def test_one_is_deleted_while_the_other_is_published(real_world: World, turn: int) -> None:
    world = real_world
    ada, bo = await world.artist(), await world.artist()
    song = await world.send(SONG, ada)
    assert await world.examine(song.master_id)

    async def send_and_publish(data: bytes, owner: Caller) -> None:
        accepted = await world.send(data, owner)
        for _ in range(20):
            if await world.examine(accepted.master_id):
                return
            await asyncio.sleep(0)

    async def pause(work: Coroutine[None, None, object], turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0.002)
        await work

    # What is held is held no more: all may go at once.
    world.clock.advance(timedelta(days=2))
    world.grace = timedelta(0)
    await asyncio.gather(
        pause(world.delete(song), turn),
        pause(send_and_publish(TUNE, ada), 3 - turn),
        pause(send_and_publish(SONG, bo), turn),
        *(pause(world.sweep(), n) for n in range(6)),
    )

    await world.require_whole()
    await world.later()
    await world.require_whole()
    async with world.holding.tools.database.read() as session:
        states = [track.state for track in await session.scalars(select(Track))]
    assert sorted(states) == ["playable", "playable", "removed"]


@pytest.mark.chaos
async def test_all_at_once_and_over_and_over(real_world: World) -> None:
    """Three owners delete and send again two masters of one sound; each time all old holds end."""
    world, chance = real_world, random.Random(7)
    world.grace = timedelta(0)
    owners = [await world.artist() for _ in range(3)]
    tracks = {owner.id: await world.send(SONG, owner) for owner in owners}
    assert await world.examine(tracks[owners[0].id].master_id)

    async def act(owner: Caller) -> None:
        await asyncio.sleep(chance.random() / 50)
        if accepted := tracks.pop(owner.id, None):
            await world.delete(accepted)
        await asyncio.sleep(chance.random() / 50)
        if chance.random() < 0.7:
            tracks[owner.id] = await world.send(chance.choice([SONG, TUNE]), owner)
            await world.examine(tracks[owner.id].master_id)

    async def sweep() -> None:
        for _ in range(8):
            await asyncio.sleep(chance.random() / 100)
            await world.sweep()

    for _ in range(25):
        world.clock.advance(timedelta(days=2))
        await asyncio.gather(*(act(owner) for owner in owners), sweep(), sweep())
        await world.require_whole()

    for accepted in tracks.values():
        await world.delete(accepted)
    await world.later()
    assert await objects(world.holding) == set()


async def test_deleted_in_the_middle_of_its_work_nothing_stays(world: World) -> None:
    ada = await world.artist()
    song = await world.send(SONG, ada)
    leased = await world.lease(song.master_id)
    assert leased is not None

    await world.delete(song)

    with pytest.raises(Refused, match="lease-lost"):
        await world.publish(leased, song.master_id)
    await world.later()
    assert await objects(world.holding) == set()


async def test_a_deleted_track_is_known_to_nobody(world: World) -> None:
    song = await world.send(SONG, await world.artist())

    await world.delete(song)

    with pytest.raises(Refused, match="track-unknown"):
        await world.delete(song)
    async with world.holding.tools.database.read() as session:
        with pytest.raises(Refused, match="track-unknown"):
            await track_of(session, song.track_id)


async def buy(world: World, song: Accepted) -> None:
    listener = await person(world.holding.tools.database, Role.LISTENER)
    async with world.holding.tools.database.begin() as session:
        track = (await track_of(session, song.track_id)).track
        session.add(
            Counter(
                listener_id=listener.id, recording_id=track.recording_id, plays=9, owned_at=NOON
            )
        )


async def draft_of(world: World, owner: Caller) -> Release:
    async with world.holding.tools.database.begin() as session:
        return await create_release(session, owner, title="R", artist="A", now=NOON)


async def test_what_listeners_own_stays_with_them(world: World) -> None:
    song, _, _ = await three(world)
    await buy(world, song)

    assert await world.delete(song) is TrackState.WITHDRAWN
    await world.later()

    await world.require_whole()
    async with world.holding.tools.database.read() as session:
        found = await track_of(session, song.track_id)
    assert "stays with the listeners" in (found.track.reason or "")
    async with world.holding.tools.database.begin() as session:
        await reinstate_track(session, song.track_id, now=NOON, reviews=False, is_overseeing=False)
    async with world.holding.tools.database.read() as session:
        assert (await track_of(session, song.track_id)).is_audible

    # What those who oversee all music took down is not its owner's to put back.
    for is_overseen in (False, True):
        async with world.holding.tools.database.begin() as session:
            await remove_track(
                session, song.track_id, now=NOON, until=NOON, is_overseen=is_overseen
            )
    with pytest.raises(Refused, match="withdrawn-by-others"):
        async with world.holding.tools.database.begin() as session:
            await reinstate_track(
                session, song.track_id, now=NOON, reviews=False, is_overseeing=False
            )


async def test_a_draft_is_no_place_to_hear_what_listeners_own(world: World) -> None:
    ada = await world.artist()
    song, release = await world.send(SONG, ada), await draft_of(world, ada)
    on_draft = await world.send(SONG, ada, release_id=release.id)
    assert await world.examine(song.master_id)
    await buy(world, song)

    assert await world.delete(song) is TrackState.WITHDRAWN
    assert await world.delete(on_draft) is TrackState.REMOVED
    await world.later()

    await world.require_whole()


async def test_a_draft_goes_and_what_listeners_own_of_it_stays(world: World) -> None:
    ada = await world.artist()
    release = await draft_of(world, ada)
    song = await world.send(SONG, ada, release_id=release.id)
    assert await world.examine(song.master_id)
    await buy(world, song)

    async with world.holding.tools.database.begin() as session:
        await remove_release(session, release.id, now=NOON, until=NOON + GRACE)

    async with world.holding.tools.database.read() as session:
        found = await track_of(session, song.track_id)
    assert (found.track.state, found.release) == (TrackState.WITHDRAWN, None)


async def _agreed(release: Release) -> None:
    """Let what the release has become be."""


async def test_a_draft_that_came_out_meanwhile_is_not_deleted(world: World) -> None:
    ada = await world.artist()
    release = await draft_of(world, ada)
    song = await world.send(SONG, ada, release_id=release.id)
    async with world.holding.tools.database.begin() as session:
        (await release_of(session, release.id)).state = ReleaseState.PUBLISHED

    with pytest.raises(Refused, match="release-published"):
        async with world.holding.tools.database.begin() as session:
            await remove_release(session, release.id, now=NOON, until=NOON + GRACE)
    with pytest.raises(Refused, match="release-published"):
        async with world.holding.tools.database.begin() as session:
            await remove_archive(
                session, release.id, uuid4(), until=NOON + GRACE, once_locked=_agreed
            )

    async with world.holding.tools.database.read() as session:
        assert (await track_of(session, song.track_id)).release is not None


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_master_that_waited_for_a_deleted_track_is_like_any_other(
    world: World, *, is_told: bool
) -> None:
    ada = await world.artist()
    song = await world.send(SONG, ada)
    await world.send(TUNE, ada, replaces=song.track_id)
    await world.delete(song)
    if not is_told:  # as when it was deleted at the very moment
        async with world.holding.tools.database.begin() as session:
            version = await session.get_one(TrackVersion, (song.track_id, 2))
            version.state = VersionState.WAITING
    tune = await world.send(TUNE, ada)
    assert await world.examine(tune.master_id)

    async with world.holding.tools.database.begin() as session:
        await finish_tracks(session, tune.master_id, now=NOON, reviews=False)

    async with world.holding.tools.database.read() as session:
        version = await session.get_one(TrackVersion, (song.track_id, 2))
        assert version.state == VersionState.CANCELLED
        assert (await track_of(session, tune.track_id)).track.state == TrackState.COMPLETE


async def test_masters_that_sound_alike_forget_one_that_goes(world: World) -> None:
    song, other, tune = await three(world)
    async with world.holding.tools.database.begin() as session:
        pair = Likeness(
            master_id=tune.master_id,
            other_id=song.master_id,
            kind=Alike.AUDIO,
            errors=0.0,
            offset_s=0.0,
        )
        assert await add_likeness(session, pair)

    await world.delete(song)
    await world.delete(other)

    async with world.holding.tools.database.read() as session:
        assert list(await session.scalars(select(Likeness))) == []


async def test_a_draft_goes_with_its_tracks_and_its_archive(world: World) -> None:
    ada = await world.artist()
    single = await world.send(SONG, ada)
    async with world.holding.tools.database.begin() as session:
        release = await create_release(session, ada, title="R", artist="A", now=NOON)
        key = key_of("masters", hashlib.sha256(b"zip").hexdigest())
        session.add(
            Archive(
                id=uuid4(),
                release_id=release.id,
                filename="a.zip",
                size_bytes=3,
                storage_key=key,
                state="received",
                findings=[],
                created_at=NOON,
            )
        )
    await world.send(TUNE, ada, release_id=release.id)
    shared = await world.send(SONG, ada, release_id=release.id)
    assert shared.track_id != single.track_id

    async with world.holding.tools.database.begin() as session:
        await remove_release(session, release.id, now=NOON, until=NOON + GRACE)

    async with world.holding.tools.database.read() as session:
        with pytest.raises(Refused, match="release-unknown"):
            await release_of(session, release.id)
        assert not await is_referred_to(session, key)
    await world.later()
    assert len(await world.require_whole()) == 1


async def test_an_object_of_a_kind_that_is_not_known_is_never_taken(world: World) -> None:
    async with world.holding.tools.database.read() as session:
        assert await is_referred_to(session, Key("unheard/of"))
        assert await is_referred_to(session, Key("parts/ab/" + "ab" * 32 + ".mp4"))


#: Columns that are called keys, and name no object.
_OF_NO_OBJECT = {"dedupe_key", "request_key", "by_key", "public_key", "name_key", "host_key"}


def test_every_column_that_names_an_object_is_looked_at() -> None:
    """Whoever adds such a column says in catalog.objects that it is one, and adds it here."""
    named = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_key") and column.name not in _OF_NO_OBJECT
    }

    assert named == {
        "archives.storage_key",
        "artwork_images.storage_key",
        "artworks.storage_key",
        "ddex_files.storage_key",
        "ddex_messages.acknowledgement_key",
        "ddex_messages.storage_key",
        "holds.storage_key",
        "masters.overview_key",
        "masters.spectrogram_key",
        "masters.storage_key",
        "personal_exports.storage_key",
        "renditions.storage_key",
        "sales_reports.storage_key",
    }
