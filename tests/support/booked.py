"""Plays that are booked by hand, at whatever they are said to cost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.plays import Play, PlaySession
from catalog.models.purchases import Purchase
from catalog.plays import play_session
from catalog.states import PlayState

SHARE = Account(AccountKind.COOP_SHARE)


async def book_play(  # noqa: PLR0913 - what a play is
    session: Session,
    play_id: UUID,
    *,
    payee_id: UUID,
    step: int,
    millicredits: int,
    micros: int,
    now: datetime,
) -> int:
    """Book a play whose artist gets 70 of 100 parts; answer its transaction."""
    heard = await play_session(session, play_id)
    heard.state = PlayState.SETTLED
    artist = micros * 7 // 10
    charge = Transaction(
        kind=TxnKind.PLAY,
        key=f"play:{play_id}",
        occurred_at=now,
        entries=(
            Entry(
                Account(AccountKind.WALLET, str(heard.listener_id)),
                micros,
                "EUR",
                lot=1,
                credits=millicredits * 1_000,
            ),
            Entry(Account(AccountKind.PAYABLE, str(payee_id)), -artist, "EUR"),
            Entry(SHARE, artist - micros, "EUR"),
        ),
    )
    [charged] = await post(session, [charge], now=now)
    await write_play(
        session,
        heard,
        payee_id=payee_id,
        step=step,
        millicredits=millicredits,
        txn_id=charged.id,
        now=now,
    )
    return charged.id


async def write_play(  # noqa: PLR0913 - what a play is
    session: Session,
    heard: PlaySession,
    *,
    payee_id: UUID,
    now: datetime,
    step: int = 0,
    millicredits: int = 0,
    txn_id: int | None = None,
    kind: str = "paid",
) -> None:
    """Write a play."""
    row = {
        "id": uuid4(),
        "session_id": heard.id,
        "listener_id": heard.listener_id,
        "recording_id": heard.recording_id,
        "track_id": heard.track_id,
        "payee_id": payee_id,
        "kind": kind,
        "step": step,
        "price_millicredits": millicredits,
        "occurred_at": now,
        "settled_at": now,
        "txn_id": txn_id,
    }
    await session.execute(insert(table_of(Play)), row)


async def book_purchase(  # noqa: PLR0913 - what a purchase is
    session: Session, payer_id: UUID, track_id: UUID, *, millicredits: int, lot: int, now: datetime
) -> None:
    """Book a purchase by hand, at 1.20 EUR a credit."""
    track, micros = await session.get_one(Track, track_id), millicredits * 1_200
    bought = Transaction(
        kind=TxnKind.PURCHASE,
        key=f"buy:{uuid4()}",
        occurred_at=now,
        entries=(
            Entry(
                Account(AccountKind.WALLET, str(payer_id)),
                micros,
                "EUR",
                lot=lot,
                credits=millicredits * 1_000,
            ),
            Entry(SHARE, -micros, "EUR"),
        ),
        facts={"listener": str(payer_id), "payee": str(track.owner_id)},
    )
    [posted] = await post(session, [bought], now=now)
    row = {
        "id": uuid4(),
        "key": bought.key,
        "asked": "track",
        "listener_id": payer_id,
        "payer_id": payer_id,
        "recording_id": track.recording_id,
        "track_id": track_id,
        "payee_id": track.owner_id,
        "first_step": 1,
        "last_step": 9,
        "price_millicredits": millicredits,
        "bought_at": now,
        "txn_id": posted.id,
        "terms_id": 1,
    }
    await session.execute(insert(table_of(Purchase)), row)
