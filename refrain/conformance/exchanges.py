"""Asks a server for a media object in every way that players do, and keeps what it said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from refrain.conformance.resources import Answer, Resources, Stored, Unreadable

#: Bytes that one question asks for.
_PART_BYTES = 1000
#: How much more than was asked for is looked at, before the line is hung up.
_MORE_BYTES = 1 << 12
_OTHER_TAG = '"another-object"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request for a part: which bytes it should bring, and what came."""

    purpose: str
    range: str
    expected: bytes
    start: int
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanges:
    """Everything that was asked about one object."""

    where: str
    size_bytes: int
    whole: Answer
    head: Answer | None
    inside: tuple[Question, ...]
    past_end: Question
    same_tag: Question | None
    other_tag: Question


async def ask(resources: Resources, stored: Stored, where: str) -> Exchanges:
    """Put all questions; `stored` is what a full request brought."""
    size = stored.size_bytes
    middle, near = size // 2, max(0, size - _PART_BYTES)
    asker = _Asker(resources, stored)
    tag = stored.answer.headers.get("etag", "")
    inside = (
        await asker.ask("the first two bytes", "bytes=0-1", 0, 2),
        await asker.ask(
            "a part", f"bytes={middle}-{middle + _PART_BYTES - 1}", middle, _PART_BYTES
        ),
        await asker.ask("an end past the object", f"bytes={near}-{size + 999}", near, _PART_BYTES),
        await asker.ask("the last bytes", f"bytes=-{_PART_BYTES}", near, _PART_BYTES),
        await asker.ask("an open end", f"bytes={near}-", near, _PART_BYTES),
    )
    strong = tag if tag.startswith('"') else None
    return Exchanges(
        where=where,
        size_bytes=size,
        whole=stored.answer,
        head=await asker.head(),
        inside=inside,
        past_end=await asker.ask("a start past the end", f"bytes={size}-{size + 9}", size, 0),
        same_tag=await asker.ask("If-Range", "bytes=0-9", 0, 10, strong) if strong else None,
        other_tag=await asker.ask("another If-Range", "bytes=0-9", 0, 10, _OTHER_TAG),
    )


class _Asker:
    def __init__(self, resources: Resources, stored: Stored) -> None:
        self._resources = resources
        self._stored = stored

    async def head(self) -> Answer | None:
        try:
            return await self._resources.get(self._stored.name, method="HEAD")
        except Unreadable:
            return None

    async def ask(
        self,
        purpose: str,
        wanted: str,
        start: int,
        length: int,
        tag: str | None = None,
    ) -> Question:
        headers = {"Range": wanted, **({"If-Range": tag} if tag else {})}
        try:
            answer = await self._resources.peek(
                self._stored.name, headers=headers, count=length + _MORE_BYTES
            )
        except Unreadable:
            answer = None
        expected = await asyncio.to_thread(self._expected, start, length)
        return Question(
            purpose=purpose, range=wanted, expected=expected, start=start, answer=answer
        )

    def _expected(self, start: int, length: int) -> bytes:
        with self._stored.path.open("rb") as file:
            file.seek(start)
            return file.read(length)
