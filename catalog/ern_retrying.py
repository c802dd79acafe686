"""Messages that are looked at again, as somebody asked for it, and answers that go out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from catalog.delivery_list import unknown_message
from catalog.ern_messages import order
from catalog.ern_states import DELIVERY_MOVES, DeliveryEvent, DeliveryState, MessageState
from catalog.models.ddex import Delivery, ErnMessage

#: Of these nothing was done, or not all.
_UNDONE = (MessageState.WAITING, MessageState.REFUSED, MessageState.CONFLICT)


async def retry_message(
    session: Session, message_id: UUID, *, request_id: str, now: datetime
) -> ErnMessage:
    """Let a message be looked at again as if it had just come; its bytes are those that came.

    Raises:
        Refused: `message-unknown`, 404.

    """
    message = await _locked(session, message_id)
    message.state, message.ended_at = MessageState.RECEIVED, None
    await _reopen(session, message.delivery_id)
    await order(session, [message.id], request_id=request_id, now=now)
    return message


async def undone_of(session: Session, delivery_id: UUID) -> Sequence[UUID]:
    """Answer the messages of a delivery of which something was left undone, in their order."""
    query = select(ErnMessage.id).where(
        ErnMessage.delivery_id == delivery_id, ErnMessage.state.in_(_UNDONE)
    )
    query = query.order_by(ErnMessage.received_at, ErnMessage.id)
    return (await session.scalars(query)).all()


async def all_messages(session: Session) -> Sequence[UUID]:
    """Answer all messages in the order in which they came."""
    query = select(ErnMessage.id).order_by(ErnMessage.received_at, ErnMessage.id)
    return (await session.scalars(query)).all()


async def answer_again(session: Session, message_id: UUID) -> ErnMessage:
    """Let the answer to a message go out once more.

    Raises:
        Refused: `message-unknown`, 404; `not-answered`, 409: there is no answer yet.

    """
    message = await _locked(session, message_id)
    if message.acknowledgement_key is None:
        raise Refused(
            "not-answered",
            "No answer to this message was written yet: it goes out by itself.",
            status=409,
        )
    message.acknowledged_at = None
    await _reopen(session, message.delivery_id)
    return message


async def _locked(session: Session, message_id: UUID) -> ErnMessage:
    message = await session.get(
        ErnMessage, message_id, with_for_update=True, populate_existing=True
    )
    if message is None:
        raise unknown_message()
    return message


async def _reopen(session: Session, delivery_id: UUID) -> None:
    """Let a delivery that was done be one of which something is to be done."""
    delivery = await session.get_one(
        Delivery, delivery_id, with_for_update=True, populate_existing=True
    )
    if delivery.state == DeliveryState.DONE:
        delivery.state = DELIVERY_MOVES[DeliveryState.DONE, DeliveryEvent.COMPLETE]
        delivery.ended_at = None
