"""What a file says of itself, whoever named it, and that others read it so."""

import struct
from io import BytesIO

import mutagen.flac
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from base.errors import Broken
from stream.kept import flac, mp3, mp4
from stream.kept.tags import Cover, Field, Tags, fields_of

JPEG = b"\xff\xd8\xff\xe0" + bytes(500)
COVER = Cover(data=JPEG, width=640, height=640)
ALL = {name: (f"some {name.lower()}",) for name in Field} | {
    Field.TRACK: ("3",),
    Field.TRACKS: ("12",),
    Field.DISC: ("1",),
    Field.DISCS: ("2",),
    Field.DATE: ("2026-11-24",),
    Field.ORIGINAL_DATE: ("1999",),
    Field.GENRE: ("Ambient", "Folk"),
    Field.TITLE: ("Żółw, 月",),
}
NUMBERS = {Field.TRACK, Field.TRACKS, Field.DISC, Field.DISCS}
#: Blocks of 4096 at 44.1 kHz, stereo, 16 bits, two of them and one sample; frames of any size.
STREAMINFO = (
    struct.pack(">HH", 4096, 4096)
    + bytes(3)
    + b"\0\x40\0"
    + struct.pack(">Q", 44_100 << 44 | 1 << 41 | 15 << 36 | 8_193)
    + b"m" * 16
)
FRAGMENTS = ([100, 1_000, 8_192], [1_100, 400, 1])
CHUNKS = mp4.box(b"stbl", mp4.box(b"stco", struct.pack(">4I", 0, 2, 1_000, 2_000)))
TRAK = mp4.box(b"hdlr", bytes(8) + b"none" + bytes(13)) + mp4.box(b"minf", CHUNKS)
ALAC = mp4.box(b"ftyp", b"M4A ") + mp4.box(b"moov", mp4.box(b"trak", mp4.box(b"mdia", TRAK)))


def begin(info: bytes = STREAMINFO, moof_bytes: int = 88 + 2 * 4) -> bytes:
    header = b"dfLa" + bytes(4) + b"\x80\0\0\x22" + info
    return header.ljust(100, b"\0") + struct.pack(">I4s", moof_bytes, b"moof")


def as_flac(tags: Tags) -> mutagen.flac.FLAC:
    return mutagen.flac.FLAC(BytesIO(flac.native(begin(), FRAGMENTS, tags).head + bytes(64)))


def as_mp3(tags: Tags) -> ID3:
    return ID3(BytesIO(mp3.tagged(b"\xff\xfb" + bytes(99), 101, tags).head + bytes(64)))


def as_mp4(tags: Tags) -> MP4:
    return MP4(BytesIO(mp4.tagged(ALAC, len(ALAC) + 9, tags).head + mp4.box(b"mdat", b"x")))


def test_flac_says_all_of_it_and_where_to_seek() -> None:
    composed = flac.native(begin(), FRAGMENTS, Tags(fields=ALL, cover=COVER))

    assert composed.stretches == ((100 + 88 + 8 + 8, 1_000 - 104), (1_100 + 88 + 8 + 8, 400 - 104))
    file = as_flac(Tags(fields=ALL, cover=COVER))
    assert {name.upper(): tuple(values) for name, values in file.tags.as_dict().items()} == ALL
    [picture] = file.pictures
    assert (picture.type, picture.mime, picture.data) == (3, "image/jpeg", JPEG)
    assert [tuple(one) for one in file.seektable.seekpoints] == [(0, 0, 4096), (8_192, 896, 1)]
    assert (file.info.total_samples, file.info.md5_signature) == (8_193, int.from_bytes(b"m" * 16))


def test_frames_that_were_not_made_yet_are_of_no_known_size() -> None:
    told = flac.native(begin(STREAMINFO[:4] + b"\0\0\1" + STREAMINFO[7:]), FRAGMENTS, Tags()).head

    assert flac.native(begin(), FRAGMENTS, Tags()).head[12:18] == bytes(6)
    assert told[12:18] == b"\0\0\1\0\x40\0"


@pytest.mark.parametrize(
    ("data", "fragments"),
    [
        pytest.param(b"", FRAGMENTS, id="nothing"),
        pytest.param(begin()[:40], FRAGMENTS, id="cut off"),
        pytest.param(begin(bytes(34)), FRAGMENTS, id="no frames"),
        pytest.param(begin(moof_bytes=100), FRAGMENTS, id="another head"),
        pytest.param(begin(), ([100, 1_000, 8_000], [1_100, 400, 1]), id="within a frame"),
        pytest.param(begin(), ([100, 104, 8_192],), id="no room"),
    ],
)
def test_what_is_not_ours_is_not_sent_as_if_it_were(data: bytes, fragments: object) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        flac.native(data, fragments, Tags())  # type: ignore[arg-type] # what a row has


def test_an_mp3_says_all_of_it() -> None:
    file = as_mp3(Tags(fields=ALL, cover=COVER))

    said = {key: str(file[key]) for key in file}
    assert {"TIT2": "Żółw, 月", "TRCK": "3/12", "TPOS": "1/2"}.items() <= said.items()
    assert said["TCON"] in {"Ambient/Folk", "Ambient\0Folk"}
    assert str(file["TDRC"]) == "2026-11-24"
    assert file["UFID:http://musicbrainz.org"].data == b"some musicbrainz_trackid"
    assert said["TXXX:MusicBrainz Album Id"] == "some musicbrainz_albumid"
    assert said["TXXX:replaygain_track_gain"] == "some replaygain_track_gain"
    assert file["USLT::und"].text == "some lyrics"
    assert file["APIC:"].data == JPEG


def test_an_mp3_loses_the_tag_that_it_was_stored_with_and_no_frame() -> None:
    old = mp3.tagged(b"", 2, Tags(fields={Field.TITLE: ("old",)})).head
    stored = old + b"\xff\xfb frames"

    composed = mp3.tagged(stored[: mp3.HEAD_BYTES], len(stored), Tags())

    assert composed.stretches == ((len(old), len(stored) - len(old)),)


def test_an_m4a_says_all_of_it_and_finds_its_sound() -> None:
    composed = mp4.tagged(ALAC, len(ALAC) + 9, Tags(fields=ALL, cover=COVER))
    file = as_mp4(Tags(fields=ALL, cover=COVER)).tags

    assert file["\xa9nam"] == ["Żółw, 月"]
    assert file["\xa9gen"] == ["Ambient", "Folk"]
    assert (file["trkn"], file["disk"]) == ([(3, 12)], [(1, 2)])
    assert bytes(file["covr"][0]) == JPEG
    for name in ("MusicBrainz Album Id", "ISRC", "BARCODE", "LABEL", "replaygain_track_peak"):
        assert file[f"----:com.apple.iTunes:{name}"], name
    moved = len(composed.head) - len(ALAC)
    assert struct.pack(">4I", 0, 2, 1_000 + moved, 2_000 + moved) in composed.head
    assert mp4.header_bytes(ALAC + bytes(9)) == len(ALAC)


@pytest.mark.parametrize("data", [b"", b"RIFF" * 9, ALAC[:9], mp4.box(b"ftyp") * 2])
def test_a_file_without_a_header_first_is_not_ours(data: bytes) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        mp4.header_bytes(data)


@pytest.mark.parametrize("lost", [1, 9, 40])
def test_a_header_that_is_cut_off_is_not_ours(lost: int) -> None:
    with pytest.raises(Broken, match="malformed-media"):
        mp4.tagged(ALAC[:-lost], 999, Tags())


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["\0", "a\0b", "a\nTITLE=b", "=", "\ud800", "x" * 5_000, "\u2028", " \t ", "é" * 600]
)


NAMES = sorted(set(Field) - NUMBERS - {Field.LYRICS})


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(HOSTILE, max_size=3), max_size=3))
def test_whatever_anyone_was_called_is_read_back_as_it_was_cleaned(
    said: dict[Field, list[str]],
) -> None:
    fields = fields_of(said.items())

    file = as_flac(Tags(fields=fields))
    assert {name.upper(): tuple(values) for name, values in file.tags.as_dict().items()} == fields
    for values in fields.values():
        for one in values:
            assert 0 < len(one.encode()) <= 1_000
            assert one == one.strip()
            assert "\0" not in one


@given(HOSTILE, HOSTILE)
def test_other_files_bear_whatever_anyone_was_called(title: str, lyrics: str) -> None:
    said = [(Field.ARTIST, ["x"]), (Field.TITLE, [title]), (Field.LYRICS, [lyrics])]
    tags = Tags(fields=fields_of(said))

    assert str(as_mp3(tags).get("TIT2", "")) == tags.first(Field.TITLE)
    assert (as_mp4(tags).tags or {}).get("\xa9lyr", [""]) == [tags.first(Field.LYRICS)]


def test_lyrics_keep_their_lines_and_have_an_end() -> None:
    fields = fields_of([(Field.LYRICS, ["one \r\n\0two\n\n" + "x" * 1_000_000])])

    [lyrics] = fields[Field.LYRICS]
    assert lyrics.startswith("one\n two\n\nxxx")
    assert len(lyrics) <= 200_000
