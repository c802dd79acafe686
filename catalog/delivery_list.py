"""What partners delivered, looked up: deliveries, their files and their messages, and how many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from base.errors import Refused
from catalog.ern_states import MessageState
from catalog.keysets import behind
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile

#: Where in a list of the newest first, or of files in their order.
Place = tuple[datetime, UUID]
FilePlace = tuple[str, UUID]
_DIGITS = 32
#: Fewer digits are a number as senders give them, rather than the beginning of an id.
_BEGINNING = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deliveries or messages: those that agree in all that is told.

    `account_id` is whose music it has to be, where not all may be seen.
    """

    account_id: UUID | None = None
    partner_id: UUID | None = None
    delivery_id: UUID | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much there is of a partner: deliveries and messages by state, and what is unanswered."""

    partner: Partner
    deliveries: dict[str, int]
    messages: dict[str, int]
    #: Written, and not brought to where the partner finds them.
    unanswered: int
    last_at: datetime | None


async def deliveries_like(
    session: Session, wanted: Wanted, *, limit: int, after: Place | None = None
) -> Sequence[tuple[Delivery, Partner]]:
    """Answer deliveries with their partners, the newest first, beginning behind a place."""
    query = select(Delivery, Partner).join(Partner, Partner.id == Delivery.partner_id)
    query = query.where(
        _theirs(wanted),
        _if(Delivery.state, wanted.state),
        _if(Delivery.id, wanted.delivery_id),
        behind((Delivery.seen_at, Delivery.id), after, descending=True),
    )
    query = query.order_by(Delivery.seen_at.desc(), Delivery.id.desc()).limit(limit)
    return [(delivery, partner) for delivery, partner in await session.execute(query)]


async def messages_like(
    session: Session, wanted: Wanted, *, limit: int, after: Place | None = None
) -> Sequence[tuple[ErnMessage, Partner]]:
    """Answer messages with their partners, the newest first, beginning behind a place."""
    query = select(ErnMessage, Partner).join(Partner, Partner.id == ErnMessage.partner_id)
    query = query.where(
        _theirs(wanted),
        _if(ErnMessage.state, wanted.state),
        _if(ErnMessage.delivery_id, wanted.delivery_id),
        behind((ErnMessage.received_at, ErnMessage.id), after, descending=True),
    )
    query = query.order_by(ErnMessage.received_at.desc(), ErnMessage.id.desc()).limit(limit)
    return [(message, partner) for message, partner in await session.execute(query)]


async def files_like(
    session: Session, delivery_id: UUID, *, limit: int, after: FilePlace | None = None
) -> Sequence[SuppliedFile]:
    """Answer the files of a delivery by their paths, beginning behind a place."""
    query = select(SuppliedFile).where(
        SuppliedFile.delivery_id == delivery_id,
        behind((SuppliedFile.path, SuppliedFile.id), after, descending=False),
    )
    query = query.order_by(SuppliedFile.path, SuppliedFile.id).limit(limit)
    return (await session.scalars(query)).all()


async def delivery_of(
    session: Session, delivery_id: UUID, *, account_id: UUID | None = None
) -> tuple[Delivery, Partner]:
    """Answer a delivery, of an account where not all may be seen.

    Raises:
        Refused: `delivery-unknown`, 404.

    """
    wanted = Wanted(account_id=account_id, delivery_id=delivery_id)
    found = await deliveries_like(session, wanted, limit=1)
    if not found:
        raise unknown_delivery()
    return found[0]


async def message_of(
    session: Session, message_id: UUID, *, account_id: UUID | None = None
) -> tuple[ErnMessage, Partner]:
    """Answer a message, of an account where not all may be seen.

    Raises:
        Refused: `message-unknown`, 404.

    """
    query = select(ErnMessage, Partner).join(Partner, Partner.id == ErnMessage.partner_id)
    query = query.where(ErnMessage.id == message_id, _if(Partner.account_id, account_id))
    found = (await session.execute(query)).first()
    if found is None:
        raise unknown_message()
    return found[0], found[1]


async def message_called(session: Session, text: str) -> tuple[ErnMessage, Partner]:
    """Answer the one message whose id begins so, or that its sender calls so.

    Raises:
        Refused: `message-unknown`, 404; `message-ambiguous`, 409: several are.

    """
    digits = text.lower().replace("-", "")
    is_said = ErnMessage.message_id == text
    if _BEGINNING.fullmatch(digits):
        first, last = UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f"))
        is_said |= ErnMessage.id.between(first, last)
    query = select(ErnMessage, Partner).join(Partner, Partner.id == ErnMessage.partner_id)
    found = (await session.execute(query.where(is_said).limit(2))).all()
    if not found:
        raise unknown_message()
    if len(found) > 1:
        sentence = "Several messages are called so; tell more of the id."
        raise Refused("message-ambiguous", sentence, status=409)
    return found[0][0], found[0][1]


async def taken_before(session: Session, message: ErnMessage) -> ErnMessage | None:
    """Answer the message on the same release that was taken last before one was told."""
    if message.supplied_id is None or message.told_at is None:
        return None
    query = select(ErnMessage).where(
        ErnMessage.supplied_id == message.supplied_id,
        ErnMessage.state.in_((MessageState.TAKEN, MessageState.WAITING)),
        behind(
            (ErnMessage.told_at, ErnMessage.message_id),
            (message.told_at, message.message_id),
            descending=True,
        ),
    )
    query = query.order_by(ErnMessage.told_at.desc(), ErnMessage.message_id.desc()).limit(1)
    return (await session.scalars(query)).first()


async def counted(session: Session, *, account_id: UUID | None = None) -> Sequence[Counted]:
    """Answer how much there is of each partner, by their names."""
    mine = _if(Partner.account_id, account_id)
    partners = await session.scalars(
        select(Partner).where(mine).order_by(Partner.name, Partner.dpid)
    )
    deliveries = await _by_state(session, Delivery)
    messages = await _by_state(session, ErnMessage)
    is_unanswered = ErnMessage.acknowledgement_key.is_not(None) & (
        ErnMessage.acknowledged_at.is_(None)
    )
    query = select(
        ErnMessage.partner_id,
        func.count().filter(is_unanswered),
        func.max(ErnMessage.received_at),
    ).group_by(ErnMessage.partner_id)
    told = {partner: (waiting, at) for partner, waiting, at in await session.execute(query)}
    return [
        Counted(
            partner=one,
            deliveries=deliveries.get(one.id, {}),
            messages=messages.get(one.id, {}),
            unanswered=told.get(one.id, (0, None))[0],
            last_at=told.get(one.id, (0, None))[1],
        )
        for one in partners
    ]


async def message_states(session: Session) -> dict[tuple[str, str], int]:
    """Answer how many messages there are, by the DPID of their partner and by state."""
    query = select(Partner.dpid, ErnMessage.state, func.count()).join(
        Partner, Partner.id == ErnMessage.partner_id
    )
    found = await session.execute(query.group_by(Partner.dpid, ErnMessage.state))
    return {(dpid, state): number for dpid, state, number in found}


def unknown_delivery() -> Refused:
    """Say that there is none."""
    return Refused("delivery-unknown", "There is no such delivery.", status=404)


def unknown_message() -> Refused:
    """Say that there is none."""
    return Refused("message-unknown", "There is no such message.", status=404)


async def _by_state(
    session: Session, model: type[Delivery | ErnMessage]
) -> dict[UUID, dict[str, int]]:
    query = select(model.partner_id, model.state, func.count())
    found = dict[UUID, dict[str, int]]()
    for partner, state, number in await session.execute(
        query.group_by(model.partner_id, model.state)
    ):
        found.setdefault(partner, {})[state] = number
    return found


def _theirs(wanted: Wanted) -> ColumnElement[bool]:
    return and_(_if(Partner.account_id, wanted.account_id), _if(Partner.id, wanted.partner_id))


def _if(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[bool]:
    return true() if value is None else column == value
