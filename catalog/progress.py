"""How far an upload or the work on a track is: said through Valkey to whoever looks, kept nowhere.

Where nobody listens, or Valkey is away, nothing is lost: what has come of the work is an event.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from base.valkey import NAMESPACE, Valkey, reached

_CHANNEL = f"{NAMESPACE}:progress:"

#: Matches the channels of all owners.
CHANNELS = f"{_CHANNEL}*"


class Phase(StrEnum):
    """What is being done."""

    EXAMINING = "examining"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The work on a track; the parts, of the whole and of each rung, from 0 to 1.

    `remaining_s` is how long the phase will take from now on; none while that is a guess.
    """

    track: str
    phase: Phase
    part: float
    rungs: Mapping[str, float]
    remaining_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProgress:
    """How much of a file has come, durable or not yet; `length` once its client says it."""

    upload: str
    filename: str
    received: int
    length: int | None


async def publish(valkey: Valkey, owner_id: UUID, progress: Progress | UploadProgress) -> None:
    """Say it to who listens now.

    Raises:
        Unavailable: Valkey is away.

    """
    with reached():
        await valkey.publish(f"{_CHANNEL}{owner_id}", json.dumps(asdict(progress)))


def owner_of(channel: str) -> UUID:
    """Answer whose channel it is."""
    return UUID(channel.removeprefix(_CHANNEL))
