"""What of a ladder is one worker's share, where several make it: one command of its plan.

Nothing of a share depends on who makes it. A plan is known by its digest: two who have the same
make the same bytes, and what one of them made is good for the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transcode import graphs
from transcode.graphs import Target
from transcode.ladder import Codec
from transcode.plan import Order, plan

#: Seconds of a core that a second of stereo at 44.1 kHz takes, see docs/media.md.
_COST = {
    Codec.AAC: 0.017,
    Codec.OPUS: 0.009,
    Codec.FLAC: 0.004,
    Codec.ALAC: 0.005,
    Codec.MP3: 0.019,
}
_RATE = 44_100
#: What it takes to hear all that was made, as a part of what it took to make it.
_HEARD = 0.31
#: Where the master and the files of a plan lie that is only spoken of.
_ANYWHERE = Path("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One command: how much music it reads, in seconds, and what it takes of one core."""

    number: int
    audio_s: float
    cost_s: float


def shares_of(commands: Sequence[Sequence[Target]]) -> tuple[Share, ...]:
    """Answer what the commands of a plan are worth."""
    return tuple(
        Share(
            number=number,
            audio_s=round(max(map(_seconds, targets)), 3),
            cost_s=round(sum(map(_cost_s, targets)), 3),
        )
        for number, targets in enumerate(commands)
    )


def join_cost_s(shares: Sequence[Share]) -> float:
    """Answer what it takes of one core to join them, which is mostly to certify the whole."""
    return round(_HEARD * sum(share.cost_s for share in shares), 3)


def digest_of(order: Order, *, encoder: str) -> str:
    """Answer a digest of all that decides about the bytes of parts.

    These are the commands of a plan and the version of who runs them; of what is done with the
    parts behind them it says nothing.
    """
    commands = [
        graphs.encode("ffmpeg", _ANYWHERE / "master", order.info, targets)
        for targets in plan(order, _ANYWHERE)
    ]
    return hashlib.sha256(json.dumps([encoder, commands]).encode()).hexdigest()


def _seconds(target: Target) -> float:
    return (target.feed.end - target.feed.start) / target.line.rate


def _cost_s(target: Target) -> float:
    return _seconds(target) * _COST[target.rung.codec] * target.line.rate / _RATE
