"""What players of no clock tell is weighed as everybody's: what was heard, and nothing else."""

from collections.abc import Iterable
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.evidence import Verdict, judge
from accounting.reports import Beat, Told
from base.errors import Unavailable
from base.valkey import open_valkey
from stream.clockless import following
from stream.fronts import Fronts

_SONG_MS, _ENOUGH_MS = 240_000, 45_000
#: When it was told, since the session was opened, and where; nowhere, where it is not said.
Said = tuple[int, int | None]


def weighed(said: Iterable[Said], *, duration_ms: int = _SONG_MS) -> Verdict:
    """Weigh reports of a player that was sent all of a song."""
    told, beats = Told(), list[Beat]()
    for at_ms, position_ms in said:
        known = told if beats else None
        beat = following(known, at_ms=at_ms, position_ms=position_ms, duration_ms=duration_ms)
        told, beats = told.after(beat), [*beats, beat]
    return judge(
        duration_ms=duration_ms,
        threshold_ms=_ENOUGH_MS,
        delivered=[(0, duration_ms)],
        beats=beats,
    )


def test_now_playing_and_a_submission_are_a_play() -> None:
    assert weighed([(3_000, 0), (123_000, None)]).is_play


def test_a_short_song_that_began_late_is_a_play() -> None:
    assert weighed([(3_000, 0), (61_000, None)], duration_ms=60_000).is_play


def test_a_submission_alone_is_a_play_once_there_was_time_for_it() -> None:
    assert weighed([(120_000, None)]).is_play
    assert not weighed([(20_000, None)]).is_play


def test_who_begins_in_the_middle_has_not_heard_what_was_fetched_before() -> None:
    verdict = weighed([(200_000, 60_000)])

    assert (verdict.is_play, verdict.heard_ms) == (False, 0)


def test_a_leap_is_no_hearing() -> None:
    verdict = weighed([(0, 0), (10_000, 10_000), (20_000, 200_000), (30_000, 210_000)])

    assert (verdict.is_play, verdict.heard_ms) == (False, 20_000)


@given(st.lists(st.tuples(st.integers(0, 300_000), st.none() | st.integers(0, _SONG_MS))))
def test_nobody_has_heard_more_than_time_passed(said: list[Said]) -> None:
    ordered = sorted(said, key=lambda one: one[0])

    verdict = weighed(ordered)

    last_ms = ordered[-1][0] if ordered else 0
    assert verdict.heard_ms <= last_ms + 2_000


async def test_what_is_fetched_ahead_waits_until_what_is_in_front_has_ended(
    valkey_url: str,
) -> None:
    player, one, following_ = uuid4(), uuid4(), uuid4()
    async with open_valkey(valkey_url) as valkey:
        fronts, elsewhere = Fronts(valkey), Fronts(valkey)
        await fronts.take(player, one, lasts_s=100)

        assert await elsewhere.free_after_s(player, one) == 0
        assert 90 < await elsewhere.free_after_s(player, following_) <= 100
        assert await elsewhere.free_after_s(uuid4(), following_) == 0
        await fronts.leave(player, following_)
        assert await fronts.free_after_s(player, following_) > 0
        await fronts.leave(player, one)
        assert await elsewhere.free_after_s(player, following_) == 0


async def test_of_a_player_that_tells_by_itself_it_is_remembered(valkey_url: str) -> None:
    player = uuid4()
    async with open_valkey(valkey_url) as valkey:
        await Fronts(valkey).note_telling(player)

        assert await Fronts(valkey).tells(player)
        assert not await Fronts(valkey).tells(uuid4())


async def test_without_a_memory_nothing_is_known() -> None:
    async with open_valkey("redis://127.0.0.1:1/0") as valkey:
        with pytest.raises(Unavailable):
            await Fronts(valkey).free_after_s(uuid4(), uuid4())
