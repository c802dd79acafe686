"""Music, pictures and words come as they are asked for, and are what they are said to be."""

import io

import pytest
import soundfile
from PIL import Image

from tests.opensubsonic.conftest import Found
from tests.support.opensubsonic.asking import NOT_HERE, Document, Server, failure_in
from tests.support.opensubsonic.decoding import seconds_of

_MUSIC = ("audio/", "application/ogg", "video/mp4")

#: Who asks for these may be told that the server has no program to make it.
_MADE_ANEW = {"format", "maxBitRate"}


@pytest.fixture
def short(found: Found) -> Document:
    """Answer the shortest song: what is long comes at the pace of its sound."""
    return min(found.songs, key=lambda one: one["duration"])


@pytest.mark.parametrize(
    "asked",
    [
        *({}, {"format": "raw"}, {"maxBitRate": 320}, {"maxBitRate": 64}, {"format": "mp3"}),
        *({"format": "opus"}, {"format": "no such"}, {"estimateContentLength": "true"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_song_comes_whole_however_it_is_asked_for(
    server: Server, short: Document, asked: dict[str, object], method: str
) -> None:
    answer = server.send("stream", {"id": short["id"], **asked}, method=method)

    if _MADE_ANEW & asked.keys() and answer.headers["content-type"].startswith("application/json"):
        assert failure_in(answer) == 0
        pytest.skip(f"is not made here: {answer.text}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(_MUSIC)
    seconds = seconds_of(answer.content)
    assert short["duration"] - 2 <= seconds <= short["duration"] + 1
    if asked.get("format") == "raw":
        assert answer.headers["content-type"] == short["contentType"]


@pytest.mark.parametrize(
    "asked", [{"format": "raw"}, {"maxBitRate": 64}, {"format": "opus"}], ids=str
)
def test_a_song_comes_from_a_second_on(
    server: Server, short: Document, asked: dict[str, object]
) -> None:
    told = server.get("getOpenSubsonicExtensions", "openSubsonicExtensions")
    if "transcodeOffset" not in {one["name"] for one in told}:
        pytest.skip("needs the extension transcodeOffset")
    whole = server.send("stream", {"id": short["id"], **asked})
    asked = {"id": short["id"], **asked, "timeOffset": 1}

    later = server.send("stream", asked)

    assert later.status_code == 200
    assert later.headers["content-type"] == whole.headers["content-type"]
    apart_s = seconds_of(whole.content) - seconds_of(later.content)
    assert apart_s == pytest.approx(1, abs=0.1)
    if later.headers.get("accept-ranges") == "bytes":
        part = server.send("stream", asked, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, later.content[100:200])


def test_what_is_said_of_a_song_is_so(server: Server, short: Document) -> None:
    raw = server.send("stream", {"id": short["id"], "format": "raw"}).content
    if short["suffix"] != "flac" or "samplingRate" not in short:
        pytest.skip("needs a song in FLAC of which is told how it was sampled")

    with soundfile.SoundFile(io.BytesIO(raw)) as file:
        told = (short["samplingRate"], short["channelCount"])
        assert (file.samplerate, file.channels) == told
        assert short["duration"] == round(file.frames / file.samplerate)


def test_a_part_of_a_song_is_sent_alone(server: Server, short: Document) -> None:
    asked = {"id": short["id"], "format": "raw"}
    whole = server.send("stream", asked)
    size = len(whole.content)

    def part(range_: str) -> tuple[int, bytes, str]:
        answer = server.send("stream", asked, headers={"Range": range_})
        return answer.status_code, answer.content, answer.headers.get("content-range", "")

    if "accept-ranges" not in whole.headers:
        pytest.skip("sends no parts")
    assert whole.headers["accept-ranges"] == "bytes"
    assert part("bytes=0-99") == (206, whole.content[:100], f"bytes 0-99/{size}")
    assert part("bytes=100-199")[:2] == (206, whole.content[100:200])
    assert part("bytes=-50")[:2] == (206, whole.content[-50:])
    assert part(f"bytes={size - 10}-")[:2] == (206, whole.content[-10:])
    assert part(f"bytes={size}-")[0] == 416


def test_what_a_song_would_be_is_told_without_it(server: Server, short: Document) -> None:
    asked = {"id": short["id"], "format": "raw"}
    whole, head = server.send("stream", asked), server.send("stream", asked, method="HEAD")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "accept-ranges"):
        assert head.headers.get(name) == whole.headers.get(name)


def test_what_cannot_be_sent_is_told_as_a_document(server: Server) -> None:
    for name in ("stream", "download", "getCoverArt", "hls.m3u8"):
        answer = server.send(name, {"id": "no such", "f": "xml"})
        assert answer.headers["content-type"].split(";")[0] in {"application/xml", "text/xml"}
        assert b'code="70"' in answer.content
        assert failure_in(server.send(name, {"id": "no such"})) == 70


def test_hls_leads_to_a_playlist(server: Server, short: Document) -> None:
    answer = server.send("hls.m3u8", {"id": short["id"]})

    if answer.status_code in NOT_HERE:
        pytest.skip("there is no HLS here")
    assert answer.status_code == 200
    assert answer.content.startswith(b"#EXTM3U")


def test_pictures_come_near_the_size_that_is_asked_for(server: Server, found: Found) -> None:
    number = found.album.get("coverArt") or pytest.skip("needs an album with a cover")
    widths = {}
    for size in (40, 100, 300, 600, None):
        answer = server.send("getCoverArt", {"id": number, "size": size})
        assert answer.headers["content-type"].startswith("image/")
        with Image.open(io.BytesIO(answer.content)) as picture:
            widths[size] = max(picture.size)
    of_song = server.send("getCoverArt", {"id": found.songs[0]["coverArt"], "size": 100})

    assert list(widths.values()) == sorted(widths.values())
    assert widths[40] < widths[600]
    assert of_song.headers["content-type"].startswith("image/")
    for wrong in ("0", "-1", "9" * 30):
        told = server.send("getCoverArt", {"id": number, "size": wrong})
        assert told.status_code == 200
    assert failure_in(server.send("getCoverArt", {"id": number, "size": "large"})) in {0, 10}


def test_words_come_in_order_and_say_of_which_song(server: Server, found: Found) -> None:
    song = found.songs[0]
    told = server.listed("getLyricsBySongId", "lyricsList", "structuredLyrics", id=song["id"])
    by_name = server.get("getLyrics", "lyrics", artist=song["artist"], title=song["title"])
    if not told:
        pytest.skip("needs a song with words")

    for words in told:
        assert words["lang"]
        lines = words["line"]
        assert all(line["value"] is not None for line in lines)
        if words["synced"]:
            starts = [line["start"] for line in lines]
            assert starts == sorted(starts)
    assert by_name["value"]
