import base64
import io
import struct
from pathlib import Path

import mutagen
import mutagen.apev2
import mutagen.flac
import pytest
import soundfile
from hypothesis import given
from hypothesis.strategies import binary, integers
from mutagen.id3 import (
    APIC,
    SYLT,
    TALB,
    TCOM,
    TCON,
    TCOP,
    TDRC,
    TIPL,
    TIT2,
    TLAN,
    TMCL,
    TPE1,
    TPE2,
    TPOS,
    TPUB,
    TRCK,
    TSRC,
    TXXX,
    UFID,
    USLT,
)
from mutagen.mp4 import MP4, MP4Cover

from ingest.chunks import read_chunks, words_of
from ingest.naming import Tags, parse_tags
from ingest.tags import Rationed, TooMuch, read_tags
from tests.support.masters import tone
from transcode.process import Limits, run
from transcode.reach import Reach
from transcode.tools import find_tools

WANTED = Tags(
    title="Song",
    artist="Singer",
    album="Record",
    album_artist="Band",
    disc=2,
    number=3,
    isrc="DEABC2600001",
    date="2026-11-24",
    label="Label",
    upc="4006381333931",
    credits=(("composer", "Ada"), ("producer", "Bo"), ("violin", "Cy")),
)
PICTURE = b"\xff\xd8 a picture"
VORBIS = {
    "title": "Song",
    "artist": "Singer",
    "album": "Record",
    "albumartist": "Band",
    "discnumber": "2/2",
    "tracknumber": "03",
    "isrc": "DE-ABC-26-00001",
    "date": "2026-11-24",
    "label": "Label",
    "barcode": "4006381333931",
    "composer": "Ada",
    "producer": "Bo",
}
FRAMES = [
    TIT2(text="Song"),
    TPE1(text="Singer"),
    TALB(text="Record"),
    TPE2(text="Band"),
    TPOS(text="2/2"),
    TRCK(text="3/12"),
    TSRC(text="DEABC2600001"),
    TDRC(text="2026-11-24"),
    TPUB(text="Label"),
    TXXX(desc="BARCODE", text="4006381333931"),
    TCOM(text="Ada"),
    TIPL(people=[["Producer", "Bo"]]),
    TMCL(people=[["violin", "Cy"]]),
    APIC(mime="image/jpeg", type=3, desc="", data=PICTURE),
]


def picture() -> mutagen.flac.Picture:
    cover = mutagen.flac.Picture()
    cover.type, cover.mime, cover.data = 3, "image/jpeg", PICTURE
    return cover


def read(path: Path) -> tuple[Tags, bytes | None]:
    with Rationed(path) as file:
        tagged = read_tags(file)
    return tagged.tags, tagged.art


def without(tags: Tags, *roles: str) -> Tags:
    said = tuple(one for one in tags.credits if one[0] not in roles)
    return Tags(**{**tags.as_json(), "credits": said})


def tagged_flac(path: Path) -> Path:
    tags = mutagen.flac.FLAC(tone(path, seconds=0.1))
    tags.update(VORBIS)
    tags.add_picture(picture())
    tags.save()
    return path


def test_flac(tmp_path: Path) -> None:
    assert read(tagged_flac(tmp_path / "a.flac")) == (without(WANTED, "violin"), PICTURE)


def test_vorbis(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    soundfile.write(path, [[0.0, 0.0]] * 4_000, 44_100, subtype="VORBIS")
    tags = mutagen.File(path)
    tags.update(VORBIS)
    tags["metadata_block_picture"] = base64.b64encode(picture().write()).decode()
    tags.save()

    assert read(path) == (without(WANTED, "violin"), PICTURE)


@pytest.mark.parametrize("ending", ["aiff", "wav", "mp3"])
def test_id3_in_whatever_file(tmp_path: Path, ending: str) -> None:
    path = (
        tone(tmp_path / f"a.{ending}", seconds=0.1, subtype="MPEG_LAYER_III")
        if (ending == "mp3")
        else tone(tmp_path / f"a.{ending}", seconds=0.1)
    )
    file = mutagen.File(path)
    file.add_tags()
    for frame in FRAMES:
        file.tags.add(frame)
    file.save()

    assert read(path) == (WANTED, PICTURE)


async def encoded(path: Path, codec: str) -> Path:
    tools = await find_tools()
    argv = [tools.ffmpeg, "-v", "error", "-i", str(tone(path.with_suffix(".wav"), seconds=0.1))]
    reach = Reach(writes=(path.parent,))
    done = await run([*argv, "-c:a", codec, str(path)], limits=Limits(), reach=reach)
    assert done.status == 0, done.errors
    return path


async def test_ape(tmp_path: Path) -> None:
    path, tags = await encoded(tmp_path / "a.wv", "wavpack"), mutagen.apev2.APEv2()
    named = {"albumartist": "Album Artist", "discnumber": "Disc", "tracknumber": "Track"}
    for name, value in VORBIS.items():
        tags[named.get(name, name.title())] = value
    tags["Cover Art (Front)"] = mutagen.apev2.APEBinaryValue(b"cover.jpg\0" + PICTURE)
    tags.save(path)

    assert read(path) == (without(WANTED, "violin"), PICTURE)


async def test_mp4(tmp_path: Path) -> None:
    path = await encoded(tmp_path / "a.m4a", "alac")
    tags, free = MP4(path), "----:com.apple.iTunes:"
    tags.update({"\xa9nam": "Song", "\xa9ART": "Singer", "\xa9alb": "Record", "aART": "Band"})
    tags.update({"disk": [(2, 2)], "trkn": [(3, 12)], "\xa9day": "2026-11-24", "\xa9wrt": "Ada"})
    said = {"ISRC": "DEABC2600001", "LABEL": "Label", "UPC": "4006381333931", "PRODUCER": "Bo"}
    tags.update({f"{free}{name}": [value.encode()] for name, value in said.items()})
    tags["covr"] = [MP4Cover(PICTURE)]
    tags.save()

    assert read(path) == (without(WANTED, "violin"), PICTURE)


def chunk(kind: bytes, data: bytes, order: str = "<") -> bytes:
    return kind + struct.pack(f"{order}I", len(data)) + data + b"\0" * (len(data) % 2)


def wave(*chunks: bytes, magic: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + chunk(b"fmt ", bytes(16)) + b"".join(chunks)
    return magic + struct.pack("<I", len(body)) + body


INFO = chunk(
    b"LIST",
    b"INFO"
    + b"".join(
        chunk(kind, text)
        for kind, text in [
            (b"INAM", b"Song\0"),
            (b"IART", "Sängerin".encode("cp1252")),
            (b"IPRD", b"Record"),
            (b"ITRK", b"3"),
            (b"ICRD", b"2026"),
            (b"IMUS", b"Ada"),
        ]
    ),
)
IXML = chunk(
    b"iXML",
    b"<BWFXML><PROJECT>Record</PROJECT><ASWG><songTitle>Song</songTitle>"
    b"<isrcId>DEABC2600001</isrcId><composer>Ada</composer></ASWG></BWFXML>\0\0",
)
AXML = chunk(b"axml", b"<ebucore><dc:identifier>ISRC:DEABC2600001</dc:identifier></ebucore>")
BEXT = chunk(b"bext", b"A take".ljust(602, b"\0"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            wave(INFO, chunk(b"data", bytes(99))),
            Tags(
                title="Song",
                artist="Sängerin",
                album="Record",
                number=3,
                date="2026",
                credits=(("composer", "Ada"),),
            ),
        ),
        (
            wave(BEXT, chunk(b"data", bytes(8)), IXML),
            Tags(title="Song", album="Record", isrc="DEABC2600001", credits=(("composer", "Ada"),)),
        ),
        (wave(BEXT, AXML), Tags(title="A take", isrc="DEABC2600001")),
        (
            wave(
                chunk(b"ds64", struct.pack("<QQQI", 0, 8, 4, 0)),
                b"data\xff\xff\xff\xff" + bytes(8),
                INFO,
                magic=b"RF64",
            ),
            Tags(
                title="Song",
                artist="Sängerin",
                album="Record",
                number=3,
                date="2026",
                credits=(("composer", "Ada"),),
            ),
        ),
        (
            b"FORM\0\0\0\0AIFF" + chunk(b"NAME", b"Song", ">") + chunk(b"AUTH", b"Ada", ">"),
            Tags(title="Song", artist="Ada"),
        ),
        (wave(chunk(b"bext", b"sSPEED=025.000".ljust(602, b"\0"))), Tags()),
        (wave(chunk(b"iXML", b'<!DOCTYPE a [<!ENTITY b "c">]><BWFXML/>')), Tags()),
        (wave(b"LIST\xff\xff\xff\x7fINFO"), Tags()),
    ],
)
def test_words_in_chunks(tmp_path: Path, content: bytes, said: Tags) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)

    assert read(path) == (said, None)


@given(binary(max_size=300), integers(0, 2**32 - 1))
def test_chunks_of_chance_are_read_to_some_end(data: bytes, size: int) -> None:
    for kind in (b"LIST", b"bext", b"iXML", b"ds64"):
        claimed = kind + struct.pack("<I", size)
        chunks = read_chunks(io.BytesIO(wave(claimed + data, chunk(kind, b"INFO" + data))))

        assert chunks is not None
        words_of(chunks)


@pytest.mark.parametrize("content", [b"", b"no tags at all", b"RIFF", b"FORM"])
def test_a_file_without_tags_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(content)

    assert read(path) == (Tags(), None)


def test_a_title_is_one_printable_line(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.flac", seconds=0.1)
    tags = mutagen.flac.FLAC(path)
    tags["title"], tags["isrc"], tags["date"] = "So\x1b[31m\nng\u202e ", "not an ISRC", "soon"
    tags.save()

    assert read(path) == (Tags(title="So[31m ng"), None)


def large_id3() -> bytes:
    size = bytes(100 << 20 >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + size + b"TIT2" + size + b"\0\0"


def test_tags_of_100_mb_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with path.open("wb") as file:
        file.write(large_id3())
        file.truncate(120 << 20)

    with pytest.raises(TooMuch):
        read(path)


MBID = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"


def test_what_picard_writes_into_id3_is_told(tmp_path: Path) -> None:
    path = tone(tmp_path / "song.wav", seconds=0.1)
    file = mutagen.File(path)
    file.add_tags()
    for frame in (
        UFID(owner="http://musicbrainz.org", data=MBID.encode()),
        TXXX(desc="MusicBrainz Artist Id", text=[MBID, MBID]),
        TXXX(desc="ARTISTS", text=["Ada", "Bo"]),
        TXXX(desc="MusicBrainz Album Id", text=MBID),
        TXXX(desc="MusicBrainz Album Type", text="album; live"),
        TCON(text=["Drum & Bass", "Noodle"]),
        TLAN(text="ger"),
        TCOP(text="2026 Us"),
        USLT(lang="deu", text="One\nTwo"),
        SYLT(lang="deu", format=2, type=1, text=[("One", 1_000), ("Two", 2_500)]),
    ):
        file.tags.add(frame)
    file.save()

    with Rationed(path) as opened:
        tags = read_tags(opened).tags

    assert (tags.mbid, tags.release_mbid, tags.type) == (MBID, MBID, "live")
    assert (tags.artists, tags.artist_mbids) == (("Ada", "Bo"), (MBID, MBID))
    assert (tags.genres, tags.words, tags.language) == (("drum-and-bass",), ("noodle",), "de")
    assert (tags.c_line, tags.lyrics) == ((2026, "Us"), "One\nTwo")
    assert tags.synced == "[00:01.00]One\n[00:02.50]Two\n"
    assert parse_tags(tags.as_json()) == tags


def test_what_picard_writes_into_flac_is_told(tmp_path: Path) -> None:
    path = tone(tmp_path / "song.flac", seconds=0.1)
    file = mutagen.flac.FLAC(path)
    file.update(
        {
            "musicbrainz_trackid": MBID,
            "musicbrainz_releasegroupid": MBID,
            "catalognumber": "OWN 1",
            "itunesadvisory": "1",
            "iswc": "T-034.524.680-1",
            "copyright": "\u2117 2026 Us",
            "lyrics": "[00:01.00]One",
        }
    )
    file.save()

    with Rationed(path) as opened:
        tags = read_tags(opened).tags

    assert (tags.mbid, tags.group_mbid, tags.catalogue_number) == (MBID, MBID, "OWN 1")
    assert (tags.explicit, tags.iswc, tags.p_line) == ("explicit", "T0345246801", (2026, "Us"))
    assert (tags.lyrics, tags.synced) == ("One", "[00:01.00]One\n")
