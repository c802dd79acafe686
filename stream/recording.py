"""What is done in an office leaves an act, whatever becomes of it, also to what is another's.

A use case notes what it did with what it did, in its transaction. What none noted, as nothing was
changed, and what was refused, is noted here: so also an operation of an office that is new.
"""

from __future__ import annotations

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from base.errors import Refused, Unavailable
from catalog.acts import DONE, Act
from catalog.audit import Asking, asked_by, note_act
from catalog.callers import Caller
from catalog.permissions import OFFICE_PERMISSIONS, Permission
from catalog.roles import OFFICES
from stream.identity.devices import block_of
from stream.keys import CALLER, REFUSED_WITH, REQUEST_ID, TOOLS
from stream.limits import address_of
from stream.problems import code_of

log = structlog.get_logger()

_READS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_LONGEST = 80
_BAD = 400


async def recorded(
    request: web.Request, handler: Handler, who: Caller | None, permission: Permission
) -> web.StreamResponse:
    """Have a request answered for somebody; what changes something tells from where it came.

    Where the handler finds who asks, nobody is known before.
    """
    if request.method in _READS:
        return await handler(request)
    asking = _asking(request, who, is_office=permission in OFFICE_PERMISSIONS)
    with asked_by(asking):
        try:
            response = await handler(request)
        except Exception as error:
            if asking.is_office:
                await _note(request, who or request[CALLER], code_of(error))
            raise
        if asking.is_office:
            await _note_answer(request, asking, response, who or request[CALLER])
        return response


async def note_refusal(
    request: web.Request, who: Caller, permission: Permission, refused: Refused
) -> None:
    """Write down that somebody who holds an office may not what they asked for in one.

    Who holds none changes nothing and learns nothing: of them the log tells, and no row is kept.
    """
    holds = not OFFICES.isdisjoint(who.roles | who.withheld)
    if request.method in _READS or permission not in OFFICE_PERMISSIONS or not holds:
        return
    with asked_by(_asking(request, who, is_office=True)):
        await _note(request, who, refused.code)


def _asking(request: web.Request, who: Caller | None, *, is_office: bool) -> Asking:
    return Asking(
        caller=who,
        network=lambda: block_of(address_of(request)),
        request_id=request[REQUEST_ID],
        is_office=is_office,
    )


async def _note_answer(
    request: web.Request, asking: Asking, response: web.StreamResponse, who: Caller
) -> None:
    if REFUSED_WITH in request:
        await _note(request, who, request[REFUSED_WITH])
    elif response.status >= _BAD:
        await _note(request, who, f"answered-{response.status}")
    elif not asking.noted:
        await _note(request, who, DONE)


async def _note(request: web.Request, who: Caller, outcome: str) -> None:
    resource, tools = request.match_info.route.resource, request.app[TOOLS]
    operation = f"{request.method} {resource.canonical if resource else request.path}"
    names = {name: said[:_LONGEST] for name, said in request.match_info.items()}
    try:
        async with tools.database.begin() as session:
            await note_act(
                session,
                who,
                Act.OFFICE_USED,
                operation,
                now=tools.clock(),
                facts=names,
                outcome=outcome,
            )
    except Unavailable:
        # The answer stands, whatever it is: what was done has noted itself, with what it did.
        log.exception("act not noted", operation=operation, by=str(who.person_id), outcome=outcome)
