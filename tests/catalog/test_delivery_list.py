"""Deliveries and messages are found by what they are, on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest

from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.delivery_list import (
    Wanted,
    counted,
    deliveries_like,
    message_called,
    message_states,
    messages_like,
    taken_before,
)
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedRelease
from catalog.partners import PartnerFacts, add_partner
from catalog.roles import Role
from tests.support.catalog import NOON, person

ONE, TWO = "PADPIDA1", "PADPIDA2"


async def two_partners(database: Database) -> tuple[list[Partner], list[Caller]]:
    owners = [await person(database, Role.LABEL) for _ in range(2)]
    partners = []
    async with database.begin() as session:
        for dpid, owner in zip((ONE, TWO), owners, strict=True):
            facts = PartnerFacts(name=dpid, account_id=owner.id, severities={}, keys=[])
            partners.append(await add_partner(session, dpid, facts, by=None, now=NOON))
    return partners, owners


def delivery(partner: Partner, minute: int) -> Delivery:
    return Delivery(
        id=uuid4(),
        partner_id=partner.id,
        way="sftp",
        layout="batch",
        name=f"N_{minute}",
        state="done",
        is_unlisted=False,
        findings=[],
        seen_at=NOON + timedelta(minutes=minute),
    )


def message(of: Delivery, minute: int, **facts: object) -> ErnMessage:
    plain: dict[str, object] = {
        "id": uuid4(),
        "partner_id": of.partner_id,
        "delivery_id": of.id,
        "path": f"{minute}.xml",
        "sha256": f"{minute:064x}",
        "size_bytes": 1,
        "storage_key": f"ddex/{minute}",
        "sender": ONE,
        "message_id": f"M-{minute}",
        "told_at": NOON + timedelta(minutes=minute),
        "is_test": False,
        "state": "taken",
        "findings": [],
        "received_at": NOON + timedelta(minutes=minute),
    }
    return ErnMessage(**(plain | facts))


async def test_what_there_is_in_order_and_of_whom(database: Database) -> None:
    [one, two], [_, second] = await two_partners(database)
    first, other = delivery(one, 1), delivery(two, 2)
    told = [message(first, n) for n in range(4)]
    theirs = message(
        other, 9, sender=TWO, state="refused", acknowledgement_key="ddex/a", acknowledged_at=None
    )
    async with database.begin() as session:
        session.add_all([first, other])
        await session.flush()
        session.add_all([*told, theirs])

    async with database.read() as session:
        page = await messages_like(session, Wanted(partner_id=one.id), limit=2)
        last = page[-1][0]
        rest = await messages_like(
            session, Wanted(partner_id=one.id), limit=9, after=(last.received_at, last.id)
        )
        seen = await deliveries_like(session, Wanted(account_id=second.id), limit=9)
        counts = await counted(session)
        states = await message_states(session)
        by_number, _ = await message_called(session, "M-2")
        by_id, _ = await message_called(session, str(told[2].id)[:13])
        with pytest.raises(Refused, match="message-unknown"):
            await message_called(session, "abc")

    assert [row.message_id for row, _ in [*page, *rest]] == ["M-3", "M-2", "M-1", "M-0"]
    assert [row.name for row, _ in seen] == ["N_2"]
    assert [(c.partner.dpid, c.messages, c.unanswered) for c in counts] == [
        (ONE, {"taken": 4}, 0),
        (TWO, {"refused": 1}, 1),
    ]
    assert counts[1].last_at == theirs.received_at
    assert states == {(ONE, "taken"): 4, (TWO, "refused"): 1}
    assert by_number.id == by_id.id == told[2].id


async def test_which_message_was_taken_before_one(database: Database) -> None:
    [one, _], _ = await two_partners(database)
    batch, release = delivery(one, 1), uuid4()
    supplied = SuppliedRelease(
        id=release, partner_id=one.id, title="A", told_at=NOON, message_id="M-1", told={}
    )
    facts = {"supplied_id": release}
    taken, refused, now = (
        message(batch, 1, **facts),
        message(batch, 2, state="refused", **facts),
        message(batch, 3, **facts),
    )
    async with database.begin() as session:
        session.add_all([batch, supplied])
        await session.flush()
        # In which order they came is no matter.
        session.add_all([now, refused, taken])

    async with database.read() as session:
        before = await taken_before(session, now)
        assert before is not None
        assert before.id == taken.id
        assert await taken_before(session, taken) is None
        assert await taken_before(session, message(batch, 4)) is None
