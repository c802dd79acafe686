"""Claims: what nobody is known for, until somebody shows whose it is and a treasurer agrees.

Either that a payee is who the caller is, who speaks for them from then on; or that what a
recording earned for nobody who is known is a payee's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from accounting.journal import post
from accounting.ledger import Entry, Transaction, TxnKind
from accounting.payee_locks import lock_payees
from accounting.payees import keep_payees, payee_of
from accounting.repeating import mismatch
from accounting.splits import UNCLAIMED, payable_to
from accounting.sums import booked_by
from accounting.suspense import covered, kept_in
from base.database import Session, insert_if_new
from base.errors import Refused
from base.locks import lock_alone
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.keysets import behind
from catalog.models import rights
from catalog.models.base import table_of
from catalog.models.music import Recording
from catalog.models.rights import Claim
from catalog.people import lock_account
from catalog.states import CLAIM_MOVES, ClaimEvent, ClaimState, next_state

_CLAIMS = table_of(Claim).c
_ORDER = Claim.made_at, Claim.id
Place = tuple[datetime, UUID]
_LETTING_GO = "ledger unclaimed"
#: As many as somebody can have open, so that nobody hides those of others.
_MOST_OPEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is claimed, and how it is shown; without a recording the payee themself."""

    payee_id: UUID
    recording_id: UUID | None
    words: str
    key: str


async def claim(session: Session, said: Claimed, by: Caller, *, now: datetime) -> Claim:
    """Claim something, once.

    Raises:
        Refused: `payee-unknown`, `recording-unknown`, 404; `payee-taken`, `claims-too-many`,
            `idempotency-mismatch`, 409.

    """
    under_key = select(Claim).where(Claim.key == said.key)
    known: Claim | None = await session.scalar(under_key)
    if known is None:
        await _require_claimable(session, said, by)
        await _require_few(session, by)
        await keep_payees(session, [said.payee_id], now=now)
        await insert_if_new(session, Claim, [_new(said, by, now=now)])
        known = (await session.scalars(under_key)).one()
    same = known.payee_id, known.recording_id, known.words, known.claimed_by
    if same != (said.payee_id, said.recording_id, said.words, by.id):
        raise mismatch()
    return known


async def _require_few(session: Session, by: Caller) -> None:
    await lock_account(session, by.id)
    query = select(func.count()).where(Claim.claimed_by == by.id, Claim.state == ClaimState.OPEN)
    if (await session.scalar(query) or 0) >= _MOST_OPEN:
        raise Refused(
            "claims-too-many",
            f"{_MOST_OPEN} claims of yours are open: please wait until they are decided.",
            status=409,
        )


def _new(said: Claimed, by: Caller, *, now: datetime) -> dict[str, object]:
    return {
        "id": uuid4(),
        "payee_id": said.payee_id,
        "recording_id": said.recording_id,
        "claimed_by": by.id,
        "words": said.words,
        "state": ClaimState.OPEN,
        "made_at": now,
        "key": said.key,
    }


async def claims_of(
    session: Session, account_id: UUID, *, after: Place | None = None, limit: int
) -> list[Claim]:
    """Answer somebody's claims, the newest first, from behind a place on."""
    query = select(Claim).where(
        _CLAIMS.claimed_by == account_id, behind(_ORDER, after, descending=True)
    )
    return list(await session.scalars(query.order_by(*(one.desc() for one in _ORDER)).limit(limit)))


async def open_claims(session: Session, *, after: Place | None = None, limit: int) -> list[Claim]:
    """Answer all claims that are open, the oldest first, from behind a place on."""
    query = select(Claim).where(
        _CLAIMS.state == ClaimState.OPEN, behind(_ORDER, after, descending=False)
    )
    return list(await session.scalars(query.order_by(*_ORDER).limit(limit)))


async def approve(session: Session, claim_id: UUID, by: Caller, *, now: datetime) -> Claim:
    """Give what is claimed to who claims it, once.

    Raises:
        Refused: `claim-unknown`, 404; `own-claim`, 403; `claim-decided`, `payee-taken`, 409.

    """
    row, is_new = await _decide(session, claim_id, ClaimEvent.APPROVE, by, now=now)
    if not is_new:
        return row
    if row.recording_id is None:
        payee = await session.get_one(
            rights.Payee, row.payee_id, with_for_update=True, populate_existing=True
        )
        if payee.account_id not in {None, row.claimed_by}:
            raise _taken()
        payee.account_id = row.claimed_by
        await session.flush()
        return row
    await session.flush()
    if found := await _release(session, row, row.recording_id, now=now):
        await post(session, [found], now=now)
    return row


async def deny(
    session: Session, claim_id: UUID, by: Caller, *, reason: str, now: datetime
) -> Claim:
    """Say why something is not theirs, once.

    Raises:
        Refused: `claim-unknown`, 404; `own-claim`, 403; `claim-decided`, 409.

    """
    row, is_new = await _decide(session, claim_id, ClaimEvent.DENY, by, now=now)
    if is_new:
        row.reason = reason
    return row


async def unclaimed_of(
    session: Session, recordings: Collection[UUID]
) -> dict[UUID, dict[str, int]]:
    """Answer what recordings earned for nobody who is known, in micro-units by currency."""
    names = [str(one) for one in recordings]
    booked = await booked_by(session, [UNCLAIMED], "recording", names)
    return {
        UUID(recording): {currency: -amount for currency, amount in amounts.items()}
        for (_, recording), amounts in booked.items()
    }


async def _release(
    session: Session, row: Claim, recording_id: UUID, *, now: datetime
) -> Transaction | None:
    """Answer what gives all that is there to its payee; of two claims the first has it.

    What a chargeback took, and gives back when it is won, is for who claims it then.
    """
    await lock_alone(session, _LETTING_GO)
    await lock_payees(session, [UNCLAIMED.of])
    kept = await kept_in(session, [UNCLAIMED])
    waits = await booked_by(session, [UNCLAIMED], "recording", [str(recording_id)])
    amounts = covered(waits, kept[UNCLAIMED]).get((UNCLAIMED, str(recording_id)))
    if not amounts:
        return None
    entries = [
        entry
        for currency, amount in sorted(amounts.items())
        for entry in (
            Entry(UNCLAIMED, -amount, currency),
            Entry(payable_to(row.payee_id), amount, currency),
        )
    ]
    return Transaction(
        kind=TxnKind.RELEASE,
        key=f"claim:{row.id}",
        occurred_at=now,
        entries=tuple(entries),
        facts={
            "claim": str(row.id),
            "payee": str(row.payee_id),
            "recording": str(recording_id),
            "by": str(row.decided_by),
        },
    )


async def _decide(
    session: Session, claim_id: UUID, event: ClaimEvent, by: Caller, *, now: datetime
) -> tuple[Claim, bool]:
    """Lock a claim and decide about it; answer whether it was not decided so already."""
    row = await session.get(Claim, claim_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused("claim-unknown", "There is no such claim.", status=404)
    if by.id == row.claimed_by:
        raise Refused("own-claim", "Somebody else decides about your claim.", status=403)
    if row.state == CLAIM_MOVES[ClaimState.OPEN, event]:
        return row, False
    if row.state != ClaimState.OPEN:
        raise Refused("claim-decided", f"This claim was {row.state} already.", status=409)
    row.state = next_state(CLAIM_MOVES, ClaimState(row.state), event)
    row.decided_by, row.decided_at = by.id, now
    await note_act(session, by, Act.CLAIM_DECIDED, row.id, now=now, facts={"decision": event})
    return row, True


async def _require_claimable(session: Session, said: Claimed, by: Caller) -> None:
    payee = await payee_of(session, said.payee_id)
    if said.recording_id is None:
        if payee.account_id is not None:
            raise _taken()
        return
    if payee.account_id != by.id:
        raise Refused("payee-unknown", "You do not speak for this payee.", status=404)
    if await session.get(Recording, said.recording_id) is None:
        raise Refused("recording-unknown", "There is no such recording.", status=404)


def _taken() -> Refused:
    return Refused("payee-taken", "Somebody speaks for this payee already.", status=409)
