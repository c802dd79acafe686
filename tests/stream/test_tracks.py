"""Tracks over HTTP: who may know of them, keep them in a cache, and change them."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from base.storage.port import key_of
from catalog.models.music import Track
from catalog.music import describe_master
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


async def added(client: Client, token: str, *, release: str = "") -> UUID:
    query = f"?release={release}" if release else ""
    path = f"/api/v1/masters/Song.wav{query}"
    sent = await client.ask("PUT", path, token=token, data=wave(7))
    assert sent.status == 201
    return UUID(sent.json["track"])


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
