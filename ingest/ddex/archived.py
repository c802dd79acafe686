"""Messages as they came, read again from where they are kept: judged anew, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from base.storage.port import Key, Storage
from base.threads import to_the_end
from catalog.findings import Severity
from ingest.ddex.differing import Difference, difference
from ingest.ddex.judging import Judgement, judge
from ingest.ddex.messages import parse
from ingest.ddex.reading import MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """By what messages are judged here: our own DPID, and an operator's schemas."""

    us: str | None
    schemas: Path | None


async def raw_of(storage: Storage, key: str) -> bytes:
    """Answer the bytes of a message, or of what answered it.

    Raises:
        Refused: `object-missing`, 404: it is lost.

    """
    return b"".join([part async for part in storage.read(Key(key))])


async def content_of(storage: Storage, key: str) -> bytes:
    """Answer the bytes of a message that is to be read, or as many as show that it is too long.

    Raises:
        Refused: `object-missing`, 404: it is lost.

    """
    content = bytearray()
    async for part in storage.read(Key(key)):
        content += part
        if len(content) > MOST_BYTES:
            break
    return bytes(content)


async def judged(
    content: bytes,
    house: House,
    own: Mapping[str, Severity] = MappingProxyType({}),
    *,
    came_at: datetime,
) -> Judgement:
    """Judge the bytes of a message in a thread; a long one takes a second."""
    return await to_the_end(_judge, content, house, own, came_at)


async def compared(old: bytes, new: bytes) -> Difference:
    """Compare two messages in a thread.

    Raises:
        Unreadable: one of them cannot be read.

    """
    return await to_the_end(_compare, old, new)


def severities_of(told: Mapping[str, str]) -> dict[str, Severity]:
    """Read the severities of a partner's row."""
    return {rule: Severity(one) for rule, one in told.items()}


def _judge(
    content: bytes, house: House, own: Mapping[str, Severity], came_at: datetime
) -> Judgement:
    return judge(content, us=house.us, schemas=house.schemas, own=own, came_at=came_at)


def _compare(old: bytes, new: bytes) -> Difference:
    return difference(parse(old), parse(new))
