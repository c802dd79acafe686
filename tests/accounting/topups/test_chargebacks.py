"""What is taken back by a dispute, and given back when it is won."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest

from accounting.ledger import Account, AccountKind, Entry
from accounting.topup_refunds import refund
from base.errors import Refused
from catalog.models.payments import (
    Payment,
    PaymentDispute,
    TopupTerms,
)
from tests.support.catalog import NOON
from tests.support.stripe_server import Object
from tests.support.topups import (
    ARTIST,
    BOTH,
    FEES,
    LOSS,
    NET,
    PSP,
    RESERVE,
    TAX,
    VAT,
    Desk,
    asked,
    count,
    told,
)


@BOTH
async def test_a_dispute_freezes_takes_and_is_undone_when_it_is_won(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    await desk.spend(4_000_000)

    made = await desk.dispute(intent)
    frozen, psp = await desk.wallet(), (await desk.balances(PSP))[0]
    await desk.close(made, "won", fee_back=1500)

    assert frozen.frozen_reason == f"chargeback:{made['id']}"
    assert frozen.balance_micros == 0
    assert psp == -440_000 - 15_000_000
    wallet = await desk.wallet()
    assert (wallet.frozen_at, wallet.balance_micros) == (None, 6_000_000)
    assert (await desk.now(payment)).state == "paid"
    assert await desk.balances(PSP, LOSS, VAT, FEES) == [12_060_000, 0, -TAX, 440_000]


async def test_a_dispute_that_is_lost_stays_and_is_not_opened_again(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    made = await desk.dispute(intent)

    await desk.close(made, "lost")
    made["status"] = "under_review"  # an older answer comes late
    await desk.tell("charge.dispute.updated", made)

    assert (await desk.now(payment)).state == "lost"
    assert (await desk.wallet()).frozen_at is not None
    assert await desk.balances(PSP, LOSS, VAT) == [-440_000 - 15_000_000, 0, 0]


async def test_a_wallet_stays_frozen_while_another_dispute_is_open(desk: Desk) -> None:
    payments = [await desk.order(), await desk.order()]
    made = [await desk.dispute(await desk.paid(one)) for one in payments]

    await desk.close(made[0], "won")
    still = await desk.wallet()
    await desk.close(made[1], "won")

    assert still.frozen_at is not None
    assert (await desk.wallet()).frozen_at is None


async def test_a_part_that_is_disputed_takes_no_more_than_that(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)

    await desk.dispute(intent, amount=625)

    lot = await desk.lot(payment)
    assert 4_999_999 <= lot.credits <= 5_000_001
    assert (await desk.balances(LOSS))[0] <= 2


async def test_where_tax_is_due_when_credits_are_spent_the_lot_carries_it(desk: Desk) -> None:
    async with desk.database.begin() as session:
        session.add(TopupTerms(valid_from=NOON, vat_mode="redemption", chargebacks="expense"))
    payment = await desk.order()
    intent = await desk.paid(payment)

    before = await desk.lot(payment)
    assert (before.amount, before.vat) == (12_500_000, TAX)
    await desk.spend(5_000_000)
    assert await desk.balances(VAT) == [-(TAX // 2)]
    await desk.dispute(intent)

    after = await desk.lot(payment)
    assert (after.credits, after.amount, after.vat) == (0, 0, 0)
    assert await desk.balances(VAT, LOSS) == [0, 12_500_000 - 6_250_000 - TAX // 2]
    assert (await desk.balances(PSP))[0] == -440_000 - 15_000_000


@pytest.mark.parametrize(
    ("rule", "held", "owed", "expense"),
    [
        ("expense", 2_000_000, 1_000_000, NET),
        ("reserve", 0, 1_000_000, NET - 2_000_000),
        ("payable", 0, 0, NET - 3_000_000),
    ],
)
async def test_scenario_chargeback_after_payout(
    desk: Desk, rule: str, held: int, owed: int, expense: int
) -> None:
    async with desk.database.begin() as session:
        session.add(TopupTerms(valid_from=NOON, vat_mode="topup", chargebacks=rule))
    payment = await desk.order()
    intent = await desk.paid(payment)
    await desk.spend(10_000_000)
    # 2 EUR of the artist's are held back, 1 EUR waits, and the rest was paid out.
    [earned] = await desk.balances(ARTIST)
    bank = Account(AccountKind.BANK)
    await desk.moved(Entry(ARTIST, 2_000_000, "EUR"), Entry(RESERVE, -2_000_000, "EUR"))
    paid_out = -earned - 3_000_000
    await desk.moved(Entry(ARTIST, paid_out, "EUR"), Entry(bank, -paid_out, "EUR"))

    made = await desk.dispute(intent)
    after = await desk.balances(RESERVE, ARTIST, LOSS, VAT, bank)
    await desk.close(made, "won", fee_back=1500)

    assert after == [-held, -owed, expense, 0, -paid_out]
    assert await desk.balances(RESERVE, ARTIST, LOSS, VAT) == [-2_000_000, -1_000_000, 0, -TAX]


@BOTH
async def test_what_happens_at_the_same_moment_happens_one_after_the_other(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    made = desk.server.dispute(intent, amount=625)

    done = await asyncio.gather(
        desk.spend(2_000_000),
        desk.spend(3_000_000),
        refund(desk.database, desk.stripe, asked(payment, desk, "a"), clock=desk.clock),
        refund(desk.database, desk.stripe, asked(payment, desk, "b"), clock=desk.clock),
        desk.tell("charge.dispute.created", made),
        desk.tell("charge.dispute.created", made, event="evt_again"),
        return_exceptions=True,
    )

    assert [one for one in done if isinstance(one, Exception) and _is_a_fault(one)] == []
    assert len(desk.server.refunds) <= 1
    assert await count(desk.database, PaymentDispute) == 1


def _is_a_fault(error: Exception) -> bool:
    # Who comes too late finds nothing to spend, or nothing to give back.
    return not isinstance(error, Refused | KeyError | ValueError)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_in_whatever_order_the_books_are_sound(
    desk: Desk, seed: int
) -> None:
    chance = random.Random(seed)
    mode = chance.choice(["topup", "redemption"])
    async with desk.database.begin() as session:
        session.add(TopupTerms(valid_from=NOON, vat_mode=mode, chargebacks="payable"))
    paid: list[tuple[Payment, str]] = []
    open_still: list[Object] = []

    async def pay() -> None:
        payment = await desk.order(chance.choice(["credits-5", "credits-10", "credits-20"]))
        paid.append((payment, await desk.paid(payment)))

    async def spend() -> None:
        with suppress(KeyError, ValueError):  # there is not as much
            await desk.spend(chance.randrange(1, 9_000_000))

    async def send_back() -> None:
        payment, _ = chance.choice(paid)
        wanted = asked(payment, desk, str(chance.random()))
        with suppress(Refused):  # it is disputed, or spent
            await refund(desk.database, desk.stripe, wanted, clock=desk.clock)

    async def refund_there() -> None:
        payment, intent = chance.choice(paid)
        charge = desk.server.charge_of(intent)
        left = charge["amount"] - charge["amount_refunded"]
        desk.server.refund(intent, chance.randrange(left + 1))
        subject = told(desk.server.sessions[payment.provider_id or ""])
        await desk.tell("charge.refunded", subject)

    async def fail() -> None:
        await _fail_one(desk, chance)

    async def dispute() -> None:
        _, intent = chance.choice(paid)
        most = desk.server.charge_of(intent)["amount"]
        open_still.append(await desk.dispute(intent, amount=chance.randrange(1, most + 1)))

    async def close() -> None:
        if not open_still:
            return
        made = open_still.pop(chance.randrange(len(open_still)))
        await desk.close(made, chance.choice(["won", "lost"]), fee_back=1500)

    await pay()
    for _ in range(25):
        acts = [pay, spend, spend, spend, send_back, refund_there, fail, dispute, close]
        act = chance.choice(acts)
        await act()
        await desk.require_sound()
    assert (await desk.balances(PSP))[0] == desk.server.balance() * 10_000


async def _fail_one(desk: Desk, chance: random.Random) -> None:
    sent = [one for one in desk.server.refunds if one["status"] == "succeeded"]
    if sent:
        made = chance.choice(sent)
        desk.server.fail(made)
        await desk.tell("refund.failed", made)
