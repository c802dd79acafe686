"""Who may keep a track, asked over HTTP of an application without workers."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from mutagen.id3 import ID3
from pydantic import SecretStr

from base.clock import ManualClock
from base.settings import Settings
from base.storage.port import key_of
from base.tools import Tools, open_tools
from catalog.callers import Caller
from catalog.credit_roles import Did
from catalog.facts import write_lyrics, write_release_genres
from catalog.models.files import Rendition
from catalog.models.music import Recording
from catalog.models.plays import Counter
from catalog.models.releases import Artwork, ArtworkImage, Release, ReleaseTrack
from catalog.music import move, track_of
from catalog.people import issue_token
from catalog.releases import write_credits
from catalog.roles import Role
from catalog.states import ArtworkState, ReleaseState, TrackEvent
from ingest.accept import Accepted
from ingest.desk import open_desk
from stream.app import make_app
from tests.support.catalog import NOON, accepted, person, with_tables

RELEASE = uuid4()
MUSIC = b"music, with little loss" * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A track that is complete, and those who ask for it."""

    tools: Tools
    client: TestClient  # type: ignore[type-arg]
    track: Accepted
    artist: Caller
    listener: Caller

    async def ask(
        self, who: Caller | None, rung: str = "mp3-320", *, method: str = "GET", **headers: str
    ) -> ClientResponse:
        path = f"/api/v1/tracks/{self.track.track_id}/downloads/{rung}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            async with self.tools.database.begin() as session:
                token = await issue_token(session, who, label="test", now=NOON)
            named["Authorization"] = f"Bearer {token}"
        return await self.client.request(method, path, headers=named)

    async def happens(self, *events: TrackEvent) -> None:
        async with self.tools.database.begin() as session:
            for event in events:
                await move(session, self.track.track_id, event, now=NOON)

    async def has_paid(self, plays: int) -> None:
        async with self.tools.database.begin() as session:
            recording_id = (await track_of(session, self.track.track_id)).track.recording_id
            counter = Counter(
                listener_id=self.listener.id,
                recording_id=recording_id,
                plays=plays,
                owned_at=NOON if plays == 9 else None,
            )
            session.add(counter)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    settings = Settings(
        data_dir=tmp_path,
        redis_url="redis://127.0.0.1:1/0",  # nothing here asks it
        ticket_secret=SecretStr("s" * 32),
    )
    async with open_tools(settings, ManualClock(NOON)) as tools:
        await with_tables(tools.database)
        artist = await person(tools.database, Role.ARTIST)
        track = await accepted(tools.database, artist)
        await store_download(tools, track)
        async with (
            open_desk(tools) as desk,
            TestClient(TestServer(make_app(tools, desk))) as client,
        ):
            listener = await person(tools.database, Role.LISTENER)
            found = Shop(tools=tools, client=client, track=track, artist=artist, listener=listener)
            await found.happens(TrackEvent.EXAMINE, TrackEvent.PUBLISH)
            yield found


async def store_download(tools: Tools, track: Accepted) -> None:
    digest = hashlib.sha256(MUSIC).hexdigest()
    async with tools.storage.writer() as writer:
        await writer.write(MUSIC)
        stored = await writer.commit(key_of("renditions", digest, ".mp3"))
    async with tools.database.begin() as session:
        row = Rendition(
            id=uuid4(),
            master_id=track.master_id,
            rung="mp3-320",
            is_preview=False,
            is_download=True,
            codec="mp3",
            codecs="mp3",
            mime="audio/mpeg",
            sample_rate=44_100,
            channels=2,
            nominal_bps=None,
            average_bps=800_000,
            peak_bps=800_000,
            size_bytes=stored.size_bytes,
            sha256=digest,
            storage_key=stored.key,
            init_bytes=0,
            index_offset=0,
            index_bytes=0,
            timescale=44_100,
            samples=44_100,
            edit=0,
            fragments=[],
            certificate={},
            created_at=NOON,
        )
        session.add(row)


async def test_an_artist_keeps_a_file_with_its_name_whole_or_by_range(shop: Shop) -> None:
    whole = await shop.ask(shop.artist)
    etag = whole.headers["ETag"]
    part = await shop.ask(shop.artist, Range="bytes=100-199", If_Range=etag)
    known = await shop.ask(shop.artist, If_None_Match=etag)
    head = await shop.ask(shop.artist, method="HEAD")

    body = await whole.read()
    tag = ID3(BytesIO(body))
    assert (whole.status, body[tag.size :]) == (200, MUSIC)
    assert (str(tag["TIT2"]), str(tag["TPE1"])) == ("Song", "A artist")
    assert whole.content_type == "audio/mpeg"
    name = "A artist - Song.mp3"
    expected = f"attachment; filename=\"{name}\"; filename*=UTF-8''{name.replace(' ', '%20')}"
    assert whole.headers["Content-Disposition"] == expected
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert (part.status, await part.read()) == (206, body[100:200])
    assert known.status == 304
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(body)))


async def test_who_goes_on_after_its_title_was_changed_is_sent_the_whole_new_file(
    shop: Shop,
) -> None:
    etag = (await shop.ask(shop.artist)).headers["ETag"]
    async with shop.tools.database.begin() as session:
        (await track_of(session, shop.track.track_id)).track.title = "Another"

    answer = await shop.ask(shop.artist, Range="bytes=100-", If_Range=etag)
    best = await shop.ask(shop.artist, "best")

    assert answer.status == 200
    assert answer.headers["ETag"] != etag
    assert str(ID3(BytesIO(await answer.read()))["TIT2"]) == "Another"
    assert "Last-Modified" not in answer.headers
    assert best.headers["ETag"] == answer.headers["ETag"]


async def test_a_file_says_all_that_is_known_at_that_moment(shop: Shop) -> None:
    await publish(shop)

    tag = ID3(BytesIO(await (await shop.ask(shop.artist)).read()))

    said = {name: str(tag[name]) for name in tag if name[0] != "A"}
    assert {
        "TALB": "Tide",
        "TPE2": "Several",
        "TRCK": "2/2",
        "TPOS": "1/1",
        "TDRC": "2026-11-24",
        "TCON": "Ambient",
        "TSRC": "DEA342600001",
        "TPUB": "Mole",
        "TCOM": "Jo Larkspur",
        "TXXX:BARCODE": "4006381333931",
        "TXXX:replaygain_track_gain": "-4.00 dB",
        "TXXX:MusicBrainz Album Id": str(RELEASE),
        "USLT::und": "The boats lie down",
    }.items() <= said.items()
    assert said["TCOP"].startswith("℗ 2026 Jo")
    assert tag["APIC:"].data == b"a small jpeg"


async def publish(shop: Shop) -> None:
    """Put the track out as the second of a release, with all that can be said of one."""
    picture, key = b"a small jpeg", key_of("artwork", "a" * 64)
    async with shop.tools.storage.writer() as writer:
        await writer.write(picture)
        await writer.commit(key)
    other = await accepted(shop.tools.database, shop.artist, b"another song")
    async with shop.tools.database.begin() as session:
        found = await track_of(session, shop.track.track_id)
        (await session.get_one(Recording, found.track.recording_id)).isrc = "DEA342600001"
        found.master.integrated_lufs = -14.0
        found.track.p_year, found.track.p_owner = 2026, "Jo"
        artwork = Artwork(
            id=uuid4(),
            sha256="a" * 64,
            size_bytes=1,
            storage_key=key,
            state=ArtworkState.READY,
            created_at=NOON,
        )
        session.add(artwork)
        await session.flush()
        image = {"artwork_id": artwork.id, "form": "jpeg", "width": 1, "height": 1}
        stored = {"size_bytes": len(picture), "storage_key": key}
        session.add_all(ArtworkImage(id=uuid4(), size=n, **image, **stored) for n in (160, 640))
        release = Release(
            id=RELEASE,
            owner_id=shop.artist.id,
            title="Tide",
            artist="Several",
            label="Mole",
            upc="4006381333931",
            mbid=RELEASE,
            released_on="2026-11-24",
            artwork_id=artwork.id,
            edited=[],
            state=ReleaseState.PUBLISHED,
            changed_at=NOON,
            created_at=NOON,
        )
        session.add(release)
        await session.flush()
        session.add_all(
            ReleaseTrack(track_id=one, release_id=RELEASE, disc=1, position=n, edited=[])
            for n, one in enumerate((other.track_id, shop.track.track_id), start=1)
        )
        await write_release_genres(session, RELEASE, ["ambient"])
        await write_lyrics(
            session, found.track, plain="The boats lie down", synced=None, language=None, now=NOON
        )
        await write_credits(session, found.track.id, [Did(role="composer", name="Jo Larkspur")])


@pytest.mark.parametrize(
    ("plays", "left"), [(0, "After 9 more plays "), (8, "After one more play ")]
)
async def test_who_has_not_paid_for_it_is_told_how_far_they_are(
    shop: Shop, plays: int, left: str
) -> None:
    await shop.has_paid(plays)

    answer = await shop.ask(shop.listener)

    assert answer.status == 403
    assert (await answer.json())["detail"].startswith(left)


async def test_what_is_theirs_stays_theirs_when_the_track_is_withdrawn(shop: Shop) -> None:
    await shop.happens(TrackEvent.WITHDRAW)
    stranger = await shop.ask(shop.listener)
    await shop.has_paid(9)

    answer = await shop.ask(shop.listener)

    assert stranger.status == 404
    assert answer.status == 200
    assert (await answer.read()).endswith(MUSIC)


async def test_what_is_not_made_yet_is_asked_for_again_and_what_never_is_is_not(shop: Shop) -> None:
    early = await shop.ask(shop.artist, "flac")
    await shop.happens(TrackEvent.FINISH)
    late = await shop.ask(shop.artist, "flac")

    assert (early.status, "Retry-After" in early.headers) == (409, True)
    assert (late.status, (await late.json())["detail"]) == (
        404,
        "The track has no download flac, but mp3-320.",
    )


async def test_nobody_in_particular_is_asked_to_sign_in(shop: Shop) -> None:
    answer = await shop.ask(None)

    assert answer.status == 401
