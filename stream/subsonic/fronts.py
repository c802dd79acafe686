"""What each player has in front, so that what it fetches ahead is not taken for what it plays.

Short memory of one process: what is forgotten is not inferred, and nobody is charged for it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Front:
    play_id: UUID
    until_s: float


class Fronts:
    """By whatever a player is known by, the session that it plays, and until when it lasts."""

    def __init__(self) -> None:
        """Nobody plays anything."""
        self._fronts: OrderedDict[UUID, _Front] = OrderedDict()

    def free_at(self, player: UUID, play_id: UUID, *, now_s: float) -> float:
        """Answer from when on a player can play a session: when what it has in front has ended."""
        front = self._fronts.get(player)
        if front is None or front.play_id == play_id:
            return now_s
        return max(now_s, front.until_s)

    def take(self, player: UUID, play_id: UUID, *, until_s: float) -> None:
        """Say that a player has a session in front, which lasts until then if nothing happens."""
        self._fronts[player] = _Front(play_id, until_s)
        self._fronts.move_to_end(player)
        while len(self._fronts) > _MOST:
            self._fronts.popitem(last=False)

    def leave(self, player: UUID, play_id: UUID, *, now_s: float) -> None:
        """Say that a player let go of a session before all of it was fetched."""
        front = self._fronts.get(player)
        if front is not None and front.play_id == play_id:
            self._fronts[player] = _Front(play_id, now_s)
