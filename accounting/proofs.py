"""Proofs of transactions: all that each says, and the path from it to the root of its day.

Whoever has one recomputes the root from it alone (accounting.verify_statement). Accounts that are
somebody else's are told by their numbers only.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from accounting.ledger import Account, AccountKind, account_named, micros_since_epoch
from accounting.links import Root
from accounting.merkle import TILE, Growing, path_of
from accounting.roots import leaves_of, root_over
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, LedgerAccount, LedgerEntry, LedgerTxn
from catalog.models.plays import Play

FORMAT = "refrain-proof-1"
SCALE = 6
#: What is a payee's: earned, waiting for their word, and held back.
PAYEE_KINDS = (AccountKind.PAYABLE, AccountKind.SUSPENSE, AccountKind.RESERVE)
LISTENER_KINDS = (AccountKind.WALLET, AccountKind.WALLET_PROMO)

#: From the first on, and before the second.
Time = tuple[datetime, datetime]

_TXN, _ENTRIES, _LINKS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(ChainLink)
_ACCOUNTS = table_of(LedgerAccount)
#: Days whose tiles are kept: 32 bytes for each 1024 links.
_DAYS_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked of a play, if anything was, and who listened."""

    txn_id: int | None
    listener_id: UUID


class Tiles:
    """The tiles of days that have roots, which never change: the last ones that were asked for."""

    def __init__(self) -> None:
        """Know none yet."""
        self._days: OrderedDict[date, bytes] = OrderedDict()

    async def of(self, session: Session, root: Root) -> bytes:
        """Answer the tiles of a day."""
        if root.day not in self._days:
            tree = Growing()
            async for leaves in leaves_of(session, first=root.first, size=root.size):
                tree.add(leaves)
            self._days[root.day] = tree.tiles
        self._days.move_to_end(root.day)
        while len(self._days) > _DAYS_KEPT:
            self._days.popitem(last=False)
        return self._days[root.day]


async def booked_of(session: Session, session_id: UUID) -> Booked | None:
    """Answer what was booked of a play session, once it is settled."""
    query = select(Play.txn_id, Play.listener_id).where(Play.session_id == session_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Booked(txn_id=row.txn_id, listener_id=row.listener_id)


async def accounts_in(session: Session, txn_id: int, owners: Collection[str]) -> list[str]:
    """Answer the accounts of payees, by name, that a transaction has entries of."""
    mine = {Account(kind, owner) for kind in PAYEE_KINDS for owner in owners}
    query = select(_ENTRIES.c.account_id).where(_ENTRIES.c.txn_id == txn_id)
    numbers = set(await session.scalars(query))
    return sorted(account.name for account in mine if account.id in numbers)


async def booked_between(
    session: Session, account: Account, within: Time, *, after: int, limit: int
) -> list[int]:
    """Answer transactions of an account that were booked in a time, with higher numbers."""
    query = select(_TXN.c.id).join(_ENTRIES, _ENTRIES.c.txn_id == _TXN.c.id).distinct()
    query = query.where(_ENTRIES.c.account_id == account.id, _ENTRIES.c.txn_id > after)
    query = query.where(_TXN.c.booked_at >= within[0], _TXN.c.booked_at < within[1])
    return list(await session.scalars(query.order_by(_TXN.c.id).limit(limit)))


async def proofs_of(
    session: Session, numbers: Sequence[int], *, tiles: Tiles, accounts: Collection[str]
) -> list[dict[str, Any]]:
    """Answer what each transaction says and where it is; `accounts` are told by name."""
    query = select(_TXN, _LINKS.c.position).outerjoin(_LINKS, _LINKS.c.txn_id == _TXN.c.id)
    rows = await session.execute(query.where(_TXN.c.id.in_(numbers)).order_by(_TXN.c.id))
    entries = await _entries(session, numbers, frozenset(accounts))
    paths = _Paths(session, tiles)
    return [
        {**_told(row), "entries": entries[row.id], "place": await paths.place(row.position)}
        for row in rows
    ]


class _Paths:
    """Paths of many links: leaves that stand together are read once."""

    def __init__(self, session: Session, tiles: Tiles) -> None:
        self._session, self._tiles = session, tiles
        self._near: tuple[int, bytes] = (0, b"")
        self._root: Root | None = None

    async def place(self, position: int | None) -> dict[str, Any] | None:
        """Answer where a link is, and its path; nothing, while its day has no root."""
        root = None if position is None else await self._root_over(position)
        if root is None or position is None:
            return None
        tile, inside = divmod(position - root.first, TILE)
        tiles = await self._tiles.of(self._session, root)
        near = await self._leaves(root, tile)
        path = path_of(near, inside) + path_of(tiles, tile)
        return {
            "day": root.day.isoformat(),
            "position": position,
            "path": [one.hex() for one in path],
        }

    async def _root_over(self, position: int) -> Root | None:
        root = self._root
        if root is None or not root.first <= position < root.first + root.size:
            self._root = await root_over(self._session, position)
        return self._root

    async def _leaves(self, root: Root, tile: int) -> bytes:
        first = root.first + tile * TILE
        if self._near[0] != first:
            size = min(TILE, root.first + root.size - first)
            parts = [one async for one in leaves_of(self._session, first=first, size=size)]
            self._near = first, b"".join(parts)
        return self._near[1]


async def _entries(
    session: Session, numbers: Sequence[int], mine: frozenset[str]
) -> Mapping[int, list[dict[str, Any]]]:
    columns = (_ENTRIES.c.txn_id, _ENTRIES.c.account_id, _ACCOUNTS.c.name, _ENTRIES.c.currency)
    query = select(*columns, _ENTRIES.c.amount, _ENTRIES.c.lot, _ENTRIES.c.credits)
    query = query.join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
    ordered = query.where(_ENTRIES.c.txn_id.in_(numbers)).order_by(
        _ENTRIES.c.txn_id, _ENTRIES.c.line
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for number, account, name, currency, amount, lot, credits_ in await session.execute(ordered):
        told = {"account": name} if _is_told(name, mine) else {}
        # A number of 64 bits is a text: not every reader of JSON keeps the last digits of one.
        found[number].append(
            {
                **told,
                "account_id": str(account),
                "currency": currency,
                "amount": amount,
                "lot": str(lot),
                "credits": credits_,
            }
        )
    return found


def _is_told(name: str, mine: frozenset[str]) -> bool:
    return name in mine or not account_named(name).of


def _told(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "key": row.key,
        "facts": row.facts,
        "occurred_us": micros_since_epoch(row.occurred_at),
        "booked_us": micros_since_epoch(row.booked_at),
        "reverses": str(row.reverses),
        "payload": row.payload.hex(),
    }
