"""Anybody sees the roots; who heard a play, or is paid for it, has it proven by any program."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from sqlalchemy import insert

from accounting import verify_statement
from accounting.closing import close
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.month_end import settle_month
from accounting.months import month_named
from accounting.statement_forms import as_json
from accounting.told import Which, statement_of
from catalog.callers import Caller
from catalog.models.base import table_of
from catalog.models.plays import Play
from catalog.music import track_of
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.catalog import opened, person
from tests.support.chained import DAY, NOON, chained, posted, rooted
from tests.support.origin import Origin, open_origin

Document = dict[str, Any]
SCRIPT = Path(verify_statement.__file__)


@dataclass
class Books:
    origin: Origin
    http: aiohttp.ClientSession
    artist: Caller
    stranger: Caller
    plays: list[UUID]
    folder: Path

    async def ask(self, path: str, who: Caller | None = None) -> tuple[int, Document]:
        tools, fields = self.origin.tools, {}
        if who is not None:
            async with tools.database.begin() as session:
                token = await issue_token(session, who, label="t", now=tools.clock())
            fields = {"Authorization": f"Bearer {token}"}
        async with self.http.get(f"{self.origin.url}/api/v1{path}", headers=fields) as answer:
            return answer.status, json.loads(await answer.text())

    def keep(self, name: str, document: Document) -> str:
        (self.folder / name).write_text(json.dumps(document))
        return str(self.folder / name)


def checked(proof: str, roots: str, *more: str) -> tuple[int, str]:
    """Run the program as a stranger does, who has nothing of ours."""
    argv = [sys.executable, "-I", SCRIPT, proof, "--roots", roots, *more]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def books(tmp_path: Path, migrated_sqlite_url: str) -> AsyncIterator[Books]:
    settings = {"database_url": migrated_sqlite_url}
    async with open_origin(tmp_path, **settings) as origin, aiohttp.ClientSession() as http:
        database, clock = origin.tools.database, origin.tools.clock
        artist = await person(database, Role.ARTIST)
        stranger = await person(database, Role.LISTENER)
        before = clock() - 3 * DAY
        plays = [
            await opened(database, clock, listener=origin.listener, track_id=origin.track_id)
            for _ in range(4)
        ]
        *paid, _ = plays
        async with database.read() as session:
            recording = (await track_of(session, origin.track_id)).track.recording_id
        made = [paid_play(play, recording, origin.listener, artist, before) for play in paid]
        numbers = await posted(database, made[:2], now=before)
        await chained(database, now=before)
        numbers += await posted(database, made[2:], now=clock())
        await chained(database, now=clock())
        await rooted(database, now=clock() - timedelta(days=1))
        async with database.begin() as session:
            rows = [
                row_of(origin, recording, play, artist.id, number)
                for play, number in zip(plays, [*numbers, None], strict=True)
            ]
            await session.execute(insert(table_of(Play)), rows)
        yield Books(origin, http, artist, stranger, plays, tmp_path)


def paid_play(
    play: UUID, recording: UUID, listener: Caller, artist: Caller, at: datetime
) -> Transaction:
    return Transaction(
        kind=TxnKind.PLAY,
        key=f"play:{play}",
        occurred_at=at,
        entries=(
            Entry(Account(AccountKind.WALLET, str(listener.id)), 2400, "EUR", 1, 2000),
            Entry(Account(AccountKind.PAYABLE, str(artist.id)), -1680, "EUR"),
            Entry(Account(AccountKind.COOP_SHARE), -720, "EUR"),
        ),
        facts={"title": "Für Elise", "recording": str(recording), "step": 1},
    )


def row_of(
    origin: Origin, recording: UUID, play: UUID, payee: UUID, number: int | None
) -> Document:
    return {
        "id": uuid4(),
        "session_id": play,
        "listener_id": origin.listener.id,
        "recording_id": recording,
        "track_id": origin.track_id,
        "payee_id": payee,
        "kind": "paid" if number else "owned",
        "step": 1 if number else 0,
        "price_millicredits": 2 if number else 0,
        "occurred_at": NOON,
        "settled_at": NOON,
        "txn_id": number,
    }


async def test_a_listener_and_a_payee_check_a_play_and_see_who_they_are(books: Books) -> None:
    _, roots = await books.ask("/books/roots")
    listener, artist = books.origin.listener, books.artist
    said = {}
    for who in (listener, artist):
        status, proof = await books.ask(f"/plays/{books.plays[0]}/proof", who)
        assert status == 200
        found, said[who.id] = checked(books.keep("proof", proof), books.keep("roots", roots))
        assert found == 0, said

    assert "1 transactions, 0 faults." in said[artist.id]
    assert f"They come to 0.001680 EUR, for payable:{artist.id}." in said[artist.id]
    assert "They come to -0.002400 EUR" in said[listener.id]
    assert proof["accounts"] == [f"payable:{artist.id}"]
    named = [entry.get("account") for entry in proof["transactions"][0]["entries"]]
    assert named == [None, f"payable:{artist.id}", "income:coop_share"]


async def test_a_play_of_today_waits_for_its_root(books: Books) -> None:
    _, roots = await books.ask("/books/roots")
    _, proof = await books.ask(f"/plays/{books.plays[2]}/proof", books.artist)

    status, said = checked(books.keep("proof", proof), books.keep("roots", roots))

    assert (status, proof["transactions"][0]["place"]) == (2, None)
    assert "wait for the root" in said


def altered(document: Document) -> list[Document]:
    """Answer the same proof again and again, each time with one thing changed."""
    [told] = document["transactions"]
    entry, *others = told["entries"]
    place = told["place"]
    path = [f"{int(one, 16) ^ 1:064x}" for one in place["path"]]
    changes: list[Document] = [
        {"booked_us": told["booked_us"] + 1},
        {"occurred_us": told["occurred_us"] - 1},
        {"facts": told["facts"].replace("1", "2")},
        {"id": "99"},
        {"reverses": "1"},
        {"payload": "00" * 32},
        {"entries": others},
        {"entries": [{**entry, "lot": "2"}, *others]},
        {"entries": [{**entry, "amount": 2401}, *others]},
        {"entries": [*others, entry]},
        {"place": {**place, "position": 2}},
        {"place": {**place, "day": "1999-01-01"}},
        {"place": {**place, "path": path}},
        {"place": {**place, "path": []}},
        {"entries": 7},
    ]
    return [{**document, "transactions": [{**told, **change}]} for change in changes]


async def test_whatever_is_changed_in_a_proof_is_found(books: Books) -> None:
    _, roots = await books.ask("/books/roots")
    _, proof = await books.ask(f"/plays/{books.plays[0]}/proof", books.artist)
    by_day = verify_statement.roots_by_day(roots)

    assert verify_statement.checked(proof, by_day, None)[0] == []
    for changed in [*altered(proof), {**proof, "transactions": proof["transactions"] * 2}]:
        assert verify_statement.checked(changed, by_day, None)[0], changed
    changed = {**roots, "roots": [{**one, "root": "00" * 32} for one in roots["roots"]]}
    status, said = checked(books.keep("proof", proof), books.keep("roots", changed))
    assert status == 1
    assert "is not in the books that were published" in said


async def test_what_cannot_be_checked_is_told_apart(books: Books) -> None:
    proof, roots = books.keep("proof", {"format": "?"}), books.keep("roots", {"roots": []})

    assert checked(proof, roots)[0] == 2
    assert checked(roots, proof)[0] == 2
    assert checked("/nowhere", roots)[0] == 2


async def test_nobody_else_sees_what_was_booked(books: Books) -> None:
    path = f"/plays/{books.plays[0]}/proof"
    assert (await books.ask(path))[0] == 401
    assert (await books.ask(path, books.stranger))[0] == 404
    assert (await books.ask("/plays/nothing/proof", books.artist))[0] == 404
    status, said = await books.ask(f"/plays/{books.plays[3]}/proof", books.origin.listener)
    assert (status, said["type"]) == (404, "urn:refrain:problem:nothing-booked")
    query = "?from=2026-01-01T00:00Z&until=2027-01-01T00:00Z"
    assert (await books.ask(f"/payees/{books.artist.id}/proof{query}", books.stranger))[0] == 403
    assert (await books.ask(f"/payees/{books.artist.id}/proof", books.artist))[0] == 422


async def test_roots_and_the_program_are_anybodys_and_may_be_kept(books: Books) -> None:
    source = SCRIPT.read_text()  # noqa: ASYNC240 - it is small
    _, roots = await books.ask("/books/roots")
    [root] = roots["roots"]
    assert (await books.ask(f"/books/roots/{root['day']}")) == (200, root)
    assert (await books.ask("/books/roots/1999-01-01"))[0] == 404
    assert (await books.ask("/books/roots/yesterday"))[0] == 404

    url = f"{books.origin.url}/api/v1/books"
    async with books.http.get(f"{url}/verifier.py") as answer:
        assert await answer.text() == source
    async with books.http.get(f"{url}/roots/{root['day']}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_statement_of_a_closed_month_is_what_was_booked(books: Books) -> None:
    database, now = books.origin.tools.database, books.origin.tools.clock()
    name = f"{now - 3 * DAY:%Y-%m}"
    later = month_named(name, "UTC").ends_at + DAY
    await close(database, name, zone="UTC", clock=lambda: later, settle=settle_month)
    async with database.read() as session:
        asked = Which(payee_id=str(books.artist.id), period=name)
        statement = json.loads(as_json(await statement_of(session, asked)))
    await rooted(database, now=now + DAY)
    query = f"?from=1970-01-01T00:00Z&until={statement['ends_at']}".replace("+", "%2B")
    _, proof = await books.ask(f"/payees/{books.artist.id}/proof{query}", books.artist)
    _, roots = await books.ask("/books/roots")
    kept = books.keep("proof", proof), books.keep("roots", roots)

    status, said = checked(*kept, "--statement", books.keep("statement", statement))

    assert (status, proof["transactions"] != []) == (0, True), said
    assert statement["closing"] > 0
    statement["closing"] -= 1680
    status, said = checked(*kept, "--statement", books.keep("statement", statement))
    assert (status, "its lines are not what came between" in said) == (1, True)
