"""A month of plays in the books, written as fast as rows can be, for benchmarks.

They are written past the guards and references of the tables, which take minutes to check millions
of rows; they keep them all the same, but for sessions and masters that nobody asks for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid5

import asyncpg

from accounting.ledger import Account, AccountKind
from accounting.months import Month

_NAMESPACE = UUID("6f1ed002-ab55-4a0b-9d21-0f6f6b0a2a10")
_BATCH = 20_000
#: Of each step, in milli-credits.
_PRICES = tuple(2 << number for number in range(9))
#: Of a milli-credit, in micro-units; and the artists' part of it, in hundredths.
_WORTH, _PART = 1_200, 70
#: How plays spread over the world: some countries have most.
_TERRITORIES = [
    "DE",
    "DE",
    "DE",
    "DE",
    "FR",
    "FR",
    "NL",
    "AT",
    "CH",
    "BE",
    "IT",
    "ES",
    "GB",
    "US",
    "PL",
    "SE",
]
_PERSON = ("id", "name", "kind", "created_at", "events")
_OFFICE = ("account_id", "role", "granted_at")
_RECORDING = ("id", "owner_id", "created_at")
_TRACK = (
    *("id", "recording_id", "master_id", "owner_id", "title", "artist", "edited", "state"),
    *("changed_at", "created_at", "request_id", "is_free", "explicit"),
)
_ENTRY = ("txn_id", "line", "account_id", "currency", "amount", "lot", "credits")
_TXN = (
    *("id", "kind", "key", "size", "occurred_at", "booked_at", "reverses", "facts"),
    "payload",
)
_PLAY = (
    *("id", "session_id", "listener_id", "recording_id", "track_id", "payee_id", "kind", "step"),
    *("price_millicredits", "occurred_at", "settled_at", "txn_id", "territory"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many there are of what."""

    plays: int
    listeners: int
    recordings: int
    payees: int


async def fill_month(database_url: str, month: Month, crowd: Crowd) -> None:
    """Write a month of plays into a database that nobody needs, beside what is in it."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica")
        people = [("listener", crowd.listeners), ("artist", crowd.payees)]
        rows = [
            (_id(role, n), f"{role} {n}", "person", month.starts_at, 0)
            for role, count in people
            for n in range(count)
        ]
        await connection.copy_records_to_table("accounts", records=rows, columns=_PERSON)
        granted = [(_id("artist", n), "artist", month.starts_at) for n in range(crowd.payees)]
        await connection.copy_records_to_table("account_roles", records=granted, columns=_OFFICE)
        owned = [
            (_id("recording", n), _id("artist", n % crowd.payees), month.starts_at)
            for n in range(crowd.recordings)
        ]
        await connection.copy_records_to_table("recordings", records=owned, columns=_RECORDING)
        told = (month.starts_at, month.starts_at, "bench", False, "unknown")
        tracks = [
            (one, one, one, owner, f"Song {n}", "An artist", "[]", "complete", *told)
            for n, (one, owner, _) in enumerate(owned)
        ]
        await connection.copy_records_to_table("tracks", records=tracks, columns=_TRACK)
        named = [(account.id, account.name) for account in _accounts(crowd)]
        insert = "INSERT INTO ledger_accounts (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        await connection.executemany(insert, named)
    finally:
        await connection.close()
    await fill_plays(database_url, month, crowd)


async def fill_plays(database_url: str, month: Month, crowd: Crowd) -> None:
    """Write the plays of one more month of a crowd that is there."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica")
        await _fill(connection, month, crowd)
        for table in ("plays", "ledger_txn", "ledger_entries", "ledger_accounts"):
            await connection.execute(f"ANALYZE {table}")
    finally:
        await connection.close()


async def _fill(connection: asyncpg.Connection, month: Month, crowd: Crowd) -> None:
    first = 1 + await connection.fetchval("SELECT coalesce(max(id), 0) FROM ledger_txn")
    plays = _plays(month, crowd, first)
    while some := list(islice(plays, _BATCH)):
        for table, columns in (
            *(("ledger_entries", _ENTRY), ("ledger_txn", _TXN), ("plays", _PLAY)),
        ):
            records = [row for one in some for row in one[table]]
            await connection.copy_records_to_table(table, records=records, columns=columns)


def _plays(month: Month, crowd: Crowd, first: int) -> Iterator[dict[str, list[tuple[object, ...]]]]:
    """Answer the rows of each play; chance is what a number hashes to."""
    listeners = [_id("listener", n) for n in range(crowd.listeners)]
    recordings = [_id("recording", n) for n in range(crowd.recordings)]
    artists = [_id("artist", n) for n in range(crowd.payees)]
    wallets = [_account(AccountKind.WALLET, one).id for one in listeners]
    payables = [_account(AccountKind.PAYABLE, one).id for one in artists]
    share, length = Account(AccountKind.COOP_SHARE).id, month.ends_at - month.starts_at
    for number in range(first, first + crowd.plays):
        chance = hashlib.sha256(number.to_bytes(8, "big")).digest()
        listener = int.from_bytes(chance[:4], "big") % crowd.listeners
        # Half of all plays are of a tenth of the recordings.
        most = crowd.recordings if chance[4] & 1 else crowd.recordings // 10
        recording = int.from_bytes(chance[5:9], "big") % most
        artist, step = recording % crowd.payees, number % 9 + 1
        at = month.starts_at + length * (number - first) // crowd.plays
        amount = _PRICES[step - 1] * _WORTH
        part = amount * _PART // 100
        yield {
            "ledger_entries": [
                (number, 0, wallets[listener], "EUR", amount, 1, amount),
                (number, 1, payables[artist], "EUR", -part, 0, 0),
                (number, 2, share, "EUR", part - amount, 0, 0),
            ],
            "ledger_txn": [(number, "play", f"bench:{number}", 3, at, at, 0, _FACTS, chance)],
            "plays": [
                (
                    *(UUID(bytes=chance[:16]), UUID(bytes=chance[16:]), listeners[listener]),
                    *(recordings[recording], recordings[recording], artists[artist], "paid"),
                    *(step, _PRICES[step - 1], at, at, number),
                    _TERRITORIES[chance[9] % len(_TERRITORIES)],
                )
            ],
        }


def _accounts(crowd: Crowd) -> Iterator[Account]:
    yield Account(AccountKind.COOP_SHARE)
    for number in range(crowd.listeners):
        yield _account(AccountKind.WALLET, _id("listener", number))
    for number in range(crowd.payees):
        yield _account(AccountKind.PAYABLE, _id("artist", number))


def _account(kind: AccountKind, of: UUID) -> Account:
    return Account(kind, str(of))


def _id(kind: str, number: int) -> UUID:
    return uuid5(_NAMESPACE, f"{kind} {number}")


#: As long as those of a play are.
_FACTS = '{"kind":"paid","listener":"","price":8,"recording":"","step":3,"terms":1,"track":""}'
