"""What is unspent goes back; what was cut off or is over is made up for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from accounting.grants import Grant, give
from accounting.journal import Posted
from accounting.ledger import Account, AccountKind
from accounting.payment_upkeep import look_after
from accounting.payments.amounts import Money
from accounting.payments.stripe import Stripe
from accounting.topup_refunds import refund
from base.errors import Refused, Unavailable
from catalog.models.payments import PaymentRefund
from catalog.payments import refunds_of
from tests.support.stripe_server import SECRET
from tests.support.topups import BOTH, LOSS, NET, PSP, TAX, VAT, Desk, asked, told


@BOTH
async def test_a_refund_gives_back_what_is_unspent_once(desk: Desk) -> None:
    payment = await desk.order()
    await desk.paid(payment)
    await desk.spend(2_500_000)

    first = await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)
    again = await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)
    # What the provider then tells is nothing new.
    await desk.tell("charge.refunded", told(desk.server.sessions[payment.provider_id or ""]))

    assert first.id == again.id
    assert first.amount == 9_370_000  # three quarters of 12.50 are 9.375, in whole cents
    assert [one["amount"] for one in desk.server.refunds] == [937]
    assert (await desk.wallet()).balance_micros == 0
    assert (await desk.now(payment)).state == "paid"
    psp, tax = await desk.balances(PSP, VAT)
    assert psp == 12_500_000 - 440_000 - 9_370_000
    assert abs(tax + TAX - TAX * 937 // 1250) <= 1
    with pytest.raises(Refused, match="nothing-unspent"):
        await refund(desk.database, desk.stripe, asked(payment, desk, "2"), clock=desk.clock)


async def test_what_the_provider_refuses_is_not_taken(desk: Desk) -> None:
    payment = await desk.order()
    await desk.paid(payment)
    before = await desk.balances(PSP, VAT)
    desk.server.sessions[payment.provider_id or ""]["payment_intent"] = None

    with pytest.raises(Refused):
        await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)

    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await desk.balances(PSP, VAT) == before
    assert (await desk.now(payment)).refunded == 0
    # Nothing is sent under that key any more, and it is said so.
    with pytest.raises(Refused, match="use a new key"):
        await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)


class Twin(Stripe):
    """A provider that is asked by two at once: the other does something before it answers."""

    def __init__(
        self, desk: Desk, meanwhile: Callable[[], Awaitable[object]], *, refuses: bool
    ) -> None:
        super().__init__(key="sk_test_1", webhook_secret=SECRET, url=desk.server.url)
        self._meanwhile, self._refuses = meanwhile, refuses

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        named = "" if self._refuses else await super().refund(provider_id, amount, key=key)
        await self._meanwhile()
        if self._refuses:
            raise Refused("provider-refused", "It is being done.", status=409)
        return named


async def nothing() -> None:
    pass


@BOTH
@pytest.mark.parametrize("is_refused_first", [True, False])
async def test_what_was_sent_is_taken_though_a_twin_was_refused(
    desk: Desk, *, is_refused_first: bool
) -> None:
    payment = await desk.order()
    await desk.paid(payment)

    def ask(provider: Stripe) -> Awaitable[PaymentRefund]:
        return refund(desk.database, provider, asked(payment, desk), clock=desk.clock)

    async def be_refused() -> None:
        with pytest.raises(Refused, match="being done"):
            await ask(Twin(desk, nothing, refuses=True))
        assert (await desk.wallet()).balance_micros == 10_000_000

    if is_refused_first:
        done = await ask(Twin(desk, be_refused, refuses=False))
    else:
        done = await ask(Twin(desk, lambda: ask(desk.stripe), refuses=True))
    await desk.tell("charge.refunded", told(desk.server.sessions[payment.provider_id or ""]))

    assert (done.undone_at, done.provider_ref) == (None, desk.server.refunds[0]["id"])
    assert (await ask(desk.stripe)).id == done.id
    assert [one["amount"] for one in desk.server.refunds] == [1250]
    assert (await desk.wallet()).balance_micros == 0
    assert (await desk.now(payment)).state == "refunded"
    # And if it comes back in the end, all is as it was.
    desk.server.fail(desk.server.refunds[0])
    await desk.tell("refund.failed", desk.server.refunds[0])
    assert (await desk.wallet()).balance_micros == 10_000_000


async def test_what_was_given_up_is_taken_when_the_provider_tells_that_it_went(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    with pytest.raises(Refused, match="being done"):
        await refund(
            desk.database,
            Twin(desk, nothing, refuses=True),
            asked(payment, desk),
            clock=desk.clock,
        )
    async with desk.database.read() as session:
        [row] = await refunds_of(session, payment.id)
    desk.server.refund(intent, 1250, refund=str(row.id))

    for _ in range(2):
        await desk.tell("charge.refunded", told(desk.server.sessions[payment.provider_id or ""]))

    assert (await desk.wallet()).balance_micros == 0
    assert (await desk.now(payment)).state == "refunded"


async def test_what_was_refunded_elsewhere_is_taken_or_lost(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    await desk.spend(10_000_000)
    desk.server.refund(intent, 1250)

    await desk.tell("charge.refunded", told(desk.server.sessions[payment.provider_id or ""]))

    assert (await desk.now(payment)).state == "refunded"
    assert await desk.balances(VAT, LOSS) == [0, NET]


@pytest.mark.parametrize("is_ours", [True, False])
async def test_a_refund_that_fails_later_is_undone_once(desk: Desk, *, is_ours: bool) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    before = await desk.balances(PSP, VAT)
    if is_ours:
        await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)
        [sent] = desk.server.refunds
    else:
        sent = desk.server.refund(intent, 1250)
    await desk.tell("charge.refunded", told(desk.server.sessions[payment.provider_id or ""]))
    gone = await desk.now(payment)

    desk.server.fail(sent)
    for _ in range(2):
        await desk.tell("refund.failed", sent)

    assert (gone.state, gone.refunded) == ("refunded", 12_500_000)
    now = await desk.now(payment)
    assert (now.state, now.refunded) == ("paid", 0)
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await desk.balances(PSP, VAT) == before
    # It can be sent once more, under another key.
    again = asked(payment, desk, "other")
    assert (await refund(desk.database, desk.stripe, again, clock=desk.clock)).sent_at


async def test_a_refund_of_yesterday_is_looked_for_before_it_is_sent_again(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    nowhere = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await refund(desk.database, nowhere, asked(payment, desk), clock=desk.clock)
    async with desk.database.read() as session:
        [row] = await refunds_of(session, payment.id)
    # It was sent, the answer was lost, and the provider has forgotten the key since.
    desk.server.refund(intent, 1250, refund=str(row.id))

    desk.clock.advance(timedelta(days=2))
    await look_after(desk.database, {"stripe": desk.stripe}, clock=desk.clock)

    assert len(desk.server.refunds) == 1
    async with desk.database.read() as session:
        [row] = await refunds_of(session, payment.id)
    assert (row.provider_ref, row.sent_at) == ("re_1", desk.clock())


async def test_a_message_that_never_came_is_made_up_for(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.pay(payment.provider_id or "")
    waiting = await desk.order()

    for minutes in (1, 30):
        desk.clock.advance(timedelta(minutes=minutes))
        await look_after(desk.database, {"stripe": desk.stripe}, clock=desk.clock)

    assert [(await desk.now(one)).state for one in (payment, waiting)] == ["paid", "open"]
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert desk.server.asked == 2
    assert ((await desk.now(waiting)).asked_at, (await desk.now(payment)).asked_at) == (
        *(desk.clock(), desk.clock()),
    )


async def test_a_refund_that_was_cut_off_is_sent_later_and_once(desk: Desk) -> None:
    payment = await desk.order()
    await desk.paid(payment)
    nowhere = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await refund(desk.database, nowhere, asked(payment, desk), clock=desk.clock)
    assert (await desk.wallet()).balance_micros == 0

    desk.clock.advance(timedelta(hours=1))
    for _ in range(2):
        await look_after(desk.database, {"stripe": desk.stripe}, clock=desk.clock)

    assert [one["amount"] for one in desk.server.refunds] == [1250]
    assert (await desk.now(payment)).state == "refunded"


def _gift(desk: Desk, **changed: object) -> Grant:
    given = Grant(listener_id=desk.listener.id, key="g", credits=2_000_000, reason="welcome")
    return replace(given, **changed)  # type: ignore[arg-type] # as it takes them


async def test_nobody_gives_to_themselves_nor_what_is_over_or_too_much(desk: Desk) -> None:
    refused = [
        (_gift(desk, by=desk.listener.id), "own-account"),
        (_gift(desk, expires_at=desk.clock()), "expired-already"),
        (_gift(desk, credits=2_000_001), "grant-too-large"),
    ]
    for gift, code in refused:
        with pytest.raises(Refused, match=code):
            await desk.database.run(
                lambda session, gift=gift: give(session, gift, now=desk.clock(), most=2_000_000)
            )


@BOTH
async def test_the_same_gift_at_the_same_moment_is_given_once_and_answered_to_all(
    desk: Desk,
) -> None:
    def give_it() -> Awaitable[Posted]:
        return desk.database.run(lambda session: give(session, _gift(desk), now=desk.clock()))

    found = await asyncio.gather(*(give_it() for _ in range(5)))

    assert len({one.id for one in found}) == 1
    assert sum(one.is_new for one in found) == 1


async def test_what_was_given_for_a_time_expires(desk: Desk) -> None:
    noon = desk.clock()
    for key, until in (("short", noon + timedelta(days=1)), ("long", None)):
        gift = Grant(
            listener_id=desk.listener.id,
            key=key,
            credits=2_000_000,
            reason="welcome",
            expires_at=until,
        )
        await desk.database.run(lambda session, gift=gift: give(session, gift, now=noon))
    promo = Account(AccountKind.PROMO)
    before = await desk.balances(promo)

    desk.clock.advance(timedelta(days=1))
    for _ in range(2):
        await look_after(desk.database, {}, clock=desk.clock)

    assert before == [4_800_000]
    assert await desk.balances(promo) == [2_400_000]
    assert (await desk.wallet()).promo_micros == 2_000_000
