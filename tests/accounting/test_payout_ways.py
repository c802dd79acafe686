from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accounting.comparison import Comparison
from accounting.journal import post, reversal_of
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.months import month_named
from accounting.payout_ways import comparison_of, names_of
from base.clock import ManualClock
from base.database import Database
from catalog.callers import Caller
from catalog.plays import play_session
from catalog.roles import Role
from tests.support.booked import SHARE, book_play, write_play
from tests.support.catalog import NOON, accepted, person, qualified

NOVEMBER = month_named("2026-11", "Europe/Berlin")


@dataclass
class Market:
    """Two artists with a track each."""

    database: Database
    clock: ManualClock
    artists: list[Caller]
    tracks: list[UUID]

    async def play(self, listener: Caller, which: int, *, micros: int) -> int:
        """Let a play be settled now; answer its transaction, or 0 for one of an owner."""
        play = await qualified(
            self.database, self.clock, listener=listener, track_id=self.tracks[which]
        )
        payee, now = self.artists[which].id, self.clock()
        async with self.database.begin() as session:
            if not micros:
                heard = await play_session(session, play)
                kind = "own" if listener.id == payee else "owned"
                await write_play(session, heard, payee_id=payee, kind=kind, now=now)
                return 0
            return await book_play(
                session, play, payee_id=payee, step=1, millicredits=2, micros=micros, now=now
            )

    async def compared(self) -> Comparison:
        async with self.database.read() as session:
            return await comparison_of(session, NOVEMBER, currency="EUR")


@pytest.fixture
async def market(database: Database) -> Market:
    artists = [await person(database, Role.ARTIST) for _ in range(2)]
    tracks = [
        (await accepted(database, artist, f"song {number}".encode())).track_id
        for number, artist in enumerate(artists)
    ]
    return Market(database, ManualClock(NOON), artists, tracks)


async def figures(market: Market) -> list[tuple[int, int, int, int]]:
    rows = (await market.compared()).rows
    return [(one.plays, one.stream_to_own, one.pro_rata, one.user_centric) for one in rows]


async def test_what_was_paid_is_divided_in_three_ways(market: Market) -> None:
    fan, other = [await person(market.database, Role.LISTENER) for _ in range(2)]
    await market.play(fan, 0, micros=10_000)
    await market.play(fan, 1, micros=2_000)
    for _ in range(2):
        await market.play(other, 1, micros=0)

    found = await market.compared()

    assert (found.plays, found.listeners, found.micros) == (4, 2, 8_400)
    assert await figures(market) == [(1, 7_000, 2_100, 4_200), (3, 1_400, 6_300, 4_200)]
    async with market.database.read() as session:
        names = await names_of(session, [row.payee_id for row in found.rows])
    assert set(names.values()) == {"A artist"}


async def test_artists_plays_of_their_own_and_what_was_refunded_count_for_nothing(
    market: Market,
) -> None:
    fan = await person(market.database, Role.LISTENER)
    await market.play(market.artists[0], 0, micros=0)
    txn = await market.play(fan, 0, micros=10_000)
    async with market.database.begin() as session:
        undone = await reversal_of(session, txn, key="undo", occurred_at=NOON, facts={})
        await post(session, [undone], now=NOON)

    assert await figures(market) == []


async def test_a_month_ends_where_the_next_begins(market: Market) -> None:
    fan = await person(market.database, Role.LISTENER)
    for at in (
        datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 23, tzinfo=UTC),
    ):
        market.clock = ManualClock(at)
        await market.play(fan, 0, micros=1_000)

    assert await figures(market) == [(2, 1_400, 1_400, 1_400)]


async def test_a_purchase_is_money_without_a_play(market: Market) -> None:
    fan, payee = await person(market.database, Role.LISTENER), market.artists[1].id
    bought = Transaction(
        kind=TxnKind.PURCHASE,
        key="buy:1",
        occurred_at=NOON,
        entries=(
            Entry(Account(AccountKind.WALLET, str(fan.id)), 1_000, "EUR", lot=1, credits=1_000_000),
            Entry(Account(AccountKind.SUSPENSE, "unclaimed"), -700, "EUR"),
            Entry(SHARE, -300, "EUR"),
        ),
        facts={"listener": str(fan.id), "payee": str(payee)},
    )
    async with market.database.begin() as session:
        await post(session, [bought], now=NOON + timedelta(days=1))
    await market.play(fan, 0, micros=100)

    assert sorted(await figures(market)) == [(0, 700, 0, 0), (1, 70, 770, 770)]
