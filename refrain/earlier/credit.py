"""Bring what people have to spend, each once, and hold it against the export to the millionth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from accounting.earlier_credit import (
    OPENINGS,
    carry_credit,
    credits_before,
    credits_carried,
    credits_of_gone,
)
from accounting.journal import credits_under
from base.database import Session
from catalog.earlier_facts import Held
from refrain.earlier.fields import Fields, Left
from refrain.earlier.listening import differs
from refrain.earlier.mapping import held
from refrain.earlier.moving import Move, Step, bring


@dataclass(slots=True)
class _Sums:
    """What the export has, in millionths: in all, of those who are not brought, and of whom.

    `spent` is what more was spent here than is left there, of those who spent in both.
    """

    export: int = 0
    left: int = 0
    listeners: set[UUID] = field(default_factory=set)
    spent: dict[UUID, int] = field(default_factory=dict)


async def bring_credit(move: Move) -> None:
    """Bring what people have to spend, through the journal.

    Raises:
        Broken: `totals-differ`: what is booked is not what was there.

    """
    sums = _Sums()
    await bring(move, move.table("credits"), _step(move, sums))
    for listener, more in sorted(sums.spent.items()):
        sentence = f"Listener {listener} spent here what was spent there, too: {more} millionths."
        move.told.find("credits", "credits", "credit-spent", sentence)
    await _hold(move, sums)


def _step(move: Move, sums: _Sums) -> Step[Held]:
    def read(row: Fields) -> Held:
        found = held(row)
        account = move.known.account(found.listener_id)
        found = replace(found, listener_id=account)
        if found.listener_id in sums.listeners:
            raise Left("twice", f"What {found.listener_id} has is told before, and that counts.")
        sums.listeners.add(found.listener_id)
        if account not in move.known.accounts:
            sums.left += found.credits
        unknown = Left("listener-unknown", f"Whose {found.credits} it is is not brought.")
        move.known.open_account(account, unknown)
        return found

    async def fresh(session: Session, all_held: Sequence[Held]) -> list[Held]:
        known = await credits_before(session, [one.listener_id for one in all_held])
        return [one for one in all_held if known.get(one.listener_id, 0) != one.credits]

    async def write(session: Session, all_held: Sequence[Held], now: datetime) -> None:
        before = await credits_before(session, [one.listener_id for one in all_held])
        left = {
            one.listener_id: one.credits for one in await carry_credit(session, all_held, now=now)
        }
        await _require_same(session, [one for one in all_held if one.listener_id not in left])
        sums.spent.update({listener: before[listener] - has for listener, has in left.items()})

    def note(all_held: Sequence[Held]) -> None:
        sums.export += sum(one.credits for one in all_held)

    return Step(read=read, key=lambda one: one.listener_id, fresh=fresh, write=write, note=note)


async def _require_same(session: Session, all_held: Sequence[Held]) -> None:
    """See that what is brought is to the last millionth what was there, or undo it."""
    found = await credits_before(session, [one.listener_id for one in all_held])
    if any(found.get(one.listener_id, 0) != one.credits for one in all_held):
        raise differs("Credit that was brought is not what was there.")


async def _hold(move: Move, sums: _Sums) -> None:
    async with move.database.read() as session:
        carried = await credits_carried(session)
        booked = await credits_under(session, OPENINGS)
        gone = await credits_of_gone(session)
    move.told.say(
        {"sum": "credit in millionths", "export": sums.export, "left": sums.left}
        | {"here": carried, "booked": booked}
    )
    if carried != booked:
        raise differs(f"Credit of {carried} is carried over, and {booked} of it is booked.")
    others = carried - sums.export - sum(sums.spent.values()) - gone
    if move.applies and others < 0:
        raise differs(f"The export has {-others} millionths more than are carried over.")
    if move.applies and others > 0:
        sentence = f"{others} millionths came before, of listeners whose credit is not told now."
        move.told.find("credits", "credits", "credit-elsewhere", sentence)
