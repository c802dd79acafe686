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
from base.storage.port import key_of, store_file
from catalog.growth import GrownPart, add_part
from catalog.models.files import GrowingRendition
from catalog.music import Naming, describe_master, move, rename
from catalog.states import TrackEvent
from transcode.growth import Grown
from transcode.source import SourceInfo
from workers.holding import Holding
from workers.leases import Leased, held
from workers.telling import Telling

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """Whose rendition grows, under which lease, what its master's tags call it, and who is told."""

    holding: Holding
    leased: Leased
    track_id: UUID
    naming: Naming
    tale: Telling

    async def tell(self, grown: Grown) -> None:
        """Make a part heard; with the first of them the track becomes playable.

        Raises:
            Refused: `lease-lost`: another worker tells of the parts by now.

        """
        tools = self.holding.tools
        part = await self._stored(grown)
        async with tools.database.begin() as session:
            await held(session, self.leased)
            row = _beginning(grown, UUID(self.leased.subject), tools.clock)
            is_new = await add_part(session, row, grown.number, part)
            if is_new and grown.number == 0:
                await self._publish(session, grown)
        self._tell(grown)
        if is_new and grown.number == 0:
            log.info("track playable", track=str(self.track_id))

    def _tell(self, grown: Grown) -> None:
        [rung] = grown.order.rungs
        seconds = sum(one.duration for one in grown.fragments) / grown.timescale
        self.tale.grown(rung.name, seconds, grown.order.samples / grown.order.info.sample_rate)

    async def _stored(self, grown: Grown) -> GrownPart:
        owner = UUID(self.leased.subject)
        key = key_of("parts", await asyncio.to_thread(_digest, grown.path, owner), ".mp4")
        stored = await store_file(self.holding.tools.storage, grown.path, key)
        return GrownPart(
            storage_key=stored.key,
            size_bytes=stored.size_bytes,
            fragments=[(one.offset, one.size_bytes, one.duration) for one in grown.fragments],
        )

    async def _publish(self, session: Session, grown: Grown) -> None:
        promised = {**describe_source(grown.order.info), "samples": grown.order.samples}
        await describe_master(session, UUID(self.leased.subject), promised)
        clock = self.holding.tools.clock
        track = await move(session, self.track_id, TrackEvent.PUBLISH, now=clock())
        await rename(session, track, self.naming)


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


def _digest(path: Path, master_id: UUID) -> str:
    """Tell parts of two masters apart that sound the same: one's are removed before the other's."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(master_id.bytes))
    return digest.hexdigest()
