"""A house to look at: artists, listeners, and some months of both; the same each time.

It is a house like any other, filled by its own interface as its users fill one, but that time is
told to it, and that what many hear is written down at once.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from base.clock import ManualClock
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.people import create_account, issue_token
from catalog.roles import Role
from refrain.synthetic_credit import top_up_all
from stream.identity.callers import COOKIE
from tests.support.demo_listening import Heard, collect, hear, planned
from tests.support.demo_music import MAKERS, Record
from tests.support.demo_office import close_month, keep_books, staff
from tests.support.demo_own import furnish
from tests.support.demo_records import Shelf, portray, put_out
from tests.support.joined import CHEAP
from tests.support.payouts import IBANS
from tests.support.served import Client, served
from tests.support.valkey import valkey
from workers.charts import count_charts
from workers.neighbours import note_neighbours
from workers.proving import chain_all, make_roots
from workers.rollups import add_earnings, roll_up
from workers.searching import refresh_some

#: The day of the house, and since when there is one.
TODAY = datetime(2026, 11, 24, 17, 20, tzinfo=UTC)
_DAYS = 100
#: Who buys a record has thought about it for so long.
_CONSIDERED_DAYS = 2
#: On which days of their month books are closed.
_CLOSINGS = {(9, 3): "2026-08", (10, 2): "2026-09"}
#: On a machine that is busy elsewhere.
_PATIENCE_S = 1800
_MANY = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
_OFFICES = {
    "ada": ("Ada Brandt", Role.TREASURER),
    "bob": ("Bob Okafor", Role.TREASURER),
    "mo": ("Mo Keller", Role.MODERATOR),
    "olga": ("Olga Petrova", Role.OPERATOR),
}
_NAMES = (
    "Ayla Jonas Mireia Sten Priya Luc Hanne Tariq Ewa Diego Freya Kofi Lena Marek Nuria Olu Petra "
    "Quim Rosa Samir Tove Ulla Viktor Wilma Xenia Yusuf Zora Anton Bea Carmen Dag Elif Finn Greta "
    "Hugo Ines Jakub Kaya Leo Maja "
)
_FANS = _NAMES.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is: of a record so many songs, the first of one sound; covers this wide."""

    makers: int = len(MAKERS)
    songs: int = 99
    sounding: int = 1
    #: What music that sounds lasts, of what its song does.
    pace: float = 1.0
    side: int = 640
    #: Whether all has a picture, or one record.
    is_pictured: bool = True
    fans: int = 26
    #: From how much on somebody is paid out.
    paid_from_cents: int = 500


#: Enough that no page is empty.
SMALL = Size(makers=3, songs=3, pace=0.05, side=240, is_pictured=False, fans=6, paid_from_cents=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, and what they are known by."""

    id: UUID
    name: str
    token: str
    caller: Caller


@dataclass
class Demo:
    """The house while it is filled, and afterwards."""

    client: Client
    clock: ManualClock
    size: Size
    today: datetime = TODAY
    people: dict[str, Person] = field(default_factory=dict)
    fans: list[Person] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    #: What fills the addresses of pages, by its name there.
    places: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    _numbers: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return self.client.url

    def count(self) -> int:
        """Answer the next number."""
        self._numbers += 1
        return self._numbers

    async def done(
        self,
        method: str,
        path: str,
        who: Person,
        data: bytes | dict[str, Any] | None = None,
        **fields: str,
    ) -> Any:  # noqa: ANN401 - a document
        """Ask for something that must not be refused."""
        said = await self.client.ask(
            method, path, token=who.token, data=data, Idempotency_Key=uuid4().hex, **fields
        )
        assert said.status < 300, (method, path, said.status, said.body)
        return said.json if said.body else None

    def browser_of(self, who: str) -> dict[str, str]:
        """Answer the cookies of somebody's browser; nobody has none."""
        return dict(self.cookies.get(who, {}))

    async def join(self, key: str, name: str, role: Role) -> Person:
        """Make an account."""
        async with self.client.holding.tools.database.begin() as session:
            caller = await create_account(session, name=name, role=role, now=self.clock())
            token = await issue_token(session, caller, label="demo", now=self.clock())
        self.people[key] = Person(id=caller.id, name=name, token=token, caller=caller)
        return self.people[key]


@contextmanager
def open_demo(folder: Path, size: Size) -> Iterator[Demo]:
    """Open it in a thread of its own, as a browser's loop has this one."""
    ready: queue.Queue[tuple[Demo, asyncio.AbstractEventLoop, asyncio.Event] | BaseException]
    ready = queue.Queue()

    async def run() -> None:
        ended, clock = asyncio.Event(), ManualClock(TODAY - timedelta(days=_DAYS))
        settings = {
            "redis_url": address,
            "payout_details_days": 0,
            "payout_from_cents": size.paid_from_cents,
            "sepa_name": "Refrain eG",
            "sepa_iban": IBANS[0],
            "chart_listeners": 2,
            "second_factor": "none",
            "public_moment_s": 0,
            "demo": True,
            **_MANY,
            **CHEAP,
        }
        async with served(folder / "house", clock=clock, encodes=True, **settings) as client:
            demo = Demo(client=client, clock=clock, size=size)
            await _fill(demo)
            ready.put((demo, asyncio.get_running_loop(), ended))
            await ended.wait()

    def started() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            ready.put(error)
            raise

    (folder / "house").mkdir()
    (folder / "queue").mkdir()
    with valkey(folder / "queue") as address:
        thread = threading.Thread(target=started, daemon=True)
        thread.start()
        found = ready.get(timeout=_PATIENCE_S)
        if isinstance(found, BaseException):
            raise found
        demo, loop, ended = found
        try:
            yield demo
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join(timeout=60)


async def _fill(demo: Demo) -> None:
    await _people(demo)
    await _days(demo)
    await furnish(demo)
    await staff(demo)
    await _figures(demo)
    await _sign_in(demo)


async def _people(demo: Demo) -> None:
    for key, (name, role) in _OFFICES.items():
        await demo.join(key, name, role)
    for maker in MAKERS[: demo.size.makers]:
        await demo.join(maker.name, maker.name, Role.ARTIST)
    await demo.join("noor", "Noor Haddad", Role.LISTENER)
    for name in _FANS[: demo.size.fans]:
        demo.fans.append(await demo.join(f"fan {name}", name, Role.LISTENER))
    demo.people["a fan"] = demo.fans[2]
    demo.people["mara"] = demo.people["Mara Lindqvist"]
    async with demo.client.holding.tools.database.begin() as session:
        ids = [one.id for one in demo.fans]
        await top_up_all(session, ids, millicredits=120_000, now=demo.clock())
        await top_up_all(session, [demo.people["noor"].id], millicredits=30_000, now=demo.clock())


async def _days(demo: Demo) -> None:
    """Let the days pass: what comes out on each, what is heard, what the books want."""
    coming: list[Heard] = []
    for days_ago in range(_DAYS, -1, -1):
        _wait_until(demo, TODAY - timedelta(days=days_ago))
        if heard := [one for one in coming if one.at <= demo.clock()]:
            await hear(demo, heard)
            coming = [one for one in coming if one.at > demo.clock()]
        for record, name in _due(demo, days_ago):
            put = await put_out(demo, record, demo.people[name], of=name)
            demo.shelf.records.append(put)
            await portray(demo, put)
            coming += planned(demo, put)
        for put in demo.shelf.records:
            if put.record.days_ago == days_ago + _CONSIDERED_DAYS:
                await collect(demo, put)
        if name := _CLOSINGS.get((demo.clock().month, demo.clock().day)):
            await close_month(demo, name)


def _due(demo: Demo, days_ago: int) -> list[tuple[Record, str]]:
    return [
        (record, maker.name)
        for maker in MAKERS[: demo.size.makers]
        for record in maker.records
        if record.days_ago == days_ago
    ]


async def _figures(demo: Demo) -> None:
    """Let workers count what they count every few minutes, and by night."""
    tools = demo.client.holding.tools
    await roll_up(tools)
    await chain_all(tools, reach=None)
    await make_roots(tools)
    await add_earnings(tools)
    await count_charts(tools, is_anew=True)
    await note_neighbours(tools)
    while await refresh_some(tools):
        pass
    await keep_books(demo)


async def _sign_in(demo: Demo) -> None:
    """Let everybody be signed in, as they are who just were."""
    async with demo.client.holding.tools.database.begin() as session:
        for key, person in demo.people.items():
            made = await issue(
                session,
                person.id,
                kind=CredentialKind.SESSION,
                label="Firefox on Linux",
                authenticated_at=demo.clock(),
                factors=frozenset({"password", "totp"}),
                now=demo.clock(),
            )
            demo.cookies[key] = {COOKIE: made.secret}


def _wait_until(demo: Demo, at: datetime) -> None:
    if at > demo.clock():
        demo.clock.advance(at - demo.clock())
