"""The hottest reads, of a house that is made small: how they ask, and of what."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from sqlalchemy import text

from base.database import Database
from base.settings import Settings
from base.tools import Tools, open_tools
from ingest.desk import open_desk
from refrain.bench_api import fill, known_of
from refrain.bench_reads import READS, Known, each_read
from refrain.bench_rows import rows_read
from refrain.synthetic_catalogue import Sizes, make_catalogue
from refrain.synthetic_library import make_library
from stream.app import make_app
from tests.support.explained import asked, read_to_the_end
from tests.support.statements_counted import statements

SIZES = Sizes(tracks=200, listeners=100, plays=2_000)
#: How many questions each may ask, however much there is. What is chosen by chance asks once more
#: where it comes to the end of all numbers.
MOST = {
    "home": 4,
    "home of a listener": 10,
    "new tracks": 1,
    "search: title": 4,
    "search: artist and title": 4,
    "search: misspelt": 7,
    "suggestions": 4,
    "track": 4,
    "track page": 7,
    "track page of a visitor": 5,
    "release": 5,
    "artist": 3,
    "artist's releases": 4,
    "playlist": 4,
    "chart": 3,
    "recommendations": 5,
    "history": 3,
    "library": 4,
    "library: owned": 4,
    "wallet": 3,
    "player: artists": 4,
    "player: newest albums": 6,
    "player: albums by name": 6,
    "player: albums by artist": 6,
    "player: albums by chance": 8,
    "player: album": 11,
    "player: artist": 8,
    "player: song": 6,
    "player: search": 25,
    "player: songs by chance": 8,
    "player: starred": 13,
    "player: playlists": 3,
}
#: Each is read whole: there are a handful of rows.
WHOLE = {"terms"}
#: What the same seed makes the same, by what tells its rows apart.
SAME = {
    "accounts": "id, name",
    "tracks": "id, title, artist, owner_id",
    "plays": "id, listener_id, track_id, kind, step",
    "track_artists": "track_id, artist_id, name",
    "credits": "track_id, artist_id, role",
    "labels": "id, name",
    "favourites": "account_id, subject_id",
    "follows": "account_id, subject_id",
    "playlists": "id, owner_id",
    "playlist_entries": "id, playlist_id, rank, track_id",
}


@dataclass
class House:
    tools: Tools
    known: Known
    client: TestClient

    @property
    def database(self) -> Database:
        return self.tools.database

    async def number(self, query: str) -> int:
        async with self.database.read() as session:
            return int(await session.scalar(text(query)) or 0)


def settings_of(folder: Path, url: str) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=url,
        redis_url="redis://127.0.0.1:1/0",  # nothing here asks it
        ticket_secret=SecretStr("s" * 32),
        chart_listeners=1,
        public_moment_s=0,  # what is asked where nothing is kept
    )


@pytest.fixture
async def house(tmp_path: Path, migrated_postgres_url: str) -> AsyncIterator[House]:
    async with open_tools(settings_of(tmp_path, migrated_postgres_url)) as tools:
        await fill(tools, SIZES)
        async with (
            open_desk(tools) as desk,
            TestClient(TestServer(make_app(tools, desk))) as client,
        ):
            yield House(tools=tools, known=await known_of(tools), client=client)


async def test_each_asks_as_little_as_it_did_and_finds_all_by_an_index(house: House) -> None:
    chance, counts = np.random.default_rng(1), {}
    for name, read in READS.items():
        said = {"Authorization": f"Bearer {house.known.tokens[0]}"} if read.is_signed_in else {}
        path = read.path(house.known, chance)
        with statements(house.database) as found, asked(house.database) as questions:
            answer = await house.client.get(path, headers=said)
            assert answer.status == 200, (name, path, await answer.text())
        counts[name] = len(found)
        assert await read_to_the_end(house.database, questions) <= WHOLE, name

    assert {name: n for name, n in counts.items() if n > MOST.get(name, 0)} == {}
    # What is made adds up: each is credited, each play is on a day, each list has its tracks.
    assert await house.number("SELECT count(*) FROM tracks") == SIZES.tracks
    assert await house.number("SELECT count(DISTINCT track_id) FROM track_artists") == SIZES.tracks
    assert await house.number("SELECT count(*) FROM plays") == SIZES.plays
    assert await house.number("SELECT sum(plays) FROM plays_by_day") == SIZES.plays
    listed = "SELECT sum(tracks) - (SELECT count(*) FROM playlist_entries) FROM playlists"
    assert await house.number(listed) == 0
    assert await house.number("SELECT count(*) FROM chart_entries") > 0
    # What is looked at is told of each: something, and no more than there is.
    looked = await rows_read(house.tools, each_read(house.known, 7, 1))
    assert set(looked) == set(READS)
    assert all(0 < one.value < SIZES.plays for one in looked.values()), looked


async def test_all_artists_are_read_once_for_each_change(house: House) -> None:
    def asking(call: str) -> str:
        return f"/rest/{call}?f=json&apiKey={house.known.tokens[0]}"

    async def told(call: str, **said: int) -> tuple[dict[str, Any], int]:
        with statements(house.database) as found:
            answer = await house.client.get(asking(call), params=said)
        return (await answer.json())["subsonic-response"], len(found)

    def names(document: dict[str, Any]) -> list[str]:
        return [one["name"] for letter in document["index"] for one in letter["artist"]]

    first, _ = await told("getArtists")
    again, asked_again = await told("getArtists")
    indexes, _ = await told("getIndexes")
    at = indexes["indexes"]["lastModified"]
    same, _ = await told("getIndexes", ifModifiedSince=at)
    chosen = UUID(first["artists"]["index"][0]["artist"][0]["id"].removeprefix("ar-"))
    renamed = text("UPDATE artists SET name = 'Ὦ', sort_name = 'ὦ' WHERE id = :id")
    async with house.database.begin() as session:
        await session.execute(renamed, {"id": chosen})
        during, _ = await told("getArtists")
    changed, _ = await told("getArtists")
    later, _ = await told("getIndexes", ifModifiedSince=at)

    assert again == first == during
    assert asked_again == 2
    assert names(indexes["indexes"]) == names(first["artists"])
    assert "index" not in same["indexes"]
    assert "Ὦ" not in names(first["artists"])
    assert "Ὦ" in names(changed["artists"])
    assert len(names(changed["artists"])) == len(names(first["artists"]))
    assert later["indexes"]["lastModified"] > at
    assert "Ὦ" in names(later["indexes"])


async def test_the_same_seed_makes_the_same_rows(
    tmp_path: Path, migrated_postgres_url: str
) -> None:
    async with open_tools(settings_of(tmp_path, migrated_postgres_url)) as tools:
        made = []
        for seed in (7, 7, 8):
            sizes = Sizes(tracks=100, listeners=100, plays=400, seed=seed)
            async with tools.database.begin() as session:
                # What is only ever added goes as well, for once.
                await session.execute(text("SET LOCAL session_replication_role = replica"))
                await session.execute(text("TRUNCATE accounts, masters CASCADE"))
            await make_library(tools, sizes, await make_catalogue(tools, sizes))
            made.append(await rows_of(tools.database))

    assert made[0] == made[1]
    assert all(made[0][name] != made[2][name] for name in SAME)


async def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.read() as session:
        return {
            name: [
                tuple(row)
                for row in await session.execute(
                    text(f"SELECT {columns} FROM {name} ORDER BY {columns}")  # noqa: S608 - ours
                )
            ]
            for name, columns in SAME.items()
        }
