"""What a label delivers, as it is once it lies in storage: rows, bytes, and jobs that wait."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import select

from base.storage.port import Key, key_of
from catalog.callers import Caller
from catalog.ern_messages import order
from catalog.ern_states import DeliveryState, MessageState
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile
from catalog.people import create_account
from catalog.roles import Role
from tests.support.ern import SENDER
from tests.support.ern_album import Album
from tests.support.working import do
from workers.holding import Holding


async def a_partner(holding: Holding, dpid: str = SENDER, **told: object) -> Partner:
    """Begin a partner, and the account whose music it delivers."""
    now = holding.tools.clock()
    async with holding.tools.database.begin() as session:
        account: Caller = await create_account(
            session, name=f"Music of {dpid}", role=Role.LABEL, now=now
        )
        row = Partner(
            id=uuid4(),
            dpid=dpid,
            name="A Label",
            account_id=account.id,
            state="active",
            keys=[],
            created_by=account.id,
            created_at=now,
            changed_at=now,
            **{"severities": {}, **told},
        )
        session.add(row)
    return row


async def deliver(
    holding: Holding, partner: Partner, content: bytes, files: Mapping[str, bytes] | None = None
) -> UUID:
    """Let a message lie in storage with its files, as a delivery of its own; its job waits."""
    now, name = holding.tools.clock(), uuid4().hex
    keys = {path: await _stored(holding, "masters", data) for path, data in (files or {}).items()}
    key = await _stored(holding, "ddex", content, ".xml")
    async with holding.tools.database.begin() as session:
        delivery = Delivery(
            id=uuid4(),
            partner_id=partner.id,
            way="sftp",
            layout="release",
            name=name,
            state=DeliveryState.COMPLETE,
            is_unlisted=False,
            findings=[],
            seen_at=now,
        )
        session.add(delivery)
        await session.flush()
        message = ErnMessage(
            id=uuid4(),
            partner_id=partner.id,
            delivery_id=delivery.id,
            path="message.xml",
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            storage_key=key,
            is_test=False,
            state=MessageState.RECEIVED,
            findings=[],
            received_at=now,
        )
        session.add(message)
        for path, data in (files or {}).items():
            session.add(_file(delivery, path, data, keys[path], holding))
        await session.flush()
        await order(session, [message.id], request_id="test", now=now)
    return message.id


async def bring_late(holding: Holding, message_id: UUID, path: str, data: bytes) -> None:
    """Let a file come late for the delivery of a message."""
    key = await _stored(holding, "masters", data)
    async with holding.tools.database.begin() as session:
        message = await session.get_one(ErnMessage, message_id)
        delivery = await session.get_one(Delivery, message.delivery_id)
        session.add(_file(delivery, path, data, key, holding))
        await session.flush()
        await order(session, [message_id], request_id="test", now=holding.tools.clock())


def _file(delivery: Delivery, path: str, data: bytes, key: Key, holding: Holding) -> SuppliedFile:
    return SuppliedFile(
        id=uuid4(),
        delivery_id=delivery.id,
        partner_id=delivery.partner_id,
        path=path,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        mark=path,
        digests={"MD5": hashlib.md5(data, usedforsecurity=False).hexdigest()},
        storage_key=key,
        received_at=holding.tools.clock(),
    )


async def _stored(holding: Holding, kind: str, data: bytes, suffix: str = "") -> Key:
    key = key_of(kind, hashlib.sha256(data).hexdigest(), suffix)
    await holding.claims.store(key, data)
    return key


async def taken(holding: Holding, partner: Partner, album: Album) -> ErnMessage:
    """Deliver an album with its files, and do what there is to do; answer its message."""
    message_id = await deliver(holding, partner, album.xml(), album.files())
    await do(holding, Kind.INGEST)
    return await message_of(holding, message_id)


async def message_of(holding: Holding, message_id: UUID) -> ErnMessage:
    async with holding.tools.database.read() as session:
        return (await session.scalars(select(ErnMessage).where(ErnMessage.id == message_id))).one()


async def statuses_of(holding: Holding, message_id: UUID) -> list[str]:
    """Answer what was found of a message, by the codes of DDEX, notes left out."""
    row = await message_of(holding, message_id)
    return [one["status"] for one in row.findings if one["severity"] != "note"]
