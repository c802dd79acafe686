"""Money that is taken back: by a dispute, which freezes the wallet, or by hand at the provider.

What was not spent leaves the wallet, and then those whom some of it was given to; who bears the
rest, `accounting.clawing` decides. A dispute that is won is undone entry by entry, and the wallet
is freed, unless there are other reasons.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounting.clawing import Bearer, clawed, sources
from accounting.freezing import freeze, unfreeze_for
from accounting.holds import Who
from accounting.journal import balances_of, post, reversal_of
from accounting.ledger import Account, Transaction, TxnKind
from accounting.lot_rows import apply_entries, lock_wallets, locked_family, lots_of
from accounting.lot_uses import spent_of
from accounting.lots import Lot, Spent
from accounting.payee_locks import lock_payees
from accounting.payments.port import Dispute, DisputeStanding, RefundTold, Report
from accounting.relieving import GONE, reliefs_of
from accounting.sales import move, sale_of
from accounting.taking_back import Loss, loss_of
from accounting.topup_booking import fee_of
from base.database import Session
from base.errors import Refused
from catalog.models.payments import Payment, PaymentDispute
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.payments import disputes_of, topup_terms_at

_DISPUTABLE = frozenset({PaymentState.PAID, PaymentState.REFUNDED})
_UNDER_DISPUTE = frozenset({PaymentState.DISPUTED, PaymentState.LOST})


async def taken_back(session: Session, payment: Payment, told: RefundTold, *, now: datetime) -> int:
    """Book what was refunded elsewhere than here: the co-operative bears what was spent."""
    before = await gone_before(session, payment)
    loss, _ = await _loss(session, payment, before=before, amount=told.amount)
    txn = Transaction(
        kind=TxnKind.REFUND,
        key=f"topup-refunded:{payment.provider}:{told.id}",
        occurred_at=now,
        entries=loss.entries({}),
        facts={
            "payment": str(payment.id),
            "amount": told.amount,
            "refund": told.id,
            "reason": f"refunded at {payment.provider}",
        },
    )
    payment.refunded += told.amount
    if payment.refunded >= payment.paid and payment.state == PaymentState.PAID:
        move(payment, PaymentEvent.REFUND, now=now)
    return await _book(session, txn, now=now)


async def settle_disputes(
    session: Session, payment: Payment, report: Report, *, now: datetime
) -> None:
    """Book what is new of the disputes of a payment; none that has ended is opened again."""
    known = await disputes_of(session, payment.id)
    for dispute in report.disputes:
        row = known.get(dispute.id)
        if row is None:
            row = await _open(session, payment, dispute, now=now)
        await _book_fee(session, payment, row, dispute, now=now)
        if dispute.standing is DisputeStanding.LOST and row.standing == DisputeStanding.OPEN:
            _lose(payment, row, now=now)
        if dispute.standing is DisputeStanding.WON and row.standing in GONE:
            await _win(session, payment, row, now=now)


async def gone_before(session: Session, payment: Payment) -> int:
    """Answer what went back of a payment already, in the currency that was paid."""
    disputes = await disputes_of(session, payment.id)
    gone = sum(one.amount for one in disputes.values() if one.standing in GONE)
    return payment.refunded + gone


async def locked_lot(session: Session, payment: Payment) -> Lot:
    """Answer the lot of a payment that was paid, and lock its wallet until the end."""
    await lock_wallets(session, [payment.listener_id])
    [lot] = await lots_of(session, [payment.lot_id or 0])
    return lot


async def _open(
    session: Session, payment: Payment, dispute: Dispute, *, now: datetime
) -> PaymentDispute:
    if dispute.amount.currency != payment.currency:
        raise Refused(
            "payment-currency",
            f"{dispute.amount.currency} is disputed of what was paid in {payment.currency}.",
            status=409,
        )
    before = await gone_before(session, payment)
    loss, spent = await _loss(session, payment, before=before, amount=dispute.amount.micros)
    bearer = Bearer((await topup_terms_at(session, payment.paid_at or now)).chargebacks)
    claims = await _claims(session, loss, spent, bearer)
    txn = Transaction(
        kind=TxnKind.CHARGEBACK,
        key=f"chargeback:{payment.provider}:{dispute.id}",
        occurred_at=now,
        entries=loss.entries(claims),
        facts={
            "payment": str(payment.id),
            "listener": str(payment.listener_id),
            "dispute": dispute.id,
            "amount": dispute.amount.micros,
            "currency": dispute.amount.currency,
            "spent": loss.borne,
            "clawed": sum(claims.values()),
            "bearer": bearer,
        },
    )
    await freeze(session, payment.listener_id, _because(dispute.id), now=now)
    if payment.state in _DISPUTABLE:
        move(payment, PaymentEvent.DISPUTE, now=now)
    row = PaymentDispute(
        provider=payment.provider,
        id=dispute.id,
        payment_id=payment.id,
        standing=DisputeStanding.OPEN,
        amount=dispute.amount.micros,
        fee=0,
        txn_id=await _book(session, txn, now=now),
        opened_at=now,
        changed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


def _lose(payment: Payment, row: PaymentDispute, *, now: datetime) -> None:
    row.standing, row.changed_at = DisputeStanding.LOST, now
    if payment.state == PaymentState.DISPUTED:
        move(payment, PaymentEvent.LOSE, now=now)


async def _win(session: Session, payment: Payment, row: PaymentDispute, *, now: datetime) -> None:
    await locked_family(session, payment.lot_id or 0)
    key = f"chargeback-won:{payment.provider}:{row.id}"
    facts = {"payment": str(payment.id), "dispute": row.id}
    keys = {row.txn_id: key, **{one: f"{key}:{one}" for one in await reliefs_of(session, row)}}
    backs = [
        await reversal_of(session, one, key=key, occurred_at=now, facts=facts)
        for one, key in keys.items()
    ]
    row.standing, row.changed_at = DisputeStanding.WON, now
    await session.flush()
    disputes = (await disputes_of(session, payment.id)).values()
    if payment.state in _UNDER_DISPUTE and not any(one.standing in GONE for one in disputes):
        move(payment, PaymentEvent.WIN, now=now)
    why = _because(row.id)
    await unfreeze_for(session, payment.listener_id, why.why, replace(why, why="won"), now=now)
    for back in backs:
        await _book(session, back, now=now)


def _because(dispute: str) -> Who:
    return Who(name="chargebacks", why=f"chargeback:{dispute}")


async def _loss(
    session: Session, payment: Payment, *, before: int, amount: int
) -> tuple[Loss, Spent]:
    lots = await locked_family(session, payment.lot_id or 0)
    spent = await spent_of(session, lots)
    sale = sale_of(payment, lots[0].currency)
    return loss_of(sale, lots, spent, before=before, amount=amount), spent


async def _claims(session: Session, loss: Loss, spent: Spent, bearer: Bearer) -> dict[Account, int]:
    wanted = {source for account in spent.earned for source in sources(account, bearer)}
    await lock_payees(session, {account.of for account in wanted})
    balances = await balances_of(session, wanted)
    available = {account: -held.get(loss.sale.currency, 0) for account, held in balances.items()}
    return clawed(loss.borne, earned=spent.earned, available=available, bearer=bearer)


async def _book(session: Session, txn: Transaction, *, now: datetime) -> int:
    """Change lots and wallet as a transaction says, and write it; answer its number."""
    await apply_entries(session, txn.entries)
    [posted] = await post(session, [txn], now=now)
    return posted.id


async def _book_fee(
    session: Session, payment: Payment, row: PaymentDispute, dispute: Dispute, *, now: datetime
) -> None:
    if dispute.fee is None:
        return
    fee = fee_of(
        payment.provider,
        key=f"dispute-fee:{payment.provider}:{dispute.id}",
        total=dispute.fee,
        before=row.fee,
        at=now,
        facts={"payment": str(payment.id), "dispute": dispute.id},
    )
    row.fee = dispute.fee.micros
    if fee is not None:
        await post(session, [fee], now=now)
