from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from base.errors import Unavailable
from refrain.conformance.bitrates import average_bps, peak_bps
from refrain.conformance.findings import Report, Severity
from refrain.conformance.verify import verify
from tests.support.commands import Done, refrain
from tests.support.masters import tone
from tests.support.streams import authored, clauses, encoded, ffmpeg, found, multivariant
from transcode.tools import Tools


@pytest.fixture
def copy(stream: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stream, tmp_path / "stream"))


DATA = '#EXT-X-SESSION-DATA:DATA-ID="org.example.a",URI="none.json"\n'
MEMBER = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="One",URI="'


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


async def test_a_stream_without_fault_has_no_findings(stream: Path, tools: Tools) -> None:
    report = await verify(str(stream), tools=tools)

    assert report.findings == ()
    assert report.facts["aac.m3u8"]["codecs"] == "mp4a.40.2"
    assert report.facts["flac.m3u8"]["decoded_samples"] == 13 * 48_000


@pytest.mark.parametrize(
    ("clause", "name", "before", "after"),
    [
        ("RFC 8216bis 6.2.4", "index.m3u8", "fLaC", "mp4a.40.2"),
        ("RFC 8216bis 6.2.4", "index.m3u8", "mp4a.40.2", "mp4a.40.2,Opus"),
        ("RFC 8216bis 6.2.4", "opus.m3u8", "DURATION:6", "DURATION:7"),
        ("RFC 8216bis 6.2.1", "index.m3u8", "opus.m3u8", "none.m3u8"),
        ("RFC 8216bis 6.2.1", "index.m3u8", "opus.m3u8", "../opus.m3u8"),
        ("RFC 8216bis 6.2.1", "opus.m3u8", "\nopus.mp4", "\nhttp://example.org/a.mp4"),
        ("RFC 8216bis 4.4.4.5", "opus.m3u8", 'URI="opus.mp4"', 'URI="none.mp4"'),
        ("RFC 8216bis 4.4.4.2", "opus.m3u8", "\nopus.mp4\n#EXT-X-END", "0\nopus.mp4\n#EXT-X-END"),
        ("RFC 8216bis 4.4.2.1", "index.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", ""),
        ("RFC 8216bis 4.4.2", "aac.m3u8", "#EXTINF", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXTINF"),
        ("RFC 8216bis 4.4.6.2", "index.m3u8", "opus.m3u8", "index.m3u8"),
        ("RFC 8216bis 4.4.4.5", "aac.m3u8", '@0"', '@28"'),
        ("RFC 8216bis 6.2.1", "index.m3u8", "#EXT-X-STREAM", f"{DATA}#EXT-X-STREAM"),
        ("RFC 8216bis 6.2.1", "index.m3u8", "#EXT-X-STREAM", f'{MEMBER}none"\n#EXT-X-STREAM'),
        (
            "RFC 8216bis 4.4.6.1",
            "index.m3u8",
            "#EXT-X-STREAM",
            f'{MEMBER}aac.m3u8",CHANNELS="1"\n#EXT-X-STREAM',
        ),
        (
            "RFC 8216bis 4.4.6.1",
            "index.m3u8",
            "#EXT-X-STREAM",
            f'{MEMBER}aac.m3u8",SAMPLE-RATE=44100\n#EXT-X-STREAM',
        ),
        ("RFC 8216bis 3", "flac.m3u8", "#EXTINF:1.", "#EXTINF:2."),
        ("Apple 2.3", "index.m3u8", "aac.m3u8", "flac.m3u8"),
        ("Limits", "aac.m3u8", "#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="a"\n#EXTINF'),
        ("Limits", "aac.m3u8", "#EXTINF", '#EXT-X-MAP:URI="aac.mp4",BYTERANGE="9@0"\n#EXTINF'),
    ],
)
async def test_a_broken_stream_is_found_out(  # noqa: PLR0913, PLR0917 - a row of a table
    copy: Path, tools: Tools, clause: str, name: str, before: str, after: str
) -> None:
    edit(copy / name, before, after)

    assert clause in clauses((await verify(str(copy), tools=tools)).findings)


@pytest.mark.parametrize(("name", "clause"), [("BANDWIDTH", "1.27"), ("AVERAGE-BANDWIDTH", "1.26")])
@pytest.mark.parametrize("times", [8, 0.5])
async def test_rates_that_are_not_those_of_the_media_are_found_out(
    copy: Path, tools: Tools, name: str, clause: str, times: float
) -> None:
    text = (copy / "index.m3u8").read_text()
    rate = text.partition(f"{':' if name == 'BANDWIDTH' else ','}{name}=")[2].split(",")[0]
    edit(copy / "index.m3u8", f"{name}={rate},", f"{name}={round(int(rate) * times)},")

    assert f"Apple {clause}" in clauses((await verify(str(copy), tools=tools)).findings)


async def test_renditions_of_other_lengths_and_boundaries_are_found_out(
    copy: Path, tools: Tools, tmp_path: Path
) -> None:
    master = tone(tmp_path / "b.wav", seconds=11, rate=48_000)
    path = encoded(tools, master, tmp_path / "opus.mp4", "-frag_duration", "4000000")
    shutil.copy(path, copy)
    (copy / "opus.m3u8").write_text(authored(path.read_bytes(), path.name).text)

    said = clauses((await verify(str(copy), tools=tools)).findings)

    assert {"Apple 8.22", "RFC 8216bis 6.2.4"} <= said


async def test_boundaries_at_other_times_are_found_out(
    copy: Path, tools: Tools, tmp_path: Path
) -> None:
    master = tone(tmp_path / "b.wav", seconds=13, rate=48_000)
    path = encoded(tools, master, tmp_path / "opus.mp4", "-frag_duration", "5000000")
    shutil.copy(path, copy)
    (copy / "opus.m3u8").write_text(authored(path.read_bytes(), path.name).text)

    said = clauses((await verify(str(copy), tools=tools)).findings)

    assert {"Apple 8.22"} <= said


async def test_lossless_audio_outside_of_fragments_is_found_out(
    tools: Tools, master: Path, tmp_path: Path
) -> None:
    ffmpeg(tools, "-i", master, tmp_path / "a.flac")
    (tmp_path / "a.m3u8").write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:13\n#EXTINF:13.0,\na.flac\n"
    )
    (tmp_path / "index.m3u8").write_text(
        '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="fLaC"\na.m3u8\n'
    )

    said = clauses((await verify(str(tmp_path), tools=tools)).findings)

    assert {"Apple 2.25", "Apple 2.3", "Apple 8.6", "RFC 8216bis 6.2.1"} <= said


async def test_the_hls_of_ffmpeg_has_its_known_faults(
    tools: Tools, master: Path, tmp_path: Path
) -> None:
    expected = {
        "aac": {"ISO 8.6.6", "ISO 10.1", "Apple 2.19", "RFC 8216bis 4.4.2.1"},
        "opus": {"Opus in ISO 4.4", "ISO 10.1", "RFC 8216bis 6.2.4", "Apple 2.3"},
        "alac": {"Apple 9.1", "Apple 9.21", "Apple 2.3"},
    }
    for codec, faults in expected.items():
        folder = tmp_path / codec
        folder.mkdir()
        how = ["-c:a", {"opus": "libopus"}.get(codec, codec), "-f", "hls", "-hls_time", "6"]
        how += ["-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"]
        ffmpeg(tools, "-i", master, *how, "-master_pl_name", "index.m3u8", folder / f"{codec}.m3u8")

        report = await verify(str(folder), tools=tools)

        assert faults <= clauses(report.findings), codec


async def test_plain_files_are_checked(tools: Tools, master: Path, tmp_path: Path) -> None:
    for name, options, expected in (
        ("late.m4a", [], {"ISO 8.2.1", "Apple 2.19"}),
        ("early.m4a", ["-movflags", "+faststart"], {"Apple 2.19"}),
    ):
        ffmpeg(tools, "-i", master, *options, tmp_path / name)

        report = await verify(str(tmp_path / name), tools=tools)

        assert clauses(report.findings) == expected
        assert report.facts[name]["decoded_samples"] == 13 * 48_000


async def test_a_file_that_cannot_be_decoded_is_found_out(
    raw: dict[str, bytes], tools: Tools, tmp_path: Path
) -> None:
    data = raw["flac"]
    media = found(data, "mdat")
    (tmp_path / "a.mp4").write_bytes(data[: media.body] + bytes(len(data) - media.body))

    report = await verify(str(tmp_path / "a.mp4"), tools=tools)

    assert "Decoding" in clauses(report.findings)


@pytest.mark.parametrize(
    "data", [b"a\nb\nc\n", b"", b"\0" * 5000, b"#EXTM3U", b"<MPD", b"RIFF" * 99, b"\xff" * 9]
)
async def test_garbage_gives_findings(data: bytes, tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "a.m3u8").write_bytes(data)

    assert (await verify(str(tmp_path), tools=tools)).count(Severity.ERROR)
    assert (await verify(str(tmp_path / "a.m3u8"), tools=tools)).count(Severity.ERROR)


async def test_what_is_not_there_is_unreadable(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await verify(str(tmp_path), tools=tools)
    with pytest.raises(Unavailable):
        await verify(str(tmp_path / "none"), tools=tools)


def test_rates_are_those_of_the_specification() -> None:
    segments = [(6000, Fraction(6)), (3000, Fraction(2)), (3000, Fraction(2)), (9000, Fraction(1))]

    # One second is less than half of six: it is a peak only with the two before it.
    assert peak_bps(segments, 6) == 32_000
    assert average_bps(segments) == 15_273
    assert peak_bps(segments[:1], 60) == average_bps(segments[:1]) == 8000
    assert peak_bps([], 6) == average_bps([]) == 0


def command(*arguments: str | Path) -> Done:
    return refrain("media", "verify", *arguments)


def test_the_exit_status_says_what_was_found(copy: Path) -> None:
    good, playlist = command(copy), copy / "aac.m3u8"
    edit(playlist, "VERSION:6", "VERSION:7")
    warned, strict = command(playlist, "--json"), command(playlist, "--strict")
    edit(playlist, "VERSION:7", "VERSION:5")
    failed, unreadable = command(playlist), command(copy / "none")

    statuses = [one.status for one in (good, warned, strict, failed, unreadable)]
    assert statuses == [0, 0, 1, 1, 2]
    said = json.loads(warned.said)
    assert (said["errors"], said["warnings"]) == (0, 1)
    assert said["findings"][0]["clause"] == "RFC 8216bis 6.2.1"
    assert "RFC 8216bis 8" in failed.said
    assert "Traceback" not in failed.errors + unreadable.errors


def test_a_report_counts_by_severity() -> None:
    assert Report(target="x", findings=()).count(Severity.ERROR) == 0


def test_a_multivariant_playlist_is_written(raw: dict[str, bytes]) -> None:
    one = authored(raw["aac"], "a.mp4")

    assert one.codecs in multivariant({"a.m3u8": one})
