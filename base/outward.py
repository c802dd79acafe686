"""Ask servers whose addresses people typed in: public ones only, for a while, and no further.

A machine on a private network is not spoken to unless the settings allow it: whoever names an
address could otherwise ask our machines questions through us. Names are looked at each time they
are resolved, and nobody is followed elsewhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from base.addresses import require_public, require_public_host, server_of
from base.errors import Refused, Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
_MOST_BYTES, _AT_ONCE = 1 << 20, 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a server is asked; fields and body may be secret, and are in no log.

    Of its answer so many bytes are read.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    most_bytes: int = _MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it answered: names of fields in small letters, and as much of the body as we read."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(asking: Asking, *, to_private: bool) -> Answer:
    """Ask a server, which has 15 seconds.

    Raises:
        Refused: `private-address`: it is on a private network; `address-unfit`: it is none.
        Unavailable: `server-away`: it cannot be reached, or did not answer in time.

    """
    server = server_of(asking.url)
    try:
        async with (
            asyncio.timeout(_TIMEOUT.total),
            aiohttp.ClientSession(connector=_connector(to_private), timeout=_TIMEOUT) as client,
            client.request(
                asking.method,
                _allowed(asking.url, to_private=to_private),
                data=asking.body,
                headers=asking.headers,
                allow_redirects=False,  # where it was sent is where it was asked for
            ) as answer,
        ):
            body = await _read(answer, asking.most_bytes)
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(status=answer.status, headers=named, body=body)
    except TimeoutError as error:
        raise Unavailable("server-away", f"{server} did not answer in time.") from error
    except aiohttp.InvalidURL as error:  # whose words are the whole address
        sentence = f"The address of {server} cannot be read."
        raise Refused("address-unfit", sentence, status=422) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unavailable("server-away", f"{server} cannot be reached: {error}") from error


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    body = bytearray()
    while len(body) < most_bytes and (piece := await answer.content.read(_AT_ONCE)):
        body += piece
    return bytes(body[:most_bytes])


def _connector(to_private: bool) -> aiohttp.TCPConnector:  # noqa: FBT001 - the setting
    return aiohttp.TCPConnector() if to_private else aiohttp.TCPConnector(resolver=_Public())


def _allowed(url: str, *, to_private: bool) -> str:
    if not to_private:
        require_public_host(url)
    return url


class _Public(AbstractResolver):
    """Resolves names to public addresses only, each time they are used."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for one in found:
            require_public(one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()
