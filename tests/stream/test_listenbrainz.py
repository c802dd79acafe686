"""What somebody listened to elsewhere, told by a client of ListenBrainz that is not ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from liblistenbrainz import Listen, ListenBrainz
from liblistenbrainz.errors import InvalidAuthTokenException, ListenBrainzAPIException
from sqlalchemy import func, select

from catalog.callers import CredentialKind
from catalog.credentials import issue
from catalog.models.music import Track
from catalog.models.plays import Play
from catalog.permissions import Scope
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person
from tests.support.served import Client, served

THEN = int(NOON.timestamp()) - 86_400


@pytest.fixture
async def house(tmp_path: Path, valkey_url: str) -> AsyncIterator[Client]:
    async with served(tmp_path, redis_url=valkey_url) as opened:
        yield opened


async def token_of(house: Client, *scopes: Scope) -> str:
    database = house.holding.tools.database
    who = await person(database, Role.LISTENER)
    async with database.begin() as session:
        chosen = frozenset(scopes) or None
        kind = CredentialKind.TOKEN
        made = await issue(session, who.id, kind=kind, label="x", scopes=chosen, now=NOON)
    return made.secret


async def client_of(house: Client, token: str) -> ListenBrainz:
    client = ListenBrainz(house.url)
    await asyncio.to_thread(client.set_auth_token, token)
    return client


async def test_a_client_submits_reads_counts_and_deletes(house: Client) -> None:
    client = await client_of(house, await token_of(house))
    one = Listen(
        track_name="Harbour Lights",
        artist_name="Ada & Co",
        release_name="Tides",
        listened_at=THEN,
        isrc="GB-AYE-06-01498",
        tags=["folk"],
        additional_info={"submission_client": "tests"},
    )
    several = [
        Listen(track_name=f"Song {at}", artist_name="Ada", listened_at=THEN + at)
        for at in range(1, 41)
    ]

    def talk() -> tuple[list[Listen], list[Listen], list[Listen], int]:
        client.submit_single_listen(one)
        client.submit_single_listen(one)  # as one that got no answer does
        client.submit_multiple_listens(several)
        name = "A listener"
        newest = client.get_listens(name)
        after = client.get_listens(name, min_ts=THEN, count=2)
        before = client.get_listens(name, max_ts=THEN + 1)
        count = client.get_user_listen_count(name)
        client.delete_listen(before[0])
        return newest, after, before, count

    newest, after, before, count = await asyncio.to_thread(talk)

    assert (len(newest), newest[0].track_name) == (25, "Song 40")
    assert [one.track_name for one in after] == ["Song 2", "Song 1"]
    [kept] = before
    assert (kept.artist_name, kept.release_name, kept.tags) == ("Ada & Co", "Tides", ["folk"])
    assert count == 41
    assert await asyncio.to_thread(client.get_user_listen_count, "A listener") == 40


async def test_what_sounds_elsewhere_is_told_until_it_ends(house: Client) -> None:
    client = await client_of(house, await token_of(house))
    info = {"duration_ms": 400}
    sounding = Listen(track_name="Song", artist_name="Ada", additional_info=info)

    def talk() -> tuple[Listen | None, Listen | None]:
        client.submit_playing_now(sounding)
        now = client.get_playing_now("A listener")
        time.sleep(0.5)
        return now, client.get_playing_now("A listener")

    now, later = await asyncio.to_thread(talk)

    assert now is not None
    assert (now.track_name, later) == ("Song", None)


async def test_who_is_not_known_or_may_not_is_told_so_in_its_words(house: Client) -> None:
    narrow = await token_of(house, Scope.LIBRARY_READ)
    with pytest.raises(InvalidAuthTokenException):
        await client_of(house, "no token of ours")
    client = await client_of(house, narrow)
    listen = Listen(track_name="Song", artist_name="Ada", listened_at=THEN)

    with pytest.raises(ListenBrainzAPIException) as narrowly:
        await asyncio.to_thread(client.submit_single_listen, listen)
    with pytest.raises(ListenBrainzAPIException) as another:
        await asyncio.to_thread(client.get_listens, "somebody else")
    nobody = await house.ask("POST", "/1/submit-listens", data={})
    unfit = await house.ask("GET", "/1/user/A listener/listens?count=many", token=narrow)
    nowhere = await house.ask("GET", "/1/stats/user/x/artists", token=narrow)

    assert (narrowly.value.status_code, another.value.status_code) == (403, 404)
    assert "library.write" in narrowly.value.message
    for answer, status in ((nobody, 401), (unfit, 400), (nowhere, 404)):
        assert (answer.status, answer.json["code"]) == (status, status)
        assert answer.json["error"]
        assert int(answer.headers["x-ratelimit-remaining"]) > 0
        assert "x-ratelimit-reset-in" in answer.headers


async def test_a_page_of_anybody_cannot_submit_by_a_cookie(house: Client) -> None:
    token = await token_of(house)

    answer = await house.ask(
        "POST", "/1/submit-listens", data={}, Cookie=f"refrain_session={token}"
    )

    assert answer.status == 401


async def test_what_we_have_is_found_again_and_counts_for_nobody(house: Client) -> None:
    database = house.holding.tools.database
    artist = await person(database, Role.ARTIST)
    track_id = await audible(database, artist)
    async with database.begin() as session:
        track = await session.get_one(Track, track_id)
        track.title, track.artist = "Harbour Lights", "Ada"
    token = await token_of(house)
    client = await client_of(house, token)
    listens = [
        Listen(track_name="Harbour  Lights", artist_name="ADA", listened_at=THEN),
        Listen(track_name="Elsewhere Only", artist_name="Ada", listened_at=THEN + 1),
    ]

    await asyncio.to_thread(client.submit_multiple_listens, listens)
    told = (await house.ask("GET", "/api/v1/history/elsewhere", token=token)).json["items"]

    assert [(one["track"], one["card"] and one["card"]["track"]) for one in told] == [
        ("Elsewhere Only", None),
        ("Harbour Lights", str(track_id)),
    ]
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Play)) == 0
    assert (await house.ask("GET", "/api/v1/history", token=token)).json["items"] == []
    one = f"/api/v1/history/elsewhere/{told[0]['listen']}"
    assert (await house.ask("DELETE", one, token=await token_of(house))).status == 404
    assert (await house.ask("DELETE", one, token=token)).status == 204
    assert await asyncio.to_thread(client.get_user_listen_count, "A listener") == 1
