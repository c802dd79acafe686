"""Operators see what is stored, what checks found, and what comes in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.roles import Role
from catalog.store_checks import note_check
from stream.api.store import storage_document
from tests.support.served import Client, served, wave
from workers.fsck import Scope, check

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def client(tmp_path: Path, database_url: str) -> Any:  # noqa: ANN401 - what it yields
    async with served(tmp_path, database_url=database_url) as opened:
        yield opened


async def test_an_operator_sees_the_store_its_checks_and_all_uploads(client: Client) -> None:
    tools, operator = client.holding.tools, await client.artist(Role.OPERATOR)
    artist = await client.artist()

    async def told(path: str, method: str = "GET") -> Any:  # noqa: ANN401 - a document
        answer = await client.ask(method, f"/api/v1/{path}", token=operator)
        assert answer.status < 300, answer.body
        return answer.json

    sent = await client.ask("PUT", "/api/v1/masters/One.wav", token=artist, data=wave(1))
    assert sent.status == 201
    before = await told("storage")
    assert (before["counted_at"], before["kinds"]) == (None, [])
    nothing = await client.ask("GET", "/api/v1/findings/latest", token=operator)
    assert nothing.status == 404

    found = await check(client.holding, Scope(decodes=False), tell=lambda _: None)
    async with tools.database.begin() as session:
        await note_check(session, found)

    after = await told("storage")
    [kind] = after["kinds"]
    assert (kind["kind"], kind["objects"]) == ("masters", 1)
    assert after["bytes"] == kind["bytes"] == len(wave(1))
    checks = await told("findings")
    assert (checks["is_under_way"], checks["next"]) == (False, None)
    latest = await told("findings/latest")
    assert latest == await told(f"findings/{checks['items'][0]['check']}")
    assert latest["objects"] == 1
    assert latest["found"] == sum(latest["codes"].values()) == len(latest["findings"])

    job = await told("findings/run", "POST")
    again = await client.ask("POST", "/api/v1/findings/run", token=operator)
    assert again.status == 409
    assert (await told(f"jobs/{job['job']}"))["kind"] == "fsck"
    assert (await told("findings"))["is_under_way"]

    [upload] = (await told("incoming"))["items"]
    assert (upload["filename"], upload["owner_name"]) == ("One.wav", "A artist")
    assert (await told("incoming?unfinished=true"))["items"] == []
    assert len((await told("incoming?state=accepted&limit=1"))["items"]) == 1
    assert (await told(f"incoming?owner={upload['owner']}"))["items"] == [upload]


def test_growth_is_told_by_day_and_kinds_beside_what_they_were() -> None:
    found = [
        (NOON - 9 * DAY, {"masters": (1, 10)}),
        (NOON, {"masters": (2, 20), "artwork": (1, 5)}),
        (NOON + timedelta(hours=1), {"masters": (2, 30), "artwork": (1, 50)}),
    ]

    told = storage_document(found, unfinished=(1, 7))

    assert [(one.kind, one.bytes, one.bytes_before) for one in told.kinds] == [
        ("artwork", 50, 0),
        ("masters", 30, 10),
    ]
    assert [(one.day.day, one.bytes) for one in told.growth] == [(15, 10), (24, 80)]
    assert (told.bytes, told.objects, told.unfinished_bytes) == (80, 3, 7)
