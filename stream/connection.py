"""One connection of a player: hot media is answered here, beneath the application.

A file response of aiohttp opens the file, asks its size and sends it, each in a thread, and runs
the application's whole way for it. Here a request whose answer is at hand is answered in the call
that brought it. All else is handed on to aiohttp, whole requests at a time and in their order, so
that either may answer the next one.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from stream.front import Answer, Front
from stream.http_head import END, is_of_another_version, parse_head, too_large

log = structlog.get_logger()

#: What a head may have, and what may wait here while an answer is being sent.
_MOST_WAITING = 1 << 15
#: A master comes in large pieces, of which two may wait while one is stored.
_READ_BYTES = 1 << 18
#: So much is handed to the socket at a time; what was handed over counts as delivered.
_PIECE_BYTES = 1 << 18
#: Who asks for more than that, or takes less, gets little at a time, and little of it may wait in
#: the system: by default that takes megabytes, which are minutes that nobody may ever hear.
_SMALL_PIECE_BYTES = _UNSENT_BYTES = 1 << 16
#: Who brings no whole head, or takes nothing of an answer, for so long is let go, in seconds.
_HEAD_S = 15.0
_TAKE_S = 60.0
#: A request takes so long to come at most, from where a connection was opened to send it.
_FIRST_S = 1.0
_SWEEP_S = 5.0
_LOOK_S = 0.05
#: Turns of the loop until what the system gave us is a connection.
_TURNS = 3
KEEPALIVE_S = 75.0
_LINE = b"\r\n"
_LAST = b"Connection: close\r\n\r\n"
_NOTHING_MORE = "Content-Length: 0\r\nConnection: close\r\n\r\n"


class Connection(RequestHandler):
    """What aiohttp keeps of a connection, and what is under way beneath it."""

    __slots__ = (
        *("_answer", "_at", "_begun", "_body_left", "_doors", "_head_since", "_is_held"),
        *("_is_last", "_is_new", "_is_opaque", "_left", "_peer", "_piece_bytes", "_sent"),
        "_taken_at",
    )

    def __init__(self, doors: Doors, **options: Any) -> None:  # noqa: ANN401 - aiohttp's own
        """Begin a connection."""
        super().__init__(doors.server, keepalive_timeout=KEEPALIVE_S, **options)
        self._doors = doors
        #: What came and is no whole head yet, or waits for its turn.
        self._left = b""
        #: Whether aiohttp is in the middle of something whose end cannot be seen from here.
        self._is_opaque = False
        self._is_held = False
        self._is_new = True
        #: Whether the answer that is under way said that no other follows it.
        self._is_last = False
        self._body_left = 0
        self._answer: Answer | None = None
        self._sent = 0
        self._piece_bytes = _PIECE_BYTES
        self._begun = 0.0
        self._peer = ""
        #: When something last came or went.
        self._at = self._loop.time()
        #: Since when a head is waited for, and when something was last taken of an answer: whoever
        #: sends a byte now and then renews neither.
        self._head_since = self._taken_at = self._at

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Come in."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        if not self._doors.let_in(self, self._peer):
            transport.abort()  # type: ignore[attr-defined] # of a socket, always

    def connection_lost(self, exc: BaseException | None) -> None:
        """Go; what was not handed over of an answer was not delivered."""
        self._doors.let_out(self)
        self._answer = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came: heads for us, and all else for aiohttp."""
        if self._is_opaque or not data:  # nothing is what aiohttp says to itself
            super().data_received(data)
            return
        self._at, self._is_new = self._loop.time(), False
        if not self._left:
            self._head_since = self._at
        self._left = self._left + data if self._left else data
        self._go_on()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse what is too long as we do, where aiohttp reads by itself, and go."""
        if not isinstance(exc, LineTooLong):
            return super().handle_error(request, status, exc, message)
        is_address = bytes(exc.args[0]).startswith(b"/")  # it tells what was read, not what of
        answer = web.Response(status=414 if is_address else 431)
        answer.force_close()
        return answer

    def pause_writing(self) -> None:
        """Wait: the other side takes less than it is given."""
        super().pause_writing()
        self._taken_at = self._loop.time()
        self._give_little()

    def resume_writing(self) -> None:
        """Send on: the other side has taken what was handed over."""
        super().resume_writing()
        self._at = self._loop.time()
        if self._answer is not None:
            self._send()
        self._go_on()

    @property
    def is_answering(self) -> bool:
        """Whether an answer is under way that aiohttp does not know of."""
        return self._answer is not None or (self.writing_paused and self._is_ours())

    def is_about_to_ask(self, now: float) -> bool:
        """Tell whether a first request, or the rest of a head, may be on its way to us."""
        is_expected = self._is_new or bool(self._left)
        return is_expected and now - self._head_since < _FIRST_S

    def is_stuck(self, now: float) -> bool:
        """Tell whether the other side is waited for in vain."""
        if self.writing_paused:
            return now - self._taken_at > _TAKE_S
        is_partial = bool(self._left) and self._answer is None
        return is_partial and now - self._head_since > _HEAD_S

    def _process_keepalive(self) -> None:
        """Let go of a connection that nobody uses; one that takes an answer of ours is in use."""
        if self.is_answering:
            self._next_keepalive_close_time = self._loop.time() + KEEPALIVE_S
        super()._process_keepalive()

    def _go_on(self) -> None:
        """Answer, or hand on, what is there of whole requests."""
        while self._left and not self._is_opaque:
            if self._body_left:
                self._hand_on(self._body_left)
                continue
            if self.is_answering:
                self._wait()
                return
            end = self._left.find(END) + len(END)
            is_whole = end >= len(END)
            head = self._left[:end] if is_whole else self._left
            status = too_large(head)
            if status is not None:
                self._refuse(status)
                return
            if not is_whole:
                return
            self._take(head)
        if self._is_held:
            self._is_held = False
            if not (self._reading_paused or self._buffer_paused):
                self._resume_transport_reading()

    def _take(self, said: bytes) -> None:
        """Answer a head, or hand it on with its body."""
        self._head_since = self._at  # the next one
        head = parse_head(said)
        if head is None:
            if is_of_another_version(said):
                self._refuse(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
            else:
                self._hand_on_all()
            return
        answer = None
        if self._is_ours():
            answer = self._doors.front.answer(head, peer=self._peer, now_s=self._at)
        if answer is None:
            self._body_left = head.body_bytes
            self._pass(len(said))
            return
        self._left = self._left[len(said) :]
        self._is_last = self._doors.is_closing
        if self._is_last:
            answer.head = answer.head[: -len(_LINE)] + _LAST
        self._answer, self._sent, self._begun = answer, 0, time.perf_counter()
        if answer.body is not None and len(answer.body) > _PIECE_BYTES:
            self._give_little()
        self._send()

    def _give_little(self) -> None:
        """From now on hand over no more at a time than is soon taken."""
        if self._piece_bytes == _SMALL_PIECE_BYTES or self.transport is None:
            return
        self._piece_bytes = _SMALL_PIECE_BYTES
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    def _send(self) -> None:
        """Hand over pieces of the answer until they are no longer taken."""
        answer, transport = self._answer, self.transport
        if answer is None or transport is None:
            return
        body, head = answer.body, None if self._sent else answer.head
        if body is None:
            transport.write(answer.head)
            self._end()
            return
        while self._sent < len(body) and not self.writing_paused:
            piece = body[self._sent : self._sent + self._piece_bytes]
            if head is not None:
                transport.writelines((head, piece))
                head = None
            else:
                transport.write(piece)
            self._doors.front.sent(answer, self._sent, len(piece), now_s=self._at)
            self._sent += len(piece)
        if self._sent == len(body):
            self._end()

    def _end(self) -> None:
        """Go on after an answer, or go."""
        self._answer = None
        self._head_since = self._loop.time()
        self._next_keepalive_close_time = self._head_since + KEEPALIVE_S
        self._doors.front.traffic.took(time.perf_counter() - self._begun)
        if self._is_last:
            self._hang_up()

    def _refuse(self, status: int) -> None:
        """Say what is wrong with a head, and go, unless aiohttp is in the middle of something."""
        if self._is_ours() and self.transport is not None:
            reason = HTTPStatus(status).phrase
            self.transport.write(f"HTTP/1.1 {status} {reason}\r\n{_NOTHING_MORE}".encode())
            self._hang_up()
        else:
            self._hand_on_all()  # and it says so

    def _hang_up(self) -> None:
        """Take nothing more; what was handed to the socket still goes out."""
        self._is_opaque, self._left = True, b""
        if self.transport is not None:
            self.transport.close()

    def _is_ours(self) -> bool:
        """Tell whether aiohttp waits for its next request, so that we may answer this one."""
        waiter = self._waiter
        if waiter is None:  # it has had no request yet: its task may begin a turn later than we
            return not (self._request_count or self._force_close)
        return not waiter.done()

    def _pass(self, size: int) -> None:
        data, self._left = self._left[:size], self._left[size:]
        super().data_received(data)

    def _hand_on(self, most: int) -> None:
        """Hand on what is there of a body."""
        self._head_since = self._at
        size = min(most, len(self._left))
        self._body_left -= size
        self._pass(size)

    def _hand_on_all(self) -> None:
        """Leave the rest of the connection to aiohttp."""
        self._is_opaque = True
        self._pass(len(self._left))

    def _wait(self) -> None:
        """Let nothing more come where very much waits already."""
        if len(self._left) > _MOST_WAITING:
            self._is_held = True
            self._pause_transport_reading()


class Doors:
    """Makes connections, and lets those go that wait in vain."""

    def __init__(self, front: Front, server: web.Server, *, most: int) -> None:
        """Nobody is here yet; no more than `most` may be."""
        self.most = most
        #: Whether the next answer of each connection is its last.
        self.is_closing = False
        self.front = front
        self.server = server
        #: Who is here, and the address that each is of; none where a proxy is trusted.
        self.open: dict[Connection, str] = {}
        self._of_address: Counter[str] = Counter()

    def __call__(self) -> Connection:
        """Answer a protocol for a new connection."""
        return Connection(
            self, loop=asyncio.get_running_loop(), access_log=None, read_bufsize=_READ_BYTES
        )

    def let_in(self, one: Connection, peer: str) -> bool:
        """Take a connection in, unless there are too many, at all or of its address."""
        limits = self.front.limits
        address = "" if limits.clients.is_proxy(peer) else limits.clients.of(peer)
        most = limits.connections if address else 0
        if len(self.open) >= self.most or (most and self._of_address[address] >= most):
            self.front.traffic.turned_away += 1
            return False
        self.open[one] = address
        self._of_address[address] += 1
        return True

    def let_out(self, one: Connection) -> None:
        """Forget a connection that ended."""
        address = self.open.pop(one, None)
        if address is not None:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]

    async def drained(self, patience_s: float) -> None:
        """Wait until nobody is in the middle of an answer of ours, but not for ever.

        Who was let in at the last moment has sent nothing yet, and is waited for as well.
        """
        self.is_closing = True
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while self._is_anybody_waiting():  # noqa: ASYNC110 - of many
                    await asyncio.sleep(_LOOK_S)

    def _is_anybody_waiting(self) -> bool:
        now = asyncio.get_running_loop().time()
        return any(one.is_answering or one.is_about_to_ask(now) for one in self.open)

    async def sweep(self) -> None:
        """Let go of who waits in vain, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = asyncio.get_running_loop().time()
            self.front.limits.forget(now)
            stuck = [one for one in self.open if one.is_stuck(now)]
            for one in stuck:
                if one.transport is not None:
                    one.transport.abort()
            if stuck:
                self.front.traffic.slow += len(stuck)
                log.info("slow connections ended", connections=len(stuck))
