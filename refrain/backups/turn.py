"""One at a time writes to a place of backups: a small object there says who, and that they live.

Who prunes must know what others are about to need. No lock reaches over machines and storages, so
each says that they come before they look who else did: of two at once at least one steps back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from uuid import uuid4

import structlog

from base.errors import RefrainError, Refused
from base.storage.port import Key, ListedObject, Storage

log = structlog.get_logger()

_TURNS = "turns/"
#: Who has not said for so long that they live, does not.
_DEAD = timedelta(minutes=10)
_AGAIN_S = 60.0


@asynccontextmanager
async def alone(place: Storage) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Be the only one who writes backups here; what is answered requires that we still are.

    Who slept for so long that others took it for dead has to ask before it relies on what it saw.

    Raises:
        Refused: `backup-under-way`, 409: somebody else is; also by what is answered.

    """
    mine = Key(f"{_TURNS}{uuid4().hex}")
    await _say(place, mine)
    try:
        if await _others(place, mine):
            raise _under_way()
        living = asyncio.create_task(_live(place, mine))
        try:
            yield partial(_require, place, mine)
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
    finally:
        with suppress(RefrainError):  # it is dead in ten minutes in any case
            await place.delete(mine)


async def _require(place: Storage, mine: Key) -> None:
    if await place.stat(mine) is None:
        raise _under_way()


def _under_way() -> Refused:
    return Refused(
        "backup-under-way",
        "Another backup is being written there. If it was killed, it is taken for dead ten "
        "minutes after its last sign of life; try again then.",
        status=409,
    )


async def _others(place: Storage, mine: Key) -> list[ListedObject]:
    found = {one.key: one async for one in place.walk(_TURNS)}
    dead_at = found[mine].stored_at - _DEAD  # by the clock of the place
    others = [one for one in found.values() if one.key != mine]
    for one in others:
        if one.stored_at <= dead_at:
            await place.delete(one.key)
    return [one for one in others if one.stored_at > dead_at]


async def _live(place: Storage, mine: Key) -> None:
    while True:
        await asyncio.sleep(_AGAIN_S)
        try:
            if await place.stat(mine) is None:
                return  # taken for dead, we come to life no more
            await _say(place, mine)
        except RefrainError as error:
            log.warning("no sign of life at the place of backups", why=error.sentence)


async def _say(place: Storage, mine: Key) -> None:
    async with place.writer() as writer:
        await writer.write(b"writing\n")
        await writer.commit(mine)
