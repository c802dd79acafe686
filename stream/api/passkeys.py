"""Passkeys over HTTP: what a browser is asked, and what it answers."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.models.factors import Passkey
from catalog.passkeys import passkeys_of
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import told
from stream.api.factor_documents import (
    NewPasskey,
    PasskeyAsked,
    PasskeyDocument,
    PasskeyList,
    PasskeyMade,
    SignedIn,
    SignInByPasskey,
)
from stream.identity.callers import caller
from stream.identity.passkeys import (
    Asked,
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    end_passkey,
    sign_in_by_passkey,
)
from stream.ids import id_in
from stream.keys import TOOLS

_HERE = "/api/v1/account/passkeys"


async def post_passkey_options(request: web.Request) -> web.Response:
    """Ask a browser to make a passkey."""
    return _asked(request, await begin_passkey(request, await caller(request)))


async def post_passkey(request: web.Request) -> web.Response:
    """Keep what it made."""
    who, said = await caller(request), await told(request, NewPasskey)
    answer = said.credential.model_dump()
    made, codes = await add_passkey(request, who, begun=said.begun, answer=answer, name=said.name)
    body = PasskeyMade(**_document(made).model_dump(), codes=list(codes))
    headers = {"Location": f"{_HERE}/{made.id}"}
    return answered(request, body, status=201, headers=headers, cache=NEVER_KEPT)


async def get_passkeys(request: web.Request) -> web.Response:
    """Answer the caller's passkeys."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await passkeys_of(session, who.person_id)
    body = PasskeyList(items=[_document(one) for one in found])
    return answered(request, body, cache=NEVER_KEPT)


async def delete_passkey(request: web.Request) -> web.Response:
    """Remove one."""
    who = await caller(request)
    unknown = Refused("passkey-unknown", "You have no such passkey.", status=404)
    await end_passkey(request, who, id_in(request.match_info["passkey"], unknown))
    return no_content()


async def post_passkey_sign_in_options(request: web.Request) -> web.Response:
    """Ask a browser to show a passkey."""
    return _asked(request, begin_passkey_sign_in(request))


async def post_passkey_sign_in(request: web.Request) -> web.Response:
    """Sign in by what it showed."""
    said = await told(request, SignInByPasskey)
    answer = said.credential.model_dump()
    entered = await sign_in_by_passkey(request, begun=said.begun, answer=answer)
    body = SignedIn(closes_at=entered.closes_at)
    return entered.onto(answered(request, body, cache=NEVER_KEPT))


def _asked(request: web.Request, asked: Asked) -> web.Response:
    body = PasskeyAsked(options=dict(asked.options), begun=asked.begun)
    return answered(request, body, cache=NEVER_KEPT)


def _document(one: Passkey) -> PasskeyDocument:
    return PasskeyDocument(
        id=str(one.id),
        name=one.name,
        is_synced=one.is_synced,
        made_at=one.made_at,
        last_used_at=one.last_used_at,
    )
