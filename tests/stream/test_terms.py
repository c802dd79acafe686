"""Treasurers see price lists and decide those to come; nobody changes what was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.roles import Role
from tests.support.served import served

TERMS = "/api/v1/terms"
NEXT = "2126-01-01T00:00:00Z"


async def test_terms_to_come_are_decided_and_noted_and_never_those_that_hold(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        treasurer = await client.artist(Role.TREASURER)

        async def add(**said: object) -> Any:  # noqa: ANN401 - an answer
            return await client.ask("POST", TERMS, token=treasurer, data=said)

        [first] = (await client.ask("GET", TERMS, token=treasurer)).json["items"]
        made = await add(valid_from=NEXT, artist_ppm=850_000)
        again = await add(valid_from=NEXT, artist_ppm=800_000)
        earlier = await add(valid_from="2125-01-01T00:00:00Z", prices=[1])
        past = await add(valid_from="2020-01-01T00:00:00Z", artist_ppm=0)
        unfit = [
            await add(valid_from="2127-01-01T00:00:00Z", **{name: value})
            for name, value in (("prices", [0]), ("prices", []), ("artist_ppm", 10**7), ("x", 1))
        ]
        listed = (await client.ask("GET", TERMS, token=treasurer)).json["items"]
        acts = await client.ask("GET", "/api/v1/audit?act=terms.set", token=treasurer)

    assert (first["state"], first["sum"], first["coop_ppm"]) == ("current", 1022, 300_000)
    assert (made.status, made.json["state"], made.json["coop_ppm"]) == (201, "coming", 150_000)
    assert (made.json["prices"], made.json["valid_until"]) == (first["prices"], None)
    assert (again.status, earlier.status, past.status) == (409, 409, 400)
    assert [one.status for one in unfit] == [422] * 4
    assert [one["state"] for one in listed] == ["coming", "current"]
    assert datetime.fromisoformat(listed[1]["valid_until"]) == datetime(2126, 1, 1, tzinfo=UTC)
    [act] = acts.json["items"]
    assert act["person"] is not None
