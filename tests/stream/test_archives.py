"""All that is owned as one ZIP, asked over HTTP and read by what others read it with."""

import asyncio
import io
import subprocess
import zipfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import mutagen
import numpy as np
import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from sqlalchemy import select, update

from base.clock import ManualClock
from base.settings import Settings
from base.storage.port import key_of
from base.tools import Tools as House
from base.tools import open_tools
from catalog.callers import Caller
from catalog.models.files import Rendition
from catalog.models.music import Recording, Track
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.people import issue_token
from catalog.roles import Role
from catalog.states import ReleaseState, TrackState
from ingest.accept import Accepted
from ingest.desk import open_desk
from stream.api.archives import PART
from stream.app import make_app
from tests.support.catalog import NOON, accepted, person, with_tables
from tests.support.masters import debian_tool, written
from tests.support.renditions import packaged
from tests.support.statements_counted import statements
from transcode.ladder import FIRST, REST
from transcode.tools import Tools
from workers.media import rendition_row

RUNGS = {"flac", "alac", "mp3-320", "opus-160", "aac-256", "aac-128"}
KINDS = {"flac": ".flac", "alac": ".m4a", "mp3": ".mp3", "opus": ".mp4", "aac": ".m4a"}
Made = list[tuple[bytes, Rendition]]
TITLES = ("Ebb", 'Flow/"\u202e"')


@pytest.fixture(scope="module")
def made(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the files of one short master, once for all tests."""
    folder = tmp_path_factory.mktemp("made")
    music = np.random.default_rng(3).normal(0, 0.1, (66_150, 2))
    master = written(folder / "master.wav", music, 44_100, "PCM_16")
    rungs = [one for one in (*FIRST, *REST) if one.name in RUNGS]
    found = []
    work = packaged(tools, master, folder / "out", rungs)
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(asyncio.run, work).result()
    for one in done:
        data = one.encoded.made.path.read_bytes()
        key = key_of("renditions", one.encoded.sha256)
        found.append((data, rendition_row(one, key, uuid4(), ManualClock(NOON))))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A release of two tracks, who made it, and who owns the first of them."""

    house: House
    client: TestClient  # type: ignore[type-arg]
    release: UUID
    tracks: list[Accepted]
    artist: Caller
    listener: Caller

    async def ask(
        self, who: Caller | None, path: str = "", *, method: str = "GET", **headers: str
    ) -> ClientResponse:
        path = path or f"/api/v1/releases/{self.release}/downloads.zip?form=flac"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            async with self.house.database.begin() as session:
                token = await issue_token(session, who, label="test", now=NOON)
            named["Authorization"] = f"Bearer {token}"
        return await self.client.request(method, path, headers=named)

    async def archive(self, who: Caller, path: str = "") -> zipfile.ZipFile:
        answer = await self.ask(who, path)
        assert (answer.status, answer.content_type) == (200, "application/zip")
        body = await answer.read()
        assert len(body) == int(answer.headers["Content-Length"])
        archive = zipfile.ZipFile(io.BytesIO(body))
        assert archive.testzip() is None
        return archive

    async def owns(self, *tracks: Accepted, at: datetime = NOON) -> None:
        async with self.house.database.begin() as session:
            for one in tracks:
                track = await session.get_one(Track, one.track_id)
                counter = {"listener_id": self.listener.id, "recording_id": track.recording_id}
                session.add(Counter(**counter, plays=9, owned_at=at))


@pytest.fixture
async def shop(tmp_path: Path, made: Made) -> AsyncIterator[Shop]:
    settings = Settings(
        data_dir=tmp_path,
        redis_url="redis://127.0.0.1:1/0",  # nothing here asks it
        ticket_secret=SecretStr("s" * 32),
    )
    async with open_tools(settings, ManualClock(NOON)) as house:
        await with_tables(house.database)
        artist = await person(house.database, Role.ARTIST)
        tracks = [await accepted(house.database, artist, one.encode()) for one in TITLES]
        await store(house, made, tracks)
        release = await put_out(house, artist, tracks)
        async with (
            open_desk(house) as desk,
            TestClient(TestServer(make_app(house, desk))) as client,
        ):
            listener = await person(house.database, Role.LISTENER)
            found = Shop(
                house=house,
                client=client,
                release=release,
                tracks=tracks,
                artist=artist,
                listener=listener,
            )
            await found.owns(tracks[0])
            yield found


async def store(house: House, made: Made, tracks: list[Accepted]) -> None:
    for data, row in made:
        async with house.storage.writer() as writer:
            await writer.write(data)
            await writer.commit(key_of("renditions", row.sha256))
    columns = [one.key for one in Rendition.__table__.columns]
    async with house.database.begin() as session:
        for track, title in zip(tracks, TITLES, strict=True):
            for _, row in made:
                said = {name: getattr(row, name) for name in columns}
                session.add(
                    Rendition(
                        **said | {"id": uuid4(), "master_id": track.master_id, "generation": 0}
                    )
                )
            found = await session.get_one(Track, track.track_id)
            found.title, found.state = title, TrackState.COMPLETE


async def put_out(house: House, artist: Caller, tracks: list[Accepted]) -> UUID:
    async with house.database.begin() as session:
        release = Release(
            id=uuid4(),
            owner_id=artist.id,
            title="Tide",
            artist="Jo",
            label="Mole",
            edited=[],
            state=ReleaseState.PUBLISHED,
            changed_at=NOON,
            created_at=NOON,
        )
        session.add(release)
        await session.flush()
        session.add_all(
            ReleaseTrack(
                track_id=one.track_id, release_id=release.id, disc=1, position=n, edited=[]
            )
            for n, one in enumerate(tracks, start=1)
        )
        return release.id


async def test_of_a_release_a_listener_is_sent_what_they_own_and_its_artist_all(shop: Shop) -> None:
    some, whole = await shop.archive(shop.listener), await shop.archive(shop.artist)

    assert some.namelist() == ["Jo - Tide/01 Ebb.flac", "Jo - Tide/Receipt.txt"]
    assert whole.namelist() == [
        "Jo - Tide/01 Ebb.flac",
        "Jo - Tide/02 Flow__ _.flac",
        "Jo - Tide/Receipt.txt",
    ]
    assert whole.read(whole.namelist()[0]) == some.read(some.namelist()[0])


@pytest.mark.parametrize("form", KINDS)
async def test_each_form_is_sound_that_is_played_with_its_tags(
    shop: Shop, tools: Tools, tmp_path: Path, form: str
) -> None:
    archive = await shop.archive(
        shop.listener, f"/api/v1/releases/{shop.release}/downloads.zip?form={form}"
    )

    [name] = [one for one in archive.namelist() if one.endswith(KINDS[form])]
    path = tmp_path / f"song{KINDS[form]}"
    path.write_bytes(archive.read(name))
    argv = [tools.ffmpeg, "-v", "error", "-xerror", "-i", path, "-f", "f32le", "-"]
    sound = await asyncio.to_thread(subprocess.run, argv, check=True, capture_output=True)
    rate = 48_000 if form == "opus" else 44_100
    assert (sound.stderr, len(sound.stdout) // 8) == (b"", pytest.approx(1.5 * rate, abs=1_200))
    tags = mutagen.File(path, easy=True).tags  # type: ignore[attr-defined]
    assert tags["title"] == ["Ebb"]


async def test_it_is_gone_on_with_where_it_broke_off_and_is_the_same_byte_for_byte(
    shop: Shop,
) -> None:
    answer = await shop.ask(shop.listener)
    whole, etag = await answer.read(), answer.headers["ETag"]
    async with shop.house.database.begin() as session:
        await session.execute(update(Rendition).values(sound_crc32=None))

    for first in (0, 7, 300, len(whole) // 2, len(whole) - 2_000, len(whole) - 1):
        part = await shop.ask(shop.listener, Range=f"bytes={first}-", If_Range=etag)
        assert (part.status, await part.read()) == (206, whole[first:])
    known = await shop.ask(shop.listener, If_None_Match=etag)
    assert known.status == 304


async def test_when_anything_was_changed_it_begins_anew(shop: Shop) -> None:
    before = await shop.ask(shop.listener)
    async with shop.house.database.begin() as session:
        (await session.get_one(Track, shop.tracks[0].track_id)).title = "Neap"

    after = await shop.ask(shop.listener, Range="bytes=100-", If_Range=before.headers["ETag"])

    assert after.status == 200
    archive = zipfile.ZipFile(io.BytesIO(await after.read()))
    assert archive.testzip() is None
    assert archive.namelist()[0] == "Jo - Tide/01 Neap.flac"


async def test_a_sound_is_read_for_its_sum_once_and_a_new_title_does_not_change_that(
    shop: Shop,
) -> None:
    async with shop.house.database.read() as session:
        before = set(await session.scalars(select(Rendition.sound_crc32)))
    await shop.archive(shop.listener)
    async with shop.house.database.begin() as session:
        (await session.get_one(Track, shop.tracks[0].track_id)).title = "Neap"
        master = shop.tracks[0].master_id
        query = select(Rendition.sound_crc32).where(Rendition.master_id == master)
        found = await session.scalar(query.where(Rendition.rung == "flac"))

    assert before == {None}
    assert found is not None
    await shop.archive(shop.listener)  # whose sums are right


async def test_who_asks_for_the_last_byte_waits_for_no_sum(shop: Shop) -> None:
    last = await shop.ask(shop.listener, Range="bytes=-1")

    assert (last.status, await last.read()) == (206, b"\0")
    async with shop.house.database.read() as session:
        assert set(await session.scalars(select(Rendition.sound_crc32))) == {None}


async def test_the_receipt_says_what_is_in_it_from_whom_and_since_when(shop: Shop) -> None:
    async with shop.house.database.begin() as session:
        track = await session.get_one(Track, shop.tracks[0].track_id)
        (await session.get_one(Recording, track.recording_id)).isrc = "DEA342600001"

    text = (await shop.archive(shop.listener)).read("Jo - Tide/Receipt.txt").decode()

    assert text.splitlines() == [
        "Receipt",
        "",
        "Jo - Tide",
        "1 file; 0.000 credits paid for them.",
        "",
        "Jo - Tide/01 Ebb.flac",
        "  Ebb",
        "  from A artist, Mole",
        "  on Tide",
        "  ISRC DEA342600001",
        "  FLAC, 44.1 kHz",
        f"  yours since {NOON:%Y-%m-%d %H:%M} UTC",
        "",
        "What you own is yours to keep and to play on whatever you like.",
    ]


async def test_what_is_downloaded_cannot_be_given_back(shop: Shop) -> None:
    await shop.archive(shop.listener)

    async with shop.house.database.read() as session:
        assert set(await session.scalars(select(Counter.downloaded_at))) == {NOON}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/library/downloads.zip",
        "/api/v1/releases/{release}/downloads.zip",
        "/api/v1/tracks/{track}/downloads/mp3-320",
    ],
)
async def test_what_was_only_asked_about_can_still_be_given_back(shop: Shop, path: str) -> None:
    where = path.format(release=shop.release, track=shop.tracks[0].track_id)
    asked = [
        await shop.ask(shop.listener, where, method="HEAD"),
        await shop.ask(shop.listener, where, Range="bytes=999999999-"),
        await shop.ask(shop.listener, where, If_Match='"another"'),
    ]

    assert [one.status for one in asked] == [200, 416, 412]
    async with shop.house.database.read() as session:
        assert set(await session.scalars(select(Counter.downloaded_at))) == {None}
    assert (await shop.ask(shop.listener, where)).status == 200
    async with shop.house.database.read() as session:
        assert set(await session.scalars(select(Counter.downloaded_at))) == {NOON}


async def test_while_a_form_is_still_being_made_nothing_lesser_goes_in(shop: Shop) -> None:
    await shop.owns(shop.tracks[1])
    async with shop.house.database.begin() as session:
        (await session.get_one(Track, shop.tracks[1].track_id)).state = TrackState.PLAYABLE
        query = select(Rendition).where(Rendition.master_id == shop.tracks[1].master_id)
        for one in await session.scalars(query):
            if one.rung != "aac-128":
                await session.delete(one)

    archive = await shop.archive(shop.listener)

    assert archive.namelist() == ["Jo - Tide/01 Ebb.flac", "Jo - Tide/Receipt.txt"]
    text = archive.read("Jo - Tide/Receipt.txt").decode()
    assert 'no file of it was made yet:\r\n  Flow/"' in text


async def test_who_owns_nothing_of_it_is_told_so(shop: Shop) -> None:
    stranger = await person(shop.house.database, Role.LISTENER)

    of_release = await shop.ask(stranger)
    of_library = await shop.ask(stranger, "/api/v1/library/downloads.zip?form=mp3")

    assert [one.status for one in (of_release, of_library)] == [403, 403]
    assert "You own no music yet" in (await of_library.json())["detail"]
    assert (await shop.ask(None)).status == 401


async def test_a_library_is_in_parts_and_says_how_many(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.owns(shop.tracks[1])
    whole = await shop.archive(shop.listener, "/api/v1/library/downloads.zip?form=mp3")
    monkeypatch.setattr("stream.api.archives.PART", 1)
    parts = [
        await shop.archive(shop.listener, f"/api/v1/library/downloads.zip?form=mp3&part={n}")
        for n in (1, 2)
    ]
    none = await shop.ask(shop.listener, "/api/v1/library/downloads.zip?form=mp3&part=3")

    songs = {one for one in whole.namelist() if one.endswith(".mp3")}
    assert songs == {"Jo/Tide/01 Ebb.mp3", "Jo/Tide/02 Flow__ _.mp3"}
    assert [len(one.namelist()) for one in parts] == [2, 2]
    assert {name for one in parts for name in one.namelist()} == {*songs, "Receipt.txt"}
    assert (none.status, (await none.json())["detail"]) == (404, "Your library is in 2 parts.")
    assert PART == 100


async def test_a_part_that_is_full_is_the_same_when_more_is_owned(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stream.api.archives.PART", 1)
    path = "/api/v1/library/downloads.zip?form=mp3&part=1"
    before = await shop.ask(shop.listener, path)
    whole = await before.read()
    await shop.owns(shop.tracks[1], at=NOON + timedelta(days=1))

    part = await shop.ask(shop.listener, path, Range="bytes=1000-", If_Range=before.headers["ETag"])

    assert (part.status, await part.read()) == (206, whole[1000:])
    assert 'filename="Library, part 1 of 2 (MP3).zip"' in part.headers["Content-Disposition"]


async def test_a_lossy_master_goes_in_as_the_best_that_was_made_of_it(shop: Shop) -> None:
    async with shop.house.database.begin() as session:
        lossless = select(Rendition).where(Rendition.codec.in_(["flac", "alac"]))
        for one in await session.scalars(lossless):
            await session.delete(one)

    archive = await shop.archive(shop.listener)

    assert archive.namelist()[0] == "Jo - Tide/01 Ebb.mp3"


async def test_what_has_no_file_yet_is_said_and_of_nothing_there_is_no_archive(shop: Shop) -> None:
    await shop.owns(shop.tracks[1])
    async with shop.house.database.begin() as session:
        query = select(Rendition).where(Rendition.master_id == shop.tracks[1].master_id)
        for one in await session.scalars(query):
            await session.delete(one)
    text = (await shop.archive(shop.listener)).read("Jo - Tide/Receipt.txt").decode()
    async with shop.house.database.begin() as session:
        for one in await session.scalars(select(Rendition)):
            await session.delete(one)
    none = await shop.ask(shop.listener)

    assert 'no file of it was made yet:\r\n  Flow/"' in text
    assert (none.status, "Retry-After" in none.headers) == (409, True)


async def test_two_tracks_take_no_more_statements_than_one(shop: Shop) -> None:
    with statements(shop.house.database) as of_one:
        await (await shop.ask(shop.listener)).read()
    await shop.owns(shop.tracks[1])
    with statements(shop.house.database) as of_two:
        await (await shop.ask(shop.listener)).read()

    assert len(of_two) <= len(of_one)


async def test_unzip_finds_no_fault(shop: Shop, tmp_path: Path) -> None:
    answer = await shop.ask(shop.artist, f"/api/v1/releases/{shop.release}/downloads.zip?form=opus")
    path = tmp_path / "some.zip"
    path.write_bytes(await answer.read())

    argv = [debian_tool("unzip"), "-t", path]
    done = await asyncio.to_thread(subprocess.run, argv, check=True, capture_output=True)

    assert b"No errors detected" in done.stdout
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="Jo - Tide (OPUS).zip"'
    )
