"""Other people's pages show our tracks: a player without script, its preview, and oEmbed."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from base.storage.port import key_of
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person
from tests.support.served import Client, served
from tests.support.world import rendition_of

PREVIEW = b"preview of a song"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def store_preview(client: Client, track: UUID) -> None:
    tools = client.holding.tools
    async with tools.storage.writer() as writer:
        await writer.write(PREVIEW)
        stored = await writer.commit(key_of("renditions", "ab" * 32, ".mp4"))
    async with tools.database.begin() as session:
        row = rendition_of((await session.get_one(Track, track)).master_id, stored.key)
        row.rung, row.is_preview, row.size_bytes = "preview-aac-128", True, len(PREVIEW)
        session.add(row)


async def test_a_track_is_shown_found_and_heard_by_whom_nobody_knows(client: Client) -> None:
    database = client.holding.tools.database
    artist = await person(database, Role.ARTIST)
    track = await audible(database, artist)
    page = f"/embed/tracks/{track}"

    early = await client.ask("GET", f"{page}/preview.mp4")
    assert (early.status, "preview-not-ready" in early.body.decode()) == (409, True)

    await store_preview(client, track)
    heard = await client.ask("GET", f"{page}/preview.mp4", Range="bytes=0-6")
    assert (heard.status, heard.body) == (206, b"preview")
    assert heard.headers["content-type"] == "audio/mp4"
    assert (await client.ask("GET", f"{page}/preview.mp4")).body == PREVIEW

    shown = await client.ask("GET", page)
    assert (shown.status, "set-cookie" in shown.headers) == (200, False)
    assert "frame-ancestors *" in shown.headers["content-security-policy"]
    assert f"{page}/preview.mp4" in shown.body.decode()
    assert "<script" not in shown.body.decode()

    told = await client.ask("GET", f"/oembed?url={quote(f'{client.url}/tracks/{track}')}")
    assert (told.status, told.json["type"]) == (200, "rich")
    assert f"{client.url}{page}" in told.json["html"]
    assert told.headers["access-control-allow-origin"] == "*"
    xml = await client.ask("GET", f"/oembed?format=xml&url={quote(f'{client.url}/tracks/{track}')}")
    assert xml.headers["content-type"].startswith("text/xml")
    for query, status in (
        (f"url={quote(f'{client.url}/tracks/{UUID(int=1)}')}", 404),
        ("url=https://other.example/tracks/1", 404),
        (f"format=yaml&url={client.url}", 501),
        ("", 404),
    ):
        assert (await client.ask("GET", f"/oembed?{query}")).status == status, query


async def test_a_release_is_shown_with_its_tracks_and_drafts_are_not(client: Client) -> None:
    database = client.holding.tools.database
    artist = await person(database, Role.ARTIST)
    track = await audible(database, artist)
    release = uuid4()
    async with database.begin() as session:
        session.add(
            Release(
                id=release,
                owner_id=artist.id,
                title="Record",
                artist="Ada",
                state="draft",
                created_at=NOON,
                changed_at=NOON,
                edited=[],
            )
        )
        await session.flush()
        session.add(ReleaseTrack(track_id=track, release_id=release, disc=1, position=1, edited=[]))
    assert (await client.ask("GET", f"/embed/releases/{release}")).status == 404
    assert (await client.ask("GET", f"/embed/tracks/{track}")).status == 404

    async with database.begin() as session:
        (await session.get_one(Release, release)).state = "published"
    shown = (await client.ask("GET", f"/embed/releases/{release}")).body.decode()

    assert "Record" in shown
    assert f"/embed/tracks/{track}/preview.mp4" in shown
