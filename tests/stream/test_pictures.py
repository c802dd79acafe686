"""Pictures of artists, labels and single tracks over HTTP: one house for all of it."""

import io
from collections.abc import AsyncIterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from PIL import Image

from catalog.artworks import NewArtwork, artwork_of, embed, put_up, take_artwork
from catalog.erasing import erase
from catalog.kinds import Kind
from catalog.masters import lock_master
from catalog.models.artists import Artist
from catalog.music import track_of
from catalog.upload_rows import usage_of
from ingest.describing import describe
from tests.support.catalog import NOON
from tests.support.served import Client, served, wave
from tests.support.working import do, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: Tests share a house: each master and each picture is another.
NUMBERS = count(10)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("pictures")) as opened:
        yield opened


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (150, 150), (next(NUMBERS), 90, 90)).save(file, "PNG")
    return file.getvalue()


async def done(answer: Any, status: int = 200) -> Any:  # noqa: ANN401 - a document
    answer = await answer
    assert answer.status == status, answer.body
    return answer.json if answer.body else None


async def stored(client: Client, data: bytes) -> NewArtwork:
    received = await sent(client.holding, data)
    return NewArtwork(
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        storage_key=received.key,
        request_id="test",
    )


async def song(client: Client, token: str) -> UUID:
    answer = await client.ask(
        "PUT", "/api/v1/masters/Song.wav", token=token, data=wave(next(NUMBERS))
    )
    await client.play()
    return UUID(answer.json["track"])


@pytest.mark.parametrize("kind", ["artists", "labels"])
async def test_who_looks_after_a_name_gives_it_a_picture_and_takes_it_away(
    client: Client, kind: str
) -> None:
    token, stranger = await client.artist(), await client.artist()
    made = await done(client.ask("POST", f"/api/v1/{kind}", token=token, data={"name": "Ada"}), 201)
    path = f"/api/v1/{kind}/{made['id']}"
    assert made["picture"] is None
    for wrong, status in ((b"%PDF-1.4 no picture", 422), (b"", 422)):
        refused = await client.ask("PUT", f"{path}/picture", token=token, data=wrong)
        assert refused.status == status
    for other, status in ((stranger, 404), ("", 401)):
        for method in ("PUT", "DELETE"):
            asked = client.ask(method, f"{path}/picture", token=other, data=picture())
            assert (await asked).status == status

    told = await done(client.ask("PUT", f"{path}/picture", token=token, data=picture()), 202)
    assert told["picture"]["state"] == "received"
    assert (await client.ask("GET", f"{path}/picture", token=token)).status == 404
    await do(client.holding, Kind.ARTWORK)

    found = await client.ask("GET", path, token=token)
    facts = found.json["picture"]
    assert (facts["state"], facts["width"], facts["url"]) == (
        *("ready", 150),
        f"{path}/picture/{{size}}",
    )
    for address, form in (
        (f"{path}/picture?size=100", "jpeg"),
        (f"{path}/picture/160", "jpeg"),
        (f"{path}/picture/160.webp", "webp"),
    ):
        seen = await client.ask("GET", address, token=token)
        assert (seen.status, seen.headers["content-type"]) == (200, f"image/{form}")
        assert seen.headers["cache-control"].startswith("private")
    assert (await client.ask("GET", f"{path}/picture/160")).status == 404  # nobody heard of them
    assert (await client.ask("GET", f"{path}/picture?size=0", token=token)).status == 422
    listed = await done(client.ask("GET", f"/api/v1/{kind}", token=token))
    assert [one["picture"] for one in listed["items"]] == [facts]

    stale = {"if-match": '"of-before"'}
    for method in ("PUT", "DELETE"):
        late = client.ask(method, f"{path}/picture", token=token, data=picture(), **stale)
        assert (await late).status == 412
    current = {"if-match": found.headers["etag"]}
    gone = client.ask("DELETE", f"{path}/picture", token=token, **current)
    await done(gone, 204)
    assert (await done(client.ask("GET", path, token=token)))["picture"] is None


async def test_an_artist_is_found_with_their_picture_and_forgotten_without(client: Client) -> None:
    token = await client.artist()
    track_id, tools = await song(client, token), client.holding.tools
    track = await done(client.ask("GET", f"/api/v1/tracks/{track_id}"))
    artist_id = track["artists"][0]["artist"]
    await done(
        client.ask("PUT", f"/api/v1/artists/{artist_id}/picture", token=token, data=picture()), 202
    )
    await do(client.holding, Kind.ARTWORK)

    seen = await client.ask("GET", f"/api/v1/artists/{artist_id}/picture/160")
    assert (seen.status, seen.headers["cache-control"]) == (200, "public, max-age=300")
    await done(client.ask("PUT", f"/api/v1/favourites/artists/{artist_id}", token=token), 204)
    await done(client.ask("PUT", f"/api/v1/follows/artists/{artist_id}", token=token), 204)
    for path, name in (("favourites/artists", "artwork"), ("follows", "picture")):
        liked = await done(client.ask("GET", f"/api/v1/{path}", token=token))
        assert [one[name] for one in liked["items"]] == [f"/api/v1/artists/{artist_id}/picture"]

    async with tools.database.begin() as session:
        artist = await session.get_one(Artist, UUID(artist_id))
        artwork_id, account_id = artist.artwork_id, artist.account_id
        assert account_id is not None
        await erase(session, account_id, by=None, now=NOON)
    async with tools.database.read() as session:
        assert await artwork_of(session, artwork_id) is None
    assert (await client.ask("GET", f"/api/v1/artists/{artist_id}/picture/160")).status == 404


async def test_a_track_is_shown_with_the_picture_of_its_file_until_its_owner_says_otherwise(
    client: Client,
) -> None:
    token, tools = await client.artist(), client.holding.tools
    track_id = await song(client, token)
    path, new = f"/api/v1/tracks/{track_id}", await stored(client, picture())

    async def read_again() -> UUID:
        """Read its tags, as a worker does."""
        async with tools.database.begin() as session:
            found = await track_of(session, track_id)
            master = await lock_master(session, found.master.id)
            artwork = await take_artwork(session, new, now=NOON)
            await embed(session, master.id, artwork.id)
            await describe(session, found.track, master, now=NOON)
        return artwork.id

    in_file = await read_again()
    waiting = await done(client.ask("GET", path, token=token))
    assert (waiting["artwork"], waiting["own_artwork"]["state"]) == (None, "received")
    assert (await done(client.ask("GET", path)))["own_artwork"] is None
    await do(client.holding, Kind.ARTWORK)
    assert (await done(client.ask("GET", path)))["artwork"] == f"{path}/artwork"
    async with tools.database.read() as session:
        owner_id = (await track_of(session, track_id)).track.owner_id
        before = await usage_of(session, owner_id)

    cover = picture()
    await done(client.ask("PUT", f"{path}/artwork", token=token, data=cover), 202)
    await do(client.holding, Kind.ARTWORK)
    async with tools.database.read() as session:
        usage = await usage_of(session, owner_id)
        chosen = (await track_of(session, track_id)).track.artwork_id
    assert usage.stored_bytes == before.stored_bytes + len(cover)
    await read_again()
    seen = await client.ask("GET", f"{path}/artwork?size=160")
    assert (seen.status, seen.headers["cache-control"]) == (200, "public, max-age=300")
    async with tools.database.read() as session:
        assert (await track_of(session, track_id)).track.artwork_id == chosen
        assert await artwork_of(session, in_file) is not None  # it lies in the master still

    await done(client.ask("PUT", f"/api/v1/favourites/tracks/{track_id}", token=token), 204)
    liked = await done(client.ask("GET", "/api/v1/favourites/tracks", token=token))
    assert [one["card"]["artwork"] for one in liked["items"]] == [f"{path}/artwork"]
    listed = await done(client.ask("GET", "/api/v1/tracks"))
    assert {one["id"]: one["artwork"] for one in listed["tracks"]}[str(track_id)] == (
        f"{path}/artwork"
    )

    await taken_away(client, token, track_id, in_file=in_file)


async def taken_away(client: Client, token: str, track_id: UUID, *, in_file: UUID) -> None:
    """See that what no row shows any more is gone."""
    path, tools = f"/api/v1/tracks/{track_id}", client.holding.tools
    async with tools.database.read() as session:
        chosen = (await track_of(session, track_id)).track.artwork_id
    await done(client.ask("DELETE", f"{path}/artwork", token=token), 204)
    assert (await done(client.ask("GET", path, token=token)))["own_artwork"] is None
    async with tools.database.begin() as session:
        found = await track_of(session, track_id)
        await describe(session, found.track, found.master, now=NOON)
        assert found.track.artwork_id is None  # nor does that of its file come back
        assert await artwork_of(session, chosen) is None

    await done(client.ask("PUT", f"{path}/artwork", token=token, data=picture()), 202)
    await do(client.holding, Kind.ARTWORK)
    async with tools.database.read() as session:
        last = (await track_of(session, track_id)).track.artwork_id
    await done(client.ask("DELETE", path, token=token), 204)
    async with tools.database.read() as session:
        assert await artwork_of(session, last) is None
        assert await artwork_of(session, in_file) is None


async def test_a_track_on_a_release_is_shown_with_the_cover_of_that(client: Client) -> None:
    token, tools = await client.artist(), client.holding.tools
    begun = await done(
        client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"}), 201
    )
    release = f"/api/v1/releases/{begun['id']}"
    path = f"/api/v1/masters/Song.wav?release={begun['id']}"
    made = await done(client.ask("PUT", path, token=token, data=wave(next(NUMBERS))), 201)
    track = f"/api/v1/tracks/{made['track']}"
    new = await stored(client, picture())
    async with tools.database.begin() as session:
        row = (await track_of(session, UUID(made["track"]))).track
        await put_up(session, row, new, now=NOON, until=NOON)
    await do(client.holding, Kind.ARTWORK)

    on_it = (await client.release(begun["id"], token))["tracks"]
    assert [one["artwork"] for one in on_it] == [f"{track}/artwork"]
    await done(client.ask("PUT", f"{release}/artwork", token=token, data=picture()), 202)
    await do(client.holding, Kind.ARTWORK)
    on_it = (await client.release(begun["id"], token))["tracks"]
    assert [one["artwork"] for one in on_it] == [f"{release}/artwork"]
    assert (await done(client.ask("GET", track, token=token)))["artwork"] == f"{release}/artwork"
    listed = await done(client.ask("GET", "/api/v1/releases", token=token))
    assert [one["artwork"] for one in listed["releases"]] == [f"{release}/artwork"]
    seen = await client.ask("GET", f"{release}/artwork?size=96", token=token)
    assert (seen.status, seen.headers["content-type"]) == (200, "image/jpeg")
