"""The books as anybody can check them: roots of days, and proofs of what was booked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from accounting import verify_statement
from accounting.ledger import Account, AccountKind
from accounting.links import Root
from accounting.proofs import (
    FORMAT,
    LISTENER_KINDS,
    SCALE,
    Tiles,
    Time,
    accounts_in,
    booked_between,
    booked_of,
    proofs_of,
)
from accounting.roots import root_of_day, roots
from accounting.told import payees_for
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.permissions import Permission
from catalog.plays import unknown_play
from stream.api.asking import Instant, Sparse, asking
from stream.identity.callers import caller
from stream.keys import TILES, TOOLS
from stream.media_headers import CROSS_ORIGIN

#: A list grows once a day; what a day came to never changes.
_LIST_CACHE = {"Cache-Control": "public, max-age=300", **CROSS_ORIGIN}
_ROOT_CACHE = {"Cache-Control": "public, max-age=31536000, immutable", **CROSS_ORIGIN}
_NEVER_KEPT = {"Cache-Control": "no-store"}
_AT_ONCE = 500


class RootDocument(BaseModel):
    """What the links of a day come to: their Merkle root, and the hash of the last one."""

    day: date
    first: int
    size: int
    root: str
    head: str


class RootList(BaseModel):
    """The roots of all days, the earliest first."""

    roots: list[RootDocument]


class EntryProof(BaseModel):
    """An entry; amounts are millionths of the currency, debits more than nothing."""

    account: str | None = None
    account_id: str
    currency: str
    amount: int
    lot: str
    credits: int


class PlaceProof(BaseModel):
    """Where a transaction is in the chain, and the path to the root of that day."""

    day: date
    position: int
    path: list[str]


class TransactionProof(BaseModel):
    """All that a transaction says; `place` is missing until its day has a root."""

    id: str
    kind: str
    key: str
    facts: str
    occurred_us: int
    booked_us: int
    reverses: str
    payload: str
    entries: list[EntryProof]
    place: PlaceProof | None


class ProofDocument(BaseModel):
    """Transactions to be checked against the roots; `accounts` are whose they are."""

    format: str
    scale: int
    accounts: list[str]
    transactions: list[TransactionProof]


class ProofQuery(Sparse):
    """From when, and until before when."""

    since: Instant = Field(alias="from")
    until: Instant


async def get_roots(request: web.Request) -> web.Response:
    """Answer the roots of all days."""
    async with request.app[TOOLS].database.read() as session:
        document = RootList(roots=[_document(one) for one in await roots(session)])
    return web.json_response(document.model_dump(mode="json"), headers=_LIST_CACHE)


async def get_root(request: web.Request) -> web.Response:
    """Answer the root of a day."""
    async with request.app[TOOLS].database.read() as session:
        found = await root_of_day(session, _day(request.match_info["day"]))
    if found is None:
        raise _no_root()
    return web.json_response(_document(found).model_dump(mode="json"), headers=_ROOT_CACHE)


async def get_play_proof(request: web.Request) -> web.Response:
    """Prove what was booked of a play, to who heard it and to who is paid for it."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        told = await proof_of_play(session, who, _play_id(request), tiles=request.app[TILES])
    return web.json_response(told, headers=_NEVER_KEPT)


async def proof_of_play(
    session: Session, who: Caller, play_id: UUID, *, tiles: Tiles
) -> dict[str, Any]:
    """Answer the proof of a play to who heard it, and to who is paid for it.

    Raises:
        Refused: `play-unknown`, 404; `nothing-booked`, 404: it cost nothing.

    """
    booked = await booked_of(session, play_id)
    if booked is None:
        raise unknown_play()
    accounts = [Account(kind, str(who.id)).name for kind in LISTENER_KINDS]
    if booked.listener_id != who.id:
        accounts = await _payee_accounts(session, booked.txn_id, who)
    if booked.txn_id is None:
        raise Refused(
            "nothing-booked", "This play cost nothing, so nothing was booked.", status=404
        )
    told = await proofs_of(session, [booked.txn_id], tiles=tiles, accounts=accounts)
    return {"format": FORMAT, "scale": SCALE, "accounts": accounts, "transactions": told}


async def get_payee_proof(request: web.Request) -> web.StreamResponse:
    """Prove all that was booked on a payee's account in a time, as a statement tells of it."""
    account = await _own_account(request)
    asked = asking(request, ProofQuery)
    within = asked.since, asked.until
    answer = web.StreamResponse(headers={"Content-Type": "application/json", **_NEVER_KEPT})
    await answer.prepare(request)
    head = json.dumps({"format": FORMAT, "scale": SCALE, "accounts": [account.name]})
    await answer.write(f'{head[:-1]}, "transactions": ['.encode())
    comma = ""
    async for told in _proofs(request, account, within):
        await answer.write(f"{comma}{json.dumps(told)}".encode())
        comma = ",\n"
    await answer.write(b"]}")
    await answer.write_eof()
    return answer


async def get_verifier(request: web.Request) -> web.Response:
    """Answer the program that checks a proof, which needs nothing of ours."""
    del request
    source = await asyncio.to_thread(Path(verify_statement.__file__).read_text, encoding="utf-8")
    name = {"Content-Disposition": 'attachment; filename="verify_statement.py"'}
    return web.Response(text=source, content_type="text/x-python", headers={**_LIST_CACHE, **name})


async def _proofs(
    request: web.Request, account: Account, within: Time
) -> AsyncIterator[dict[str, object]]:
    after, numbers = 0, [0]
    while numbers:
        # A transaction for each page: who fetches slowly keeps none of the database's open.
        async with request.app[TOOLS].database.read() as session:
            numbers = await booked_between(session, account, within, after=after, limit=_AT_ONCE)
            told = await proofs_of(
                session, numbers, tiles=request.app[TILES], accounts=[account.name]
            )
        after = numbers[-1] if numbers else after
        for one in told:
            yield one


async def _payee_accounts(session: Session, txn_id: int | None, who: Caller) -> list[str]:
    """Answer the accounts of a transaction that are the caller's.

    Raises:
        Refused: `play-unknown`, 404: none is, nor do they keep the books.

    """
    payees = await payees_for(session, who.id)
    mine = [] if txn_id is None else await accounts_in(session, txn_id, payees)
    if not mine and not who.may(Permission.BOOKS_READ):
        raise unknown_play()
    return mine


async def _own_account(request: web.Request) -> Account:
    """Answer the account of a payee for whom the caller may ask.

    Raises:
        Refused: nobody we know (401); `not-allowed`, 403: it is somebody else's.

    """
    who, payee = await caller(request), request.match_info["payee"]
    async with request.app[TOOLS].database.read() as session:
        payees = await payees_for(session, who.id)
    if payee not in payees and not who.may(Permission.BOOKS_READ):
        raise Refused("not-allowed", "Only a payee may see what was booked for them.", status=403)
    return Account(AccountKind.PAYABLE, payee)


def _document(root: Root) -> RootDocument:
    return RootDocument(
        day=root.day,
        first=root.first,
        size=root.size,
        root=root.root.hex(),
        head=root.head.hex(),
    )


def _no_root() -> Refused:
    return Refused(
        "no-root",
        "That day has no root: it is not over yet, or nothing was booked on it.",
        status=404,
    )


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise _no_root() from None


def _play_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["play"])
    except ValueError:
        raise unknown_play() from None
