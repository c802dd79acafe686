"""Money that comes in, by Stripe's library and a server that answers as Stripe does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounting.grants import Grant, give
from accounting.journal import balances_of, post, trial_balance
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.lot_rows import apply_entries, lock_wallets, lots_of, unspent
from accounting.lots import Lot, take, taken_entries, worth
from accounting.payment_upkeep import look_after
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.payments.stripe import Stripe
from accounting.rates import import_rates
from accounting.topup_refunds import Asked, refund
from accounting.topups import Addresses, Confirmation, Wanted, confirm, order, take_message
from base.clock import ManualClock
from base.database import Database
from base.errors import Refused, Unavailable
from catalog.models.ledger import CreditLot, LedgerTxn, Wallet
from catalog.models.payments import (
    Payment,
    PaymentDispute,
    PaymentEvent,
    TopupProduct,
    TopupTerms,
)
from catalog.models.people import Role
from catalog.payments import payment_of
from catalog.people import Caller
from tests.support.catalog import NOON, person
from tests.support.stripe_server import SECRET, Object, StripeServer, intent_of, stripe_server

HERE = Addresses(back="https://refrain.example/", webhook="https://refrain.example/hook")
PSP = Account(AccountKind.PSP, "stripe")
VAT, FEES = Account(AccountKind.VAT, "DE"), Account(AccountKind.PSP_FEES)
LOSS, SHARE = Account(AccountKind.CHARGEBACK), Account(AccountKind.COOP_SHARE)
EXCHANGE = Account(AccountKind.EXCHANGE)
ARTIST = Account(AccountKind.PAYABLE, "artist")
RESERVE = Account(AccountKind.RESERVE, "artist")
#: Of 12.50 EUR with 19 %.
NET, TAX = 10_504_202, 1_995_798


@dataclass
class Desk:
    """A listener, a house with Stripe, and what its webhook is told."""

    database: Database
    server: StripeServer
    stripe: Stripe
    listener: Caller
    clock: ManualClock = field(
        default_factory=lambda: ManualClock(datetime(2026, 11, 28, tzinfo=UTC))
    )
    keys: int = 0
    events: int = 0

    async def order(self, product: str = "credits-10", country: str = "DE") -> Payment:
        self.keys += 1
        wanted = Wanted(
            listener_id=self.listener.id,
            request_key=f"key-{self.keys}",
            product=product,
            country=country,
        )
        return await order(self.database, self.stripe, wanted, addresses=HERE, clock=self.clock)

    async def tell(self, kind: str, subject: Object, *, event: str = "") -> bool:
        self.events += 1
        body, signed = self.server.message(kind, subject, event=event or f"evt_{self.events}")
        message = (body, {"stripe-signature": signed})
        return await take_message(self.database, self.stripe, message, clock=self.clock)

    async def paid(self, payment: Payment, **how: object) -> str:
        """Let a payment be paid and told; answer the name of what was charged."""
        session = payment.provider_id or ""
        intent = self.server.pay(session, **how)  # type: ignore[arg-type] # as it takes them
        await self.tell("checkout.session.completed", _told(self.server.sessions[session]))
        return intent

    async def dispute(self, intent: str, amount: int = 1250) -> Object:
        made = self.server.dispute(intent, amount=amount)
        await self.tell("charge.dispute.created", made)
        return made

    async def close(self, made: Object, status: str, **how: int) -> None:
        self.server.close(made, status, **how)
        await self.tell("charge.dispute.closed", made)

    async def spend(self, credits_: int, *, artist_ppm: int = 700_000) -> None:
        """Spend credit as a play does, with an artist and the co-operative."""
        self.keys += 1
        async with self.database.begin() as session:
            await lock_wallets(session, [self.listener.id])
            found = await unspent(session, [self.listener.id], now=self.clock())
            takes = take(found[self.listener.id], credits_)
            [(currency, amount)] = worth(takes).items()
            part = amount * artist_ppm // 1_000_000
            entries = (
                *taken_entries(takes),
                Entry(ARTIST, -part, currency),
                Entry(SHARE, part - amount, currency),
            )
            await apply_entries(session, entries)
            txn = Transaction(
                kind=TxnKind.PLAY, key=f"play:{self.keys}", occurred_at=NOON, entries=entries
            )
            await post(session, [txn], now=self.clock())

    async def moved(self, *entries: Entry) -> None:
        self.keys += 1
        txn = Transaction(
            kind=TxnKind.PAYOUT, key=f"moved:{self.keys}", occurred_at=NOON, entries=entries
        )
        async with self.database.begin() as session:
            await post(session, [txn], now=self.clock())

    async def balances(self, *accounts: Account) -> list[int]:
        async with self.database.read() as session:
            found = await balances_of(session, accounts)
        return [found[one].get("EUR", 0) for one in accounts]

    async def now(self, payment: Payment) -> Payment:
        async with self.database.read() as session:
            return await payment_of(session, payment.id)

    async def lot(self, payment: Payment) -> Lot:
        async with self.database.read() as session:
            [lot] = await lots_of(session, [(await payment_of(session, payment.id)).lot_id or 0])
        return lot

    async def wallet(self) -> Wallet:
        async with self.database.read() as session:
            return await session.get_one(Wallet, self.listener.id)

    async def require_sound(self) -> None:
        """See that all balances, and that wallets and lots are what the journal says."""
        async with self.database.read() as session:
            for currency in ("EUR", "USD"):
                of_it = [one for one in await trial_balance(session) if one.currency == currency]
                assert sum(one.debits - one.credits for one in of_it) == 0
            kinds = (AccountKind.WALLET, AccountKind.WALLET_PROMO)
            accounts = [Account(kind, str(self.listener.id)) for kind in kinds]
            found = await balances_of(session, accounts)
            held = -sum(one.get("EUR", 0) for one in found.values())
            credits_, amount = (
                await session.execute(
                    select(func.sum(CreditLot.credits_left), func.sum(CreditLot.amount_left))
                )
            ).one()
            wallet = await session.get(Wallet, self.listener.id)
        in_all = wallet.balance_micros + wallet.promo_micros if wallet else 0
        assert (held, in_all) == (amount or 0, credits_ or 0)


def _told(session: Object) -> Object:
    return {**session, "payment_intent": intent_of(session).get("id")}


#: Where it matters that others write as well; the rest is the same on both.
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"migrated_{kind}_url")
    return url


@pytest.fixture
async def server() -> AsyncIterator[StripeServer]:
    async with stripe_server() as running:
        yield running


@pytest.fixture
async def desk(database: Database, server: StripeServer) -> AsyncIterator[Desk]:
    stripe = Stripe(key="sk_test_1", webhook_secret=SECRET, url=server.url)
    listener = await person(database, Role.LISTENER)
    made = Desk(database=database, server=server, stripe=stripe, listener=listener)
    yield made
    await made.require_sound()


async def count(database: Database, model: type) -> int:
    async with database.read() as session:
        return (await session.scalar(select(func.count()).select_from(model))) or 0


@BOTH
async def test_mistake_07_three_deliveries_of_a_webhook_credit_once(desk: Desk) -> None:
    payment = await desk.order()
    session = desk.server.sessions[payment.provider_id or ""]
    desk.server.pay(payment.provider_id or "")

    first = await desk.tell("checkout.session.completed", _told(session), event="evt_a")
    again = await desk.tell("checkout.session.completed", _told(session), event="evt_a")
    other = await desk.tell("charge.succeeded", _told(session), event="evt_b")

    assert (first, again) == (True, False)
    assert other  # another message, and nothing new in it
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await count(desk.database, CreditLot) == 1
    assert await desk.balances(PSP, VAT, FEES) == [12_500_000 - 440_000, -TAX, 440_000]
    lot = await desk.lot(payment)
    assert (lot.credits, lot.amount, lot.vat, lot.country) == (10_000_000, NET, 0, "DE")


@BOTH
async def test_mistake_07_deliveries_at_the_same_moment_credit_once(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.pay(payment.provider_id or "")
    subject = _told(desk.server.sessions[payment.provider_id or ""])

    found = await asyncio.gather(
        *(
            desk.tell("checkout.session.completed", subject, event=f"evt_{number % 2}")
            for number in range(8)
        )
    )

    assert sum(found) == 2  # two messages, four times each
    assert (await desk.wallet()).balance_micros == 10_000_000
    assert await count(desk.database, PaymentEvent) == 2


async def test_mistake_07_an_unknown_product_is_refused(desk: Desk) -> None:
    for product in ("credits-11", "NaN", ""):
        with pytest.raises(Refused, match="product-unknown"):
            await desk.order(product)

    async with desk.database.begin() as session:
        withdrawn = TopupProduct(
            id="credits-5",
            valid_from=NOON,
            title="-",
            credits=1,
            price=10_000,
            currency="EUR",
            is_sold=False,
        )
        session.add(withdrawn)
    with pytest.raises(Refused, match="product-unknown"):
        await desk.order("credits-5")
    assert await count(desk.database, Payment) == 0


async def test_an_order_is_placed_once_under_its_key(desk: Desk) -> None:
    first = await desk.order()
    desk.keys -= 1
    again = await desk.order()
    desk.keys -= 1
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await desk.order("credits-20")

    assert again.id == first.id
    assert again.checkout_url == first.checkout_url
    assert len(desk.server.sessions) == 1


async def test_an_order_that_could_not_be_placed_is_placed_when_it_is_repeated(desk: Desk) -> None:
    there = desk.stripe
    desk.stripe = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await desk.order()
    desk.stripe = there
    desk.keys -= 1

    payment = await desk.order()

    assert payment.state == "open"
    assert await count(desk.database, Payment) == 1


async def test_pages_that_nobody_pays_on_are_not_made_for_ever(desk: Desk) -> None:
    made = [await desk.order() for _ in range(20)]
    with pytest.raises(Refused, match="too-many-unpaid"):
        await desk.order()
    desk.keys = 1  # what was ordered is still told
    assert (await desk.order()).id == made[1].id
    await desk.paid(made[0])
    desk.keys = 30

    assert (await desk.order()).state == "open"


async def test_what_is_credited_is_what_the_provider_says_was_paid(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.sessions[payment.provider_id or ""]["amount_total"] = 500

    await desk.paid(payment)

    lot = await desk.lot(payment)
    assert lot.credits == 4_000_000
    assert (await desk.now(payment)).paid == 5_000_000


async def test_a_payment_that_failed_gives_nothing_until_it_is_paid_after_all(desk: Desk) -> None:
    payment = await desk.order()
    session = desk.server.sessions[payment.provider_id or ""]
    session["status"] = "expired"
    await desk.tell("checkout.session.expired", _told(session))
    assert (await desk.now(payment)).state == "failed"

    await desk.paid(payment)

    assert (await desk.now(payment)).state == "paid"
    assert (await desk.wallet()).balance_micros == 10_000_000


async def test_messages_of_other_shops_are_let_go(desk: Desk) -> None:
    payment = await desk.order()
    desk.server.sessions[payment.provider_id or ""]["metadata"] = {"payment": "of another"}

    is_new = await desk.tell(
        "checkout.session.completed", _told(desk.server.sessions[payment.provider_id or ""])
    )
    unknown = await desk.tell("charge.succeeded", {"id": "ch", "object": "charge"})

    assert (is_new, unknown) == (False, False)
    assert await count(desk.database, PaymentEvent) == 0


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


def asked(payment: Payment, desk: Desk, key: str = "refund-1") -> Asked:
    return Asked(payment_id=payment.id, request_key=key, by=desk.listener.id, reason="asked for it")


@BOTH
async def test_a_refund_gives_back_what_is_unspent_once(desk: Desk) -> None:
    payment = await desk.order()
    await desk.paid(payment)
    await desk.spend(2_500_000)

    first = await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)
    again = await refund(desk.database, desk.stripe, asked(payment, desk), clock=desk.clock)
    # What the provider then tells is nothing new.
    await desk.tell("charge.refunded", _told(desk.server.sessions[payment.provider_id or ""]))

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


async def test_what_was_refunded_elsewhere_is_taken_or_lost(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)
    await desk.spend(10_000_000)
    desk.server.charge_of(intent)["amount_refunded"] = 1250

    await desk.tell("charge.refunded", _told(desk.server.sessions[payment.provider_id or ""]))

    assert (await desk.now(payment)).state == "refunded"
    assert await desk.balances(VAT, LOSS) == [0, NET]


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
        charge["amount_refunded"] += chance.randrange(left + 1)
        subject = _told(desk.server.sessions[payment.provider_id or ""])
        await desk.tell("charge.refunded", subject)

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
        act = chance.choice([pay, spend, spend, spend, send_back, refund_there, dispute, close])
        await act()
        await desk.require_sound()
    assert (await desk.balances(PSP))[0] == desk.server.balance() * 10_000


async def test_a_part_that_is_disputed_takes_no_more_than_that(desk: Desk) -> None:
    payment = await desk.order()
    intent = await desk.paid(payment)

    await desk.dispute(intent, amount=625)

    lot = await desk.lot(payment)
    assert 4_999_999 <= lot.credits <= 5_000_001
    assert (await desk.balances(LOSS))[0] <= 2


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


async def test_a_transfer_is_confirmed_by_hand_once(desk: Desk) -> None:
    wanted = Wanted(
        listener_id=desk.listener.id, request_key="k", product="credits-10", country="FI"
    )
    payment = await order(desk.database, Manual(), wanted, addresses=HERE, clock=desk.clock)
    assert (payment.checkout_url, (payment.provider_id or "")[:2]) == (None, "RF")

    for _ in range(2):
        await _confirmed(desk, payment, 12_500_000)
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await _confirmed(desk, payment, 12_000_000)

    assert (await desk.wallet()).balance_micros == 10_000_000
    tax = Account(AccountKind.VAT, "FI")
    assert await desk.balances(Account(AccountKind.PSP, "manual"), tax) == [12_500_000, -2_539_841]


async def _confirmed(desk: Desk, payment: Payment, micros: int) -> None:
    said = Confirmation(
        payment_id=payment.id, amount=Money(micros=micros, currency="EUR"), by=None, at=NOON
    )
    await desk.database.run(lambda session: confirm(session, said, now=desk.clock()))


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
