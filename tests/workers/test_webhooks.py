"""Webhooks whose receivers are away: what is sent meanwhile, what is said, and when it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, select
from structlog.testing import capture_logs

from base.addresses import require_public_host, server_of
from base.clock import ManualClock
from base.errors import Refused
from base.outward import Asking, ask
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, tell
from catalog.kinds import ATTEMPTS, Kind
from catalog.models.events import Webhook
from catalog.models.jobs import Job
from catalog.roles import Role
from catalog.states import JobState
from catalog.webhooks import add_webhook
from tests.support.catalog import NOON, person
from tests.support.working import replayed, waiting, workshop
from workers.actors import perform
from workers.holding import Holding

EVENTS = 5


class Receiver:
    """Answers with a status that a test may change, and counts."""

    def __init__(self) -> None:
        self.asked, self.status, self.url = 0, 500, ""
        self.leads_to = ""

    async def answer(self, request: web.Request) -> web.Response:
        del request
        self.asked += 1
        headers = {"Location": self.leads_to} if self.leads_to else {}
        return web.Response(status=self.status, headers=headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/hook", receiver.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook?key=secret"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, clock=clock, webhooks_to_private=True) as opened:
        yield opened


async def told(holding: Holding, url: str, *, events: int = EVENTS) -> Caller:
    database = holding.tools.database
    artist = await person(database, Role.ARTIST)
    async with database.begin() as session:
        await add_webhook(session, artist.id, url=url, kinds=None, now=NOON)
        for _ in range(events):
            event = NewEvent(owner_id=artist.id, kind=EventKind.PING, request_id="test")
            await tell(session, event, now=NOON)
    return artist


async def turn(holding: Holding) -> None:
    """Do each delivery that waits once, if its time has come."""
    for job in await waiting(holding, Kind.DELIVER):
        await perform(holding, [job])


async def webhook(holding: Holding) -> Webhook:
    async with holding.tools.database.read() as session:
        return (await session.scalars(select(Webhook))).one()


async def delivered(holding: Holding) -> int:
    query = select(func.count()).select_from(Job).where(Job.state == JobState.DONE)
    async with holding.tools.database.read() as session:
        return (await session.scalars(query)).one()


async def test_one_delivery_finds_out_for_all_and_says_so_once(
    holding: Holding, clock: ManualClock, receiver: Receiver
) -> None:
    await told(holding, receiver.url)

    with capture_logs() as lines:
        await turn(holding)
        await turn(holding)

    assert receiver.asked == 1
    assert [(line["log_level"], "exc_info" in line) for line in lines] == [("warning", False)]
    assert "secret" not in str(lines)
    clock.advance(timedelta(seconds=2.5))
    await turn(holding)
    assert receiver.asked == 2


async def test_a_receiver_that_is_back_is_told_everything(
    holding: Holding, clock: ManualClock, receiver: Receiver
) -> None:
    await told(holding, receiver.url)
    await turn(holding)

    receiver.status = 204
    clock.advance(timedelta(seconds=2.5))
    await turn(holding)

    assert receiver.asked == 1 + EVENTS
    found = await webhook(holding)
    assert (found.failures, found.held_until, found.trouble) == (0, None, None)


async def test_a_receiver_that_stays_away_is_given_up_however_much_there_is_to_tell(
    holding: Holding, clock: ManualClock, receiver: Receiver
) -> None:
    await told(holding, receiver.url)

    for failures in range(1, ATTEMPTS[Kind.DELIVER] + 1):
        await turn(holding)
        assert receiver.asked == failures
        clock.advance(timedelta(seconds=2**failures))
    await turn(holding)

    assert receiver.asked == ATTEMPTS[Kind.DELIVER]
    assert (await webhook(holding)).disabled_at is not None
    assert await delivered(holding) == EVENTS


async def test_what_is_told_of_trouble_holds_no_password(holding: Holding) -> None:
    await told(holding, "http://name:secret@127.0.0.1:9/hook?key=secret", events=1)

    with capture_logs() as lines:
        await turn(holding)

    trouble = (await webhook(holding)).trouble or ""
    assert "127.0.0.1:9" in trouble
    assert "secret" not in trouble + str(lines)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://label.example/hook?key=x", "label.example"),
        ("https://a:b@label.example:8443/hook", "label.example:8443"),
        ("http://a:b%40c@[2001:db8::1]:80", "[2001:db8::1]:80"),
    ],
)
def test_a_server_is_shown_without_what_is_secret(url: str, server: str) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost"]
)
def test_what_leads_to_a_private_machine_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="private-address"):
        require_public_host(f"http://{host}/hook")


@pytest.mark.parametrize("host", ["label.example", "1.1.1.1", "[2606:4700::1111]"])
def test_what_may_be_public_is_looked_at_later(host: str) -> None:
    require_public_host(f"http://{host}/hook")


async def test_a_delivery_that_is_done_again_is_made_again(
    holding: Holding, receiver: Receiver
) -> None:
    receiver.status = 204
    await told(holding, receiver.url, events=1)
    await turn(holding)

    await replayed(holding, Kind.DELIVER)

    assert receiver.asked == 2


async def test_a_name_that_leads_to_a_private_machine_by_then_is_not_asked(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # When the hook was added, its name led to the public; now it leads here.
    def rebound(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", at))]

    async with receiving() as receiver, workshop(tmp_path, clock=clock) as strict:
        at = int(receiver.url.rpartition(":")[2].partition("/")[0])
        monkeypatch.setattr(socket, "getaddrinfo", rebound)
        await told(strict, f"http://label.example:{at}/hook", events=1)
        await turn(strict)

        assert receiver.asked == 0
        assert "no public address" in str((await webhook(strict)).trouble)


def has_ipv6() -> bool:
    """Whether this machine has an address of it: in a container there may be none."""
    with socket.socket(socket.AF_INET6) as one, suppress(OSError):
        one.bind(("::1", 0))
        return True
    return False


@asynccontextmanager
async def listening_on_both() -> AsyncIterator[tuple[int, list[object]]]:
    """Listen on this machine at one port, by IPv6 too if it has it; answer it, and who came."""
    came: list[object] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername"))
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as first:
        port = first.sockets[0].getsockname()[1]
        second = await asyncio.start_server(take, "::1", port) if has_ipv6() else nullcontext()
        async with second:
            yield port, came


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]"),  # noqa: S104
        *("127.1", "2130706433", "0x7f000001", "localhost", "[64:ff9b::7f00:1]"),
        *("169.254.169.254", "[fe80::1%25lo]", "[fe80::1]"),
    ],
)
async def test_a_number_of_this_machine_is_never_connected_to(host: str) -> None:
    # A client of HTTP asks no resolver about a number: what looks at names does not see it.
    async with listening_on_both() as (port, came):
        with pytest.raises(Refused, match="private-address"):
            await ask(Asking(method="GET", url=f"http://{host}:{port}/"), to_private=False)
        assert came == []


class Asked(AbstractResolver):
    """Remembers which names it was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        del port, family
        self.names.append(host)
        return []

    async def close(self) -> None:
        pass


async def test_no_resolver_sees_a_number_and_so_it_is_looked_at_before() -> None:
    resolver = Asked()
    async with (
        listening_on_both() as (port, came),
        ClientSession(connector=TCPConnector(resolver=resolver)) as client,
    ):
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"):
            with pytest.raises(ClientConnectionError):
                await client.post(f"http://{host}:{port}/")

        assert (resolver.names, len(came)) == ([], 3 if has_ipv6() else 2)


async def test_a_receiver_that_sends_us_on_is_not_followed(
    holding: Holding, receiver: Receiver
) -> None:
    await told(holding, receiver.url, events=1)
    receiver.status, receiver.leads_to = 307, receiver.url

    await turn(holding)

    assert receiver.asked == 1
    assert "status 307" in str((await webhook(holding)).trouble)
