"""The origin over S3: what is asked of the storage, and what listeners see when it fails."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientPayloadError, ClientResponse, ClientSession

from refrain.synthetic import INDEX_BYTES, INIT_BYTES
from tests.support.lines import Line, line_to
from tests.support.origin import Origin, open_origin

FRAGMENT = 400_000
FIRST = INIT_BYTES + INDEX_BYTES
RUNG = "aac-128"


@pytest.fixture
async def line(s3_endpoint: str) -> AsyncIterator[Line]:
    port = urlsplit(s3_endpoint).port
    assert port is not None
    async with line_to(port) as line:
        yield line


@pytest.fixture
async def origin(
    tmp_path: Path, s3_url: str, s3_endpoint: str, line: Line, migrated_sqlite_url: str
) -> AsyncIterator[Origin]:
    url = s3_url.replace(str(urlsplit(s3_endpoint).port), str(line.port))
    async with open_origin(
        tmp_path,
        fragments=5,
        fragment_bytes=FRAGMENT,
        storage_url=url,
        database_url=migrated_sqlite_url,
    ) as opened:
        line.asked.clear()
        yield opened


@pytest.fixture
async def client(origin: Origin) -> AsyncIterator[ClientSession]:
    async with ClientSession(origin.url) as session:
        yield session


async def ask(client: ClientSession, origin: Origin, span: str = "0-") -> ClientResponse:
    return await client.get(origin.path(RUNG), headers={"Range": f"bytes={span}"})


async def get(client: ClientSession, origin: Origin, span: str = "0-") -> bytes:
    async with await ask(client, origin, span) as answer:
        assert answer.status == 206
        return await answer.read()


def fragment(number: int) -> str:
    start = FIRST + number * FRAGMENT
    return f"{start}-{start + FRAGMENT - 1}"


async def heard(client: ClientSession, name: str) -> float:
    async with client.get("/metrics") as answer:
        lines = (await answer.text()).splitlines()
    [found] = [line for line in lines if line.startswith(f"refrain_media_cache_{name} ")]
    return float(found.split()[1])


@pytest.mark.parametrize("listeners", [2, 50])
async def test_those_who_ask_at_once_make_one_request(
    origin: Origin, client: ClientSession, line: Line, listeners: int
) -> None:
    body = origin.bodies[RUNG]
    line.hold(after=300_000)

    answers = await asyncio.gather(*(ask(client, origin) for _ in range(listeners)))
    line.go_on()
    found = [await answer.read() for answer in answers]

    assert all(one == body for one in found)
    assert line.asked == [f"0-{len(body) - 1}"]
    assert await heard(client, 'requests_total{found="miss"}') == listeners
    assert await heard(client, "joins_total") == listeners - 1
    assert await heard(client, 'bytes_total{from="storage"}') == len(body)
    assert await heard(client, "size_bytes") == len(body)


async def test_who_joins_hears_what_came_before_the_rest_has(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    body = origin.bodies[RUNG]
    line.hold(after=300_000)

    async with await ask(client, origin) as one, await ask(client, origin, "10-") as two:
        begun = [await answer.content.readexactly(200_000) for answer in (one, two)]
        line.go_on()
        rest = [await answer.read() for answer in (one, two)]

    assert begun[0] + rest[0] == body
    assert begun[1] + rest[1] == body[10:]
    assert len(line.asked) == 1


async def test_who_goes_away_takes_nothing_from_who_stays(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    line.hold(after=300_000)
    gone = await ask(client, origin)
    await gone.content.readexactly(1_000)
    stays = asyncio.create_task(get(client, origin))
    await asyncio.sleep(0.1)

    gone.close()
    line.go_on()

    assert await stays == origin.bodies[RUNG]
    assert len(line.asked) == 1


async def test_a_line_that_breaks_is_not_heard_by_any_listener(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    line.break_now()
    line.cut_after, line.cuts = 300_000, 3

    found = await asyncio.gather(*(get(client, origin) for _ in range(10)))

    assert all(one == origin.bodies[RUNG] for one in found)
    assert line.cuts == 0
    assert len(line.asked) == 4


async def test_a_storage_that_is_away_is_said_with_a_time_to_come_back(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    line.down = True
    line.break_now()

    answers = await asyncio.gather(*(ask(client, origin) for _ in range(3)))

    for answer in answers:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "2"
        assert (await answer.json())["type"] == "urn:refrain:problem:storage-unavailable"
    line.down = False
    assert await get(client, origin) == origin.bodies[RUNG]


async def test_a_storage_that_goes_away_in_the_middle_ends_every_answer(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    line.hold(after=300_000)
    answers = [await ask(client, origin) for _ in range(5)]
    for answer in answers:
        await answer.content.readexactly(200_000)

    line.down = True
    line.break_now()
    line.go_on()

    for answer in answers:
        with pytest.raises(ClientPayloadError):
            await answer.read()
    line.down = False
    assert await get(client, origin) == origin.bodies[RUNG]


async def test_the_next_fragment_is_there_before_it_is_asked_for(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    body = origin.bodies[RUNG]

    first = await get(client, origin, fragment(0))
    await seen(line, 2)
    second = await get(client, origin, fragment(1))
    await seen(line, 3)

    assert first + second == body[FIRST : FIRST + 2 * FRAGMENT]
    # Whole blocks, each once.
    assert line.asked == ["0-524287", "524288-1048575", "1048576-1310719"]
    assert await heard(client, 'prefetches_total{what="begun"}') == 2
    assert await heard(client, 'prefetches_total{what="used"}') == 1


async def test_a_head_asks_nothing_of_the_storage(
    origin: Origin, client: ClientSession, line: Line
) -> None:
    async with client.head(origin.path(RUNG)) as answer:
        assert answer.headers["Content-Length"] == str(len(origin.bodies[RUNG]))
    assert line.asked == []


async def seen(line: Line, requests: int) -> None:
    async with asyncio.timeout(20):
        while len(line.asked) < requests:  # noqa: ASYNC110 - of another's line
            await asyncio.sleep(0.01)
