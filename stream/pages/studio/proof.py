"""The page of proof: what was booked of a play or for a statement, and how to check it oneself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from accounting.ledger import Account, AccountKind
from accounting.proofs import booked_between, proofs_of
from accounting.told import Which, payees_for, statement_of
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from stream.api.proofs import proof_of_play
from stream.api.statements import statements_of
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import ORIGIN, TILES, TOOLS
from stream.pages.forms import form_page
from stream.pages.studio.earnings import HERE as EARNINGS
from stream.pages.studio.places import places_of

HERE = f"{EARNINGS}/proof"
_SHOWN, _MICROS = 5, 1_000_000
_NO_PLAY = "That is no number of a play. It has the form 81f0c2d4-….-….-….-…; copy all of it."


async def get_proof_page(request: web.Request) -> web.Response:
    """Show the proof of a play or a statement, where one is named; and how to check it."""
    who, tools = await caller(request), request.app[TOOLS]
    play, period = request.query.get("play", "").strip(), request.query.get("period", "")
    found: dict[str, Any] | None = None
    refused: Refused | None = None
    async with tools.database.read() as session:
        statements = await statements_of(session, await payees_for(session, who.id))
        try:
            if play:
                found = await _of_play(session, request, who, play)
            elif period:
                found = await _of_statement(session, request, who, period)
        except Refused as error:
            refused = error
    context: dict[str, Any] = {
        "place": EARNINGS,
        "beside": places_of(who),
        "statements": statements,
        "found": found,
        "origin": request.app[ORIGIN],
        "play": play,
    }
    return await form_page(request, "studio/proof.html", context, refused=refused)


async def _of_play(
    session: Session, request: web.Request, who: Caller, play: str
) -> dict[str, Any]:
    play_id = id_in(play, Refused("play-unknown", _NO_PLAY, status=404))
    told = await proof_of_play(session, who, play_id, tiles=request.app[TILES])
    origin = request.app[ORIGIN]
    return {
        "is_play": True,
        "name": play,
        "file": f"/api/v1/plays/{play_id}/proof",
        "statement": None,
        "digest": None,
        "booked": [_booked(one, told["accounts"]) for one in told["transactions"]],
        "command": f"python3 verify_statement.py proof.json --roots {origin}/api/v1/books/roots",
    }


async def _of_statement(
    session: Session, request: web.Request, who: Caller, period: str
) -> dict[str, Any]:
    asked = request.query
    payee = asked.get("payee", "") or str(who.id)
    if payee not in await payees_for(session, who.id):
        raise Refused("not-allowed", "That is somebody else's statement.", status=403)
    version = asked.get("version", "")
    which = Which(
        payee_id=payee,
        period=period,
        currency=asked.get("currency") or None,
        version=int(version) if version.isdecimal() else None,
    )
    made = await statement_of(session, which)
    first = not made.opening and not any(
        one.period < period for one in await statements_of(session, [payee])
    )
    since = datetime.fromtimestamp(0, UTC) if first else made.period.starts_at
    until = made.period.ends_at
    account = Account(AccountKind.PAYABLE, payee)
    numbers = await booked_between(session, account, (since, until), after=0, limit=_SHOWN)
    told = await proofs_of(session, numbers, tiles=request.app[TILES], accounts=[account.name])
    [listed] = [
        one
        for one in await statements_of(session, [payee])
        if (one.period, one.currency, one.version) == (period, made.currency, made.version)
    ]
    origin = request.app[ORIGIN]
    within = f"from={quote(since.isoformat())}&until={quote(until.isoformat())}"
    return {
        "is_play": False,
        "name": f"{period} · {made.currency}",
        "file": f"/api/v1/payees/{payee}/proof?{within}",
        "statement": listed.href,
        "digest": listed.digest,
        "booked": [_booked(one, [account.name]) for one in told],
        "command": f"python3 verify_statement.py proof.json --roots {origin}/api/v1/books/roots "
        f"--statement {period}.json",
    }


def _booked(told: dict[str, Any], mine: Collection[str]) -> dict[str, Any]:
    """Say of a transaction what people look at: when, what, what of it is theirs, and where."""
    place = told["place"]
    return {
        "id": told["id"],
        "kind": told["kind"],
        "booked_at": datetime.fromtimestamp(told["booked_us"] / _MICROS, UTC),
        "payload": told["payload"],
        "yours": [
            (-one["amount"], one["currency"])
            for one in told["entries"]
            if one.get("account") in mine
        ],
        "place": place,
    }
