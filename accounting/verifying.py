"""Recompute the books from their rows, and tell of all that does not agree.

Nothing is changed, and nobody waits: all is read as it was at one moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from accounting import reading
from accounting.chain import APART
from accounting.comparing import readable
from accounting.comparing_counters import verify_counters
from accounting.comparing_credit import verify_credit
from accounting.comparing_months import verify_months
from accounting.comparing_payouts import verify_payouts
from accounting.comparing_plays import verify_plays
from accounting.comparing_purchases import verify_purchases
from accounting.contents import Head, compare_contents
from accounting.discrepancy import Discrepancy, about_link, about_transaction
from accounting.ledger import account_id, account_named
from accounting.links import Walk, compare_roots
from accounting.reading import Bounds
from accounting.roots import roots
from base.database import Session
from base.errors import Broken

#: Whoever chains has done it long before.
_CHAINED_WITHIN = timedelta(minutes=15)
_CLOSED_WITHIN = timedelta(hours=12)
_PROJECTIONS = {
    "plays": verify_plays,
    "purchases": verify_purchases,
    "counters": verify_counters,
    "credit": verify_credit,
    "months": verify_months,
    "payouts": verify_payouts,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What was recomputed of a block of transactions: how many, which accounts, what was wrong."""

    transactions: int
    accounts: NDArray[np.int64]
    found: list[Discrepancy]


async def verify(session: Session, *, now: datetime) -> AsyncIterator[Discrepancy]:
    """Recompute all of the books, one thing after another, in a snapshot."""
    used = np.zeros(0, np.int64)
    async for bounds in reading.blocks_of_transactions(session):
        block = await verify_block(session, bounds)
        for one in block.found:
            yield one
        used = np.union1d(used, block.accounts)
    async for one in verify_accounts(session, used):
        yield one
    async for one in verify_chain(session, now=now):
        yield one
    async for one in verify_projections(session):
        yield one


async def verify_projections(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare what is kept beside the journal with it: plays, purchases, credit, months."""
    for what, check in _PROJECTIONS.items():
        for one in await readable(session, what, check):
            yield one


async def verify_block(session: Session, bounds: Bounds) -> Block:
    """Recompute the transactions whose numbers are within bounds."""
    heads = await reading.heads(session, bounds)
    entries = await reading.entries(session, bounds)
    return await asyncio.to_thread(_compared, heads, entries)


def _compared(heads: Iterable[Head], entries: NDArray[np.void]) -> Block:
    number, found = compare_contents(heads, entries)
    used = np.unique(entries["account"].astype(np.int64))
    return Block(transactions=number, accounts=used, found=found)


async def verify_chain(session: Session, *, now: datetime) -> AsyncIterator[Discrepancy]:
    """Recompute the chain and the roots of its days; tell what of the journal cannot be read."""
    for one in await reading.odd(session):
        yield one
    walk = Walk()
    async for bounds in reading.blocks_of_links(session):
        links = await reading.links(session, bounds)
        for one in await asyncio.to_thread(_followed, walk, links):
            yield one
    open_since = (now - _CLOSED_WITHIN).date()
    for one in compare_roots(walk.end(), await roots(session), open_since=open_since):
        yield one
    number, first = await reading.links_after(session, now + APART)
    if first is not None:
        sentence = f"is the first of {number} from the future: no day has a root until then."
        yield about_link(first, "link-in-future", sentence)
    for number, booked_at in await reading.unchained(session):
        if booked_at < now - _CHAINED_WITHIN:
            yield about_transaction(number, "not-chained", "is in no link of the chain.")


def _followed(walk: Walk, links: NDArray[np.void]) -> list[Discrepancy]:
    return list(walk.follow(links))


async def verify_accounts(session: Session, used: NDArray[np.int64]) -> AsyncIterator[Discrepancy]:
    """Recompute the numbers of accounts from their names; `used` are those that entries have."""
    left, told = set(used.tolist()), await reading.accounts_told(session)
    async for number, name in reading.accounts(session):
        if not _is_its_own(number, name):
            yield _account(number, "account-renamed", f"{name!r} is not the name of that number.")
        elif number not in left and number not in told:
            yield _account(number, "account-unused", f"{name!r} has no entries: nobody opens such.")
        left.discard(number)
    for number in sorted(left):
        yield _account(number, "account-missing", "Entries have it, but it is not there.")


def _is_its_own(number: int, name: str) -> bool:
    try:
        account_named(name)
    except Broken:
        return False
    return account_id(name) == number


def _account(number: int, code: str, sentence: str) -> Discrepancy:
    return Discrepancy(
        code=code, subject=f"account:{number}", sentence=f"Account {number}: {sentence}"
    )
