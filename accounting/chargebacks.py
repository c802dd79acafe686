"""Money that is taken back: by a dispute, which freezes the wallet, or by hand at the provider.

What was not spent leaves the wallet; who bears the rest, `accounting.clawing` decides. A dispute
that is won is undone entry by entry, and the wallet is freed when no other is open or lost.
"""

from __future__ import annotations

from datetime import datetime

from accounting.clawing import Bearer, clawed, sources
from accounting.freezing import freeze, unfreeze
from accounting.journal import balances_of, post, reversal_of
from accounting.ledger import Account, Transaction, TxnKind
from accounting.lot_rows import apply_entries, lock_wallets, lots_of
from accounting.lot_uses import earned_by
from accounting.lots import Lot
from accounting.payments.port import Dispute, DisputeStanding, RefundTold, Report
from accounting.sales import move, sale_of
from accounting.taking_back import Loss, loss_of
from accounting.topup_booking import fee_of
from base.database import Session
from base.errors import Refused
from catalog.models.payments import Payment, PaymentDispute
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.payments import disputes_of, has_disputes, topup_terms_at

_GONE = frozenset({DisputeStanding.OPEN, DisputeStanding.LOST})
_DISPUTABLE = frozenset({PaymentState.PAID, PaymentState.REFUNDED})
_UNDER_DISPUTE = frozenset({PaymentState.DISPUTED, PaymentState.LOST})


async def taken_back(session: Session, payment: Payment, told: RefundTold, *, now: datetime) -> int:
    """Book what was refunded elsewhere than here: the co-operative bears what was spent."""
    before = await gone_before(session, payment)
    loss = await _loss(session, payment, before=before, amount=told.amount)
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
        if dispute.standing is DisputeStanding.WON and row.standing in _GONE:
            await _win(session, payment, row, now=now)


async def gone_before(session: Session, payment: Payment) -> int:
    """Answer what went back of a payment already, in the currency that was paid."""
    disputes = await disputes_of(session, payment.id)
    gone = sum(one.amount for one in disputes.values() if one.standing in _GONE)
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
    loss = await _loss(session, payment, before=before, amount=dispute.amount.micros)
    bearer = Bearer((await topup_terms_at(session, payment.paid_at or now)).chargebacks)
    lot = await locked_lot(session, payment)
    claims = await _claims(session, lot, loss.borne, bearer)
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
    await freeze(session, payment.listener_id, reason=f"chargeback:{dispute.id}", now=now)
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
    back = await reversal_of(
        session,
        row.txn_id,
        key=f"chargeback-won:{payment.provider}:{row.id}",
        occurred_at=now,
        facts={"payment": str(payment.id), "dispute": row.id},
    )
    row.standing, row.changed_at = DisputeStanding.WON, now
    await session.flush()
    if not any(one.standing in _GONE for one in (await disputes_of(session, payment.id)).values()):
        if payment.state in _UNDER_DISPUTE:
            move(payment, PaymentEvent.WIN, now=now)
        if not await has_disputes(session, payment.listener_id, _GONE):
            await unfreeze(session, payment.listener_id)
    await _book(session, back, now=now)


async def _loss(session: Session, payment: Payment, *, before: int, amount: int) -> Loss:
    lot = await locked_lot(session, payment)
    return loss_of(sale_of(payment, lot.currency), lot, before=before, amount=amount)


async def _claims(session: Session, lot: Lot, borne: int, bearer: Bearer) -> dict[Account, int]:
    earned = await earned_by(session, lot)
    wanted = {source for account in earned for source in sources(account, bearer)}
    balances = await balances_of(session, wanted)
    available = {account: -held.get(lot.currency, 0) for account, held in balances.items()}
    return clawed(borne, earned=earned, available=available, bearer=bearer)


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
