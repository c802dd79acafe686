"""Two who change the same thing at the same moment: one is faster, and the other is told so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from catalog.models.music import Track
from catalog.models.people import Account
from tests.stream.test_people_pages import Browser, browser
from tests.support.locks import wait_for_locks
from tests.support.served import Answer, Client, served, wave

T = TypeVar("T")


@pytest.fixture
async def house(tmp_path: Path, migrated_postgres_url: str) -> AsyncIterator[Client]:
    async with served(tmp_path, database_url=migrated_postgres_url) as opened:
        yield opened


async def at_once(
    house: Client, held: type[Track | Account], row: UUID, *asked: Awaitable[T]
) -> Sequence[T]:
    """Have all that is asked wait for one row before any of it goes on."""
    database = house.holding.tools.database
    async with database.begin() as holding:
        await holding.execute(select(held.id).where(held.id == row).with_for_update())
        under_way = [asyncio.ensure_future(one) for one in asked]
        await wait_for_locks(database, len(asked))
    return await asyncio.gather(*under_way)


async def test_credits_that_were_shown_before_another_wrote_them_are_not_written_over(
    house: Client,
) -> None:
    ada = await browser(house)
    url = f"{house.url}/api/v1/masters/a.wav"
    async with house.http.put(url, data=wave(1), headers=ada.headers) as answer:
        track = (await answer.json())["track"]
    page = f"/studio/tracks/{track}"
    [shown] = re.findall(r'name="shown" value="([^"]+)"', (await ada.see(page)).html)

    async def written(name: str) -> int:
        said = {"shown": shown, "artist-name-0": name, "artist-role-0": "main"}
        return (await ada.send(f"{page}/people", said)).status

    statuses = await at_once(house, Track, UUID(track), written("Ann"), written("Ben"))

    assert sorted(statuses) == [303, 412]


async def test_the_first_queue_of_two_devices_is_that_of_the_faster(house: Client) -> None:
    ada: Browser = await browser(house)
    url = f"{house.url}/api/v1/queue"
    async with house.http.get(url, headers=ada.headers) as found:
        headers = {**ada.headers, "If-Match": found.headers["ETag"]}

    async def written(device: str) -> int:
        said = {"tracks": [], "changed_by": device}
        async with house.http.put(url, json=said, headers=headers) as answer:
            return answer.status

    statuses = await at_once(house, Account, ada.id, written("phone"), written("desk"))

    assert sorted(statuses) == [200, 412]


async def test_a_track_is_compared_as_the_faster_left_it(house: Client) -> None:
    token = await house.artist()
    sent = await house.ask("PUT", "/api/v1/masters/a.wav", token=token, data=wave(1))
    song = f"/api/v1/tracks/{sent.json['track']}"
    tag = (await house.ask("GET", song, token=token)).headers["etag"]

    async def written(title: str) -> Answer:
        said = {"title": title}
        return await house.ask("PATCH", song, token=token, data=said, If_Match=tag)

    answers = await at_once(house, Track, UUID(sent.json["track"]), written("One"), written("Two"))

    assert sorted(one.status for one in answers) == [200, 412]
