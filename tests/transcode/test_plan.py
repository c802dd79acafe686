from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.units import Dbtp, Samples
from tests.support.sources import source, tracks
from transcode.ladder import FIRST, REST, Rung, rungs_for
from transcode.plan import OVERSHOOT_DB, Order, headroom_db, part_path, plan
from transcode.source import SourceInfo

LADDER = (*FIRST, *REST)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    info, samples = draw(tracks())
    deserved = rungs_for(info, LADDER)
    rungs = draw(st.lists(st.sampled_from(deserved), unique=True, min_size=1))
    return Order(info=info, samples=samples, rungs=tuple(rungs), gain_db=-1.5)


@given(orders())
def test_every_rung_is_made_in_all_its_pieces_and_nothing_twice(order: Order) -> None:
    commands = plan(order, Path("out"))

    made = [(each.rung, each.feed.first) for command in commands for each in command]
    assert len(made) == len(set(made))
    assert {rung for rung, _ in made} == set(order.rungs)
    for rung in order.rungs:
        feeds = [each.feed for command in commands for each in command if each.rung == rung]
        assert len(feeds) == len(order.pieces(rung))
        assert feeds[0].first == 0
        assert sum(feed.end_frame - feed.first for feed in feeds) == feeds[-1].end_frame


@given(orders())
def test_no_two_targets_write_one_file(order: Order) -> None:
    paths = [each.path for command in plan(order, Path("out")) for each in command]

    assert len(paths) == len(set(paths))
    assert not any(command == [] for command in plan(order, Path("out")))


@given(orders())
def test_lossless_rungs_keep_their_level(order: Order) -> None:
    gains = {each.rung: each.gain_db for command in plan(order, Path("out")) for each in command}

    assert all(gain == (0.0 if r.codec.is_lossless else -1.5) for r, gain in gains.items())


def test_a_rung_that_clipped_has_a_gain_of_its_own() -> None:
    loud, other = FIRST
    order = Order(
        info=source(), samples=Samples(44_100), rungs=FIRST, gain_db=-1.0, gains={loud: -2.5}
    )

    assert (order.gain_of(loud), order.gain_of(other)) == (-2.5, -1.0)


def test_a_download_is_in_one_file_of_its_own_name(tmp_path: Path) -> None:
    [mp3] = [rung for rung in LADDER if rung.name == "mp3-320"]
    order = Order(info=source(), samples=Samples(3600 * 44_100), rungs=(mp3,))

    [[target]] = plan(order, tmp_path)

    assert target.path == tmp_path / "mp3-320.mp3"
    assert target.path == part_path(tmp_path, mp3, order.pieces(mp3)[0])


@pytest.mark.parametrize(
    ("peak", "gain"),
    [
        (None, 0.0),
        (-30.0, 0.0),
        (-1.0, 0.0),
        (-0.99, -0.1),
        (-0.9, -0.1),
        (0.0, -1.0),
        (3.01, -4.1),
    ],
)
def test_headroom(peak: float | None, gain: float) -> None:
    assert headroom_db(None if peak is None else Dbtp(peak)) == gain


@given(st.floats(-100, 100))
def test_headroom_is_enough_and_not_a_step_more(peak: float) -> None:
    gain = headroom_db(Dbtp(peak))

    assert gain <= 0
    assert peak + gain <= -OVERSHOOT_DB + 1e-6 or gain == 0 > peak
    assert peak + gain > -OVERSHOOT_DB - 0.1 - 1e-6 or gain == 0


@pytest.mark.parametrize(
    ("info", "missing"),
    [
        (source(), {"flac-48"}),
        (source(rate=96_000, bits=24), set()),
        (source(channels=1), {"flac-48", "aac-256", "opus-160"}),
        (source(rate=8_000), {"flac-48", "aac-256", "opus-160"}),
        (source(samples=1151), {"flac-48", "mp3-320"}),
        (source(is_lossless=False), {"flac", "flac-48", "alac"}),
    ],
)
def test_a_master_has_the_rungs_it_deserves(info: SourceInfo, missing: set[str]) -> None:
    def names(rungs: tuple[Rung, ...]) -> set[str]:
        return {rung.name for rung in rungs}

    assert names(LADDER) - names(rungs_for(info, LADDER)) == missing
