from collections.abc import Mapping
from enum import StrEnum

import pytest

from base.errors import Broken
from catalog.states import (
    JOB_MOVES,
    PLAY_MOVES,
    TRACK_MOVES,
    JobState,
    PlayState,
    TrackEvent,
    TrackState,
    diagram,
    next_state,
)

Moves = Mapping[tuple[StrEnum, StrEnum], StrEnum]
SUBJECTS = [
    pytest.param(TRACK_MOVES, TrackState.RECEIVED, {TrackState.REJECTED}, id="track"),
    pytest.param(JOB_MOVES, JobState.WAITING, {JobState.DONE}, id="job"),
    pytest.param(PLAY_MOVES, PlayState.OPEN, {PlayState.SETTLED, PlayState.REJECTED}, id="play"),
]


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_every_state_is_reachable(moves: Moves, start: StrEnum, ends: set[StrEnum]) -> None:
    assert ends <= set(type(start))
    reached = {start}
    for _ in moves:
        reached |= {after for (state, _), after in moves.items() if state in reached}

    assert reached == set(type(start))


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_every_unfinished_state_is_leavable(
    moves: Moves, start: StrEnum, ends: set[StrEnum]
) -> None:
    leavable = {state for (state, _), after in moves.items() if after is not state}

    assert leavable == set(type(start)) - ends


def test_an_illegal_move_is_a_fault_of_ours() -> None:
    with pytest.raises(Broken, match="illegal-move"):
        next_state(TRACK_MOVES, TrackState.REJECTED, TrackEvent.PUBLISH)


def test_the_picture_shows_every_move() -> None:
    assert len(diagram(TRACK_MOVES).splitlines()) == 1 + len(TRACK_MOVES)
