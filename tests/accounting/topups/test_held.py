"""No refund leaves a restored house before somebody says that providers were compared."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from accounting.payment_upkeep import look_after
from accounting.payments.stripe import Stripe
from accounting.topup_refunds import refund
from base.errors import Refused, Unavailable
from catalog.restorations import note_restored, resume
from tests.support.stripe_server import SECRET
from tests.support.topups import BOTH, Desk, asked


@BOTH
async def test_refunds_wait_in_a_restored_house_those_that_were_begun_as_well(desk: Desk) -> None:
    begun, other = await desk.order(), await desk.order()
    await desk.paid(begun)
    await desk.paid(other)
    nowhere = Stripe(key="sk_test_1", webhook_secret=SECRET, url="http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await refund(desk.database, nowhere, asked(begun, desk), clock=desk.clock)
    held = partial(note_restored, backup=None, rows_at=None, now=desk.clock())
    await desk.database.run(held)
    before = await desk.wallet()

    for payment, key in ((begun, "refund-1"), (other, "refund-2")):
        with pytest.raises(Refused, match="house-restored"):
            await refund(desk.database, desk.stripe, asked(payment, desk, key), clock=desk.clock)
    desk.clock.advance(timedelta(hours=1))
    await look_after(desk.database, {"stripe": desk.stripe}, clock=desk.clock)

    assert desk.server.refunds == []
    assert (await desk.wallet()).balance_micros == before.balance_micros

    said = partial(resume, compared="Stripe's list", by=desk.listener.id, now=desk.clock())
    await desk.database.run(said)
    await look_after(desk.database, {"stripe": desk.stripe}, clock=desk.clock)
    assert len(desk.server.refunds) == 1
    await desk.require_sound()
