"""Search over HTTP: in parts, by kinds, while somebody writes, and what nobody else may find."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.searching import put_out, refreshed
from tests.support.served import Client, served, wave


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def test_music_is_found_in_parts_by_kinds_and_while_it_is_written(client: Client) -> None:
    written = [(f"Song {number}", "Sigur Rós", number) for number in range(7)]
    await put_out(client.holding.tools.database, written)

    first = (await client.ask("GET", "/api/v1/search?q=sigur+ros&limit=4")).json
    assert [one["title"] for one in first["items"]] == ["Song 6", "Song 5", "Song 4", "Song 3"]
    assert {one["match"] for one in first["items"]} == {"words"}
    assert [(one["kind"], len(one["items"])) for one in first["groups"]] == [("track", 5)]
    path = f"/api/v1/search?q=sigur+ros&limit=4&cursor={first['next']}"
    rest = (await client.ask("GET", path)).json
    assert (await client.ask("GET", path.replace("sigur", "song"))).status == 422
    assert [one["title"] for one in rest["items"]] == ["Song 2", "Song 1", "Song 0"]
    assert (rest["groups"], rest["next"]) == ([], None)

    others = (await client.ask("GET", "/api/v1/search?q=sigur&kinds=release&kinds=artist")).json
    assert others["items"] == []
    suggested = (await client.ask("GET", "/api/v1/search/suggestions?q=sig&limit=2")).json
    assert [one["title"] for one in suggested["items"]] == ["Song 6", "Song 5"]


async def test_what_is_not_out_is_found_by_its_owner_alone(client: Client) -> None:
    token = await client.artist()
    await client.ask("PUT", "/api/v1/masters/Secret%20song.wav", token=token, data=wave(7))
    await refreshed(client.holding.tools.database)
    path = "/api/v1/search/drafts?q=secret"

    assert (await client.ask("GET", "/api/v1/search?q=secret")).json["items"] == []
    [mine] = (await client.ask("GET", path, token=token)).json["items"]
    assert mine["title"] == "Secret song"
    assert (await client.ask("GET", path, token=await client.artist())).json["items"] == []
    assert (await client.ask("GET", path)).status == 401


@pytest.mark.parametrize(
    "query",
    ["", "q=a&kinds=song", "q=a&limit=0", "q=a&limit=51", "q=a&cursor=x", "q=" + "a" * 1001],
)
async def test_what_cannot_be_asked_is_refused(client: Client, query: str) -> None:
    assert (await client.ask("GET", f"/api/v1/search?{query}")).status == 422
