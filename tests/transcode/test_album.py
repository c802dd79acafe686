import subprocess
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.masters import debian_tool, shared
from transcode.album import AlbumLoudness, AlbumTrack, album_loudness, from_bytes, to_bytes
from transcode.k_weighting import PowerMeter
from transcode.loudness import Loudness, LoudnessMeter, Powers, powers_of
from transcode.pcm import Block

NOTHING = AlbumLoudness(integrated_lufs=None, range_lu=None, true_peak_dbtp=None)
NAMES = ("01.flac", "02.flac", "03.flac")


def heard(*blocks: Block, rate: int) -> Loudness:
    meter = LoudnessMeter(rate, blocks[0].shape[1])
    for block in blocks:
        meter.block(block)
    return meter.result()


def track(*blocks: Block, rate: int) -> AlbumTrack:
    meter = PowerMeter(rate, blocks[0].shape[1])
    for block in blocks:
        meter.block(block)
    peak_dbtp = heard(*blocks, rate=rate).true_peak_dbtp
    return AlbumTrack(powers=powers_of(meter.result()), true_peak_dbtp=peak_dbtp)


def tone(level: float, seconds: float, rate: int) -> Block:
    """Answer a 1 kHz sine on both sides, its level in dBFS."""
    wave = np.sin(2 * np.pi * 1000 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(10 ** (level / 20) * wave[:, np.newaxis], 2, axis=1).astype(np.float32)


def read(path: Path) -> tuple[Block, int]:
    frames, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return frames, rate


@pytest.fixture(scope="module")
def masters() -> list[tuple[Block, int]]:
    return [read(shared("media", "album", name)) for name in NAMES]


@pytest.mark.parametrize("seconds", [0.5, 2, 20])
def test_an_album_of_one_track_is_as_loud_as_the_track(seconds: float) -> None:
    frames = tone(-20, seconds, 44_100)
    alone = heard(frames, rate=44_100)

    album = album_loudness([track(frames, rate=44_100)])

    assert album.integrated_lufs == pytest.approx(alone.integrated_lufs, abs=1e-9)
    assert album.range_lu == (None if alone.range_lu is None else pytest.approx(alone.range_lu))
    assert album.true_peak_dbtp == alone.true_peak_dbtp


def test_tech_3341_case_4_as_tracks_of_different_sample_rates() -> None:
    parts = [(-72, 10, 48_000), (-36, 10, 44_100), (-23, 60, 96_000), (-36, 10, 22_050)]

    album = album_loudness([track(tone(*part), rate=part[2]) for part in parts])

    assert album.integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(("levels", "expected"), [((-20, -30), 10), ((-40, -20), 20)])
def test_tech_3342_as_tracks_of_different_sample_rates(
    levels: tuple[float, float], expected: float
) -> None:
    rates = (44_100, 48_000)

    album = album_loudness(
        [track(tone(level, 20, rate), rate=rate) for level, rate in zip(levels, rates, strict=True)]
    )

    assert album.range_lu == pytest.approx(expected, abs=1)
    assert album.true_peak_dbtp == pytest.approx(-20, abs=0.1)


def test_a_long_quiet_track_weighs_by_its_blocks_and_not_by_its_number() -> None:
    quiet, loud = tone(-26, 30, 48_000), tone(-20, 10, 48_000)

    album = album_loudness([track(quiet, rate=48_000), track(loud, rate=48_000)])

    # Energies 1/4 and 1 in 30 and 10 parts of 40: -3.6 dB.
    assert album.integrated_lufs == pytest.approx(-23.6, abs=0.1)


def test_real_tracks_are_as_loud_together_as_in_one_piece(
    masters: list[tuple[Block, int]],
) -> None:
    one_piece = heard(*[frames for frames, _ in masters], rate=44_100)

    album = album_loudness([track(frames, rate=rate) for frames, rate in masters])

    assert album.integrated_lufs == pytest.approx(one_piece.integrated_lufs, abs=0.02)
    assert album.range_lu == pytest.approx(one_piece.range_lu, abs=0.3)
    assert album.true_peak_dbtp == pytest.approx(one_piece.true_peak_dbtp, abs=0.01)


def test_loudgain_agrees_about_the_album(masters: list[tuple[Block, int]]) -> None:
    paths = [shared("media", "album", name) for name in NAMES]
    answer = subprocess.run(
        [debian_tool("loudgain"), "-a", "-O", "-q", *paths],
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [line.split("\t") for line in answer.stdout.splitlines()]
    told = dict(zip(rows[0], rows[-1], strict=False))

    album = album_loudness([track(frames, rate=rate) for frames, rate in masters])

    lufs = -18 - float(told["Gain"].split()[0])  # ReplayGain 2 aims at -18 LUFS
    range_lu = float(told["Range"].split()[0])
    assert told["File"] == "Album"
    assert album.range_lu == pytest.approx(range_lu, abs=0.2)
    assert album.integrated_lufs == pytest.approx(lufs, abs=0.1)


def test_neither_order_nor_keeping_changes_an_album(masters: list[tuple[Block, int]]) -> None:
    tracks = [track(frames, rate=rate) for frames, rate in masters]
    kept = [
        AlbumTrack(powers=from_bytes(to_bytes(each.powers)), true_peak_dbtp=each.true_peak_dbtp)
        for each in tracks
    ]

    album = album_loudness(tracks)

    assert album_loudness(tracks[::-1]) == album
    assert album_loudness(kept).integrated_lufs == pytest.approx(album.integrated_lufs, abs=1e-6)
    assert album_loudness(kept).range_lu == pytest.approx(album.range_lu, abs=1e-6)


def test_silence_no_time_and_no_tracks_have_no_loudness() -> None:
    silence, moment = np.zeros((200_000, 2), np.float32), tone(-20, 0.3, 48_000)

    assert album_loudness([]) == NOTHING
    assert album_loudness([track(silence, rate=48_000)]) == NOTHING
    assert album_loudness([track(moment, rate=48_000)]).integrated_lufs is None


@given(
    blocks=st.lists(st.floats(0, 1e6, width=32), max_size=20),
    windows=st.lists(st.floats(0, 1e6, width=32), max_size=20),
)
def test_powers_come_back_as_they_were_kept(blocks: list[float], windows: list[float]) -> None:
    kept = from_bytes(to_bytes(Powers(blocks=np.array(blocks), windows=np.array(windows))))

    assert kept.blocks.tolist() == blocks
    assert kept.windows.tolist() == windows


@given(data=st.binary(max_size=64))
@example(data=bytes.fromhex("01000000 0100807f"))  # a NaN that signals
def test_bytes_that_nobody_printed_are_refused_or_come_back(data: bytes) -> None:
    with suppress(ValueError):
        powers = from_bytes(data)

        # By their value: minus zero is a float of its own, and a power like zero.
        assert np.array_equal(from_bytes(to_bytes(powers)).blocks, powers.blocks)


def test_powers_that_were_cut_off_are_refused() -> None:
    whole = to_bytes(Powers(blocks=np.ones(3), windows=np.empty(0)))

    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r"cut off|no powers"):
            from_bytes(whole[:length])
