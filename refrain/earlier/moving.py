"""How rows become rows here: read in a thread, in batches, each in a transaction of its own.

What is broken off is found as far as it came, and goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Hashable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from base.clock import Clock
from base.database import Database, Session
from base.locks import lock_alone
from catalog.earlier_facts import Album, Group, Item, Song
from refrain.earlier.export import Row, Table
from refrain.earlier.fields import Fields, Left
from refrain.earlier.told import Told

T = TypeVar("T")
_AT_ONCE = 5_000
#: What whoever writes holds, so that two who move in at once do so one after the other.
ALONE = "an earlier house moves in"


@dataclass(slots=True)
class Known:
    """What came over, or will, by its number there: what others refer to."""

    accounts: set[UUID] = field(default_factory=set)
    #: Whose account those have who had signed up here already, by their numbers there.
    joined: dict[UUID, UUID] = field(default_factory=dict)
    groups: dict[UUID, Group] = field(default_factory=dict)
    songs: dict[UUID, Song] = field(default_factory=dict)
    albums: dict[UUID, Album] = field(default_factory=dict)
    #: All that could be bought, also what was taken down there: what was paid for stays.
    sold: set[UUID] = field(default_factory=set)
    #: What stood on each of them, in whatever order it was told.
    items: dict[UUID, list[Item]] = field(default_factory=dict)
    lists: set[UUID] = field(default_factory=set)
    #: Addresses as they are compared.
    addresses: set[str] = field(default_factory=set)

    #: Accounts that came before, and are nobody's any more.
    gone: set[UUID] = field(default_factory=set)
    #: Recordings of these, which what was paid for is counted on.
    kept: set[UUID] = field(default_factory=set)

    def account(self, number: UUID) -> UUID:
        """Answer by which number somebody is known here who was known by `number` there."""
        return self.joined.get(number, number)

    def open_account(self, number: UUID, otherwise: Left) -> UUID:
        """Answer the account of who was known by a number there.

        Raises:
            Left: `gone-here`: it was erased or closed since; else what is told otherwise.

        """
        account = self.account(number)
        if account in self.gone:
            raise Left("gone-here", f"{account} was erased or closed here since it came.")
        if account not in self.accounts:
            raise otherwise
        return account


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move under way: from where, into what, whether it is done or planned."""

    tables: Mapping[str, Table]
    database: Database
    clock: Clock
    told: Told
    applies: bool
    known: Known = field(default_factory=Known)
    #: The tables that were read.
    read: list[str] = field(default_factory=list)

    def table(self, *names: str) -> Table | None:
        """Answer a table by the first of its names that there is, and note that it is read."""
        for name in names:
            if name in self.tables:
                if name not in self.read:
                    self.read.append(name)
                return self.tables[name]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[T]):
    """What is done with the rows of a table.

    `read` makes a value of a row, or none where it is of no concern, or raises Left; `key` is what
    it is known by; `fresh` answers which are not here, and `write` writes those.
    """

    read: Callable[[Fields], T | None]
    key: Callable[[T], Hashable]
    fresh: Callable[[Session, Sequence[T]], Awaitable[Sequence[T]]]
    write: Callable[[Session, Sequence[T], datetime], Awaitable[None]]
    #: Told what was read, whether it is new or not.
    note: Callable[[Sequence[T]], None] = lambda _: None


async def bring(move: Move, table: Table | None, step: Step[T]) -> None:
    """Bring the rows of a table that are not here, or count them."""
    if table is None:
        return
    async for batch in batches(move, table, step.read):
        values = once(move, table, step.key, batch)
        step.note(values)
        fresh = await written(move, step, values)
        move.told.count(table.name, came=fresh, there=len(values) - fresh)


async def batches(
    move: Move, table: Table, read: Callable[[Fields], T | None]
) -> AsyncIterator[list[tuple[int, T]]]:
    """Answer what the rows of a table come to, with the numbers of their lines."""
    rows = table.rows()
    while some := await asyncio.to_thread(_next, rows):
        found = []
        for row in some:
            try:
                value = read(_fields(table, row))
            except Left as left:
                move.told.leave(table.name, row.line, left.code, left.sentence)
            else:
                found += [] if value is None else [(row.line, value)]
        yield found


async def written(move: Move, step: Step[T], values: Sequence[T]) -> int:
    """Write those of the values that are not here, or only count them."""
    if not move.applies:
        async with move.database.read() as session:
            return len(await step.fresh(session, values))

    async def write(session: Session) -> int:
        await lock_alone(session, ALONE)
        fresh = await step.fresh(session, values)
        await step.write(session, fresh, move.clock())
        return len(fresh)

    return await move.database.run(write)


def _next(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, _AT_ONCE))


def _fields(table: Table, row: Row) -> Fields:
    if row.values is None:
        raise Left("row-unreadable", "It has other columns than its table, or is no UTF-8.")
    return Fields(table.name, row.values)


def once(
    move: Move, table: Table, key: Callable[[T], Hashable], batch: Sequence[tuple[int, T]]
) -> list[T]:
    """Answer the values of a batch, each once; the others are told of."""
    found: dict[Hashable, T] = {}
    for line, value in batch:
        number = key(value)
        if number in found:
            move.told.leave(table.name, line, "twice", "It is there twice.")
        else:
            found[number] = value
    return list(found.values())
