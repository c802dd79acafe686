"""Webhooks as documents: who is told of an artist's events besides the artist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from base.addresses import require_public_host
from base.errors import Refused
from catalog.callers import Caller
from catalog.events import PERSONAL, EventKind, NewEvent, tell
from catalog.models.events import Webhook
from catalog.permissions import Permission
from catalog.webhooks import add_webhook, take_up, webhook_of, webhooks_of
from stream.api.asking import told
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS


class NewWebhook(BaseModel):
    """Ask for events at an address: those of `kinds`, or all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://label.example/refrain", "kinds": ["track.complete"]}]
        },
    )

    url: HttpUrl = Field(max_length=2000)
    kinds: list[EventKind] | None = Field(default=None, min_length=1)


class WebhookFacts(BaseModel):
    """A webhook, and how its last delivery went."""

    id: str
    url: str
    kinds: list[str] | None
    created_at: datetime
    delivered_at: datetime | None
    trouble: str | None
    disabled_at: datetime | None


class WebhookMade(WebhookFacts):
    """The same with the secret that signs its messages, which is told this once."""

    secret: str


class WebhookList(BaseModel):
    """All of a caller's webhooks."""

    webhooks: list[WebhookFacts]


def _kinds_for(who: Caller, wanted: list[EventKind] | None) -> list[EventKind] | None:
    """Answer of what an address is told: of what is a person's own, only if they say so."""
    if who.personal_id(Permission.OWN_MEMBERSHIP_READ) == who.id:
        return wanted
    if personal := PERSONAL.intersection(wanted or ()):
        raise Refused(
            "not-as-member",
            f"Of {', '.join(sorted(personal))} a person has only themselves told.",
            status=403,
        )
    return wanted or [one for one in EventKind if one not in PERSONAL]


async def post_webhook(request: web.Request) -> web.Response:
    """Make one."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, NewWebhook)
    _require_fit(wanted.url, to_private=tools.settings.webhooks_to_private)
    kinds = _kinds_for(who, wanted.kinds)
    async with tools.database.begin() as session:
        made = await add_webhook(
            session, who.id, url=str(wanted.url), kinds=kinds, now=tools.clock()
        )
    body = WebhookMade(secret=made.secret, **_facts(made).model_dump())
    return web.json_response(
        text=body.model_dump_json(),
        status=201,
        headers={"Location": f"/api/v1/webhooks/{made.id}", "Cache-Control": "no-store"},
    )


async def get_webhooks(request: web.Request) -> web.Response:
    """Answer the caller's webhooks."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await webhooks_of(session, who.id)
    body = WebhookList(webhooks=[_facts(one) for one in found])
    return web.json_response(text=body.model_dump_json())


async def delete_webhook(request: web.Request) -> web.Response:
    """Remove one; what has not been delivered yet no longer is."""
    who = await caller(request)
    async with request.app[TOOLS].database.begin() as session:
        await session.delete(await webhook_of(session, who.id, _id_of(request)))
    return web.Response(status=204)


async def post_ping(request: web.Request) -> web.Response:
    """Send an event that says nothing, to all of the caller's webhooks that want pings.

    One that was given up is tried again.
    """
    who, tools = await caller(request), request.app[TOOLS]
    ping = NewEvent(owner_id=who.id, kind=EventKind.PING, request_id=request[REQUEST_ID])
    async with tools.database.begin() as session:
        webhook = await webhook_of(session, who.id, _id_of(request))
        take_up(webhook)
        await tell(session, ping, now=tools.clock())
    return web.Response(status=202)


def _require_fit(url: HttpUrl, *, to_private: bool) -> None:
    """Refuse what would fail at each delivery; what a name leads to, is looked at then."""
    if url.username or url.password:
        raise Refused(
            "address-unfit",
            "An address may have no user name and no password: it is shown and logged. "
            "Check the signature of the messages instead.",
            status=422,
        )
    if not to_private:
        require_public_host(str(url))


def _id_of(request: web.Request) -> UUID:
    unknown = Refused("webhook-unknown", "There is no such webhook.", status=404)
    return id_in(request.match_info["webhook"], unknown)


def _facts(webhook: Webhook) -> WebhookFacts:
    return WebhookFacts(
        id=str(webhook.id),
        url=webhook.url,
        kinds=webhook.kinds,
        created_at=webhook.created_at,
        delivered_at=webhook.delivered_at,
        trouble=webhook.trouble,
        disabled_at=webhook.disabled_at,
    )
