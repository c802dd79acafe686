"""Undo what an account was charged in a time, and whatever it paid for of the same after that.

Of a recording what was paid for last is given back first, so that what is kept is always the
beginning of the list of prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from accounting.counters import lock_counters
from accounting.holds import Decision, Who, note_decisions
from accounting.refunds import Why, charges_of, refund_all
from accounting.unwinding import Charge, ChargeKind
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.plays import Play


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The plays of a listener that were heard in a time: half-open."""

    listener_id: UUID
    since: datetime
    until: datetime


async def reverse_all(session: Session, span: Span, who: Who, *, now: datetime) -> list[Charge]:
    """Undo the plays of a time that were charged, from the highest step down; answer them all.

    Asked again, what was undone stays undone, and nothing more is.

    Raises:
        Refused: `account-needed`: who decides has no account.

    """
    if who.id is None:
        raise Refused("account-needed", "Say by which account it is done: it goes into the books.")
    query = select(Play.session_id, Play.recording_id).where(
        Play.listener_id == span.listener_id,
        Play.occurred_at >= span.since,
        Play.occurred_at < span.until,
        Play.step > 0,
    )
    heard = {play: recording for play, recording in await session.execute(query)}  # noqa: C416
    recordings = sorted(set(heard.values()))
    # Nothing more is charged until it is done: it would be a later step, and stand in the way.
    await lock_counters(session, [(span.listener_id, one) for one in recordings])
    charges = await charges_of(session, span.listener_id, recordings)
    undone = downwards(charges, set(heard))
    await refund_all(session, undone, why=Why(by=who.id, reason=who.why), now=now)
    plays = [one.id for one in undone if one.kind is ChargeKind.PLAY]
    await note_decisions(session, plays, Decision.REVERSED, who, now=now)
    if undone:
        facts = {"charges": len(undone)}
        await note_act(session, who.id, Act.PLAY_REVERSED, span.listener_id, now=now, facts=facts)
    return undone


def downwards(charges: Sequence[Charge], wanted: Iterable[UUID]) -> list[Charge]:
    """Answer those charges that are wanted, and all of the same recordings that came after."""
    ids, first = set(wanted), dict[tuple[UUID, UUID], int]()
    for one in charges:
        if one.id in ids:
            first[one.pair] = min(first.get(one.pair, one.first_step), one.first_step)
    found = [one for one in charges if one.pair in first and one.last_step >= first[one.pair]]
    return sorted(found, key=lambda one: (*one.pair, -one.last_step))
