"""The whole way of a master through the engine, with all that a stranger may send."""

import asyncio
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import Refused
from tests.support.material import (
    RATE,
    SOUNDS,
    Sound,
    chance,
    chunk,
    converted,
    format_chunk,
    music,
    pcm,
    riff,
    sine,
    stereo,
    written,
)
from transcode.encode import Workbench
from transcode.growth import Grown
from transcode.ladder import FIRST, REST, Codec, is_exact, rungs_for
from transcode.package import Packaged, package, seekable
from transcode.probe import probe
from transcode.soon import Opened, open_master
from transcode.timeline import resampled
from transcode.tools import Tools

#: One rung of each encoder: how samples were stored is nothing to a codec's other rungs.
ONE_OF_EACH = ("flac", "alac", "aac-256", "opus-96", "mp3-320")
#: Sounds much like others, which say little more.
AKIN = {
    *("white noise in mono", "square wave of 50 Hz", "direct current", "a tone below all music"),
    *("noise of two values", "channels in opposite phase", "a click in the middle"),
    *("2 samples", "100 samples", "1024 samples", "1025 samples", "4095 samples"),
}
EACH = [pytest.param(name, marks=pytest.mark.chaos) if name in AKIN else name for name in SOUNDS]
#: Read as `FLOAT` is, with twice the bytes.
DOUBLE = pytest.param("DOUBLE", marks=pytest.mark.chaos)
#: How far a lossy rendition of ordinary music is from its master, in LU, at most.
USUAL_LU = 0.3


async def unheard(grown: Grown) -> None:
    assert grown.fragments


async def published(
    tools: Tools, master: Path, folder: Path, *names: str
) -> tuple[Opened, list[Packaged]]:
    """Do what a worker does with a new master, from its first rung to its last."""
    await asyncio.to_thread(folder.mkdir)
    bench = Workbench(tools=tools, source=master, folder=folder)
    info = await probe(tools, master)
    opened = await open_master(bench, info, unheard)
    rungs = [rung for rung in rungs_for(info, REST) if not names or rung.name in names]
    bench = await seekable(bench, info)
    made = await package(bench, opened.original, rungs, gain_db=opened.gain_db)
    return opened, [*opened.renditions, *made]


def require_sound(opened: Opened, made: list[Packaged]) -> None:
    original = opened.original
    for one in made:
        rung, certificate = one.encoded.made.rung, one.certificate
        line = one.encoded.made.line
        rate = original.info.sample_rate
        assert certificate.samples == resampled(original.samples, rate=rate, to=line.rate)
        assert certificate.clips_by_db == 0
        assert is_exact(original.info, rung) or (certificate.sample_peak_dbfs or -1) <= 0
        if is_exact(original.info, rung):
            assert certificate.pcm_sha256 == original.pcm_sha256
            assert certificate.gain_db == 0
        own = 48 if rung.codec is Codec.OPUS else 0
        assert certificate.offset_samples is None or abs(certificate.offset_samples) <= own
        off_lu = certificate.loudness_off_lu
        assert off_lu is None or abs(off_lu) <= USUAL_LU or certificate.findings


def require_usual(made: list[Packaged]) -> None:
    for one in made:
        rung, certificate = one.encoded.made.rung, one.certificate
        assert (rung.name, certificate.findings) == (rung.name, ())
        assert (rung.name, certificate.offset_samples) == (rung.name, 0)


@pytest.mark.parametrize("name", EACH)
async def test_any_sound_can_be_published(tools: Tools, tmp_path: Path, name: str) -> None:
    sound = SOUNDS[name]()
    master = written(tmp_path, sound)

    opened, made = await published(tools, master, tmp_path / "out")

    assert opened.examination.heard.samples == len(sound)
    deserved = {rung.name for rung in rungs_for(opened.original.info, (*FIRST, *REST))}
    assert {one.encoded.made.rung.name for one in made} == deserved
    assert {"flac", "alac", "aac-128", "opus-96"} <= deserved
    require_sound(opened, made)


@pytest.mark.parametrize(
    ("rate", "channels"),
    [(8_000, 1), (11_025, 2), (12_345, 1), (22_050, 2), (48_000, 1), (88_200, 2), (192_000, 2)],
)
async def test_any_rate_can_be_published(
    tools: Tools, tmp_path: Path, rate: int, channels: int
) -> None:
    sound = music(rate=rate, channels=channels)
    master = written(tmp_path, sound, rate=rate, subtype="PCM_24", suffix="flac")

    opened, made = await published(tools, master, tmp_path / "out", *ONE_OF_EACH, "flac-48")

    require_sound(opened, made)
    for one in made:
        # Opus at a low rate codes music of few frequencies as speech, with filters of its own.
        is_opus = one.encoded.made.rung.codec is Codec.OPUS
        assert abs(one.certificate.offset_samples or 0) <= (48 if is_opus else 0)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", DOUBLE])
async def test_any_depth_can_be_published(tools: Tools, tmp_path: Path, subtype: str) -> None:
    master = written(tmp_path, music(), subtype=subtype)

    opened, made = await published(tools, master, tmp_path / "out", *ONE_OF_EACH)

    require_sound(opened, made)
    require_usual(made)
    [flac] = [one for one in made if one.encoded.made.rung.name == "flac"]
    assert flac.certificate.is_exact == (subtype in {"PCM_U8", "PCM_16", "PCM_24"})
    assert flac.certificate.gain_db == 0


@pytest.mark.parametrize("subtype", ["FLOAT", DOUBLE])
async def test_a_float_master_beyond_full_scale_is_lowered_and_not_cut_off(
    tools: Tools, tmp_path: Path, subtype: str
) -> None:
    master = written(tmp_path, 8 * music(), subtype=subtype)

    opened, made = await published(tools, master, tmp_path / "out", *ONE_OF_EACH)

    peak = max(p.sample_peak_dbfs or 0 for p in opened.examination.heard.peaks)
    require_sound(opened, made)
    require_usual(made)
    [flac] = [one for one in made if one.encoded.made.rung.name == "flac"]
    assert flac.certificate.gain_db == pytest.approx(-peak - 0.1, abs=0.02)


async def test_a_float_master_that_just_reaches_full_scale_keeps_its_level(
    tools: Tools, tmp_path: Path
) -> None:
    sound = music()
    master = written(tmp_path, sound / np.abs(sound).max(), subtype="FLOAT")

    _, made = await published(tools, master, tmp_path / "out", "flac")

    assert [one.certificate.gain_db for one in made if one.encoded.made.rung.name == "flac"] == [0]


async def test_a_lossless_rung_at_another_rate_is_lowered_where_it_would_clip(
    tools: Tools, tmp_path: Path
) -> None:
    square = np.sign(sine(1000, rate=96_000))
    master = written(tmp_path, stereo(square), rate=96_000, subtype="PCM_24")

    opened, made = await published(tools, master, tmp_path / "out", "flac", "flac-48")

    require_sound(opened, made)
    gains = {one.encoded.made.rung.name: one.certificate.gain_db for one in made}
    assert gains["flac"] == 0
    assert -2 < gains["flac-48"] < -0.1


LOSSLESS = {
    "wave": ("wav", None, "PCM_16"),
    "wave extensible": ("wav", "WAVEX", "PCM_24"),
    "RF64": ("wav", "RF64", "PCM_16"),
    "W64": ("w64", "W64", "PCM_24"),
    "AIFF": ("aiff", "AIFF", "PCM_24"),
    "FLAC": ("flac", "FLAC", "PCM_24"),
    "CAF": ("caf", "CAF", "PCM_24"),
}


@pytest.mark.parametrize(("suffix", "kind", "subtype"), LOSSLESS.values(), ids=LOSSLESS)
async def test_lossless_containers_are_read_to_the_sample(
    tools: Tools, tmp_path: Path, suffix: str, kind: str | None, subtype: str
) -> None:
    sound = music(seconds=0.7)
    master = written(tmp_path, sound, suffix=suffix, kind=kind, subtype=subtype)

    opened, made = await published(tools, master, tmp_path / "out", "flac", "opus-96")

    assert opened.original.info.declared_samples == len(sound)
    assert opened.original.samples == len(sound)
    require_sound(opened, made)
    require_usual(made)


CONVERTED = {
    "ALAC": ("m4a", ["-c:a", "alac"], True),
    "WavPack": ("wv", ["-c:a", "wavpack"], True),
    "FLAC in Ogg": ("oga", ["-c:a", "flac"], True),
    "AAC in MP4": ("m4a", ["-c:a", "aac", "-b:a", "256k"], False),
    "AAC in ADTS": ("aac", ["-c:a", "aac", "-b:a", "256k"], False),
    "MP3": ("mp3", ["-c:a", "libmp3lame", "-b:a", "320k"], False),
    "Opus": ("opus", ["-c:a", "libopus", "-b:a", "256k"], False),
    "Vorbis": ("ogg", ["-c:a", "libvorbis", "-q:a", "8"], False),
}


@pytest.mark.parametrize(("suffix", "options", "is_lossless"), CONVERTED.values(), ids=CONVERTED)
async def test_compressed_masters_are_published_as_they_decode(
    tools: Tools, tmp_path: Path, suffix: str, options: list[str], is_lossless: bool  # noqa: FBT001
) -> None:  # fmt: skip
    sound = music(seconds=1.2)
    wave = await asyncio.to_thread(written, tmp_path, sound)
    master = await asyncio.to_thread(converted, tools.ffmpeg, wave, suffix, *options)

    opened, made = await published(tools, master, tmp_path / "out", *ONE_OF_EACH)

    assert opened.original.info.is_lossless == is_lossless
    rungs = {one.encoded.made.rung.name for one in made}
    assert ("flac" in rungs) == is_lossless
    require_sound(opened, made)
    assert {one.certificate.offset_samples for one in made} == {0}
    if is_lossless:
        assert opened.original.samples == len(sound)


def bext() -> bytes:
    return chunk(b"bext", b"A description".ljust(602, b"\0") + b"history\r\n")


SAMPLES = pcm(music(seconds=0.5))
WAVES = {
    "broadcast wave": riff(bext(), format_chunk(2), chunk(b"data", SAMPLES)),
    "an odd chunk before the data": riff(
        format_chunk(2), chunk(b"junk", b"odd"), chunk(b"data", SAMPLES)
    ),
    "chunks behind the data": riff(
        format_chunk(2), chunk(b"data", SAMPLES), chunk(b"LIST", b"INFOx")
    ),
    "a streaming writer": riff(
        format_chunk(2), chunk(b"data", SAMPLES, size=0xFFFFFFFF), size=0xFFFFFFFF
    ),
    "a streaming writer that wrote no size": riff(
        format_chunk(2), chunk(b"data", SAMPLES, size=0), size=0
    ),
    "RF64 with its sizes": riff(
        chunk(b"ds64", struct.pack("<QQQI", len(SAMPLES) + 72, len(SAMPLES), 22_050, 0)),
        format_chunk(2),
        chunk(b"data", SAMPLES, size=0xFFFFFFFF),
        kind=b"RF64",
        size=0xFFFFFFFF,
    ),
}


@pytest.mark.parametrize("name", WAVES)
async def test_headers_of_real_writers_are_understood(
    tools: Tools, tmp_path: Path, name: str
) -> None:
    master = tmp_path / "master.wav"
    await asyncio.to_thread(master.write_bytes, WAVES[name])

    opened, made = await published(tools, master, tmp_path / "out", "flac")

    assert opened.original.samples == len(SAMPLES) // 4
    require_sound(opened, made)


CUT_OFF = {
    "RF64 of 5 GiB": riff(
        chunk(b"ds64", struct.pack("<QQQI", 5 << 30, 5 << 30, 5 << 28, 0)),
        format_chunk(2),
        chunk(b"data", SAMPLES, size=0xFFFFFFFF),
        kind=b"RF64",
        size=0xFFFFFFFF,
    ),
    "a wave of almost 4 GiB": riff(
        format_chunk(2), chunk(b"data", SAMPLES, size=0xFFFFFFF0), size=0xFFFFFFF8
    ),
    "a wave that lacks its last frame": riff(format_chunk(2), chunk(b"data", SAMPLES))[:-4],
}


@pytest.mark.parametrize("name", CUT_OFF)
async def test_a_file_that_lacks_what_it_promises_is_refused(
    tools: Tools, tmp_path: Path, name: str
) -> None:
    master = tmp_path / "master.wav"
    await asyncio.to_thread(master.write_bytes, CUT_OFF[name])

    with pytest.raises(Refused, match="truncated"):
        await published(tools, master, tmp_path / "out")


def poisoned(value: float, at: int) -> Sound:
    sound = music()
    sound[at, 1] = value
    return sound


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
async def test_samples_that_are_no_numbers_are_refused(
    tools: Tools, tmp_path: Path, value: float, subtype: str
) -> None:
    master = written(tmp_path, poisoned(value, 30_000), subtype=subtype)

    with pytest.raises(Refused, match="not-a-number"):
        await published(tools, master, tmp_path / "out")


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(music(), id="music"),
        pytest.param(chance().uniform(-1, 1, (RATE, 2)), id="noise", marks=pytest.mark.chaos),
    ],
)
async def test_the_same_bytes_come_out_twice(tools: Tools, tmp_path: Path, sound: Sound) -> None:
    master = written(tmp_path, sound)

    _, once = await published(tools, master, tmp_path / "one", *ONE_OF_EACH)
    _, twice = await published(tools, master, tmp_path / "two", *ONE_OF_EACH)

    assert [one.encoded.sha256 for one in once] == [one.encoded.sha256 for one in twice]


async def test_flac_is_read_by_others_to_the_sample(tools: Tools, tmp_path: Path) -> None:
    master = written(tmp_path, music())

    _, made = await published(tools, master, tmp_path / "out", "alac")

    [alac] = [one for one in made if one.encoded.made.rung.name == "alac"]
    again = await asyncio.to_thread(
        converted, tools.ffmpeg, alac.encoded.made.path, "flac", "-c:a", "flac"
    )
    samples, _ = soundfile.read(again, dtype="int16")
    expected, _ = soundfile.read(master, dtype="int16")
    assert np.array_equal(samples, expected)
