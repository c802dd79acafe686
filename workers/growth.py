"""A first rendition that is heard while it is made: each part is stored and told of."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import structlog

from base.clock import Clock
from base.database import Session
from base.storage.port import key_of
from catalog.growth import GrownPart, add_part
from catalog.masters import move_tracks
from catalog.models.files import GrowingRendition
from catalog.models.music import Track
from catalog.music import describe_master
from catalog.objects import own_suffix
from catalog.states import TrackEvent
from transcode.growth import Grown
from transcode.source import SourceInfo
from workers.holding import Holding
from workers.leases import Leased, held
from workers.telling import Telling

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """Whose rendition grows, under which lease, and who is told."""

    holding: Holding
    leased: Leased
    tale: Telling

    @property
    def master_id(self) -> UUID:
        """The master that it is a rendition of."""
        return UUID(self.leased.subject)

    async def tell(self, grown: Grown) -> None:
        """Make a part heard; with the first of them the track becomes playable.

        Raises:
            Refused: `lease-lost`: another worker tells of the parts by now.

        """
        tools = self.holding.tools
        part = await self._stored(grown)
        async with tools.database.begin() as session:
            await held(session, self.leased)
            row = _beginning(grown, self.master_id, tools.clock)
            is_new = await add_part(session, row, grown.number, part)
            is_first = is_new and grown.number == 0
            tracks = await self._publish(session, grown) if is_first else []
        self._tell(grown)
        for track in tracks:
            log.info("track playable", track=str(track.id))

    def _tell(self, grown: Grown) -> None:
        [rung] = grown.order.rungs
        seconds = sum(one.duration for one in grown.fragments) / grown.timescale
        self.tale.grown(rung.name, seconds, grown.order.samples / grown.order.info.sample_rate)

    async def _stored(self, grown: Grown) -> GrownPart:
        digest = await asyncio.to_thread(_digest, grown.path)
        key = key_of("parts", digest, own_suffix(self.master_id, ".mp4"))
        stored = await self.holding.claims.store_file(key, grown.path)
        return GrownPart(
            storage_key=stored.key,
            size_bytes=stored.size_bytes,
            fragments=[(one.offset, one.size_bytes, one.duration) for one in grown.fragments],
        )

    async def _publish(self, session: Session, grown: Grown) -> list[Track]:
        promised = {**describe_source(grown.order.info), "samples": grown.order.samples}
        await describe_master(session, self.master_id, promised)
        now = self.holding.tools.clock()
        return await move_tracks(session, self.master_id, TrackEvent.PUBLISH, now=now)


def describe_source(info: SourceInfo) -> dict[str, object]:
    """Answer what a master says of itself, as columns of its row."""
    return {
        "container": info.container,
        "codec": info.codec,
        "sample_rate": info.sample_rate,
        "channels": info.channels,
        "bit_depth": info.bit_depth,
        "is_float": info.is_float,
        "is_lossless": info.is_lossless,
    }


def _beginning(grown: Grown, master_id: UUID, clock: Clock) -> GrowingRendition:
    [rung] = grown.order.rungs
    return GrowingRendition(
        id=uuid4(),
        master_id=master_id,
        rung=rung.name,
        codec=rung.codec,
        codecs=rung.codecs,
        channels=grown.order.info.channels,
        nominal_bps=rung.bitrate_bps or 0,
        timescale=grown.timescale,
        edit=grown.edit,
        init_bytes=grown.init_bytes,
        parts=[],
        created_at=clock(),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
