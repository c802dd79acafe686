"""Payout runs for those who keep the books: plan, approve, send, and say what became of it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.camt import LARGEST_BYTES
from accounting.exporting import export
from accounting.paying import approve, cancel, draft
from accounting.payout_rows import run_of, runs
from accounting.payout_rules import policy_of, source_of
from accounting.payouts import MICROS_PER_CENT
from accounting.transfers import give_back, payout_of, settle, settle_all, take_statement
from base.errors import Refused
from base.tools import Tools
from base.units import Micros
from stream.api.asking import told
from stream.api.payout_documents import (
    PayoutList,
    ReturnPayout,
    RunList,
    StatementTaken,
    payout_documents,
    reason_of_result,
    run_document,
    run_facts,
)
from stream.idempotency import at_most_once, has_key, keyed
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}
_MOST = 100


async def post_run(request: web.Request) -> web.Response:
    """Plan a run of all that can be paid."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, who)
    policy, now = policy_of(tools.settings), tools.clock()
    step = partial(draft, policy=policy, key=asked.key, by=who.id, now=now)
    run = await asked.once(tools, step)
    return await _run(tools, run.id, status=201)


async def get_runs(request: web.Request) -> web.Response:
    """Answer the last runs."""
    _, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await runs(session, limit=_MOST)
    body = RunList(runs=[run_facts(one) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def get_run(request: web.Request) -> web.Response:
    """Answer a run: who is paid what, who is not, and why."""
    _, tools = await caller(request), request.app[TOOLS]
    return await _run(tools, _id(request, "run"))


async def approve_run(request: web.Request) -> web.Response:
    """Approve what somebody else has planned; its money is under way then."""
    who, tools = await caller(request), request.app[TOOLS]
    require_fresh(who, now=tools.clock())
    run_id = _id(request, "run")
    step = partial(approve, run_id=run_id, by=who.id, now=tools.clock())
    await at_most_once(request, who, step)
    return await _run(tools, run_id)


async def cancel_run(request: web.Request) -> web.Response:
    """Give up a run that was not sent."""
    who, tools = await caller(request), request.app[TOOLS]
    run_id = _id(request, "run")
    step = partial(cancel, run_id=run_id, by=who.id, now=tools.clock())
    await at_most_once(request, who, step)
    return await _run(tools, run_id)


async def export_run(request: web.Request) -> web.Response:
    """Answer the file of a run for the bank, the same each time."""
    who, tools = await caller(request), request.app[TOOLS]
    run_id = _id(request, "run")
    if has_key(request):  # the file is the same each time
        await (await keyed(request, who)).noted(tools)
    content = await export(
        tools.database,
        run_id,
        source=source_of(tools.settings),
        by=who.id,
        now=tools.clock(),
    )
    name = f'attachment; filename="payouts-{run_id.hex}.xml"'
    headers = {**_NEVER_KEPT, "Content-Disposition": name}
    return web.Response(body=content, content_type="application/xml", headers=headers)


async def settle_run(request: web.Request) -> web.Response:
    """Book that all of a run has left the account, but for what came back."""
    who, tools = await caller(request), request.app[TOOLS]
    run_id = _id(request, "run")
    step = partial(settle_all, run_id=run_id, by=who.id, now=tools.clock())
    await at_most_once(request, who, step)
    return await _run(tools, run_id)


async def settle_payout(request: web.Request) -> web.Response:
    """Book that a transfer has left the account."""
    who, tools = await caller(request), request.app[TOOLS]
    payout_id = _id(request, "payout")
    step = partial(settle, payout_ids=[payout_id], by=who.id, now=tools.clock())
    await at_most_once(request, who, step)
    return await _payout(tools, payout_id)


async def return_payout(request: web.Request) -> web.Response:
    """Say that a transfer came back: it is owed again once a second person says so."""
    who, tools = await caller(request), request.app[TOOLS]
    said, payout_id = await told(request, ReturnPayout), _id(request, "payout")
    step = partial(
        give_back,
        payout_id=payout_id,
        reason=said.reason,
        fee=Micros(said.fee_cents * MICROS_PER_CENT),
        by=who.id,
        now=tools.clock(),
    )
    await at_most_once(request, who, step)
    return await _payout(tools, payout_id)


async def post_statement(request: web.Request) -> web.Response:
    """Book what a bank tells in a camt.053 or camt.054 message."""
    who, tools = await caller(request), request.app[TOOLS]
    content = await _content(request)
    results = await take_statement(tools.database, content, by=who.id, now=tools.clock())
    body = StatementTaken(
        booked=sum(not one.trouble for one in results),
        troubles=[reason_of_result(one) for one in results if one.trouble],
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def _content(request: web.Request) -> bytes:
    content = bytearray()
    async for part in request.content.iter_any():
        content += part
        if len(content) > LARGEST_BYTES:
            break
    return bytes(content)


async def _run(tools: Tools, run_id: UUID, *, status: int = 200) -> web.Response:
    async with tools.database.read() as session:
        body = await run_document(session, await run_of(session, run_id))
    return web.json_response(text=body.model_dump_json(), status=status, headers=_NEVER_KEPT)


async def _payout(tools: Tools, payout_id: UUID) -> web.Response:
    async with tools.database.read() as session:
        found = [await payout_of(session, payout_id)]
        body = PayoutList(payouts=await payout_documents(session, found))
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


def _id(request: web.Request, what: str) -> UUID:
    try:
        return UUID(request.match_info[what])
    except ValueError:
        raise Refused(f"{what}-unknown", f"There is no such {what}.", status=404) from None
