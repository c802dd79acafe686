"""All places tell of the same loudness."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from base.units import Dbtp, Lufs, Samples
from stream.multivariant import (
    MultivariantPlaylist,
    StatedLoudness,
    parse_multivariant,
    print_multivariant,
)
from tests.support.masters import tone
from transcode.encode import Workbench
from transcode.examine import examine
from transcode.gains import Gains, r128_tags, replaygain_tags
from transcode.ladder import REST
from transcode.ludt import Levels
from transcode.package import Packaged, package
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools


def levels(lufs: float, peak: float = -1.0) -> Levels:
    return Levels(integrated_lufs=Lufs(lufs), true_peak_dbtp=Dbtp(peak))


@given(st.floats(-69, 5))
def test_every_place_tells_the_same_to_a_hundredth(lufs: float) -> None:
    gains = Gains(track=levels(lufs))
    playlist = MultivariantPlaylist(variants=(), loudness=StatedLoudness(integrated_lufs=lufs))

    replaygain = -18 - float(replaygain_tags(gains)["replaygain_track_gain"].removesuffix(" dB"))
    r128 = -23 - int(r128_tags(gains)["R128_TRACK_GAIN"]) / 256
    session = parse_multivariant(print_multivariant(playlist)).loudness.integrated_lufs

    for said in (replaygain, r128, session):
        assert said == pytest.approx(lufs, abs=0.01)


def test_r128_and_replaygain_are_five_decibels_apart() -> None:
    gains = Gains(track=levels(-18.0))

    assert replaygain_tags(gains)["replaygain_track_gain"] == "0.00 dB"
    assert r128_tags(gains)["R128_TRACK_GAIN"] == str(-5 * 256)


def test_an_album_is_told_beside_its_track_and_silence_tells_nothing() -> None:
    album = Gains(track=levels(-14.0), album=levels(-12.5, -0.2))

    assert replaygain_tags(album) == {
        "replaygain_track_gain": "-4.00 dB",
        "replaygain_track_peak": "0.891251",
        "replaygain_album_gain": "-5.50 dB",
        "replaygain_album_peak": "0.977237",
        "replaygain_reference_loudness": "-18.00 LUFS",
    }
    assert r128_tags(album)["R128_ALBUM_GAIN"] == str(round(-10.5 * 256))
    assert replaygain_tags(Gains(track=Levels())) == r128_tags(Gains(track=Levels())) == {}


async def test_downloads_carry_the_tags_of_what_was_measured(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "song.wav", seconds=8)
    found = await examine(tools, master, await probe(tools, master), folder=tmp_path)
    bench = Workbench(tools=tools, source=master, folder=tmp_path)
    rungs = [rung for rung in REST if rung.is_download]

    mp3, m4a = sorted(
        await package(bench, original_of(found), rungs, gain_db=-2.0),
        key=lambda one: one.encoded.made.rung.name,
        reverse=True,
    )
    said = await asyncio.to_thread(_gains_in, mp3, m4a)

    lufs = found.heard.loudness.integrated_lufs or 0.0
    assert said == pytest.approx([-18 - (lufs - 2.0), -18 - lufs], abs=0.01)
    assert mp3.certificate.samples == m4a.certificate.samples == Samples(8 * 44_100)


def _gains_in(mp3: Packaged, m4a: Packaged) -> list[float]:
    frame = ID3(mp3.encoded.made.path).getall("TXXX:replaygain_track_gain")[0].text[0]
    form = MP4(m4a.encoded.made.path)["----:com.apple.iTunes:replaygain_track_gain"][0].decode()
    return [float(text.removesuffix(" dB")) for text in (frame, form)]
