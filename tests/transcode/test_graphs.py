from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from base.units import Samples
from tests.support.sources import source, tracks
from transcode.graphs import Target, decode, encode, excerpt, unpack
from transcode.ladder import FIRST, REST, Codec, Rung, rate_for, rungs_for
from transcode.pieces import Window
from transcode.plan import Order, plan
from transcode.source import CONTAINERS, SourceInfo

LADDER = {rung.name: rung for rung in (*FIRST, *REST)}
MASTER = Path("/masters/-y; $(one).wav")
MINUTE = Samples(60 * 44_100)


def commands(
    info: SourceInfo, samples: Samples = MINUTE, *names: str, gain_db: float = 0.0
) -> Iterator[tuple[list[str], list[Target]]]:
    rungs = rungs_for(info, tuple(LADDER[name] for name in names) or tuple(LADDER.values()))
    order = Order(info=info, samples=samples, rungs=rungs, gain_db=gain_db)
    for targets in plan(order, Path("out")):
        yield encode("ffmpeg", MASTER, info, targets), targets


def graph(argv: list[str]) -> str:
    return argv[argv.index("-filter_complex") + 1] if "-filter_complex" in argv else ""


def one(info: SourceInfo, name: str, **options: float) -> list[str]:
    [(argv, _)] = commands(info, MINUTE, name, **options)
    return argv


def every() -> list[list[str]]:
    window = Window(start_s=3, length_s=2)
    return [
        *(argv for argv, _ in commands(source(rate=96_000, bits=24))),
        decode("ffmpeg", MASTER, unpacked=Path("u.w64"), fingerprint=Path("f")),
        unpack("ffmpeg", MASTER, Path("u.w64")),
        excerpt("ffmpeg", MASTER, window, rate=48_000),
    ]


def test_a_hostile_file_opens_no_other() -> None:
    for argv in every():
        before_input = argv[: argv.index("-i")]
        assert before_input.count("-format_whitelist") == 1
        assert before_input[before_input.index("-format_whitelist") + 1] == CONTAINERS
        assert before_input[before_input.index("-protocol_whitelist") + 1] == "file,pipe"
        assert "-nostdin" in argv
        assert argv.count("-i") == 1


def test_no_name_is_an_option_or_another_protocol() -> None:
    for argv in every():
        assert argv[argv.index("-i") + 1] == f"file:{MASTER}"
        urls = [word for word in argv if word.startswith("file:")]
        assert len(urls) >= 1
        assert all(url.startswith("file:/") for url in urls)


@given(tracks())
def test_what_is_written_is_what_was_planned(track: tuple[SourceInfo, Samples]) -> None:
    for argv, targets in commands(*track):
        written = [word for word in argv if word.startswith("file:")][1:]
        assert sorted(written) == sorted(f"file:{t.path.absolute()}" for t in targets)


def test_no_tags_and_no_dates_are_written() -> None:
    for argv, targets in commands(source()):
        assert argv.count("-map_metadata") == len(targets)
        assert argv.count("+bitexact") == 2 * len(targets)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 88_200, 96_000, 192_000])
@pytest.mark.parametrize("rung", LADDER.values(), ids=LADDER.keys())
def test_rates_change_by_soxr_and_only_where_they_differ(rate: int, rung: Rung) -> None:
    info = source(rate=rate, bits=24)
    for argv, _ in commands(info, Samples(rate), rung.name):
        resampled = f"aresample={rate_for(info, rung)}:" in graph(argv)
        assert resampled == (rate_for(info, rung) != rate)
        assert ("precision=28:resampler=soxr" in graph(argv)) == resampled


@pytest.mark.parametrize(
    ("info", "name", "is_dithered"),
    [
        (source(), "flac", False),
        (source(), "alac", False),
        (source(bits=8), "flac", False),
        (source(bits=24), "flac", False),
        (source(bits=24, rate=192_000), "alac", False),
        (source(bits=32), "flac", True),
        (source(is_float=True, bits=32), "flac", True),
        (source(bits=24, rate=96_000), "flac-48", True),
        (source(bits=16, rate=96_000), "flac-48", True),
        (source(bits=32), "aac-256", False),
        (source(bits=24, rate=96_000), "mp3-320", False),
    ],
)
def test_dither_stands_where_depth_is_lost_and_nowhere_else(
    info: SourceInfo, name: str, is_dithered: bool  # noqa: FBT001
) -> None:  # fmt: skip
    argv = one(info, name)

    assert ("dither_method=triangular" in graph(argv)) == is_dithered


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_lossless_samples_go_through_nothing_that_changes_them(bits: int) -> None:
    wide = "s16" if bits <= 16 else "s32"

    filters = graph(one(source(bits=bits), "flac", gain_db=-3.0))

    assert "volume" not in filters
    assert f"aresample=osf={wide}" in filters
    assert "resampler" not in filters


def test_a_gain_is_taken_in_floats_and_where_there_is_one() -> None:
    assert "volume=-2.5dB:precision=float" in graph(one(source(), "aac-64", gain_db=-2.5))
    assert "volume" not in graph(one(source(), "aac-64"))


def test_what_is_alike_is_done_once() -> None:
    names = ("opus-48", "opus-96", "opus-160")

    [(argv, _)] = commands(source(), MINUTE, *names, gain_db=-1.0)

    assert graph(argv).count("aresample=48000") == 1
    assert graph(argv).count("volume=") == 1


def test_a_piece_reads_its_own_stretch_of_the_master() -> None:
    hour = Samples(3600 * 44_100)
    windows = []
    for argv, _ in commands(source(), hour, "aac-256"):
        start, length = (int(argv[argv.index(option) + 1]) for option in ("-ss", "-t"))
        windows.append((start, start + length))

    assert len(windows) == 30
    assert windows[0][0] == 0
    assert windows[-1][1] >= 3600
    assert all(before[1] > after[0] for before, after in pairwise(windows))
    assert all(end - start < 140 for start, end in windows)


@pytest.mark.parametrize("codec", [Codec.AAC, Codec.OPUS])
def test_music_shorter_than_its_mirror_has_silence_beside_it(codec: Codec) -> None:
    [name] = {Codec.AAC: ["aac-128"], Codec.OPUS: ["opus-96"]}[codec]
    [(argv, [target])] = commands(source(), Samples(5), name)

    filters = graph(argv)

    assert "areverse" in filters
    assert f"apad=pad_len={target.feed.mirrored_behind - target.feed.end}" in filters
