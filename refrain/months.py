"""Months on a terminal: each command asks accounting, and prints what it answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.table import Table

from accounting import closing, coop
from accounting.month_end import settle_month
from accounting.months import Month, month_named, month_of
from accounting.restating import Restating, restate
from accounting.sharing_out import give, propose, shared
from accounting.statement_forms import as_csv, as_json
from accounting.statement_pdf import as_pdf
from accounting.surplus import SharedOut
from accounting.told import Which, proof_of, statement_of
from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from catalog.membership import Right
from catalog.roll import members_with
from refrain.books import shown
from refrain.output import say, say_table
from refrain.treasurers import treasurer

_FORMS = {".pdf", ".csv", ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Which year's surplus is shared, and who worked for it."""

    year: int
    worked: Mapping[str, int]
    currency: str


async def close_month(settings: Settings, name: str, *, token: str, as_json: bool) -> None:
    """Close a month, or finish closing it, and say what was frozen."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        done = await closing.close(
            tools.database,
            name,
            zone=settings.books_zone,
            clock=tools.clock,
            settle=settle_month,
            by=who.id,
        )
    if as_json:
        told = {"month": name, "statements": done.statements, "digest": done.digest.hex()}
        say(json.dumps({**told, "closed_at": done.closed_at.isoformat()}))
        return
    say(f"{name} is closed: {done.statements} statements, digest {done.digest.hex()}")


async def look_ahead(settings: Settings, name: str, *, as_json: bool) -> None:
    """Say what closing a month would tell."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        seen = await closing.outlook(session, name, zone=settings.books_zone, now=tools.clock())
    rows = [
        (section, currency, number, amount)
        for (section, currency), (number, amount) in seen.sums.items()
    ]
    if as_json:
        names = ("reason", "currency", "number", "amount")
        told = {"month": name, "over": seen.is_over, "payees": seen.payees, "scale": 6}
        say(json.dumps({**told, "sums": [dict(zip(names, row, strict=True)) for row in rows]}))
        return
    _print(("reason", "currency", "number", "amount"), rows)
    state = "is over and can be closed" if seen.is_over else "is not over"
    say(f"{name} {state}: statements for {seen.payees} payees")


async def restate_month(settings: Settings, asked: Restating, *, token: str, as_json: bool) -> None:
    """Tell statements anew, and say whose."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        now = tools.clock()
        made = await tools.database.run(lambda session: restate(session, asked, now=now, by=who.id))
    rows = [(one.payee_id, one.currency, one.version, one.restated - one.closing) for one in made]
    _say_rows(("payee", "currency", "version", "change"), rows, as_json=as_json)


async def write_statement(settings: Settings, asked: Which, *, path: Path) -> None:
    """Write a statement to a file, in the form that its name ends with.

    Raises:
        Refused: `form-unknown`; `statement-unknown`, 404; `currency-missing`, 409.

    """
    if path.suffix not in _FORMS:
        raise Refused("form-unknown", "A statement is written as .pdf, .csv or .json.")
    async with open_tools(settings) as tools, tools.database.read() as session:
        made = await statement_of(session, asked)
        proof = await proof_of(session, made)
    forms = {
        ".pdf": lambda: as_pdf(made, proof=proof),
        ".csv": lambda: as_csv(made).encode(),
        ".json": lambda: as_json(made).encode(),
    }
    await asyncio.to_thread(lambda: path.write_bytes(forms[path.suffix]()))


async def show_income(settings: Settings, name: str | None, *, as_json: bool) -> None:
    """Print what was earned and spent in a month, and what is left of it."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        month = _month(settings, name, tools.clock())
        found = await coop.income(session, month.starts_at, month.ends_at)
    rows = [(one.kind.value, one.currency, one.amount) for one in found]
    for currency in sorted({one.currency for one in found}):
        rows.append(("result", currency, sum(r[2] for r in rows if r[1] == currency)))
    _say_rows(("account", "currency", "amount"), rows, as_json=as_json)


async def show_liabilities(settings: Settings, before: datetime | None, *, as_json: bool) -> None:
    """Print what is owed."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await coop.liabilities(session, before=_instant(before, tools.clock()))
    rows = [(one.kind.value, one.currency, one.amount, one.credits) for one in found]
    _say_rows(("account", "currency", "amount", "credits"), rows, as_json=as_json)


async def show_deferred(settings: Settings, before: datetime | None, *, as_json: bool) -> None:
    """Print credit that was paid for and not spent."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await coop.deferred(session, before=_instant(before, tools.clock()))
    rows = [(one.days, one.currency, one.lots, one.credits, one.amount) for one in found]
    _say_rows(("days", "currency", "lots", "credits", "amount"), rows, as_json=as_json)


async def share_surplus(settings: Settings, asked: Sharing, *, as_json: bool) -> None:
    """Print who would be given what of a year's surplus."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await shared(
            session,
            asked.year,
            zone=settings.books_zone,
            currency=asked.currency,
            worked=asked.worked,
        )
    _say_shares(found, as_json=as_json)


async def propose_surplus(settings: Settings, asked: Sharing, *, token: str, as_json: bool) -> None:
    """Propose who is given what of a year's surplus, and print it."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            propose,
            year=asked.year,
            zone=settings.books_zone,
            currency=asked.currency,
            worked=asked.worked,
            by=who.id,
            now=tools.clock(),
        )
        found = await tools.database.run(step)
    _say_shares(found, as_json=as_json)


async def give_surplus(settings: Settings, asked: Sharing, *, token: str, as_json: bool) -> None:
    """Book what another person proposed, and print it."""
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(
            give,
            year=asked.year,
            zone=settings.books_zone,
            currency=asked.currency,
            by=who.id,
            now=tools.clock(),
        )
        found, _ = await tools.database.run(step)
    _say_shares(found, as_json=as_json)


def _say_shares(found: SharedOut, *, as_json: bool) -> None:
    rows = [
        (one.member, one.as_artist, one.as_listener, one.as_worker, one.amount)
        for one in found.shares
    ]
    rows.append(("reserve", 0, 0, 0, found.reserve))
    columns = ("member", "as artist", "as listener", "as worker", "amount")
    _say_rows(columns, rows, as_json=as_json)


async def members_worked(settings: Settings, class_id: str, year: int) -> dict[str, int]:
    """Answer the members of a class who shared in the surplus when a year ended, all alike."""
    last = Month(year=year, number=12, zone=settings.books_zone)
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await members_with(session, Right.SURPLUS, last.ends_at, class_id=class_id)
    return {str(one.account_id): 1 for one in found}


def weights_of(told: Sequence[str]) -> dict[str, int]:
    """Read who worked, and with which weight.

    Raises:
        Refused: `bad-weight`.

    """
    found = {}
    for one in told:
        member, _, weight = one.partition("=")
        if not weight.isdecimal():
            raise Refused("bad-weight", "Say who worked as ACCOUNT=WEIGHT, with a whole number.")
        found[member] = int(weight)
    return found


def _month(settings: Settings, name: str | None, now: datetime) -> Month:
    zone = settings.books_zone
    return month_of(now, zone) if name is None else month_named(name, zone)


def _instant(told: datetime | None, now: datetime) -> datetime:
    return now if told is None else told.replace(tzinfo=UTC)


def _say_rows(names: Sequence[str], rows: Sequence[Sequence[str | int]], *, as_json: bool) -> None:
    if as_json:
        told = [dict(zip(names, row, strict=True)) for row in rows]
        say(json.dumps({"scale": 6, "rows": told}))
    else:
        _print(names, rows)


def _print(names: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Print a table; what is no count is money, or credits, to the last millionth."""
    table = Table()
    for name in names:
        table.add_column(name, justify="left" if name in _TEXTS else "right")
    for row in rows:
        cells = (
            str(one) if name in _COUNTS or isinstance(one, str) else shown(one)
            for name, one in zip(names, row, strict=True)
        )
        table.add_row(*cells)
    say_table(table)


_TEXTS = frozenset({"account", "currency", "payee", "member", "reason"})
_COUNTS = frozenset({"number", "version", "days", "lots"})
