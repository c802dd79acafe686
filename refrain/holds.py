"""Plays that wait for a person, on a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from rich.console import Group
from rich.table import Table
from rich.text import Text

from accounting.hold_facts import explained_facts, held_facts
from accounting.holds import Who, explain, held_plays, reject, release
from accounting.limits import limits_in_force, set_limits
from accounting.reversing import Span, reverse_all
from base.errors import Refused
from base.log import escaped
from base.settings import Settings
from base.tools import open_tools

log = structlog.get_logger()


async def list_held(
    settings: Settings, *, reason: str | None, account: str | None, limit: int
) -> list[dict[str, Any]]:
    """Answer the facts of plays that are held."""
    listener = _id(account) if account is not None else None
    async with open_tools(settings) as tools, tools.database.read() as session:
        held = await held_plays(session, limit=limit, reason=reason, listener_id=listener)
        return [held_facts(one) for one in held]


async def show_held(settings: Settings, text: str) -> dict[str, Any]:
    """Answer all that is known of why a play is held."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return explained_facts(await explain(session, _id(text)))


async def release_plays(settings: Settings, texts: Sequence[str], *, why: str) -> int:
    """Let held plays be settled; answer how many."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        ids = [_id(text) for text in texts]
        return await release(session, ids, _who(why), now=tools.clock())


async def reject_plays(settings: Settings, texts: Sequence[str], *, why: str) -> int:
    """Let held plays come to nothing; answer how many."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        ids = [_id(text) for text in texts]
        return await reject(session, ids, _who(why), now=tools.clock())


async def reverse_plays(  # noqa: PLR0913 - who, when, and why
    settings: Settings, text: str, *, since: str, until: str, by: str, why: str
) -> int:
    """Undo a listener's plays of a time; answer how many."""
    span = Span(listener_id=_id(text), since=_time(since), until=_time(until))
    who = Who(id=_id(by), name=getpass.getuser(), why=_said(why))
    async with open_tools(settings) as tools:
        undone = await tools.database.run(
            lambda session: reverse_all(session, span, who, now=tools.clock())
        )
    log.info("plays reversed", account=text, by=by, why=who.why, charges=len(undone))
    return len(undone)


async def show_limits(settings: Settings, changes: Sequence[str], *, why: str) -> dict[str, int]:
    """Answer the limits in force, after changing them if asked."""
    changed = dict(_change(text) for text in changes)
    async with open_tools(settings) as tools, tools.database.begin() as session:
        now = tools.clock()
        if not changed:
            return (await limits_in_force(session, now)).limits.as_json()
        who = _who(why)
        dated = await set_limits(session, changed, by_name=who.name, why=who.why, now=now)
    log.info("limits set", by=who.name, **changed)
    return dated.limits.as_json()


def table_of(held: Sequence[Mapping[str, Any]]) -> Table:
    """Draw held plays, a line each."""
    table = Table(box=None, pad_edge=False)
    table.add_column("play", no_wrap=True)  # what other commands want
    for name in ("heard", "listener", "track", "price", "held for"):
        table.add_column(name, overflow="fold")
    for one in held:
        price = str(one["figures"].get("price", ""))
        names = Text(escaped(one["listener"])), Text(escaped(one["title"]))
        table.add_row(one["play"], one["heard_at"][:16], *names, price, one["reason"])
    return table


def drawing_of(found: Mapping[str, Any]) -> Group:
    """Draw why a play is held, and what was decided."""
    facts = Table(box=None, show_header=False)
    for name, value in {**found, **found["figures"]}.items():
        if not isinstance(value, list | dict):
            facts.add_row(name, Text(escaped(str(value))))
    sentences = [Text(f"• {one}") for one in found["sentences"]]
    decided = [
        Text(escaped(f"{one['at'][:16]} {one['decision']} by {one['by']}: {one['why']}"))
        for one in found["decisions"]
    ]
    return Group(facts, *sentences, *decided)


def _who(why: str) -> Who:
    return Who(name=getpass.getuser(), why=_said(why))


def _said(why: str) -> str:
    if not why.strip():
        raise Refused("no-reason", "Say why: it is kept with the decision.")
    return why.strip()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("bad-id", f"{text} is no id.") from None


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("bad-time", f"{text} is no time, as 2026-11-01T00:00Z is.") from None
    if at.tzinfo is None:
        raise Refused("bad-time", f"{text} has no zone: end it with Z for UTC.")
    return at


def _change(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not value.isdecimal():
        raise Refused("bad-limit", f"{text} is no limit, as plays_day=900 is.")
    return name, int(value)
