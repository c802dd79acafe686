"""A catalogue whose workers publish objects of no sound: enough to see which of them stay."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from base.clock import ManualClock
from base.errors import Refused
from base.storage.port import Key, key_of
from catalog.callers import Caller
from catalog.growth import GrownPart, add_part
from catalog.jobs import NewJob, add, job_of
from catalog.kinds import Kind
from catalog.likeness import add_terms
from catalog.masters import move_tracks
from catalog.models.files import GrowingRendition, Master, Rendition
from catalog.models.music import Track
from catalog.music import add_rendition, describe_master
from catalog.objects import own_suffix
from catalog.removal import remove_track
from catalog.roles import Role
from catalog.states import TrackEvent, TrackState
from ingest.accept import Accepted, accept
from tests.support.catalog import NOON, person
from tests.support.working import objects, sent
from workers.holding import Holding
from workers.housekeeping import sweep_unneeded
from workers.leases import Leased, finish, take

GRACE = timedelta(hours=1)
SONG, TUNE = b"song" * 100, b"tune" * 100
AAC = b"the same sound, encoded" * 50


@dataclass
class World:
    holding: Holding
    clock: ManualClock
    grace: timedelta = GRACE

    async def artist(self) -> Caller:
        return await person(self.holding.tools.database, Role.ARTIST)

    async def send(
        self,
        data: bytes,
        owner: Caller,
        *,
        release_id: UUID | None = None,
        replaces: UUID | None = None,
    ) -> Accepted:
        received = await sent(self.holding, data)
        async with self.holding.tools.database.begin() as session:
            return await accept(
                session,
                received,
                filename="Song.wav",
                caller=owner,
                request_id="test",
                now=self.clock(),
                release_id=release_id,
                replaces=replaces,
            )

    async def examine(self, master_id: UUID) -> bool:
        """Do what the job of a master does, with objects of no sound; answer whether it could."""
        leased = await self.lease(master_id)
        if leased is None:
            return False
        try:
            await self.publish(leased, master_id)
        except Refused:
            return False
        return True

    async def lease(self, master_id: UUID) -> Leased | None:
        async with self.holding.tools.database.begin() as session:
            job = await job_of(session, Kind.EXAMINE, str(master_id))
            wanted = [job.id] if job else []
            taken = await take(session, wanted, worker="w", now=self.clock(), lease=GRACE)
            if taken:
                await move_tracks(session, master_id, TrackEvent.EXAMINE, now=self.clock())
        return taken[0] if taken else None

    async def publish(self, leased: Leased, master_id: UUID) -> None:
        rendition, picture, part = await self._stored(master_id)
        async with self.holding.tools.database.begin() as session:
            await finish(session, leased, now=self.clock())
            await add_part(session, growing(master_id), 0, part)
            await describe_master(session, master_id, {"overview_key": picture})
            await add_terms(session, master_id, [1, 2, 3])
            await add_rendition(session, rendition_of(master_id, rendition))
            await move_tracks(session, master_id, TrackEvent.PUBLISH, now=self.clock())
            job = NewJob(kind=Kind.LADDER, subject=str(master_id), request_id="test")
            await add(session, job, now=self.clock())

    async def _stored(self, master_id: UUID) -> tuple[Key, Key, GrownPart]:
        digest = hashlib.sha256(AAC).hexdigest()
        rendition, picture = (
            key_of("renditions", digest, ".mp4"),
            key_of("pictures", digest, own_suffix(master_id, ".json")),
        )
        part = key_of("parts", digest, own_suffix(master_id, ".mp4"))
        await self.holding.claims.claim(rendition, picture, part)
        for key in (rendition, picture, part):
            async with self.holding.tools.storage.writer() as writer:
                await writer.write(AAC)
                await writer.commit(key)
        return (
            rendition,
            picture,
            GrownPart(storage_key=part, size_bytes=len(AAC), fragments=[(0, len(AAC), 9)]),
        )

    async def delete(self, accepted: Accepted) -> TrackState | None:
        async def work(session: object) -> TrackState:
            until = self.clock() + self.grace
            return await remove_track(
                session,  # type: ignore[arg-type] # it is one
                accepted.track_id,
                now=self.clock(),
                until=until,
            )

        return await self.holding.tools.database.run(work)

    async def forget_job(self, kind: Kind, subject: UUID) -> None:
        async with self.holding.tools.database.begin() as session:
            await session.delete(await job_of(session, kind, str(subject)))

    async def sweep(self) -> None:
        tools = self.holding.tools
        await sweep_unneeded(tools.database, tools.storage, tools.clock)

    async def later(self) -> None:
        """Let every hold run out."""
        self.clock.advance(timedelta(days=2))
        await self.sweep()

    async def require_whole(self) -> set[Key]:
        """Answer what is stored, having seen that every row's object is there."""
        there = await objects(self.holding)
        needed = {key async for key in self._needed()}
        assert needed <= there
        return there

    async def _needed(self) -> AsyncIterator[str]:
        async with self.holding.tools.database.read() as session:
            masters = select(Master.storage_key).join(Track, Track.master_id == Master.id)
            live = masters.where(Track.state != TrackState.REMOVED)
            for query in (live, select(Rendition.storage_key), select(Master.overview_key)):
                for key in await session.scalars(query):
                    if key:
                        yield key
            for growth in await session.scalars(select(GrowingRendition)):
                for key, *_ in growth.parts:
                    yield key


def growing(master_id: UUID) -> GrowingRendition:
    return GrowingRendition(
        id=uuid4(),
        master_id=master_id,
        rung="aac-128",
        codec="aac",
        codecs="mp4a.40.2",
        channels=2,
        nominal_bps=128_000,
        timescale=44_100,
        edit=0,
        init_bytes=7,
        parts=[],
        created_at=NOON,
    )


def rendition_of(master_id: UUID, key: str) -> Rendition:
    return Rendition(
        id=uuid4(),
        master_id=master_id,
        rung="aac-128",
        is_preview=False,
        is_download=False,
        codec="aac",
        codecs="mp4a.40.2",
        mime="audio/mp4",
        sample_rate=44_100,
        channels=2,
        edit=0,
        average_bps=1,
        peak_bps=1,
        size_bytes=len(AAC),
        sha256="0" * 64,
        storage_key=key,
        init_bytes=0,
        index_offset=0,
        index_bytes=0,
        timescale=44_100,
        samples=1,
        fragments=[],
        certificate={},
        created_at=NOON,
    )
