"""Evidence from the log of a server that stands in front of us and sends the bytes itself.

The log is its own spool: its lines are numbered by where they end, and the database knows how far
they are written. Nothing is kept beside it: reading can begin anew anywhere, any number of times.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5

import structlog

from base.errors import Refused, Unavailable
from base.ticket_secrets import ticket_secrets
from base.tools import Tools
from catalog.evidence import passed
from catalog.growth import growth_of
from catalog.music import renditions_of
from catalog.notes import NOTE
from catalog.plays import play_session
from stream.grants import offered_to
from stream.handing import Handing
from stream.nginx_log import Sent, parse_line
from stream.objects import Served
from stream.tickets import open_ticket

log = structlog.get_logger()

_TURN_S = 0.25
#: Some process of nginx may write into the old log a moment longer.
_OLD_TURNS = 4
_READ_BYTES = 1 << 18
#: The first line tells one log from another; it has a request's id.
_FIRST_BYTES = 1 << 13
_LOGS = UUID("6f4e1d1a-0f5c-4d53-9a3c-0c6a3c1f4a55")
#: Sessions whose objects are remembered.
_MOST = 10_000


async def follow(tools: Tools, path: Path, *, to_the_end: bool) -> None:
    """Read a log while it grows, and the one that takes its place; or until all is written."""
    sessions = _Sessions(tools, ticket_secrets(tools.settings))
    while True:
        lines = await _opened(path, sessions, waits=not to_the_end)
        if lines is None:
            return
        log.info("log opened", path=str(path), producer=str(lines.producer))
        try:
            await _hand_on(tools, lines, to_the_end=to_the_end)
        finally:
            lines.close()
        if to_the_end:
            return


async def _opened(path: Path, sessions: _Sessions, *, waits: bool) -> LogLines | None:
    while True:
        lines = open_log(path, sessions)
        if lines is not None or not waits:
            return lines
        await asyncio.sleep(_TURN_S)


async def _hand_on(tools: Tools, lines: LogLines, *, to_the_end: bool) -> None:
    """Hand on a log's lines until it is another's turn."""
    handing = Handing(lines)
    is_known, old_turns = False, 0
    while True:
        old_turns = 0 if lines.is_current() else old_turns + 1
        try:
            if not is_known:
                handing.begin(await _passed(tools, lines.producer))
                is_known = True
            await handing.send(tools.valkey)
            was_lost = await handing.is_lost(tools.valkey)
            handing.see(await _passed(tools, lines.producer), was_lost=was_lost)
        except Unavailable as error:
            log.warning("evidence waits", error=str(error))
        if handing.is_done and is_known and (old_turns > _OLD_TURNS or to_the_end):
            return
        await asyncio.sleep(_TURN_S)


async def _passed(tools: Tools, producer: UUID) -> int:
    async with tools.database.read() as session:
        return (await passed(session, [producer])).get(producer, 0)


class LogLines:
    """The lines of one log, as notes that are numbered by where they end."""

    def __init__(self, path: Path, file: IO[bytes], first: bytes, sessions: _Sessions) -> None:
        """Read a log whose first line is there."""
        self.producer = uuid5(_LOGS, first.hex())
        self.first = 0
        self._path, self._file, self._first = path, file, first
        self._sessions = sessions

    @property
    def end(self) -> int:
        """Where the last whole line ends."""
        size = os.fstat(self._file.fileno()).st_size
        at = size
        while at > 0:
            begin = max(0, at - _READ_BYTES)
            found = os.pread(self._file.fileno(), at - begin, begin).rfind(b"\n")
            if found >= 0:
                return begin + found + 1
            at = begin
        return 0

    def is_current(self) -> bool:
        """Whether no other log has taken its place, nor was it emptied and begun anew."""
        with suppress(OSError), self._path.open("rb") as file:
            return _first_line(file) in {None, self._first}
        return True

    async def take(self, first: int) -> tuple[bytes, int]:
        """Answer notes of the lines from there on, and where those end."""
        data = os.pread(self._file.fileno(), _READ_BYTES, first)
        whole = data[: data.rfind(b"\n") + 1]
        if not whole and len(data) == _READ_BYTES:
            return b"", first + len(data)  # no line of ours is so long
        notes = [
            await self._sessions.notes(sent) for sent in map(parse_line, whole.split(b"\n")) if sent
        ]
        return b"".join(notes), first + len(whole)

    def forget(self, passed: int) -> None:
        """Keep the log, which is another's to remove."""

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def open_log(path: Path, sessions: _Sessions) -> LogLines | None:
    """Open a log; nothing where none is there yet, or has no line."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    first = _first_line(file)
    if first is None:
        file.close()
        return None
    return LogLines(path, file, first, sessions)


def _first_line(file: IO[bytes]) -> bytes | None:
    found = os.pread(file.fileno(), _FIRST_BYTES, 0)
    return found.partition(b"\n")[0] if b"\n" in found or len(found) == _FIRST_BYTES else None


class _Sessions:
    """What tickets stood for when the bytes were sent, whether or not they still open anything."""

    def __init__(self, tools: Tools, secrets: Sequence[bytes]) -> None:
        """Remember nothing yet."""
        self._tools = tools
        self._secrets = secrets
        self._known: OrderedDict[str, tuple[UUID, Mapping[str, Served]]] = OrderedDict()

    async def notes(self, sent: Sent) -> bytes:
        """Answer notes of what was sent; none where it was nothing of ours.

        Raises:
            Unavailable: the database is away.

        """
        known = self._known.get(sent.ticket)
        try:
            if known is None or sent.name not in known[1]:  # it may have grown
                known = await self._load(sent.ticket)
        except Refused:
            return b""
        session_id, objects = known
        served = objects.get(sent.name)
        if served is None:
            return b""
        stretches = served.timing.heard_in(sent.start, sent.length)
        return b"".join(NOTE.pack(session_id.bytes, a, b) for a, b in stretches if a < b)

    async def _load(self, ticket: str) -> tuple[UUID, Mapping[str, Served]]:
        session_id = open_ticket(ticket, self._secrets)
        async with self._tools.database.read() as session:
            play = await play_session(session, session_id)
            growth = await growth_of(session, play.master_id)
            renditions = await renditions_of(session, play.master_id, at=play.opened_at)
        self._known[ticket] = session_id, offered_to(play, renditions, growth).objects
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return self._known[ticket]
