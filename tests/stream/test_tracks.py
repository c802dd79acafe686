"""Tracks over HTTP: who may know of them, keep them in a cache, and change them."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from base.storage.port import key_of
from catalog.models.music import Track
from catalog.music import describe_master, track_of
from catalog.roles import Role
from ingest.describing import describe
from tests.support.catalog import NOON
from tests.support.served import Client, served, wave


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


@pytest.fixture
async def token(client: Client) -> str:
    return await client.artist()


async def draw(client: Client) -> None:
    """Give every track a waveform."""
    key = key_of("waveforms", "0" * 64, ".json")
    await client.holding.claims.store(key, b"{}")
    async with client.holding.tools.database.begin() as session:
        for master_id in list(await session.scalars(select(Track.master_id))):
            facts = {"waveforms": {"json": {"256": key}, "dat": {"256": key}}}
            await describe_master(session, master_id, facts)


async def read_tags(client: Client, track_id: UUID, **tags: str) -> None:
    async with client.holding.tools.database.begin() as session:
        found = await track_of(session, track_id)
        await describe_master(session, found.master.id, {"tags": tags})
        await describe(session, found.track, found.master, now=NOON)


async def added(client: Client, token: str, *, release: str = "") -> UUID:
    query = f"?release={release}" if release else ""
    path = f"/api/v1/masters/Song.wav{query}"
    sent = await client.ask("PUT", path, token=token, data=wave(7))
    assert sent.status == 201
    return UUID(sent.json["track"])


async def test_an_owner_calls_a_track_of_its_own_what_they_like(client: Client, token: str) -> None:
    track = await added(client, token)
    path = f"/api/v1/tracks/{track}"
    for other in (await client.artist(), await client.artist(Role.LISTENER)):
        answer = await client.ask("PATCH", path, token=other, data={"title": "Mine"})
        assert answer.status in {403, 404}

    answer = await client.ask("PATCH", path, token=token, data={"title": "New\u202e name"})

    assert (answer.status, answer.json["title"]) == (200, "New name")
    await read_tags(client, track, title="Of its tags", artist="Of Tags")
    found = (await client.ask("GET", path, token=token)).json
    assert (found["title"], found["artist"]) == ("New name", "Of Tags")
    for change in ({"title": None}, {"artist": " "}, {"isrc": "DEABC2600001"}):
        answer = await client.ask("PATCH", path, token=token, data=change)
        assert answer.status == 422


async def test_on_a_release_a_track_is_called_by_it(client: Client, token: str) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"})
    track = await added(client, token, release=begun.json["id"])

    answer = await client.ask(
        "PATCH", f"/api/v1/tracks/{track}", token=token, data={"title": "New"}
    )

    assert (answer.status, answer.json["type"].endswith("track-on-release")) == (409, True)


async def test_a_waveform_of_a_draft_is_kept_by_no_cache_that_others_share(
    client: Client, token: str
) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"})
    single = await added(client, token)
    drafted = await added(client, token, release=begun.json["id"])
    await client.play()
    await draw(client)

    answers = [
        await client.ask("GET", f"/api/v1/tracks/{track}/waveform.json", token=token)
        for track in (drafted, single)
    ]

    kept = [answer.headers["cache-control"].partition(",")[0] for answer in answers]
    assert kept == ["private", "public"]
