"""What labels delivered to the demo house: a batch of which some was taken, and some was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.ern_states import MessageState
from tests.support.delivered import Delivered, kept, partner
from tests.support.ern import deal_43, message_43

if TYPE_CHECKING:
    from tests.support.demo import Demo

_ODD = {
    "code": "unlisted",
    "severity": "warning",
    "text": "The manifest does not name resources/03.flac; it is taken all the same.",
    "about": "4006381333931/resources/03.flac",
}


async def deliver(demo: Demo) -> None:
    """Let a partner have delivered a record, changed where it is to be had, and made a mistake."""
    tools, mara = demo.client.holding.tools, demo.people["mara"]
    sender = await partner(tools, mara.caller, name="Kooperativ Nord")
    batch = Delivered(tools, sender, at=demo.clock())
    await batch.begin(findings=[_ODD])
    await batch.about("Northern Songs")
    answer = await kept(tools.storage, b"<answer/>")
    await batch.message(message_43(["Frost", "Thaw"], title="Northern Songs"))
    nearer = deal_43("R0", "R1", "R2", where="<TerritoryCode>AT</TerritoryCode>")
    later = await batch.message(
        message_43(
            ["Frost", "Thaw (Live)"],
            title="Northern Songs",
            message_id="M-2",
            created="2024-05-01T00:00:00Z",
            deals=nearer,
        ),
        acknowledgement_key=answer,
    )
    wrong = message_43(["Ice"], title="Slippery", message_id="M-3").replace(b"QZTST2400001", b"no")
    await batch.message(wrong, MessageState.REFUSED)
    demo.places |= {"delivery": str(batch.id), "message": str(later), "dpid": sender.dpid}
