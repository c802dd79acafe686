"""Memberships in the database: applied for, admitted, renewed, and ended, each step written down.

The row of a membership is locked by whoever changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select

from base.database import Session, insert_once
from base.errors import Refused
from base.locks import lock_alone
from catalog.acts import Act
from catalog.audit import note_act
from catalog.events import EventKind, NewEvent, tell
from catalog.keysets import behind
from catalog.member_states import (
    ADMITTED,
    GOES_ON,
    MEMBER_MOVES,
    MemberEvent,
    MemberState,
)
from catalog.member_terms import class_at
from catalog.membership import Admission, Shown
from catalog.models.memberships import Membership, MemberStep
from catalog.models.people import Account

#: Held by who gives out numbers of members.
_NUMBERING = "member numbers"
#: Of the number of a member.
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Who wants to be a member: as they stand in the register, and what they say."""

    account_id: UUID
    class_id: str
    name: str
    address: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who decided something about a member, if it was somebody, and why."""

    by: UUID | None = None
    reason: str | None = None


async def apply(session: Session, application: Application, *, now: datetime) -> Membership:
    """Write an application down; where nothing is due and nobody decides, nothing more is needed.

    Raises:
        Refused: `class-unknown`, 404; `class-closed`, 409; `member-already`, 409.

    """
    terms = await class_at(session, application.class_id, now)
    if not terms.is_open:
        raise Refused("class-closed", "This class takes no new members.", status=409)
    row = Membership(
        id=uuid4(),
        account_id=application.account_id,
        class_id=terms.class_id,
        name=application.name,
        address=application.address,
        words=application.words,
        state=MemberState.APPLIED,
        applied_at=now,
        shown=Shown.NOTHING,
    )
    if not await insert_once(session, row):
        raise Refused(
            "member-already", "You are a member already, or have applied to be one.", status=409
        )
    await _tell(session, row, now=now)
    return row


async def admit(session: Session, row: Membership, said: Said, *, now: datetime) -> Membership:
    """Admit an applicant, and give them a number.

    Raises:
        Refused: `not-now`, 409.

    """
    await _happen(session, row, MemberEvent.ADMIT, said, now=now)
    await lock_alone(session, _NUMBERING)
    row.number = (await session.scalar(select(func.max(Membership.number))) or 0) + 1
    row.admitted_at = now
    await session.flush()
    return row


async def decide(
    session: Session, row: Membership, said: Said, *, admits: bool, now: datetime
) -> None:
    """Admit an applicant, or refuse them with a reason.

    Raises:
        Refused: `not-now`, 409; `admitted-by-payment`, 409; `reason-missing`, 422.

    """
    if not admits:
        _require_reason(said)
        await _happen(session, row, MemberEvent.REFUSE, said, now=now)
        row.ended_at = now
        await _note(session, row, said, "refused", now=now)
        return
    terms = await class_at(session, row.class_id, now)
    if terms.admission is Admission.PAID:
        raise Refused(
            "admitted-by-payment",
            f"{terms.title} are admitted when they have paid: nobody else decides.",
            status=409,
        )
    await admit(session, row, said, now=now)
    await _note(session, row, said, "admitted", now=now)


async def _note(
    session: Session, row: Membership, said: Said, decision: str, *, now: datetime
) -> None:
    facts = {"decision": decision}
    await note_act(session, said.by, Act.MEMBERSHIP_DECIDED, row.id, now=now, facts=facts)


async def leave(session: Session, row: Membership, *, by: UUID, now: datetime) -> None:
    """Take an application back, or resign.

    Raises:
        Refused: `not-now`, 409.

    """
    is_application = row.state == MemberState.APPLIED
    event = MemberEvent.WITHDRAW if is_application else MemberEvent.RESIGN
    await _happen(session, row, event, Said(by=by), now=now)
    row.ended_at = now


async def exclude(session: Session, row: Membership, said: Said, *, now: datetime) -> None:
    """Exclude a member, for a reason.

    Raises:
        Refused: `not-now`, 409; `reason-missing`, 422.

    """
    _require_reason(said)
    await _happen(session, row, MemberEvent.EXCLUDE, said, now=now)
    row.ended_at = now
    await note_act(session, said.by, Act.MEMBERSHIP_EXCLUDED, row.id, now=now)


async def lapse(session: Session, row: Membership, *, now: datetime) -> None:
    """Let a member whose dues ran out rest."""
    await _happen(session, row, MemberEvent.LAPSE, Said(), now=now)


async def renew(session: Session, row: Membership, *, now: datetime) -> None:
    """Let a member who paid dues go on."""
    await _happen(session, row, MemberEvent.RENEW, Said(), now=now)


async def _happen(
    session: Session, row: Membership, event: MemberEvent, said: Said, *, now: datetime
) -> None:
    after = MEMBER_MOVES.get((MemberState(row.state), event))
    if after is None:
        raise Refused(
            "not-now", f"Who {_STANDING[MemberState(row.state)]} cannot {event}.", status=409
        )
    has_changed = row.state != after
    row.state = after
    session.add(
        MemberStep(membership_id=row.id, event=event, at=now, by=said.by, reason=said.reason)
    )
    if has_changed:
        await _tell(session, row, now=now)


_STANDING = {
    MemberState.APPLIED: "has applied",
    MemberState.MEMBER: "is a member",
    MemberState.LAPSED: "has lapsed",
    MemberState.REFUSED: "was refused",
    MemberState.WITHDRAWN: "took the application back",
    MemberState.RESIGNED: "has resigned",
    MemberState.EXCLUDED: "was excluded",
}


async def _tell(session: Session, row: Membership, *, now: datetime) -> None:
    await tell_member(session, row, EventKind.MEMBERSHIP_CHANGED, now=now)


async def tell_member(session: Session, row: Membership, kind: EventKind, *, now: datetime) -> None:
    """Tell a member what happened to their membership."""
    through = row.paid_through
    data = {
        "membership": str(row.id),
        "class": row.class_id,
        "state": row.state,
        "paid_through": through.isoformat() if through else None,
    }
    event = NewEvent(owner_id=row.account_id, kind=kind, request_id="membership", data=data)
    await tell(session, event, now=now)


def _require_reason(said: Said) -> None:
    if not said.reason:
        raise Refused("reason-missing", "Please say why.", status=422)


async def membership_of(
    session: Session, account_id: UUID, *, lock: bool = False
) -> Membership | None:
    """Answer the membership of an account that goes on, or else its last one."""
    goes_on = Membership.state.in_(GOES_ON)
    query = select(Membership).where(Membership.account_id == account_id)
    query = query.order_by(goes_on.desc(), Membership.applied_at.desc()).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Membership | None = await session.scalar(query)
    return found


async def own_membership(session: Session, account_id: UUID, *, lock: bool = False) -> Membership:
    """Answer the membership of an account.

    Raises:
        Refused: `no-membership`, 404.

    """
    found = await membership_of(session, account_id, lock=lock)
    if found is None:
        raise Refused(
            "no-membership", "You are no member, and have not applied to be one.", status=404
        )
    return found


async def membership_called(session: Session, name: str, *, lock: bool = False) -> Membership:
    """Answer a membership by its id, or by the number of the member.

    Raises:
        Refused: `member-unknown`, 404.

    """
    query = select(Membership).where(_called(name))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Membership | None = await session.scalar(query)
    if found is None:
        raise unknown_member()
    return found


def _called(name: str) -> ColumnElement[bool]:
    if name.isascii() and name.isdigit() and len(name) <= _DIGITS:
        return Membership.number == int(name)
    try:
        return Membership.id == UUID(name)
    except ValueError:
        raise unknown_member() from None


def unknown_member() -> Refused:
    """Say that there is none."""
    return Refused("member-unknown", "There is no such member.", status=404)


async def steps_of(session: Session, membership_id: UUID) -> Sequence[MemberStep]:
    """Answer what happened to a membership, in order."""
    query = select(MemberStep).where(MemberStep.membership_id == membership_id)
    return (await session.scalars(query.order_by(MemberStep.id))).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What everybody may know of a member; since when only where they let it be shown."""

    class_id: str
    since: datetime | None


async def badges(session: Session, accounts: Collection[UUID]) -> dict[UUID, Badge]:
    """Answer what members among some accounts let everybody see; one question for all."""
    query = (
        select(Membership.account_id, Membership.class_id, Membership.admitted_at, Membership.shown)
        .where(Membership.account_id.in_(list(accounts)))
        .where(Membership.state == MemberState.MEMBER, Membership.shown != Shown.NOTHING)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.erased_at.is_(None))
    )
    return {
        account: Badge(class_id=class_id, since=since if shown == Shown.SINCE else None)
        for account, class_id, since, shown in await session.execute(query)
    }


def is_admitted(row: Membership) -> bool:
    """Tell whether somebody is a member, dues paid or not."""
    return row.state in ADMITTED


async def listed(
    session: Session,
    *,
    state: MemberState | None,
    class_id: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Membership]:
    """Answer memberships, the newest applications first, from behind a place on."""
    query = select(Membership).where(
        behind((Membership.applied_at, Membership.id), after, descending=True)
    )
    if state is not None:
        query = query.where(Membership.state == state)
    if class_id is not None:
        query = query.where(Membership.class_id == class_id)
    query = query.order_by(Membership.applied_at.desc(), Membership.id.desc())
    return (await session.scalars(query.limit(limit))).all()
