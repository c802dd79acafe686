"""Partners and what they delivered, as rows and objects, without an inbox and without a worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from base.storage.port import Key, Storage, key_of
from base.tools import Tools
from catalog.callers import Caller
from catalog.ern_states import DeliveryState, MessageState
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedRelease
from catalog.partners import PartnerFacts, add_partner
from ingest.ddex.documents import finding_told
from ingest.ddex.judging import judge
from tests.support.catalog import NOON
from tests.support.ern import SENDER


async def partner(
    tools: Tools, owner: Caller, *, dpid: str = SENDER, name: str = "A Label"
) -> Partner:
    facts = PartnerFacts(name=name, account_id=owner.id, severities={}, keys=[])
    async with tools.database.begin() as session:
        return await add_partner(session, dpid, facts, by=owner.id, now=NOON)


async def kept(storage: Storage, content: bytes) -> Key:
    """Store bytes as a message's are; answer their key."""
    key = key_of("ddex", hashlib.sha256(content).hexdigest(), ".xml")
    async with storage.writer() as writer:
        await writer.write(content)
        await writer.commit(key)
    return key


@dataclass
class Delivered:
    """A delivery of a partner, into which messages are put one after the other."""

    tools: Tools
    partner: Partner
    id: UUID = field(default_factory=uuid4)
    supplied_id: UUID | None = None
    at: datetime = NOON

    async def begin(self, name: str = "N_20261124120000000", **facts: object) -> Delivered:
        row = {
            "id": self.id,
            "partner_id": self.partner.id,
            "way": "sftp",
            "layout": "batch",
            "name": name,
            "state": DeliveryState.DONE,
            "is_unlisted": False,
            "findings": [],
            "seen_at": self.at,
        }
        async with self.tools.database.begin() as session:
            session.add(Delivery(**{**row, **facts}))
        return self

    async def message(
        self, content: bytes, state: MessageState = MessageState.TAKEN, **facts: object
    ) -> UUID:
        """Put a message in, with the findings that it has, a minute after the one before."""
        self.at += timedelta(minutes=1)
        judged, message_id = judge(content), uuid4()
        header = judged.message.header if judged.message else None
        main = judged.message.main_release if judged.message else None
        row = {
            "id": message_id,
            "partner_id": self.partner.id,
            "delivery_id": self.id,
            "path": f"release-{message_id}/message.xml",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            "storage_key": await kept(self.tools.storage, content),
            "sender": header.sender if header else None,
            "message_id": header.message_id if header else None,
            "kind": judged.message.kind if judged.message else None,
            "version": judged.message.version if judged.message else None,
            "told_at": header.created_at if header else None,
            "is_test": bool(header and header.is_test),
            "title": main.titles[0].text if main else None,
            "state": state,
            "findings": [finding_told(one) for one in judged.findings],
            "supplied_id": self.supplied_id,
            "received_at": self.at,
            "ended_at": self.at,
        }
        async with self.tools.database.begin() as session:
            session.add(ErnMessage(**{**row, **facts}))
        return message_id

    async def about(self, title: str = "An Album") -> None:
        """Let what is put in from now on be about one release."""
        self.supplied_id = uuid4()
        async with self.tools.database.begin() as session:
            session.add(
                SuppliedRelease(
                    id=self.supplied_id,
                    partner_id=self.partner.id,
                    title=title,
                    told_at=self.at,
                    message_id="M-1",
                    told={},
                )
            )
