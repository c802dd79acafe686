"""A house with something to hear, and earlier clients of it."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from PIL import Image

from catalog.kinds import Kind
from catalog.roles import Role
from tests.support.earlier import Earlier
from tests.support.searching import refreshed
from tests.support.served import Client, served, wave
from tests.support.working import do


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A house with an album of three songs by one artist on a label, and a playlist of two."""

    house: Client
    visitor: Earlier
    listener: Earlier
    artist: Earlier
    album: str
    songs: list[str]
    label: str
    playlist: str
    owner: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with served(tmp_path_factory.mktemp("earlier"), public_moment_s=0) as house:
        token = await house.artist()
        listener = Earlier(house=house, token=await house.artist(Role.LISTENER))
        label = (
            await house.ask("POST", "/api/v1/labels", token=token, data={"name": "Wren Records"})
        ).json["id"]
        album, songs = await _album(house, token, label)
        said = {"title": "Mornings", "private": False, "about": "for birds"}
        made = await listener.data("POST user/playlists", body=said)
        await listener.data(
            "PUT user/playlists/{id}/items",
            made["id"],
            body={"tracks": [{"trackId": songs[1], "index": 1}, {"trackId": songs[0], "index": 0}]},
        )
        await refreshed(house.holding.tools.database)
        yield Shop(
            house=house,
            visitor=Earlier(house=house),
            listener=listener,
            artist=Earlier(house=house, token=token),
            album=album,
            songs=songs,
            label=label,
            playlist=made["id"],
            owner=made["creatorId"],
        )


async def _album(house: Client, token: str, label: str) -> tuple[str, list[str]]:
    begun = await house.ask("POST", "/api/v1/releases", token=token, data={"title": "Dawn & Dew"})
    release = begun.json["id"]
    path = f"/api/v1/releases/{release}"
    for number in (1, 2, 3):
        sent = f"/api/v1/masters/Song%20{number}.wav?release={release}"
        assert (await house.ask("PUT", sent, token=token, data=wave(number))).status == 201
    picture = io.BytesIO()
    Image.new("RGB", (600, 600), "teal").save(picture, "PNG")
    cover = await house.ask("PUT", f"{path}/artwork", token=token, data=picture.getvalue())
    assert cover.status == 202, cover.body
    await do(house.holding, Kind.ARTWORK)
    await house.play()
    songs = [one["track"] for one in (await house.release(release, token))["tracks"]]
    by = {"artist": "The Larks"}
    said = {
        **by,
        "label_id": label,
        "type": "ep",
        "released_on": "2024-03-08",
        "genres": ["Folk"],
        "tags": ["birdsong"],
        "tracks": [{"track": one, **by} for one in songs],
    }
    assert (await house.ask("PATCH", path, token=token, data=said)).status == 200
    assert (await house.ask("POST", f"{path}/publish", token=token)).status == 200
    return release, songs
