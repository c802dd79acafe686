"""Calls over HTTP, and what is answered that is no document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp

from refrain.api_client.operations import Operations
from refrain.api_client.shapes import Shape

T = TypeVar("T", bound=Mapping[str, Any])

_KEY = "Idempotency-Key"
_JSON = "application/json"


class Problem(Exception):  # noqa: N818 - as RFC 9457 calls it
    """The house said no: `detail` is for people, `code` for programs."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        """Keep all of what was said."""
        self.status = status
        self.document = document
        self.code = str(document.get("type", "")).rpartition(":")[2]
        self.detail = str(document.get("detail", document))
        super().__init__(self.detail)


class Unreached(Exception):  # noqa: N818 - see Problem
    """Nobody answers, or what answers is no house."""


@asynccontextmanager
async def open_operations(
    url: str, token: str = "", *, total_s: float | None = 60
) -> AsyncIterator[Operations]:
    """Open the operations of a house, for who has the token, or for a visitor.

    A call takes `total_s` at most; None lets an upload take as long as it takes.
    """
    head = {"Authorization": f"Bearer {token}"} if token else {}
    limits = aiohttp.ClientTimeout(total=total_s, sock_connect=10, sock_read=300)
    async with aiohttp.ClientSession(timeout=limits, headers=head) as session:
        yield Operations(_Sender(session, url.rstrip("/")))


async def each_part(
    call: Callable[..., Awaitable[T]],
    *places: str,
    **said: Any,  # noqa: ANN401 - what the operation takes
) -> AsyncIterator[T]:
    """Answer a list part by part, to its end."""
    while True:
        part = await call(*places, **said)
        yield part
        if not part["next"]:
            return
        said["cursor"] = part["next"]


class _Sender:
    """Sends what an operation is called with."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def __call__(self, shape: Shape, *places: Any, **said: Any) -> Any:  # noqa: ANN401 - the stub has the types
        shape.require_known(said)
        given = list(places)
        body = given.pop() if shape.body and len(given) > len(shape.places) else None
        head = {**shape.head(said), **(said.get("headers") or {})}
        if "idempotency_key" in shape.headers:
            head.setdefault(_KEY, str(uuid4()))
        url = self._url + shape.address(given, said)
        try:
            return await self._answer(shape, url, body=body, head=head)
        except (aiohttp.ClientError, OSError) as error:
            raise Unreached(f"{self._url} does not answer ({error}).") from error

    async def _answer(self, shape: Shape, url: str, *, body: Any, head: dict[str, str]) -> Any:  # noqa: ANN401 - see above
        said = {"json": body} if shape.body == _JSON and body is not None else {"data": body}
        async with self._session.request(shape.method, url, headers=head, **said) as answer:
            content = await answer.read()
            if not answer.ok:
                raise Problem(answer.status, _document(content))
            if "json" not in answer.content_type:
                return content or None
            return json.loads(content) if content else None


def _document(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"detail": content[:200].decode(errors="replace")}
