"""Payouts on a terminal, in the name of whoever's token it is: two people need two."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from rich.table import Table

from accounting.bank_accounts import masked
from accounting.bank_details import details_with
from accounting.exporting import export
from accounting.paying import approve, cancel, draft
from accounting.payout_rows import payouts_in, run_of, runs
from accounting.payout_rules import policy_of, source_of
from accounting.payouts import MICROS_PER_CENT
from accounting.transfers import Result, give_back, settle_all, take_statement
from base.database import Session
from base.settings import Settings
from base.tools import Tools, open_tools
from base.units import Micros
from catalog.models.payouts import BankDetails, Payout, PayoutRun
from catalog.payout_states import PayoutState
from refrain.books import shown
from refrain.output import say, say_table
from refrain.treasurers import treasurer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A run with what is in it."""

    run: PayoutRun
    payouts: Sequence[Payout]
    #: Where payouts go, by what they name.
    to: Mapping[UUID, BankDetails]

    @property
    def total(self) -> int:
        """What leaves the bank."""
        return sum(one.amount for one in self.payouts if one.state != PayoutState.CANCELLED)


async def draft_run(settings: Settings, *, token: str, key: str) -> Shown:
    """Plan a run."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            draft, policy=policy_of(settings), key=f"cli:{key}", by=who.id, now=tools.clock()
        )
        return await _shown(tools, (await tools.database.run(step)).id)


async def approve_run(settings: Settings, run_id: UUID, *, token: str) -> Shown:
    """Approve a run that somebody else planned."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(approve, run_id=run_id, by=who.id, now=tools.clock())
        return await _shown(tools, (await tools.database.run(step)).id)


async def cancel_run(settings: Settings, run_id: UUID, *, token: str) -> Shown:
    """Give up a run that was not sent."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(cancel, run_id=run_id, by=who.id, now=tools.clock())
        return await _shown(tools, (await tools.database.run(step)).id)


async def export_run(settings: Settings, run_id: UUID, *, token: str) -> bytes:
    """Answer the file of a run for the bank."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        source = source_of(settings)
        return await export(tools.database, run_id, source=source, by=who.id, now=tools.clock())


async def settle_run(settings: Settings, run_id: UUID, *, token: str) -> Shown:
    """Book that all of a run has left the account, but for what came back."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(settle_all, run_id=run_id, by=who.id, now=tools.clock())
        await tools.database.run(step)
        return await _shown(tools, run_id)


async def return_payout(
    settings: Settings, payout_id: UUID, *, reason: str, fee_cents: int, token: str
) -> Shown:
    """Say that a transfer came back: it is owed again once a second person says so."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        fee = Micros(fee_cents * MICROS_PER_CENT)
        step = partial(
            give_back, payout_id=payout_id, reason=reason, fee=fee, by=who.id, now=tools.clock()
        )
        return await _shown(tools, (await tools.database.run(step)).run_id)


async def import_statement(settings: Settings, content: bytes, *, token: str) -> list[Result]:
    """Book what a bank tells."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        return await take_statement(tools.database, content, by=who.id, now=tools.clock())


async def list_runs(settings: Settings, *, limit: int) -> list[Shown]:
    """Answer the last runs, the newest first."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return [await _with_payouts(session, one) for one in await runs(session, limit=limit)]


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def say_run(one: Shown, *, as_json: bool) -> None:
    """Print a run, for scripts or for people."""
    if as_json:
        say(json.dumps(_facts(one)))
    else:
        say_table(_table(one))


def _facts(one: Shown) -> dict[str, object]:
    return {
        "run": str(one.run.id),
        "state": one.run.state,
        "currency": one.run.currency,
        "scale": 6,
        "total": one.total,
        "payouts": [
            {
                "payout": str(each.id),
                "payee": each.payee,
                "holder": one.to[each.details_id].holder,
                "iban": masked(one.to[each.details_id].iban),
                "amount": each.amount,
                "state": each.state,
                "is_said_back": _is_said_back(each),
            }
            for each in one.payouts
        ],
        "waiting": one.run.waiting,
    }


def _table(one: Shown) -> Table:
    title = f"Run {one.run.id}: {one.run.state}, {shown(one.total)} {one.run.currency}"
    table = Table("payee", "to", "amount", "state", "payout", title=title, title_justify="left")
    for each in one.payouts:
        to = one.to[each.details_id]
        state = f"{each.state}, back?" if _is_said_back(each) else each.state
        where = f"{to.holder}, {masked(to.iban)}"
        table.add_row(each.payee, where, shown(each.amount), state, str(each.id))
    for waiting in one.run.waiting:
        why = ", ".join(waiting["why"])
        table.add_row(waiting["payee"], "", shown(waiting["payable"]), why, "")
    if any(map(_is_said_back, one.payouts)):
        table.caption = "back?: one said so; it is owed again once another says the same."
    return table


def _is_said_back(one: Payout) -> bool:
    return one.return_said_by is not None and one.state in {PayoutState.BOOKED, PayoutState.SETTLED}


async def _shown(tools: Tools, run_id: UUID) -> Shown:
    async with tools.database.read() as session:
        return await _with_payouts(session, await run_of(session, run_id))


async def _with_payouts(session: Session, run: PayoutRun) -> Shown:
    payouts = await payouts_in(session, run.id)
    details = await details_with(session, {one.details_id for one in payouts})
    return Shown(run=run, payouts=payouts, to=details)
