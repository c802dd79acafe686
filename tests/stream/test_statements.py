"""Who closes months, and who reads what came of them, over HTTP, without workers."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.months import month_named
from accounting.payees import Payee, add_payee
from base.clock import ManualClock
from base.database import Session
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.callers import Caller
from catalog.models.rights import PayeeKind
from catalog.people import issue_token
from catalog.roles import Role
from ingest.desk import open_desk
from stream.app import make_app
from tests.support.books import Song, artists_part, book_play, song
from tests.support.catalog import person, with_tables

MARCH = month_named("2026-03", "Europe/Berlin")
EARLY = MARCH.starts_at + timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where the books are kept."""

    tools: Tools
    clock: ManualClock
    client: TestClient  # type: ignore[type-arg]
    song: Song
    treasurer: Caller

    async def ask(
        self, who: Caller, path: str, *, method: str = "GET", said: object = None
    ) -> ClientResponse:
        async with self.tools.database.begin() as session:
            token = await issue_token(session, who, label="test", now=self.clock())
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, json=said)

    async def told(
        self, path: str, *, method: str = "GET", said: object = None
    ) -> dict[str, object]:
        answer = await self.ask(self.treasurer, path, method=method, said=said)
        assert answer.status < 300, await answer.text()
        found: dict[str, object] = await answer.json()
        return found

    async def plays(self, *steps: int) -> None:
        for step in steps:
            async with self.tools.database.begin() as session:
                await book_play(session, self.song, step=step, at=EARLY, now=self.clock())


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    settings = Settings(
        data_dir=tmp_path,
        redis_url="redis://127.0.0.1:1/0",  # nothing here asks it
        ticket_secret=SecretStr("s" * 32),
    )
    clock = ManualClock(EARLY)
    async with open_tools(settings, clock) as tools:
        await with_tables(tools.database)
        async with (
            open_desk(tools) as desk,
            TestClient(TestServer(make_app(tools, desk))) as client,
        ):
            yield Office(
                tools=tools,
                clock=clock,
                client=client,
                song=await song(tools.database),
                treasurer=await person(tools.database, Role.TREASURER),
            )


async def test_a_month_is_looked_at_closed_read_and_told_anew(office: Office) -> None:
    await office.plays(1, 2)
    seen = await office.told("/books/months/2026-03")
    early = await office.ask(office.treasurer, "/books/months/2026-03/close", method="POST")
    office.clock.advance(timedelta(days=40))
    first = await office.told("/books/months/2026-03/close", method="POST")
    second = await office.told("/books/months/2026-03/close", method="POST")
    await office.plays(3)
    changed = await office.told(
        "/books/months/2026-03/restate", method="POST", said={"why": "Offline plays arrived."}
    )

    expected = {"reason": "plays", "currency": "EUR", "number": 2, "amount": 5040}
    assert (seen["over"], seen["payees"], seen["sums"]) == (False, 1, [expected])
    assert (early.status, (await early.json())["type"][-15:]) == (409, "period-not-over")
    assert first == second
    listed = await office.told("/books/months")
    assert (listed["closed"], listed["due"]) == ([first], "2026-04")
    codes = [one["code"] for one in listed["obstacles"]]
    assert codes == ["not-over", "not-reconciled"]
    artist = office.song.artist
    change = {"currency": "EUR", "version": 2, "change": artists_part(3)}
    assert changed["statements"] == [{"payee": str(artist.id), **change}]

    listed = (await (await office.ask(artist, "/statements")).json())["statements"]
    assert [(one["version"], one["closing"], one["restated"]) for one in listed] == [
        (2, 5040, 11760),
        (1, 5040, 5040),
    ]
    forms = {}
    for form in ("csv", "json", "pdf"):
        answer = await office.ask(artist, f"/statements/2026-03.{form}")
        forms[form] = answer
        assert answer.status == 200
        assert f"v2.{form}" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(await forms["csv"].text())))
    assert [row["part"] for row in rows] == [
        *("opening", "booked", "booked", "closing", "booked later", "restated"),
    ]
    document = await forms["json"].json()
    assert (document["digest"], document["why"]) == (listed[0]["digest"], "Offline plays arrived.")
    assert (await forms["pdf"].read()).startswith(b"%PDF-")
    one = await office.ask(artist, listed[1]["href"].removeprefix("/api/v1"))
    assert (await one.json())["version"] == 1


async def test_what_is_earned_and_owed_is_told_to_treasurers(office: Office) -> None:
    await office.plays(9)

    income = await office.told("/books/income?month=2026-03")
    owed = await office.told("/books/liabilities?before=2026-04-01T00:00:00Z")
    deferred = await office.told("/books/deferred")

    share = {"account": "income:coop_share", "currency": "EUR", "amount": 184_320, "credits": 0}
    assert income["totals"] == [share]
    assert {one["account"]: one["amount"] for one in owed["totals"]} == {  # type: ignore[index, union-attr]
        "payable": 430_080,
        "wallet": -614_400,
    }
    assert deferred["deferred"] == []


async def test_nobody_reads_or_closes_what_is_not_theirs(office: Office) -> None:
    await office.plays(1)
    office.clock.advance(timedelta(days=40))
    await office.told("/books/months/2026-03/close", method="POST")
    artist, listener = office.song.artist, office.song.listener

    theirs = f"payee={artist.id}"
    statuses = {
        (who.name, path, method): (await office.ask(who, path, method=method)).status
        for who, path, method in (
            (artist, "/books/months/2026-04/close", "POST"),
            (artist, "/books/months/2026-04", "GET"),
            (artist, "/books/months", "GET"),
            (artist, "/books/months/2026-03/restate", "POST"),
            (artist, "/books/income", "GET"),
            (artist, "/books/liabilities", "GET"),
            (artist, "/books/deferred", "GET"),
            (listener, f"/statements?{theirs}", "GET"),
            (listener, f"/statements/2026-03.pdf?{theirs}", "GET"),
        )
    }
    assert set(statuses.values()) == {403}
    assert (await office.ask(listener, "/statements/2026-03.pdf")).status == 404
    assert (await office.ask(artist, "/statements/2026-03.exe")).status == 404
    assert (await office.ask(office.treasurer, f"/statements/2026-03.csv?{theirs}")).status == 200


async def test_who_speaks_for_a_label_has_its_statements(office: Office) -> None:
    artist, now = office.song.artist, office.clock()

    async def booked(session: Session) -> Payee:
        label = await add_payee(
            session, artist, kind=PayeeKind.LABEL, name="Wax", country=None, is_spoken_for=True,
            now=now,
        )  # fmt: skip
        payable = Account(AccountKind.PAYABLE, str(label.id))
        entries = (Entry(Account(AccountKind.BANK), 7, "EUR"), Entry(payable, -7, "EUR"))
        told = Transaction(kind=TxnKind.ADJUSTMENT, key="one", occurred_at=now, entries=entries)
        await post(session, [told], now=now)
        return label

    label = await office.tools.database.run(booked)
    office.clock.advance(timedelta(days=40))
    await office.told("/books/months/2026-03/close", method="POST")

    listed = (await (await office.ask(artist, "/statements")).json())["statements"]
    assert [(one["payee"], one["closing"]) for one in listed] == [(str(label.id), 7)]
    made = await office.ask(artist, "/statements/2026-03.json")
    assert (await made.json())["payee"] == {"id": str(label.id), "name": "Wax"}
    assert (await office.ask(office.song.listener, listed[0]["href"][7:])).status == 403
