"""What is made up for every hour: messages that never came, refunds cut off, grants over."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from accounting.grants import expire
from accounting.payments.manual import BY_HAND
from accounting.payments.port import Notice, Provider
from accounting.payments.providers import Providers
from accounting.promo import forget_promo
from accounting.topup_refunds import Asked, refund
from accounting.topups import look
from base.clock import Clock
from base.database import Database
from base.errors import Refused, Unavailable
from catalog.models.payments import PaymentRefund
from catalog.payments import note_asked, open_payments, unsent_refunds
from catalog.restorations import held_by, note_first_cluster

log = structlog.get_logger()
#: Who pays is on the provider's page for a while; and providers send a message again for days.
_NOT_BEFORE, _NOT_AFTER = timedelta(minutes=20), timedelta(days=15)
#: Whoever asked for a refund may still be waiting for the provider.
_CUT_OFF = timedelta(minutes=5)


async def look_after(database: Database, providers: Providers, *, clock: Clock) -> None:
    """Look after money under way; a provider that is away is asked another time."""
    now = clock()
    await database.run(lambda session: note_first_cluster(session, now=now))
    asked = [one for name, one in providers.items() if name != BY_HAND]
    for provider in asked:
        try:
            await _look_again(database, provider, clock=clock, now=now)
        except Unavailable as error:
            log.warning("provider unavailable", provider=provider.name, code=error.code)
    async with database.read() as session:
        names = [one.name for one in asked]
        unsent = await unsent_refunds(session, names, before=now - _CUT_OFF)
        held = await held_by(session)
    if held is not None:
        log.warning(
            "money is held: the house was restored, or its PostgreSQL is another",
            restored_at=held.restored_at and held.restored_at.isoformat(),
            rows_at=held.rows_at and held.rows_at.isoformat(),
            refunds_waiting=len(unsent),
            mend="compare with bank and providers, then `refrain books resume`",
        )
        unsent = []
    for row, payment in unsent:
        await _send_again(database, providers[payment.provider], row, clock=clock)
    while expired := await database.run(lambda session: expire(session, now=clock())):
        log.info("grants expired", lots=expired)
    await database.run(lambda session: forget_promo(session, now=clock()))


async def _look_again(
    database: Database, provider: Provider, *, clock: Clock, now: datetime
) -> None:
    """Ask for payments of which no end was told."""
    since, before = now - _NOT_AFTER, now - _NOT_BEFORE
    async with database.read() as session:
        waiting = await open_payments(session, provider.name, since=since, before=before)
    # Who is asked now is last the next time, whatever becomes of it.
    await database.run(lambda session: note_asked(session, waiting, now=now))
    for payment in waiting:
        notice = Notice(provider_id=payment.provider_id or "", kind="asked again")
        try:
            await look(database, provider, notice, clock=clock)
        except Refused as error:
            log.warning("payment not booked", payment=str(payment.id), code=error.code)


async def _send_again(
    database: Database, provider: Provider, row: PaymentRefund, *, clock: Clock
) -> None:
    """Go on with a refund that was booked and not sent."""
    asked = Asked(
        payment_id=row.payment_id,
        request_key=row.request_key,
        by=row.requested_by,
        reason=row.reason,
    )
    try:
        await refund(database, provider, asked, clock=clock)
    except (Refused, Unavailable) as error:
        log.warning("refund not sent", refund=str(row.id), code=error.code)
