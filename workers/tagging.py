"""What a master says of itself, read by a child that may use little, and written down."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from base.storage.port import key_of
from catalog.artworks import NewArtwork, embed, take_artwork
from catalog.masters import lock_master, tracks_of
from ingest.describing import describe
from ingest.naming import Tags, parse_tags
from ingest.tags import ART
from transcode.process import Limits, capture
from transcode.reach import of_python
from workers.holding import Holding
from workers.leases import Leased, held

log = structlog.get_logger()

#: Far more than the largest tags that are read need; the picture is the largest thing written.
LIMITS = Limits(cpu_s=4, memory_bytes=512 << 20, output_bytes=32 << 20, stall_s=20)
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTags:
    """What the tags say, and where the picture lies that was among them."""

    tags: Tags
    art: Path | None


async def tags_in(source: Path, folder: Path, *, limits: Limits = LIMITS) -> ReadTags:
    """Read the tags of a file at an absolute path; none where they cannot be read in time."""
    argv = [sys.executable, "-m", "ingest.tags", str(source), str(folder)]
    reach = of_python(reads=(source,), writes=(folder,))
    output, outcome = await capture(argv, limits=limits, reach=reach, most_bytes=_MOST_BYTES)
    if outcome.status != 0:
        log.warning("tags not read", said=outcome.errors[-1:])
        return ReadTags(tags=Tags(), art=None)
    art = folder / ART
    return ReadTags(tags=parse_tags(json.loads(output)), art=art if art.exists() else None)


async def write_tags(holding: Holding, leased: Leased, read: ReadTags) -> None:
    """Call the tracks of a master what its tags say, and take its picture out.

    Raises:
        Refused: `lease-lost`.

    """
    tools, master_id = holding.tools, UUID(leased.subject)
    art = await _store_art(holding, read.art, leased.request_id) if read.art else None
    async with tools.database.begin() as session:
        await held(session, leased)
        master = await lock_master(session, master_id)
        master.tags = {**read.tags.as_json(), **({"art": art.sha256} if art else {})}
        if art is not None:
            artwork = await take_artwork(session, art, now=tools.clock())
            await embed(session, master_id, artwork.id)
        for track in await tracks_of(session, master_id):
            await describe(session, track, master, now=tools.clock())


async def _store_art(holding: Holding, path: Path, request_id: str) -> NewArtwork:
    digest = await asyncio.to_thread(lambda: hashlib.sha256(path.read_bytes()).hexdigest())
    key = key_of("artwork", digest)
    stored = await holding.claims.store_file(key, path)
    return NewArtwork(
        sha256=digest, size_bytes=stored.size_bytes, storage_key=key, request_id=request_id
    )
