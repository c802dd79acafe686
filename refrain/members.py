"""Members on the command line: whoever may run it there is trusted, as with the books."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TypeVar

from accounting.dues import Found, record
from accounting.payments.amounts import Money
from accounting.share_moves import Move, redeem, transfer
from base.clock import Clock
from base.database import Session
from base.settings import Settings
from base.tools import open_tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.member_shares import entries_until, held_at, line_of
from catalog.member_states import MemberState
from catalog.member_terms import classes_at, set_class
from catalog.membership import Terms
from catalog.memberships import Said, decide, exclude, listed, membership_called
from catalog.models.memberships import Membership, ShareEntry
from catalog.roll import roll_at
from refrain.output import say

T = TypeVar("T")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What arrived at the bank from a member, and for what."""

    member: str
    has_dues: bool
    shares: int
    amount: Money
    reference: str


async def list_classes(settings: Settings) -> None:
    """Print what holds for each class."""
    for one in (
        await _done(settings, lambda session, clock: classes_at(session, clock()))
    ).values():
        say(json.dumps(asdict(one) | {"rights": sorted(one.rights)}, default=str))


async def write_class(settings: Settings, terms: Terms) -> None:
    """Write down what holds for a class from a day on."""

    async def work(session: Session, clock: Clock) -> None:
        await set_class(session, terms)
        facts = {"valid_from": terms.valid_from.isoformat()}
        await note_act(session, None, Act.CLASS_SET, terms.class_id, now=clock(), facts=facts)

    await _done(settings, work)


async def list_members(settings: Settings, state: MemberState | None, class_id: str | None) -> None:
    """Print memberships."""
    async with open_tools(settings) as tools:
        after = None
        while True:
            async with tools.database.read() as session:
                found = await listed(
                    session, state=state, class_id=class_id, after=after, limit=_AT_ONCE
                )
            for one in found:
                say(json.dumps(_row(one)))
            if len(found) < _AT_ONCE:
                return
            after = (found[-1].applied_at, found[-1].id)


async def decide_about(
    settings: Settings, member: str, *, reason: str | None, admits: bool
) -> None:
    """Admit an applicant, or refuse them."""

    async def work(session: Session, clock: Clock) -> Membership:
        row = await membership_called(session, member, lock=True)
        await decide(session, row, Said(reason=reason), admits=admits, now=clock())
        return row

    say(json.dumps(_row(await _done(settings, work))))


async def exclude_member(settings: Settings, member: str, *, reason: str) -> None:
    """Exclude a member."""

    async def work(session: Session, clock: Clock) -> Membership:
        row = await membership_called(session, member, lock=True)
        await exclude(session, row, Said(reason=reason), now=clock())
        return row

    say(json.dumps(_row(await _done(settings, work))))


async def record_paid(settings: Settings, paid: Paid) -> None:
    """Take what was found at the bank."""

    async def work(session: Session, clock: Clock) -> dict[str, object]:
        found = Found(
            member=paid.member,
            has_dues=paid.has_dues,
            shares=paid.shares,
            amount=paid.amount,
            reference=paid.reference,
            by=None,
            at=clock(),
        )
        key = f"cli:{_digest(paid.reference)}"
        payment = await record(session, found, key=key, now=clock())
        return {"payment": str(payment.id), "state": payment.state}

    say(json.dumps(await _done(settings, work)))


async def print_roll(settings: Settings, at: datetime | None, *, is_csv: bool) -> None:
    """Print the roll."""
    found = await _done(settings, lambda session, clock: roll_at(session, _instant(at, clock)))
    say((found.as_csv if is_csv else found.as_json).rstrip("\r\n"))


async def print_register(settings: Settings, at: datetime | None) -> None:
    """Print lines of the register, and then what each holds."""

    async def work(session: Session, clock: Clock) -> list[dict[str, object]]:
        until = _instant(at, clock)
        lines = [asdict(line_of(one)) for one in await entries_until(session, until)]
        return lines + [asdict(one) for one in await held_at(session, until)]

    for one in await _done(settings, work):
        say(json.dumps(one, default=str))


async def transfer_shares(
    settings: Settings, members: tuple[str, str], count: int, *, key: str, reason: str
) -> None:
    """Enter that shares are another's."""
    giver, taker = members
    move = Move(
        key=f"cli:{_digest(key)}", member=giver, count=count, by=None, reason=reason or None
    )
    made = await _done(
        settings, lambda session, clock: transfer(session, move, to=taker, now=clock())
    )
    _say_entries(made)


async def redeem_shares(
    settings: Settings, member: str, count: int, *, reference: str, reason: str
) -> None:
    """Book that shares were paid back."""
    key = f"cli:out:{_digest(reference)}"
    move = Move(key=key, member=member, count=count, by=None, reason=reason or None)
    made = await _done(
        settings,
        lambda session, clock: redeem(session, move, reference=reference, now=clock()),
    )
    _say_entries(made)


def _say_entries(rows: list[ShareEntry]) -> None:
    for one in rows:
        say(json.dumps(asdict(line_of(one)) | {"entry": one.id}, default=str))


def _row(one: Membership) -> dict[str, object]:
    through = one.paid_through
    return {
        "membership": str(one.id),
        "number": one.number,
        "class": one.class_id,
        "state": one.state,
        "name": one.name,
        "paid_through": through.isoformat() if through else None,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _instant(at: datetime | None, clock: Clock) -> datetime:
    return clock() if at is None else at.replace(tzinfo=UTC)


async def _done(settings: Settings, work: Callable[[Session, Clock], Awaitable[T]]) -> T:
    """Do something in one transaction."""
    async with open_tools(settings) as tools:
        return await tools.database.run(lambda session: work(session, tools.clock))
