"""One's own account as clients see it: join, sign in, confirm, reset, change, sign out."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from catalog.email_addresses import email_of
from catalog.mails import last_trouble
from catalog.passwords import hash_of
from catalog.sign_ins import end_sign_in, sign_ins_of
from stream.api.asking import told
from stream.api.factors import signed_in
from stream.api.sign_in_documents import (
    AskForReset,
    ChangeEmail,
    ChangePassword,
    ConfirmEmail,
    EmailFacts,
    JoinAccount,
    ResetPassword,
    SignInFacts,
    SignInList,
    SignInWith,
)
from stream.identity.callers import caller
from stream.identity.changing import change_email, change_password, sign_out_elsewhere
from stream.identity.confirming import confirm_by_code, send_again
from stream.identity.joining import join
from stream.identity.resetting import ask_for_link, reset
from stream.identity.signing_in import sign_in
from stream.ids import id_in
from stream.keys import TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_join(request: web.Request) -> web.Response:
    """Make an account, and sign it in."""
    said = await told(request, JoinAccount)
    entered = await join(request, name=said.name, email=said.email, password=said.password)
    return entered.onto(web.Response(status=204))


async def post_sign_in(request: web.Request) -> web.Response:
    """Sign in, by a cookie."""
    said = await told(request, SignInWith)
    return signed_in(request, await sign_in(request, email=said.email, password=said.password))


async def post_forgot(request: web.Request) -> web.Response:
    """Have a mail sent that helps."""
    said = await told(request, AskForReset)
    await ask_for_link(request, said.email)
    return web.Response(status=202)


async def post_reset(request: web.Request) -> web.Response:
    """Choose a password by a link."""
    said = await told(request, ResetPassword)
    await reset(request, said.token, password=said.password, email=said.email)
    return web.Response(status=204)


async def get_email(request: web.Request) -> web.Response:
    """Answer the caller's address, and how it stands."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await email_of(session, who.person_id)
        body = EmailFacts(
            email=found.address if found else None,
            verified_at=found.verified_at if found else None,
            has_password=await hash_of(session, who.person_id) is not None,
            trouble=await last_trouble(session, who.person_id, found.address) if found else None,
        )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def put_email(request: web.Request) -> web.Response:
    """Ask for another address to be used."""
    who = await caller(request)
    said = await told(request, ChangeEmail)
    await change_email(request, who, email=said.email, current=said.current)
    return web.Response(status=202)


async def post_code(request: web.Request) -> web.Response:
    """Confirm an address by its code."""
    who = await caller(request)
    said = await told(request, ConfirmEmail)
    await confirm_by_code(request, who.person_id, said.code)
    return web.Response(status=204)


async def post_code_again(request: web.Request) -> web.Response:
    """Have the mail sent once more."""
    who = await caller(request)
    await send_again(request, who.person_id)
    return web.Response(status=202)


async def put_password(request: web.Request) -> web.Response:
    """Choose another password: all other sessions, and tokens, end."""
    who = await caller(request)
    said = await told(request, ChangePassword)
    entered = await change_password(request, who, current=said.current, new=said.password)
    response = web.Response(status=204)
    return entered.onto(response) if entered else response


async def get_sign_ins(request: web.Request) -> web.Response:
    """Answer where the caller is signed in."""
    who, tools = await caller(request), request.app[TOOLS]
    held = who.credential.id if who.credential else None
    async with tools.database.read() as session:
        found = await sign_ins_of(session, who.person_id, now=tools.clock())
    body = SignInList(
        items=[
            SignInFacts(
                id=str(one.id),
                device=one.where.device,
                address=one.where.address,
                country=one.where.country,
                made_at=one.made_at,
                seen_at=one.seen_at,
                is_here=one.id == held,
            )
            for one in found
        ]
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def delete_sign_ins(request: web.Request) -> web.Response:
    """Sign the caller out everywhere but here."""
    await sign_out_elsewhere(request, await caller(request))
    return web.Response(status=204)


async def delete_sign_in(request: web.Request) -> web.Response:
    """Sign the caller out at one place."""
    who = await caller(request)
    unknown = Refused("sign-in-unknown", "You are not signed in there any more.", status=404)
    sign_in_id = id_in(request.match_info["sign_in"], unknown)
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        await end_sign_in(session, who.person_id, sign_in_id, now=tools.clock())
    return web.Response(status=204)
