"""Messages as they came, read again from where they are kept: judged anew, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from base.storage.port import Key, Storage
from base.threads import to_the_end
from catalog.findings import Severity
from ingest.ddex.differing import Difference, difference
from ingest.ddex.judging import Judgement, judge
from ingest.ddex.messages import parse


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


async def judged(
    content: bytes, house: House, own: Mapping[str, Severity] = MappingProxyType({})
) -> Judgement:
    """Judge the bytes of a message in a thread; a long one takes a second."""
    return await to_the_end(_judge, content, house, own)


async def compared(old: bytes, new: bytes) -> Difference:
    """Compare two messages in a thread.

    Raises:
        Unreadable: one of them cannot be read.

    """
    return await to_the_end(_compare, old, new)


def severities_of(told: Mapping[str, str]) -> dict[str, Severity]:
    """Read the severities of a partner's row."""
    return {rule: Severity(one) for rule, one in told.items()}


def _judge(content: bytes, house: House, own: Mapping[str, Severity]) -> Judgement:
    return judge(content, us=house.us, schemas=house.schemas, own=own)


def _compare(old: bytes, new: bytes) -> Difference:
    return difference(parse(old), parse(new))
