from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from base.units import Samples
from tests.support.sources import RATES, tracks
from transcode.ladder import FIRST, REST, Codec, framing_for, layout_for, rungs_for
from transcode.source import SourceInfo
from transcode.timeline import FRAGMENT_S, Framing, Timeline, resampled, timeline

CODECS = st.sampled_from([Codec.AAC, Codec.OPUS, Codec.FLAC])
LADDER = (*FIRST, *REST)


@st.composite
def lines(draw: st.DrawFn) -> Timeline:
    info, samples = draw(tracks())
    framing = framing_for(draw(CODECS), info.sample_rate)
    return timeline(framing, rate=info.sample_rate, samples=samples)


def streamed(info: SourceInfo, samples: Samples) -> list[Timeline]:
    rungs = rungs_for(info, LADDER)
    return [
        layout_for(info, rung, samples)
        for rung in rungs
        if not rung.is_download and not rung.is_preview
    ]


@given(lines())
def test_frames_cover_the_music_and_what_comes_before_it(line: Timeline) -> None:
    held = line.frames * line.framing.frame

    assert held >= line.priming + line.samples > held - line.framing.frame
    assert line.priming >= line.framing.least_priming


@given(lines())
def test_nothing_lies_behind_the_end_where_a_codec_ends_with_whole_frames(line: Timeline) -> None:
    if line.framing.pads:
        assert line.frames * line.framing.frame == line.priming + line.samples


@given(lines())
def test_frames_are_said_to_last_as_long_as_what_is_hidden_and_the_music(line: Timeline) -> None:
    frame = line.framing.frame
    lasts = line.last_frames[-line.frames :]

    others = (line.frames - len(lasts)) * frame
    assert others + sum(lasts) == line.edit + line.samples
    assert all(0 < last <= frame for last in lasts)
    assert line.time_of(0) == -line.edit


@given(lines())
def test_every_fragment_has_a_frame_and_a_duration(line: Timeline) -> None:
    starts = line.starts()

    assert starts[0] == 0
    assert starts[-1] == line.frames
    assert len(starts) == line.fragments + 1
    assert all(before < after for before, after in pairwise(starts))
    assert all(duration > 0 for duration in line.durations())
    assert sum(line.durations()) == line.samples


@given(tracks())
def test_all_rungs_of_a_master_have_as_many_fragments(track: tuple[SourceInfo, Samples]) -> None:
    assert len({len(line.starts()) for line in streamed(*track)}) == 1


@given(tracks())
def test_no_fragment_is_longer_than_apple_allows(track: tuple[SourceInfo, Samples]) -> None:
    for line in streamed(*track):
        assert max(line.durations()) <= (FRAGMENT_S + 0.5) * line.rate


@given(tracks())
def test_rungs_are_cut_within_a_frame_of_each_other(track: tuple[SourceInfo, Samples]) -> None:
    for line in streamed(*track):
        for number, frame in enumerate(line.starts()[1:-1], start=1):
            cut = line.time_of(frame) - number * FRAGMENT_S * line.rate
            assert abs(cut) <= line.framing.frame / 2


@given(RATES)
def test_flac_is_cut_to_the_sample_where_frames_allow(rate: int) -> None:
    frame = framing_for(Codec.FLAC, rate).frame
    line = timeline(Framing(frame=frame), rate=rate, samples=Samples(60 * rate))

    if FRAGMENT_S * rate % frame == 0:
        assert line.durations() == (FRAGMENT_S * rate,) * 10
    else:
        assert frame == 4096


@given(st.integers(1, 10**9), RATES, RATES)
def test_a_track_has_the_samples_that_begin_before_its_end(
    samples: int, rate: int, to: int
) -> None:
    count = resampled(samples, rate=rate, to=to)

    assert (count - 1) * rate < samples * to <= count * rate
    assert resampled(samples, rate=rate, to=rate) == samples
