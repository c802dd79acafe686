import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import Broken, Refused
from base.units import Samples
from tests.support.children import processes_naming
from tests.support.masters import long_tone, shared, tone
from transcode.encode import Workbench
from transcode.examine import Examination, examine
from transcode.ladder import FIRST, REST, rungs_for
from transcode.package import Packaged, package
from transcode.plan import headroom_db
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools

MEDIA = [
    "single-16bit-44k.flac",
    "single-24bit-48k.flac",
    "upsampled-24bit-96k.flac",
    "album/01.flac",
]


async def examined(tools: Tools, master: Path, folder: Path) -> Examination:
    return await examine(tools, master, await probe(tools, master), folder=folder)


async def packaged(
    tools: Tools, found: Examination, folder: Path, *names: str
) -> dict[str, Packaged]:
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    bench = Workbench(tools=tools, source=found.source, folder=folder)
    rungs = [
        rung for rung in rungs_for(found.info, (*FIRST, *REST)) if not names or rung.name in names
    ]
    gain_db = headroom_db(found.heard.loudness.true_peak_dbtp)
    made = await package(bench, original_of(found), rungs, gain_db=gain_db)
    return {one.encoded.made.rung.name: one for one in made}


@pytest.mark.parametrize(
    ("suffix", "rate", "subtype"),
    [("wav", 44_100, "PCM_16"), ("aiff", 44_100, "PCM_24"), ("flac", 96_000, "PCM_24")],
)
async def test_every_rung_of_a_master_is_what_was_asked(
    tools: Tools, tmp_path: Path, suffix: str, rate: int, subtype: str
) -> None:
    master = tone(tmp_path / f"tone.{suffix}", seconds=13.5, rate=rate, subtype=subtype)

    found = await examined(tools, master, tmp_path)
    made = await packaged(tools, found, tmp_path / "out")

    assert found.heard.samples == round(13.5 * rate)
    deserved = {rung.name for rung in (*FIRST, *REST)} - ({"flac-48"} if rate < 48_000 else set())
    assert set(made) == deserved
    for one in made.values():
        made_of, certificate = one.encoded.made, one.certificate
        assert certificate.samples == made_of.line.samples == round(13.5 * made_of.line.rate)
        assert certificate.offset_samples == 0
        assert len(one.encoded.fragments) == (0 if made_of.rung.is_download else 3)


@pytest.mark.parametrize("name", MEDIA)
async def test_flac_decodes_to_its_master_sample_for_sample(
    tools: Tools, tmp_path: Path, name: str
) -> None:
    master = shared("media", name).resolve()

    found = await examined(tools, master, tmp_path)
    made = await packaged(tools, found, tmp_path / "out", "flac", "alac")

    assert {one.certificate.pcm_sha256 for one in made.values()} == {found.heard.pcm_sha256}
    # Heard by another decoder, too: libsndfile reads the master, and the digest is of its floats.
    samples, _ = soundfile.read(master, dtype="float32")
    assert hashlib.sha256(samples.tobytes()).hexdigest() == found.heard.pcm_sha256


async def test_a_rendition_of_another_master_does_not_pass(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "a.wav", seconds=2)
    other = tmp_path / "b.wav"
    samples, rate = soundfile.read(master, dtype="int16")
    samples[50_000, 0] ^= 1
    soundfile.write(other, samples, rate)

    found = replace(await examined(tools, master, tmp_path), source=other)

    with pytest.raises(Broken, match="does not decode to the samples"):
        await packaged(tools, found, tmp_path / "out", "flac")


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
            await examined(tools, path, tmp_path)
        assert (path.name, refused.value.code) == (path.name, code)


async def test_a_damaged_master_is_refused(tools: Tools, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.flac", seconds=10)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
    path.write_bytes(data)

    with pytest.raises(Refused, match=r"damaged|truncated"):
        await examined(tools, path, tmp_path)


async def test_a_cancelled_encode_leaves_no_child(tools: Tools, tmp_path: Path) -> None:
    master = long_tone(tmp_path / "long.wav", seconds=300)

    found = await examined(tools, tone(tmp_path / "short.wav"), tmp_path)
    found = replace(found, source=master, heard=replace(found.heard, samples=Samples(300 * 44_100)))
    task = asyncio.create_task(packaged(tools, found, tmp_path / "out", "aac-128"))
    while not (tmp_path / "out" / "aac-128.part-0.mp4").exists():  # noqa: ASYNC110 - a file sets no event
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not processes_naming(master)
