"""Parsers of others read in our files and playlists what we meant."""

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import Any

import m3u8
import numpy as np
import pytest

from refrain.packaging import package_into
from stream.multivariant import parse_multivariant
from tests.support.masters import carillon
from tests.support.renditions import STREAMED
from tests.support.web import MODULES, module, run_node
from transcode.boxes import Layout, read_layout
from transcode.ladder import layout_for
from transcode.probe import probe
from transcode.source import SourceInfo
from transcode.timeline import Timeline
from transcode.tools import find_tools

SAMPLES, RATE = 13 * 96_000 + 517, 96_000
RUNGS = {rung.name: rung for rung in STREAMED}
SCRIPT = Path(__file__).parents[1] / "support" / "parsers.mjs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parsers")
    master = carillon(folder / "bells.wav", samples=SAMPLES, rate=RATE, subtype="PCM_24")
    asyncio.run(package_into([master], folder / "out", is_album=False))
    return folder / "out" / "bells"


@pytest.fixture(scope="module")
def info(folder: Path) -> SourceInfo:
    async def ask() -> SourceInfo:
        return await probe(await find_tools(), folder.parents[1] / "bells.wav")

    return asyncio.run(ask())


def layout(folder: Path, rung: str) -> Layout:
    return read_layout((folder / f"{rung}.mp4").read_bytes())


def line_of(info: SourceInfo, rung: str) -> Timeline:
    return layout_for(info, RUNGS[rung], SAMPLES)


def stated_s(line: Timeline, found: Layout) -> list[Fraction]:
    """Answer how long segments last: the first as long as all its frames, hidden or not."""
    first, *rest = [each.duration for each in found.fragments]
    return [Fraction(each, line.rate) for each in (first + line.edit, *rest)]


@pytest.mark.parametrize("rung", RUNGS)
def test_a_media_playlist_says_the_same_to_m3u8(folder: Path, info: SourceInfo, rung: str) -> None:
    there, here = m3u8.load(str(folder / f"{rung}.m3u8")), layout(folder, rung)

    assert (there.playlist_type, there.is_endlist) == ("vod", True)
    assert there.media_sequence == 0
    durations = stated_s(line_of(info, rung), here)
    assert there.target_duration == round(max(durations))
    [head] = there.segment_map
    assert (head.uri, head.byterange) == (f"{rung}.mp4", f"{here.init_bytes}@0")
    assert [each.uri for each in there.segments] == [f"{rung}.mp4"] * len(here.fragments)
    ends = [each.offset + each.size_bytes for each in here.fragments]
    # The index is read with the first segment.
    starts = [here.init_bytes, *ends[:-1]]
    assert [each.byterange for each in there.segments] == [
        f"{end - start}@{start}" for start, end in zip(starts, ends, strict=True)
    ]
    assert [each.duration for each in there.segments] == pytest.approx(
        [float(duration) for duration in durations], abs=1e-6
    )


def test_the_multivariant_playlist_says_the_same_to_m3u8(folder: Path, info: SourceInfo) -> None:
    text = (folder / "multivariant.m3u8").read_text()
    there, here = m3u8.loads(text), parse_multivariant(text)

    assert there.is_variant
    assert there.is_independent_segments
    assert {each.uri for each in there.playlists} == {f"{rung}.m3u8" for rung in RUNGS}
    assert [(each.uri, each.stream_info.codecs) for each in there.playlists] == [
        (each.uri, RUNGS[each.uri.removesuffix(".m3u8")].codecs) for each in here.variants
    ]
    for variant, stated in zip(there.playlists, here.variants, strict=True):
        rung = variant.uri.removesuffix(".m3u8")
        found = layout(folder, rung)
        bits = 8 * (found.index_bytes + sum(each.size_bytes for each in found.fragments))
        average_bps = round(bits / sum(stated_s(line_of(info, rung), found)))
        assert variant.stream_info.average_bandwidth == stated.average_bps == average_bps
        assert variant.stream_info.bandwidth == stated.peak_bps >= average_bps


@pytest.fixture(scope="module")
def parsed(folder: Path) -> dict[str, Any]:
    module("mp4box")
    module("codem-isoboxer")
    return {rung: run_node(SCRIPT, MODULES, folder / f"{rung}.mp4") for rung in RUNGS}


@pytest.mark.parametrize("rung", RUNGS)
def test_both_read_the_track_and_its_edit(
    parsed: dict[str, Any], info: SourceInfo, rung: str
) -> None:
    line = line_of(info, rung)

    for there in parsed[rung].values():
        assert (there["track"], there["timescale"]) == (1, line.rate)
        assert there["edits"] == [[line.samples, line.edit]]
    assert parsed[rung]["mp4box"]["codecs"].lower() == RUNGS[rung].codecs.lower()
    assert parsed[rung]["mp4box"]["channels"] == 2
    # Sixteen bits hold no more: FLAC in ISO BMFF, 3.3.1, has the half of it written then.
    said = line.rate if line.rate < 1 << 16 else line.rate // 2
    assert parsed[rung]["mp4box"]["rate"] == said


@pytest.mark.parametrize("rung", RUNGS)
def test_both_read_the_index(parsed: dict[str, Any], folder: Path, rung: str) -> None:
    here = layout(folder, rung)

    for there in parsed[rung].values():
        assert there["index"] == [here.timescale, 0, 0]
        assert there["references"] == [[each.size_bytes, each.duration] for each in here.fragments]


@pytest.mark.parametrize("rung", RUNGS)
def test_both_read_every_frame(parsed: dict[str, Any], info: SourceInfo, rung: str) -> None:
    line, one, other = line_of(info, rung), *parsed[rung].values()
    starts = np.array(line.starts())

    begins, durations, sizes = np.transpose(one["samples"])
    assert len(begins) == line.frames
    assert np.all(
        np.diff(begins)[:-1] == line.framing.frame
    )  # the last two may be said to be short
    assert sum(durations) == line.edit + line.samples
    assert other["counts"] == np.diff(starts).tolist()
    assert other["sizes"] == sizes.tolist()
    assert other["times"] == (starts[:-1] * line.framing.frame).tolist()
    assert other["numbers"] == list(range(1, line.fragments + 1))
