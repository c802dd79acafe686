"""Give back what was paid: treasurers anything, listeners what they bought lately."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from accounting.purchase_rows import purchase_of, unknown_purchase
from accounting.refunds import (
    Refunded,
    Why,
    refund_plays,
    refund_purchase,
    require_returnable,
)
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.oversight import oversees
from catalog.permissions import Permission
from catalog.plays import unknown_play
from stream.api.asking import told
from stream.api.buying_documents import NewRefund, RefundDocument
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS


async def post_refund(request: web.Request) -> web.Response:
    """Give a play or a purchase back; a second time says what the first did."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, who)  # what is given back is so once, under any key
    wanted = await told(request, NewRefund)
    within, why = timedelta(days=tools.settings.refund_days), Why(by=who.id, reason=wanted.reason)

    async def work(session: Session) -> Refunded:
        now = tools.clock()
        if wanted.play is not None:
            _require_keeper(who)
            play_id = id_in(wanted.play, unknown_play())
            await note_act(session, who, Act.PURCHASE_REFUNDED, play_id, now=now)
            [refunded] = await refund_plays(session, [play_id], why=why, now=now)
            return refunded
        purchase_id = id_in(wanted.purchase or "", unknown_purchase())
        bought = await purchase_of(session, purchase_id)
        if not oversees(who, Permission.WALLETS_KEEP):
            if bought.listener_id != who.id:
                raise unknown_purchase()
            await require_returnable(session, bought, within=within, now=now)
        else:
            await note_act(session, who, Act.PURCHASE_REFUNDED, purchase_id, now=now)
        return await refund_purchase(session, purchase_id, why=why, now=now)

    refunded = await asked.once(tools, work)
    charge = refunded.charge
    body = RefundDocument(
        transaction=refunded.txn_id,
        reverses=charge.txn_id,
        recording=str(charge.recording_id),
        first_step=charge.first_step,
        last_step=charge.last_step,
    )
    return web.json_response(text=body.model_dump_json(), status=201)


def _require_keeper(who: Caller) -> None:
    if not oversees(who, Permission.WALLETS_KEEP):
        raise Refused(
            "not-allowed", "Only a treasurer gives plays back: please ask one.", status=403
        )
