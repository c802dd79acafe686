"""Packs in other currencies, at a rate that is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounting.journal import balances_of
from accounting.rates import import_rates
from accounting.topup_refunds import refund
from base.errors import Refused
from catalog.models.ledger import LedgerTxn
from catalog.models.payments import (
    TopupProduct,
)
from tests.support.catalog import NOON
from tests.support.topups import BOTH, EXCHANGE, FEES, PSP, VAT, Desk, asked

RATES = "Date,USD,\n2026-11-27,1.1587,\n2026-11-26,1.1602,\n"


async def _sell_for_dollars(desk: Desk) -> None:
    async with desk.database.begin() as session:
        pack = TopupProduct(
            id="dollars",
            valid_from=NOON,
            title="10 credits",
            credits=10_000_000,
            price=14_500_000,
            currency="USD",
            is_sold=True,
        )
        session.add(pack)


@BOTH
async def test_another_currency_is_exchanged_at_the_rate_of_the_day_which_is_kept(
    desk: Desk,
) -> None:
    await _sell_for_dollars(desk)
    with pytest.raises(Refused, match="exchange-rate-missing"):
        await desk.order("dollars")
    async with desk.database.begin() as session:
        assert await import_rates(session, RATES, now=NOON) == 2
    payment = await desk.order("dollars")
    await desk.paid(payment, fee=72)

    euro = 12_514_024  # 14.50 USD at 1.1587, of the day it was paid
    async with desk.database.read() as session:
        psp, exchange = (await balances_of(session, [PSP, EXCHANGE])).values()
        [facts] = await session.scalars(select(LedgerTxn.facts).where(LedgerTxn.kind == "topup"))
    assert psp == {"USD": 14_500_000 - 720_000}
    assert exchange == {"EUR": euro, "USD": -14_500_000}
    assert '"rate":1158700,"rate_day":"2026-11-27","rate_source":"ECB"' in facts
    lot = await desk.lot(payment)
    assert lot.currency == "EUR"
    assert lot.amount - (await desk.balances(VAT))[0] == euro


async def test_what_comes_back_is_exchanged_as_it_was(desk: Desk) -> None:
    await _sell_for_dollars(desk)
    async with desk.database.begin() as session:
        await import_rates(session, RATES, now=NOON)
    payment = await desk.order("dollars")
    await desk.paid(payment, fee=0)

    await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)

    assert desk.server.refunds[0]["amount"] == 1450
    async with desk.database.read() as session:
        psp, exchange = (await balances_of(session, [PSP, EXCHANGE])).values()
    assert psp == {"USD": 0}
    assert exchange == {"EUR": 0, "USD": 0}


async def test_what_the_provider_exchanged_itself_is_booked_as_received(desk: Desk) -> None:
    await _sell_for_dollars(desk)
    async with desk.database.begin() as session:
        await import_rates(session, RATES, now=NOON)
    payment = await desk.order("dollars")

    await desk.paid(payment, fee=50, settled=(1240, "eur"))

    assert await desk.balances(PSP, EXCHANGE, FEES) == [12_400_000 - 500_000, 0, 500_000]
