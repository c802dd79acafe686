"""A song on its way to a player: at the pace of its sound, noted as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeAlias
from uuid import UUID

import structlog
from aiohttp import web

from base.errors import RefrainError
from base.storage.port import Key
from catalog.models.files import Rendition
from catalog.models.plays import Grant, PlaySession
from stream.cut.files import CutFile
from stream.heard import FRONTS, inferred, player_of
from stream.hot import Bytes, Hot
from stream.kept.composition import Stretch
from stream.kept.files import Kept
from stream.keys import CALLER, DELIVERIES
from stream.objects import whole
from stream.ranges import Resource, Span
from stream.sending import Stored, send
from stream.subsonic.pacing import AHEAD_S, Pace

log = structlog.get_logger()

#: An object as it is, a file of its own that is made of one, or a part of it from a second on.
File: TypeAlias = Stored | Kept | CutFile

#: So often it is written down how far somebody can have heard.
_BEAT_S = 10.0


class _Paced:
    """A file whose bytes go out at a pace."""

    def __init__(self, answered: File, pace: Pace, *, headers: Mapping[str, str]) -> None:
        """Nothing went out yet, and nothing is taken to be heard."""
        self._answered, self.pace, self.headers = answered, pace, headers
        self._counted_from_s: float | None = None
        self.begun = asyncio.Event()
        self.end = 0

    @property
    def key(self) -> Key:
        """The object that it comes from."""
        return self._answered.key

    @property
    def resource(self) -> Resource:
        """What ranges and conditions are about."""
        return self._answered.resource

    async def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer some of its bytes, none of them long before it is heard."""
        clock, pace = asyncio.get_running_loop().time, replace(self.pace, start=start)
        self.pace, self.end, began_s = pace, start, clock()
        self.begun.set()
        async for piece in self._answered.read(hot, start, length):
            for step in pace.steps(piece):
                end = self.end + len(step)
                await asyncio.sleep(pace.wait_s(end, passed_s=clock() - began_s))
                self.end = end
                yield step

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Prepare for what is asked for next, probably."""
        self._answered.look_ahead(hot, span)

    @property
    def is_counted(self) -> bool:
        """Whether it is taken to be heard."""
        return self._counted_from_s is not None

    def count_from_now(self) -> None:
        """Say that it is heard from now on."""
        self._counted_from_s = asyncio.get_running_loop().time()

    def stop_counting(self) -> None:
        """Say that nobody knows whether it is heard."""
        self._counted_from_s = None

    def heard_ms(self) -> int:
        """Answer how far somebody can have heard who began when it was said that they did."""
        if self._counted_from_s is None:
            return 0
        passed_s = asyncio.get_running_loop().time() - self._counted_from_s
        return self.pace.heard_ms(self.end, passed_s=passed_s)


async def send_as_heard(
    request: web.Request,
    play: PlaySession,
    rendition: Rendition,
    answered: File,
    *,
    begins_s: int = 0,
) -> web.StreamResponse:
    """Send a file at the pace of its sound, and write down what was sent, and how long it took.

    Its sound is that of the song from a second on.
    """
    told = {"Refrain-Grant": str(play.grant)}
    duration_s = rendition.samples / rendition.timescale - begins_s
    # What costs nothing may go as fast as it can.
    ahead_s = AHEAD_S if play.grant == Grant.FULL else duration_s
    pace = Pace(
        size_bytes=answered.resource.size_bytes,
        duration_s=duration_s,
        ahead_s=ahead_s,
        begins_s=begins_s,
    )
    paced = _Paced(answered, pace, headers={**answered.headers, **told})
    on_sent = partial(_note, request, play.id, rendition, answered)
    if play.grant != Grant.FULL:
        return await send(request, paced, on_sent)
    watching = asyncio.create_task(_watch(request, play.id, paced))
    try:
        return await send(request, paced, on_sent)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await _leave(request, play.id, paced)


async def _watch(request: web.Request, play_id: UUID, paced: _Paced) -> None:
    """Write down again and again how far somebody can have heard, once it is in front.

    Of a player that tells so by itself nothing is written: it knows better.
    """
    fronts, player = request.app[FRONTS], player_of(request[CALLER])
    try:
        await paced.begun.wait()
        await asyncio.sleep(await fronts.free_after_s(player, play_id))
        paced.count_from_now()
        await fronts.take(player, play_id, lasts_s=paced.pace.left_s)
        while not await fronts.tells(player):
            await inferred(request, play_id, position_ms=paced.heard_ms())
            await asyncio.sleep(_BEAT_S)
        paced.stop_counting()
    except RefrainError as error:  # sound goes on, and nobody is charged for what is not known
        paced.stop_counting()
        log.warning("what is heard is not inferred", play=str(play_id), error=str(error))


async def _leave(request: web.Request, play_id: UUID, paced: _Paced) -> None:
    try:
        if paced.is_counted:
            await inferred(request, play_id, position_ms=paced.heard_ms())
        if paced.end < paced.resource.size_bytes:
            await request.app[FRONTS].leave(player_of(request[CALLER]), play_id)
    except RefrainError as error:
        log.warning("what was heard is not inferred", play=str(play_id), error=str(error))


def _note(  # noqa: PLR0913, PLR0917 - what went out of what, to whom
    request: web.Request,
    play_id: UUID,
    rendition: Rendition,
    answered: File,
    start: int,
    length: int,
) -> None:
    """Note which music bytes carried, of a file that is made of stretches of an object as well."""
    timing = whole(rendition).timing
    stretches: Iterable[Stretch] = [(start, length)]
    if not isinstance(answered, Stored):
        stretches = answered.stretches(start, length)
    for offset, size in stretches:
        request.app[DELIVERIES].note(play_id, timing, offset, size)
