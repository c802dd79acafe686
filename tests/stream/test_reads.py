"""What is read most: in parts, and with as many statements for many rows as for few."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.searching import put_out
from tests.support.served import Client, served
from tests.support.statements_counted import statements

#: Reads of many rows, and what of a listener they tell.
READS = ["/api/v1/tracks", "/", "/api/v1/search?q=many", "/api/v1/search/suggestions?q=ma"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def test_what_there_is_to_hear_is_told_in_parts(client: Client) -> None:
    await put_out(client.holding.tools.database, [(f"Many {one}", "A", 1) for one in range(5)])
    told, cursor = [], ""
    while cursor is not None:
        answer = (await client.ask("GET", f"/api/v1/tracks?limit=2{cursor}")).json
        told += [one["title"] for one in answer["tracks"]]
        cursor = answer["next"] and f"&cursor={answer['next']}"

    assert sorted(told) == [f"Many {one}" for one in range(5)]


async def test_many_rows_take_no_more_statements_than_few(client: Client) -> None:
    database, token = client.holding.tools.database, await client.artist()
    counts: list[dict[str, int]] = []
    for number in (3, 20):
        await put_out(database, [(f"Many {number} {one}", "A", 1) for one in range(number)])
        counts.append({})
        for path in READS:
            with statements(database) as said:
                assert (await client.ask("GET", path, token=token)).status == 200
            counts[-1][path] = len(said)

    assert {path for path, n in counts[1].items() if n > counts[0][path]} == set()
    assert max(counts[1].values()) <= 20
