"""What is said of a file by its first MiB."""

import asyncio
import io
import random
import struct
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.sniff import AUDIO, MOST_BYTES, Kind, Level, Verdict, sniff
from tests.support.formats import NOT_TAKEN, TAKEN, converted
from tests.support.hostile import box
from tests.support.material import chunk, format_chunk, riff
from transcode.tools import find_tools

MIB = 1 << 20
#: What starts each parser, for the fuzzer to go on from.
STARTS = [
    *(b"RIFF\x00\x00\x00\x00WAVEfmt ", b"RF64\xff\xff\xff\xffWAVEds64", b"RIFF....AVI "),
    *(b"FORM\x00\x00\x00\x00AIFFCOMM", b"FORM\x00\x00\x00\x00AIFCSSND", b"fLaC\x80\x00\x00\x22"),
    *(b"\x00\x00\x00\x20ftypM4A ", b"\x00\x00\x00\x10moov\x00\x00\x00\x08trak", b"OggS\x00\x02"),
    *(b"wvpk", b"MAC \x96\x0f\x00\x00\x34\x00\x00\x00", b"caff\x00\x01\x00\x00desc", b"ID3\x04"),
    *(b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80", b"PK\x03\x04", b"#EXTM3U\n", b"APETAGEX", b"\xff"),
    b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00",
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    forms = {name: (suffix, options) for name, (suffix, options, _) in NOT_TAKEN.items()}
    ffmpeg = asyncio.run(find_tools()).ffmpeg
    return converted(ffmpeg, tmp_path_factory.mktemp("forms"), TAKEN | forms)


def said(data: bytes, name: str = "song.wav", size: int | None = None) -> Verdict:
    return sniff(data[:MIB], name, len(data) if size is None else size)


def code(data: bytes, name: str = "song.wav", size: int | None = None) -> str | None:
    refusal = said(data, name, size).refusal
    return refusal and refusal.code


def warnings(verdict: Verdict) -> set[str]:
    return {notice.code for notice in verdict.notices}


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_engine_takes_is_not_refused(files: dict[str, Path], name: str) -> None:
    data = files[name].read_bytes()

    verdict = said(data, files[name].name)

    assert verdict.refusal is None, verdict
    assert verdict.kind in AUDIO
    lossy = ("aac", "mp", "vorbis", "opus", "adpcm")
    is_lossy = name.startswith(lossy)
    expected = {"lossy-source"} if is_lossy and verdict.claim and verdict.claim.codec else set()
    expected |= {"few-bits"} if name == "wav 8" else set()
    assert warnings(verdict) == expected
    if verdict.claim and verdict.claim.rate:
        rate = 48_000 if name == "opus" else 44_100
        assert (verdict.claim.rate, verdict.claim.channels) == (rate, 2)
    if verdict.claim and verdict.claim.seconds:
        assert verdict.claim.seconds == pytest.approx(0.34, abs=0.1)


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_the_engine_does_not_open_is_refused(files: dict[str, Path], name: str) -> None:
    assert code(files[name].read_bytes(), files[name].name) == NOT_TAKEN[name][2]


@pytest.mark.parametrize(
    "name", ["wav 16", "rf64", "w64", "aiff", "aifc", "caf", "aac in mp4", "pcm in mov", "alac"]
)
def test_what_is_shorter_than_its_header_says_is_cut_off(files: dict[str, Path], name: str) -> None:
    data = files[name].read_bytes()

    # Of an MP4 the header may be missing then; but the music is said to end behind the file.
    assert code(data[: len(data) // 2], files[name].name) == "truncated"
    assert code(data[:1000], files[name].name, size=len(data)) is None


def test_a_size_that_is_not_known_proves_nothing(files: dict[str, Path]) -> None:
    assert sniff(files["wav 16"].read_bytes()[:1000], "a.wav", None).level is Level.OK


@pytest.mark.parametrize("tag_bytes", [100, 3 * MIB])
@pytest.mark.parametrize("name", ["flac", "mp3 without tags", "wav 16"])
def test_music_behind_tags_is_found_as_far_as_it_can_be_seen(
    files: dict[str, Path], name: str, tag_bytes: int
) -> None:
    data = id3(tag_bytes) + files[name].read_bytes()

    verdict = said(data, files[name].name)

    assert verdict.refusal is None
    assert (verdict.kind in AUDIO) == (tag_bytes < MIB)
    assert verdict.kind is not Kind.TAGS or tag_bytes > MIB


def id3(size: int) -> bytes:
    parts = (size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127)
    return b"ID3\x04\x00\x00" + bytes(parts) + bytes(size)


def test_tags_of_a_hundred_megabytes_are_refused_before_they_are_sent() -> None:
    head = id3(100 * MIB)[:MIB]

    assert code(head, "song.mp3", size=120 * MIB) == "large-tags"
    assert code(head, "song.mp3", size=90 * MIB) == "truncated"
    assert warnings(said(id3(12 * MIB)[:MIB], "song.mp3", size=20 * MIB)) == {"much-artwork"}


def test_an_mp3_that_calls_itself_a_wav_is_told_so(files: dict[str, Path]) -> None:
    verdict = said(files["mp3"].read_bytes(), "master.WAV")

    assert verdict.level is Level.WARN
    assert warnings(verdict) == {"lossy-source", "misnamed"}
    assert "named .wav, but what is inside is MP3" in verdict.notices[1].sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#EXTM3U\n#EXTINF:3,\n/etc/passwd\n", "playlist"),
        ("\ufeff#EXTM3U\nsong.wav", "playlist"),
        ("ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        ("[playlist]\nFile1=/etc/passwd\n", "playlist"),
        ('<?xml version="1.0"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">', "playlist"),
        ('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "playlist"),
        ('<asx version="3.0"><entry/></asx>', "playlist"),
        ('REM GENRE Jazz\nPERFORMER "A"\nTITLE "B"\nFILE "/etc/passwd" WAVE\n', "playlist"),
        ('FILE "album.flac" FLAC\n  TRACK 01 AUDIO\n', "playlist"),
        ("C:\\Music\\01 One.wav\r\nC:\\Music\\02 Two.mp3\r\n", "playlist"),
        ("<!DOCTYPE html><html>", "web-page"),
        ("\n\n<script>alert(1)</script>", "web-page"),
        ('<?xml version="1.0"?><!-- x --><svg onload="alert(1)">', "web-page"),
        ("Roses are red\n" * 20, "text"),
        ("", "empty-file"),
        ("%PDF-1.7\n", "document"),
        ("#!/bin/sh\nrm -rf /\n", "program"),
        ("{\\rtf1", "document"),
    ],
)
def test_texts_are_refused_for_what_they_are(text: str, expected: str) -> None:
    assert code(text.encode()) == expected
    if text and expected in {"playlist", "web-page", "text"}:
        assert code(text.removeprefix("\ufeff").encode("utf-16")) == expected


@pytest.mark.parametrize(
    ("magic", "expected"),
    [
        (b"Rar!\x1a\x07\x01\x00", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (bytes(257) + b"ustar\x0000", "archive"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "picture"),
        (b"\x00\x00\x00\x18ftypavif", "picture"),
        (b"\x7fELF\x02", "program"),
        (b"MZ\x90\x00", "program"),
        (b"DSD \x1c\x00\x00\x00", "dsd"),
        (b"FRM8\x00\x00\x00\x00", "dsd"),
        (b"MThd\x00\x00\x00\x06", "midi"),
        (b"\x1aE\xdf\xa3", "video"),
        (bytes(500), "not-audio"),
    ],
)
def test_other_files_are_refused_for_what_they_are(magic: bytes, expected: str) -> None:
    assert code(magic + bytes(400)) == expected


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in names:
            made.writestr(name, b"x" * 100)
    return packed.getvalue()


def test_an_archive_shows_its_members() -> None:
    verdict = said(archive("Disc 1/", "Disc 1/01 Öne.flac", "cover.jpg"), "album.zip")

    assert (verdict.level, verdict.kind) == (Level.OK, Kind.ZIP)
    assert verdict.members == ("Disc 1/01 Öne.flac", "cover.jpg")


def test_an_archive_that_was_streamed_shows_its_members() -> None:
    header = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 8, 8, 0, 0, 0, 0, 0, 5, 0)
    data = header + b"a.wav" + b"\x01" * 300 + header + b"b.wav" + b"\x02" * 300

    assert said(data, "a.zip", size=900 * MIB).members == ("a.wav", "b.wav")


@pytest.mark.parametrize(
    "names", [("setup.exe", "evil\u202e\n<b>.dll"), ("[Content_Types].xml", "word/x.xml"), ()]
)
def test_an_archive_with_nothing_usable_is_refused(names: tuple[str, ...]) -> None:
    refusal = said(archive(*names), "album.zip").refusal

    assert refusal
    assert refusal.code == "archive-without-music"
    assert refusal.sentence.isprintable()
    # More may come where none was seen yet.
    assert not names or code(archive(*names)[:20], size=900 * MIB) is None


def wav(*, channels: int = 2, rate: int = 44_100, size: int | None = None) -> bytes:
    return riff(format_chunk(channels, rate), chunk(b"data", bytes(4000), size=size))


def flac(*, frames: int, rate: int = 44_100) -> bytes:
    packed = rate << 44 | 1 << 41 | 15 << 36 | frames
    return b"fLaC\x80\x00\x00\x22" + bytes(10) + struct.pack(">Q", packed) + bytes(90)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (wav(channels=64), "too-many-channels"),
        (wav(channels=0), "no-audio"),
        (wav(rate=768_000), "bad-rate"),
        (wav(rate=0), "bad-rate"),
        (wav(size=0xFFFFFFF0), "truncated"),  # negative, if it were signed
        (wav(size=5000), "truncated"),
        (flac(frames=(1 << 36) - 1), "too-long"),
        (flac(frames=44_100 * 3600), "truncated"),
    ],
)
def test_what_no_master_is_is_refused_by_its_header(data: bytes, expected: str) -> None:
    assert code(data) == expected


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_that_was_streamed_does_not_know_its_length(size: int) -> None:
    assert said(wav(size=size)).level is Level.OK


def test_384_khz_is_taken_and_wondered_about() -> None:
    assert warnings(said(wav(rate=384_000))) == {"odd-rate"}


def test_a_header_that_claims_a_thousand_million_seconds_is_refused() -> None:
    data = b"RF64\xff\xff\xff\xffWAVE"
    data += chunk(b"ds64", struct.pack("<QQQI", 1 << 62, 4 * 44_100 * 10**9, 0, 0))
    data += format_chunk(2) + chunk(b"data", b"", size=0xFFFFFFFF)

    assert said(data, size=None).refusal is not None
    assert sniff(data, "a.wav", None).refusal is not None


def movie(kind: bytes, *, scale: int, rate: int, channels: int = 2) -> bytes:
    entry = box(kind, bytes(16) + struct.pack(">HHHHI", channels, 16, 0, 0, rate << 16))
    table = box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1) + entry))
    handler = box(b"hdlr", struct.pack(">II4s", 0, 0, b"soun") + bytes(13))
    clock = box(b"mdhd", struct.pack(">IIIII", 0, 0, 0, scale, 10 * scale) + bytes(4))
    track = box(b"trak", box(b"mdia", clock + handler + box(b"minf", table)))
    return box(b"ftyp", b"M4A \x00\x00\x00\x00") + box(b"moov", track)


@pytest.mark.parametrize("kind", [b"fLaC", b"alac", b"mp4a", b"QDM2"])
def test_a_movie_that_does_not_say_its_rate_is_not_refused_for_it(kind: bytes) -> None:
    verdict = said(movie(kind, scale=600, rate=0), "song.m4a")

    assert verdict.refusal is None
    assert verdict.claim
    assert verdict.claim.rate is None


def test_a_movie_says_what_it_holds() -> None:
    claim = said(movie(b"alac", scale=96_000, rate=0), "song.m4a").claim

    assert claim
    assert (claim.codec, claim.rate, claim.channels, claim.seconds) == ("ALAC", 96_000, 2, 10)
    assert code(movie(b"mp4a", scale=48_000, rate=48_000, channels=6)) == "too-many-channels"
    assert code(movie(b"drms", scale=44_100, rate=44_100)) == "protected"


def test_only_the_first_mebibyte_is_looked_at() -> None:
    data = wav() + bytes(2 * MIB)

    assert sniff(data, "a.wav", len(data)) == sniff(data[:MOST_BYTES], "a.wav", len(data))


FILENAMES = st.sampled_from(["a.wav", "a.mp3", "a.zip", "a", ".", "", "\u202e\n<b>.\x1bwav"])
SIZES = st.none() | st.integers(0, 1 << 40)


@given(st.sampled_from(STARTS) | st.just(b""), st.binary(max_size=600), FILENAMES, SIZES)
@example(b"", b"", "", 0)
def test_it_answers_whatever_the_bytes_are(
    start: bytes, rest: bytes, filename: str, size: int | None
) -> None:
    verdict = sniff(start + rest, filename, size)

    assert (verdict.refusal is not None) == (verdict.level is Level.REFUSE)
    assert all(notice.sentence.isprintable() for notice in verdict.notices)
    assert (verdict.level is Level.OK) == (not verdict.notices)


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_it_answers_whatever_happened_to_a_good_file(
    files: dict[str, Path], name: str, data: st.DataObject
) -> None:
    damaged = bytearray(files[name].read_bytes()[:4096])
    for place in data.draw(st.lists(st.integers(0, 600), max_size=8)):
        damaged[min(place, len(damaged) - 1)] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(damaged)))

    verdict = sniff(bytes(damaged[:end]), files[name].name, data.draw(SIZES))

    assert all(notice.sentence.isprintable() for notice in verdict.notices)


@pytest.mark.parametrize("start", STARTS)
def test_a_mebibyte_of_anything_costs_a_bounded_number_of_steps(start: bytes) -> None:
    chance = random.Random(7)
    for filling in (b"\x00", b"\xff", b"\x01", start, b"\xff\xfb\x90\x64", chance.randbytes(64)):
        data = (start + filling * MIB)[:MIB]

        steps = steps_of(data)

        assert steps < 100_000, (start, filling)


def steps_of(data: bytes) -> int:
    """Count calls: what time it takes says more of the machine."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        sniff(data, "a.wav", None)
    finally:
        sys.setprofile(before)
    return calls
