"""What makes a request harmless to repeat that moves money: the header `Idempotency-Key`.

It is needed where money itself moves, and heard where something is decided that cannot be twice.

A key belongs to who sent it and to what it was sent for: under the same one, another caller or
another address does something else, and the same with another body is refused
(draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.requests import note_request
from stream.keys import TOOLS

T = TypeVar("T")

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """What is asked under a key: of the body a digest."""

    key: str
    digest: bytes

    async def once(self, tools: Tools, work: Callable[[Session], Awaitable[T]]) -> T:
        """Do something in one transaction, with a note of what was asked.

        Asked again it is done again, and finds by the key what it did; so what fails leaves no
        note behind.

        Raises:
            Refused: `idempotency-mismatch`, 409: something else was asked under the key.

        """

        async def noted(session: Session) -> T:
            await self.note(session, tools)
            return await work(session)

        return await tools.database.run(noted)

    async def first(self, tools: Tools, work: Callable[[Session], Awaitable[T]]) -> T | None:
        """Do once, in one transaction, what keeps no key of its own; None where it was done.

        Raises:
            Refused: `idempotency-mismatch`, 409: something else was asked under the key.

        """

        async def noted(session: Session) -> T | None:
            return await work(session) if await self.note(session, tools) else None

        return await tools.database.run(noted)

    async def note(self, session: Session, tools: Tools) -> bool:
        """Note it in a transaction; answer whether it is new."""
        return await note_request(session, self.key, self.digest, now=tools.clock())

    async def noted(self, tools: Tools) -> None:
        """Note it alone, before what takes more than one transaction, and can be gone on with.

        Raises:
            Refused: `idempotency-mismatch`, 409.

        """
        await tools.database.run(lambda session: self.note(session, tools))


async def at_most_once(
    request: web.Request, caller: Caller, work: Callable[[Session], Awaitable[T]]
) -> T | None:
    """Do something in one transaction, and not again under the key that a request may have.

    None where it was done under it: who asks is answered how that stands now.

    Raises:
        Refused: `idempotency-key-unfit`, 400; `idempotency-mismatch`, 409.

    """
    tools = request.app[TOOLS]
    if not has_key(request):
        return await tools.database.run(work)
    return await (await keyed(request, caller)).first(tools, work)


def has_key(request: web.Request) -> bool:
    """Whether a request has a key, where it does without; an empty one is none that is fit."""
    return HEADER in request.headers


async def keyed(request: web.Request, caller: Caller) -> Keyed:
    """Answer the key of a request and what it asks for.

    Raises:
        Refused: as `key_of` does.

    """
    key = key_of(request, caller)
    return Keyed(key=key, digest=hashlib.sha256(await request.read()).digest())


def key_of(request: web.Request, caller: Caller) -> str:
    """Answer a key that nobody else's request has, to be written down with what it does.

    Raises:
        Refused: `idempotency-key-missing`, 400; `idempotency-key-unfit`, 400.

    """
    return bound(
        said_key(request), caller_id=str(caller.id), operation=f"{request.method} {request.path}"
    )


def said_key(request: web.Request) -> str:
    """Answer the key of a request, as it is said.

    Raises:
        Refused: `idempotency-key-missing`, 400; `idempotency-key-unfit`, 400.

    """
    said = request.headers.get(HEADER, "").strip()
    if not said:
        raise Refused(
            "idempotency-key-missing",
            f"Please send the header {HEADER} with a value of your own making, a UUID for example, "
            "and the same one when you try again: then nothing is done twice.",
        )
    # By the draft it is a string in quotes, and by custom it is bare.
    key = said[1:-1] if len(said) > 1 and said[0] == said[-1] == '"' else said
    if not _KEY.fullmatch(key):
        raise Refused(
            "idempotency-key-unfit",
            f"{HEADER} is 1 to 200 visible characters of ASCII.",
        )
    return key


def bound(key: str, *, caller_id: str, operation: str) -> str:
    """Bind a key to a caller and to what is done."""
    written = f"{caller_id}\x00{operation}\x00{key}".encode()
    return f"api:{hashlib.sha256(written).hexdigest()[:40]}"
