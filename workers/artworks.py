"""The job of a picture: a child makes its sizes, which are stored and published together."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog

from base.errors import Refused
from base.storage.port import Key, key_of
from catalog.artworks import make_ready, reject, renew_images
from catalog.ern_messages import order_examined
from catalog.models.releases import Artwork, ArtworkImage
from catalog.objects import HOLD
from catalog.states import ArtworkState
from transcode.process import Limits, capture
from transcode.reach import of_python
from workers.holding import Holding
from workers.leases import Leased, finish
from workers.sources import source

log = structlog.get_logger()

#: A picture of 50 million pixels takes half of it; the largest sizes a second or two each.
LIMITS = Limits(cpu_s=60, memory_bytes=1536 << 20, output_bytes=64 << 20, stall_s=30, niceness=10)
_MOST_BYTES = 1 << 20


async def make_artwork(holding: Holding, leased: Leased) -> None:
    """Make the sizes of an artwork, or reject it with a reason.

    Raises:
        Refused: they cannot be made again of one that is ready.

    """
    tools, artwork_id = holding.tools, UUID(leased.subject)
    async with tools.database.read() as session:
        artwork = await session.get_one(Artwork, artwork_id)
    with holding.folder() as folder:
        async with source(tools.storage, Key(artwork.storage_key), folder) as path:
            try:
                made = await _made(path, folder)
            except Refused as refused:
                if artwork.state == ArtworkState.READY:
                    raise  # it is shown, and stays so
                await _reject(holding, leased, refused)
                return
        images = await _store(holding, artwork_id, folder, made["images"])
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())
        await order_examined(
            session, artwork.sha256, request_id=leased.request_id, now=tools.clock()
        )
        artwork = await session.get_one(Artwork, artwork_id)
        await make_ready(session, artwork, images, width=made["width"], height=made["height"])
    log.info("artwork ready", artwork=str(artwork_id), images=len(images))


async def make_sizes_again(holding: Holding, artwork_id: UUID) -> None:
    """Make the sizes of an artwork that is ready, as they were: an object of them was lost.

    Raises:
        Refused: there is nothing to show any more.

    """
    tools = holding.tools
    async with tools.database.read() as session:
        artwork = await session.get_one(Artwork, artwork_id)
    with holding.folder() as folder:
        async with source(tools.storage, Key(artwork.storage_key), folder) as path:
            made = await _made(path, folder)
        images = await _store(holding, artwork_id, folder, made["images"])
    async with tools.database.begin() as session:
        await renew_images(session, artwork_id, images, until=tools.clock() + HOLD)


async def _made(path: Path, folder: Path) -> dict[str, Any]:
    """Let a child make the sizes; whoever it killed by its needs is no cover.

    Raises:
        Refused: there is nothing to show.

    """
    argv = [sys.executable, "-m", "ingest.artwork", str(path), str(folder)]
    # The same picture may be stored again meanwhile, as another file of that name.
    reach = of_python(reads=(path.parent,), writes=(folder,))
    output, outcome = await capture(argv, limits=LIMITS, reach=reach, most_bytes=_MOST_BYTES)
    if outcome.status != 0:
        log.warning("artwork not made", said=outcome.errors[-1:])
        raise Refused(
            "artwork-failed",
            "The sizes of the picture could not be made; please send it again, or a smaller one.",
        )
    said: dict[str, Any] = json.loads(output)
    if "code" in said:
        raise Refused(said["code"], said["sentence"])
    return said


async def _reject(holding: Holding, leased: Leased, refused: Refused) -> None:
    tools = holding.tools
    async with tools.database.begin() as session:
        now = tools.clock()
        await finish(session, leased, now=now, reason=refused.code)
        artwork = await session.get_one(Artwork, UUID(leased.subject))
        await order_examined(session, artwork.sha256, request_id=leased.request_id, now=now)
        reject(artwork, refused.sentence)
    log.info("artwork rejected", artwork=leased.subject, code=refused.code)


async def _store(
    holding: Holding, artwork_id: UUID, folder: Path, made: list[dict[str, Any]]
) -> list[ArtworkImage]:
    rows = [await asyncio.to_thread(_row, artwork_id, folder / one["name"], one) for one in made]
    for row, one in zip(rows, made, strict=True):
        await holding.claims.store_file(Key(row.storage_key), folder / one["name"])
    return rows


def _row(artwork_id: UUID, path: Path, made: dict[str, Any]) -> ArtworkImage:
    data = path.read_bytes()
    return ArtworkImage(
        id=uuid4(),
        artwork_id=artwork_id,
        size=made["size"],
        form=made["form"],
        width=made["width"],
        height=made["height"],
        size_bytes=len(data),
        storage_key=key_of("artwork", hashlib.sha256(data).hexdigest(), f".{made['form']}"),
    )
