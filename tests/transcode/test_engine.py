import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import Broken, Refused
from tests.support.masters import shared, tone
from transcode.encode import encode
from transcode.examine import Examination, examine
from transcode.ladder import FIRST, REST, rungs_for
from transcode.tools import Tools
from transcode.verify import Original, verify

MEDIA = [
    "single-16bit-44k.flac",
    "single-24bit-48k.flac",
    "upsampled-24bit-96k.flac",
    "album/01.flac",
]


def original_of(examined: Examination) -> Original:
    heard = examined.heard
    return Original(info=examined.info, samples=heard.samples, pcm_sha256=heard.pcm_sha256)


@pytest.mark.parametrize("suffix", ["wav", "flac", "aiff"])
@pytest.mark.parametrize(("rate", "subtype"), [(44_100, "PCM_16"), (96_000, "PCM_24")])
async def test_every_rung_of_a_master_is_what_was_asked(
    tools: Tools, tmp_path: Path, suffix: str, rate: int, subtype: str
) -> None:
    master = tone(tmp_path / f"tone.{suffix}", seconds=13.5, rate=rate, subtype=subtype)

    examined = await examine(tools, master, rungs=FIRST, folder=tmp_path)
    rest = rungs_for(examined.info, REST)
    renditions = await encode(tools, master, examined.info, rungs=rest, folder=tmp_path)

    assert examined.heard.samples == round(13.5 * rate)
    assert {one.rung for one in (*examined.renditions, *renditions)} == {*FIRST, *REST}
    for rendition in (*examined.renditions, *renditions):
        await verify(tools, rendition, original_of(examined))
        assert len(rendition.layout.fragments) == 3


@pytest.mark.parametrize("name", MEDIA)
async def test_flac_decodes_to_its_master_sample_for_sample(
    tools: Tools, tmp_path: Path, name: str
) -> None:
    master = shared("media", name).resolve()
    flac = tuple(rung for rung in REST if rung.name == "flac")

    examined = await examine(tools, master, folder=tmp_path)
    [rendition] = await encode(tools, master, examined.info, rungs=flac, folder=tmp_path)

    await verify(tools, rendition, original_of(examined))
    # Heard by another decoder, too: libsndfile reads the master, and the digest is of its floats.
    samples, _ = soundfile.read(master, dtype="float32")
    assert hashlib.sha256(samples.tobytes()).hexdigest() == examined.heard.pcm_sha256


async def test_a_rendition_of_another_master_does_not_pass(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "a.wav", seconds=2)
    other = tmp_path / "b.wav"
    samples, rate = soundfile.read(master, dtype="int16")
    samples[50_000, 0] ^= 1
    soundfile.write(other, samples, rate)
    flac = tuple(rung for rung in REST if rung.name == "flac")

    examined = await examine(tools, master, folder=tmp_path)
    [rendition] = await encode(tools, other, examined.info, rungs=flac, folder=tmp_path)

    with pytest.raises(Broken, match="does not decode to the samples"):
        await verify(tools, rendition, original_of(examined))


async def test_the_same_master_gives_the_same_bytes(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "tone.flac")
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()

    one, two = [
        await examine(tools, master, rungs=(*FIRST, *REST), folder=folder) for folder in folders
    ]

    assert [r.sha256 for r in one.renditions] == [r.sha256 for r in two.renditions]


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


async def test_bad_input_is_refused_with_its_reason(tools: Tools, tmp_path: Path) -> None:
    secret = tone(tmp_path / "secret.wav")
    empty_wav = tmp_path / "none.wav"
    soundfile.write(empty_wav, np.zeros((0, 2)), 44_100)
    quad = tmp_path / "quad.wav"
    soundfile.write(quad, np.zeros((1000, 4)), 44_100)
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    cases = {
        "empty-file": written(tmp_path / "empty.flac", b""),
        "playlist": written(tmp_path / "list.wav", f"#EXTM3U\n#EXTINF:3,\n{secret}\n".encode()),
        "zero-length": empty_wav,
        "too-many-channels": quad,
    }
    not_audio = {
        "text": written(tmp_path / "text.wav", b"La la la\n" * 99),
        "picture": written(tmp_path / "cover.flac", png),
    }
    truncated = {
        "flac": cut(tone(tmp_path / "cut.flac"), 0.6),
        "wav": cut(tone(tmp_path / "cut.wav"), 0.6),
        "aiff": cut(tone(tmp_path / "cut.aiff"), 0.6),
    }
    expected = [
        *cases.items(),
        *(("not-audio", path) for path in not_audio.values()),
        *(("truncated", path) for path in truncated.values()),
    ]

    for code, path in expected:
        with pytest.raises(Refused) as refused:
            await examine(tools, path, rungs=FIRST, folder=tmp_path)
        assert (path.name, refused.value.code) == (path.name, code)


async def test_a_damaged_master_is_refused(tools: Tools, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.flac", seconds=10)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
    path.write_bytes(data)

    with pytest.raises(Refused, match=r"damaged|truncated"):
        await examine(tools, path, folder=tmp_path)


async def test_a_cancelled_encode_leaves_no_child(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "long.wav", seconds=300)

    task = asyncio.create_task(examine(tools, master, rungs=FIRST, folder=tmp_path))
    while not (tmp_path / "aac-128.mp4").exists():  # noqa: ASYNC110 - a file sets no event
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not _children_naming(str(master))


def _children_naming(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_text()
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found
