"""One listener: opens a stream, keeps a buffer as a player does, and says where it is."""

from __future__ import annotations

import asyncio
import json
import random  # noqa: TID251 - seeded, so that a crowd listens the same way again
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp

from refrain.listeners.asked import Piece, pieces_of, variants_of
from refrain.listeners.buffer import Buffer
from refrain.listeners.tally import Asked, Tally

#: What a player has in hand before it slows down to one segment after the other, in seconds.
GOAL_S = 30.0
_HEARTBEAT_S = 5.0
_AGAIN_S = 1.0
_TRIES = 5
_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Any HLS stream, by its address."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A track of a Refrain, played by an account as our player plays it, heartbeats and all."""

    server: str
    track: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """Where to listen, and where to say how far it was heard, if anywhere."""

    hls: str
    heartbeat: str | None = None


class Failed(Exception):  # noqa: N818 - reads as what happened
    """A request had no good answer, as often as it was sent; each time was counted."""


class Listener:
    """A player with connections of its own; `number` makes its choices its own."""

    def __init__(self, source: Stream | Play, tally: Tally, *, number: int) -> None:
        """Take a seat."""
        self._source = source
        self._tally = tally
        self._chance = random.Random(number)  # noqa: S311 - variety, no secret
        self._clock = time.monotonic

    async def listen(self, until: float) -> None:
        """Play from the beginning, again and again, until the monotonic clock says so."""
        token = self._source.token if isinstance(self._source, Play) else None
        async with aiohttp.ClientSession(
            timeout=_TIMEOUT,
            connector=aiohttp.TCPConnector(limit=2),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        ) as session:
            self._session = session
            while self._clock() < until:
                try:
                    await self._play(until)
                except Failed:
                    await asyncio.sleep(_AGAIN_S)

    async def _play(self, until: float) -> None:
        buffer, begun = Buffer(goal_s=GOAL_S), self._clock()
        opened = await self._open()
        try:
            async with _beside(self._report(opened, buffer, begun)):
                await self._fill(opened.hls, buffer, until, begun)
                now = self._clock()
                await asyncio.sleep(max(0.0, min(buffer.left_s(now), until - now)))
        finally:
            self._tally.heard(buffer, self._clock())

    async def _open(self) -> _Opened:
        if isinstance(self._source, Stream):
            return _Opened(hls=self._source.url)
        plays = urljoin(self._source.server, "/api/v1/plays")
        said = json.loads(await self._ask(Asked.PLAY, plays, sent={"track": self._source.track}))
        return _Opened(
            hls=urljoin(plays, said["hls"]), heartbeat=f"{plays}/{said['play']}/heartbeat"
        )

    async def _fill(self, url: str, buffer: Buffer, until: float, begun: float) -> None:
        url, pieces = await self._read_playlists(url)
        for piece in pieces:
            pause_s = buffer.pause_s(self._clock(), piece.duration_s)
            if self._clock() + pause_s >= until:
                return
            await asyncio.sleep(pause_s)
            await self._ask(Asked.MEDIA, urljoin(url, piece.uri), piece=piece)
            if piece.duration_s:
                if buffer.begun_at is None:
                    self._tally.starts_s.append(self._clock() - begun)
                buffer.add(piece.duration_s, self._clock())

    async def _read_playlists(self, url: str) -> tuple[str, tuple[Piece, ...]]:
        """Answer a variant and what it is made of; it stays with the one it chose."""
        body = await self._ask(Asked.PLAYLIST, url)
        if variants := variants_of(body):
            url = urljoin(url, self._chance.choice(variants))
            body = await self._ask(Asked.PLAYLIST, url)
        try:
            return url, pieces_of(body)
        except ValueError as error:
            self._tally.failed(Asked.PLAYLIST, str(error))
            raise Failed from error

    async def _report(self, opened: _Opened, buffer: Buffer, begun: float) -> None:
        while opened.heartbeat is not None:
            await asyncio.sleep(_HEARTBEAT_S)
            now = self._clock()
            said = {"position_s": buffer.position_s(now), "elapsed_s": now - begun}
            with suppress(Failed):  # the sound goes on
                await self._ask(Asked.HEARTBEAT, opened.heartbeat, sent=said)

    async def _ask(
        self,
        asked: Asked,
        url: str,
        *,
        sent: dict[str, Any] | None = None,
        piece: Piece | None = None,
    ) -> bytes:
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(_AGAIN_S)
            begun = self._clock()
            try:
                body = await self._answer(url, sent, piece)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._tally.failed(asked, str(error) or type(error).__name__)
                continue
            self._tally.answered(asked, self._clock() - begun, len(body))
            return body
        raise Failed

    async def _answer(self, url: str, sent: dict[str, Any] | None, piece: Piece | None) -> bytes:
        headers = piece.headers if piece else {}
        method = "GET" if sent is None else "POST"
        async with self._session.request(method, url, json=sent, headers=headers) as answer:
            body = await answer.read()
        if not answer.ok:
            raise aiohttp.ClientError(f"{answer.status} {_code(body)}")
        if piece and piece.length is not None and len(body) != piece.length:
            raise aiohttp.ClientError(f"{len(body)} bytes instead of {piece.length}")
        return body


def _code(body: bytes) -> str:
    """Answer what a problem calls itself, where it is one (RFC 9457)."""
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return ""


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
