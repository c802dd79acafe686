"""What other sites are told of a page: values, and addresses that are read."""

import json
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.pages.embed.oembed import Embedded, Kind, Shown, oembed, parse_url, print_xml
from stream.pages.meta import (
    ArtistFacts,
    ReleaseFacts,
    TrackFacts,
    artist_meta,
    duration,
    release_meta,
    track_meta,
)

HERE = "https://music.example"
ID = UUID("3f2a0000-0000-4000-8000-000000000001")
WHAT = Embedded(kind=Kind.TRACK, id=ID)
TRACK = TrackFacts(
    id=str(ID),
    title="Tür & Tor",
    artist="Ada <3",
    duration_s=200.4,
    isrc="DEA123456789",
    release_id="r1",
    release_title="Haus",
    has_cover=True,
)


def test_a_track_is_told_as_music_with_a_player() -> None:
    meta = track_meta(HERE, TRACK)

    assert dict(meta.properties)["og:type"] == "music.song"
    assert dict(meta.properties)["music:duration"] == "200"
    assert dict(meta.properties)["og:image"] == f"{HERE}/api/v1/releases/r1/artwork/640.jpeg"
    assert dict(meta.names)["twitter:player"] == f"{HERE}/embed/tracks/{ID}"
    page = f"https%3A%2F%2Fmusic.example%2Ftracks%2F{ID}"
    assert meta.oembed == f"{HERE}/oembed?format=json&url={page}"
    told = json.loads(meta.json_ld)
    assert (told["@type"], told["duration"], told["isrcCode"]) == (
        "MusicRecording",
        "PT3M20S",
        "DEA123456789",
    )
    assert told["inAlbum"]["name"] == "Haus"


def test_a_release_and_an_artist_are_told_with_what_they_have_and_nothing_else() -> None:
    release = ReleaseFacts(id="r1", title="Haus", artist="Ada", tracks=[TRACK])
    album = json.loads(release_meta(HERE, release).json_ld)
    artist = json.loads(artist_meta(HERE, ArtistFacts(id="a1", name="Ada", mbid="m")).json_ld)

    assert (album["@type"], album["numTracks"], "gtin" in album) == ("MusicAlbum", 1, False)
    assert [one["@type"] for one in album["track"]] == ["MusicRecording"]
    assert artist["sameAs"] == ["https://musicbrainz.org/artist/m"]
    assert ("music:song", f"{HERE}/tracks/{ID}") in release_meta(HERE, release).properties


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_title_ends_the_script_that_it_stands_in(title: str, artist: str) -> None:
    told = track_meta(HERE, TrackFacts(id="1", title=f"</script>{title}", artist=artist)).json_ld

    assert not set("<>&") & set(told)
    assert json.loads(told)["name"] == f"</script>{title}"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "PT0S"), (59.6, "PT1M0S"), (3_600, "PT1H0S"), (3_725, "PT1H2M5S")]
)
def test_lengths_are_written_as_iso_8601_does(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"{HERE}/tracks/{ID}", WHAT),
        (f"http://music.example/tracks/{ID}/?x=1#t=5", WHAT),
        (f"{HERE}/embed/tracks/{ID}", WHAT),
        (f"{HERE}/releases/{ID}", Embedded(kind=Kind.RELEASE, id=ID)),
        (f"https://other.example/tracks/{ID}", None),
        (f"javascript://music.example/tracks/{ID}", None),
        (f"{HERE}/tracks/nothing", None),
        (f"{HERE}/artists/{ID}", None),
        (f"{HERE}/tracks/{ID}/quality", None),
        ("", None),
    ],
)
def test_only_pages_of_ours_that_can_be_shown_are_read(url: str, found: Embedded | None) -> None:
    assert parse_url(url, origin=HERE) == found


@given(st.text(max_size=300))
def test_what_is_anything_else_is_nothing_of_ours(url: str) -> None:
    assert parse_url(url, origin=HERE) is None
    assert parse_url(f"{HERE}/{url}", origin=HERE) is None


def test_a_frame_is_no_larger_than_is_wanted_and_its_title_is_escaped() -> None:
    shown = Shown(embedded=WHAT, title='A "B" <i>', artist="Ada", cover="/c.jpeg", cover_px=320)

    told: Any = oembed(shown, origin=HERE, max_width=300, max_height=9_999)

    assert (told["type"], told["version"], told["width"], told["height"]) == (
        "rich",
        "1.0",
        300,
        176,
    )
    assert "<i>" not in told["html"]
    assert "thumbnail_url" not in told  # it would be wider
    assert oembed(shown, origin=HERE, max_width=320)["thumbnail_url"] == "/c.jpeg"
    assert "thumbnail_url" not in oembed(shown, origin=HERE, max_height=176)
    told_xml = ET.fromstring(print_xml(told))  # noqa: S314 - ours
    assert told_xml.findtext("html") == told["html"]
    assert told_xml.findtext("width") == "300"
