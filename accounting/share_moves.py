"""Shares that change hands, or are paid back: entered in the register, and then in the books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.dues_booking import redeemed
from accounting.journal import post
from accounting.payments.amounts import Money
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.member_shares import Entered, enter, entered_under, held_at, lock_register
from catalog.member_terms import class_at
from catalog.memberships import is_admitted, membership_called
from catalog.models.memberships import Membership, ShareEntry
from catalog.share_register import Block, Line, ShareKind, first_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Shares that leave a member: the `count` with the lowest numbers, under a key, and why."""

    key: str
    member: str
    count: int
    by: UUID | None
    reason: str | None = None


async def transfer(session: Session, move: Move, *, to: str, now: datetime) -> list[ShareEntry]:
    """Enter that shares are another member's now; what was paid for them is theirs to settle.

    Raises:
        Refused: `member-unknown`, 404; `not-a-member`, 409; `too-few-shares`, 409;
            `shares-needed`, 409; `idempotency-mismatch`, 409.

    """
    known, giver, blocks = await _leaving(session, move, now=now)
    taker = await membership_called(session, to)
    if known:
        return _same(known, giver, taker.id, move.count)
    if not is_admitted(taker) or taker.id == giver.id:
        raise Refused("not-a-member", "Shares are held by members.", status=409)
    lines = _lines(blocks, ShareKind.TRANSFER, giver=giver.id, taker=taker.id, now=now)
    entered = Entered(key=move.key, by=move.by, reason=move.reason)
    facts = {"to": str(taker.id), "shares": move.count}
    await note_act(session, move.by, Act.SHARES_TRANSFERRED, giver.id, now=now, facts=facts)
    return await enter(session, lines, entered)


async def redeem(
    session: Session, move: Move, *, reference: str, now: datetime
) -> list[ShareEntry]:
    """Book that shares were paid back from the bank, and enter that they are gone.

    Raises:
        Refused: `member-unknown`, 404; `too-few-shares`, 409; `shares-needed`, 409;
            `idempotency-mismatch`, 409: shares were paid back under the key, or under the bank's
            number, for something else.

    """
    known, giver, blocks = await _leaving(session, move, now=now)
    if known:
        return _same(known, giver, None, move.count)
    amount = Money(micros=sum(one.worth for one in blocks), currency=blocks[0].currency)
    facts = {
        "membership": str(giver.id),
        "shares": ",".join(f"{one.first}-{one.last}" for one in blocks),
        "by": str(move.by or ""),
    }
    key = f"shares-redeemed:{reference}"
    txn = redeemed(amount, key=key, reference=reference, at=now, facts=facts)
    [posted] = await post(session, [txn], now=now)
    lines = _lines(blocks, ShareKind.REDEMPTION, giver=giver.id, taker=None, now=now)
    entered = Entered(key=move.key, by=move.by, reason=move.reason, txn_id=posted.id)
    noted = {"shares": move.count}
    await note_act(session, move.by, Act.SHARES_REDEEMED, giver.id, now=now, facts=noted)
    return await enter(session, lines, entered)


async def _leaving(
    session: Session, move: Move, *, now: datetime
) -> tuple[list[ShareEntry], Membership, list[Block]]:
    """Answer what was entered under the key before, or else the shares that leave."""
    giver = await membership_called(session, move.member, lock=True)
    await lock_register(session)
    if known := await entered_under(session, move.key):
        return known, giver, []
    held = await held_at(session, of=giver.id)
    blocks = first_of(held, move.count)
    left = sum(one.count for one in held) - move.count
    needed = (await class_at(session, giver.class_id, now)).shares if is_admitted(giver) else 0
    if left < needed:
        raise Refused(
            "shares-needed", f"Who stays a member keeps {needed} shares at least.", status=409
        )
    return [], giver, blocks


def _same(
    known: list[ShareEntry], giver: Membership, taker: UUID | None, count: int
) -> list[ShareEntry]:
    moved = sum(one.last - one.first + 1 for one in known)
    if (known[0].from_id, known[0].to_id, moved) != (giver.id, taker, count):
        raise Refused(
            "idempotency-mismatch", "Something else was entered under this key.", status=409
        )
    return known


def _lines(
    blocks: Iterable[Block], kind: ShareKind, *, giver: UUID, taker: UUID | None, now: datetime
) -> list[Line]:
    return [
        Line(
            kind=kind,
            first=one.first,
            last=one.last,
            from_id=giver,
            to_id=taker,
            value=one.value,
            currency=one.currency,
            at=now,
        )
        for one in blocks
    ]
