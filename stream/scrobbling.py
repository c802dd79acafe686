"""Connect accounts elsewhere that are told what somebody listens to, and let them go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from aiohttp import web

from base.addresses import require_public_host
from base.errors import Refused
from base.settings import Settings
from catalog.callers import Caller
from catalog.models.scrobbling import ScrobbleLink
from catalog.scrobble_links import (
    Entry,
    Figures,
    Whose,
    ask_link,
    asked_of,
    connect,
    drop_link,
    figures_of,
    link_of,
    links_of,
)
from catalog.scrobble_states import Service
from catalog.scrobblers import outside_of, token_to_allow, who_allowed, whose_token
from stream.keys import REQUEST_ID, SECRETS, TOOLS

NAMES = {Service.LISTENBRAINZ: "ListenBrainz", Service.LASTFM: "Last.fm"}
_LONGEST_TOKEN, _LONGEST_ADDRESS = 400, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An account elsewhere, and how much waits for it, or was refused by it.

    `allow_at` is where its owner allows it, as long as they have to.
    """

    link: ScrobbleLink
    figures: Figures
    allow_at: str | None


async def linked(request: web.Request, who: Caller) -> Sequence[Linked]:
    """Answer the accounts elsewhere of somebody."""
    async with request.app[TOOLS].database.read() as session:
        links = await links_of(session, who.person_id)
        figures = await figures_of(session, who.person_id)
    return [
        Linked(
            link=one,
            figures=figures.get(one.id, Figures()),
            allow_at=_allow_at(request, one),
        )
        for one in links
    ]


async def connect_listenbrainz(
    request: web.Request, who: Caller, *, server: str, token: str
) -> ScrobbleLink:
    """Connect an account of a ListenBrainz by its token, which the server is asked about first.

    Raises:
        Refused: `address-unfit`, `private-address`, `token-unknown`, `not-listenbrainz`, 422;
            `links-too-many`, 409.
        Later, Unavailable: the server cannot be asked now.

    """
    tools = request.app[TOOLS]
    address, bare = _server(tools.settings, server), token.strip()
    if not bare or len(bare) > _LONGEST_TOKEN or not bare.isascii() or not bare.isprintable():
        raise Refused("token-unknown", "Copy the token as your service shows it.", status=422)
    username = await whose_token(outside_of(tools.settings), address, bare)
    whose = Whose(account_id=who.person_id, service=Service.LISTENBRAINZ, server=address)
    return await _connected(request, whose, Entry(secret=bare, username=username[:200]))


async def begin_lastfm(request: web.Request, who: Caller) -> ScrobbleLink:
    """Ask for an account of Last.fm to be connected, which its owner has then to allow there.

    Raises:
        Refused: `lastfm-unknown`, `links-too-many`, 409.
        Later, Unavailable: Last.fm cannot be asked now.

    """
    tools = request.app[TOOLS]
    token = await token_to_allow(outside_of(tools.settings))
    async with tools.database.begin() as session:
        return await ask_link(
            session, _at_lastfm(request, who), token, request.app[SECRETS][0], now=tools.clock()
        )


async def finish_lastfm(request: web.Request, who: Caller, link_id: UUID) -> ScrobbleLink:
    """Connect an account of Last.fm that its owner has allowed.

    Raises:
        Refused: `link-unknown`, 404; `nothing-asked`, `not-allowed-yet`, 409.
        Later, Unavailable: Last.fm cannot be asked now.

    """
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        token = asked_of(await link_of(session, who.person_id, link_id), request.app[SECRETS])
    person = await who_allowed(outside_of(tools.settings), token)
    entry = Entry(secret=person.session_key, username=person.name[:200])
    return await _connected(request, _at_lastfm(request, who), entry)


async def disconnect(request: web.Request, who: Caller, link_id: UUID) -> None:
    """Let an account elsewhere go, with what waits for it and what opens it.

    Raises:
        Refused: `link-unknown`, 404.

    """
    async with request.app[TOOLS].database.begin() as session:
        await drop_link(session, await link_of(session, who.person_id, link_id, lock=True))


async def _connected(request: web.Request, whose: Whose, entry: Entry) -> ScrobbleLink:
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        return await connect(
            session,
            whose,
            entry,
            request.app[SECRETS][0],
            request_id=request[REQUEST_ID],
            now=tools.clock(),
        )


def _at_lastfm(request: web.Request, who: Caller) -> Whose:
    server = request.app[TOOLS].settings.lastfm_url
    return Whose(account_id=who.person_id, service=Service.LASTFM, server=server)


def _allow_at(request: web.Request, link: ScrobbleLink) -> str | None:
    """Answer where it is to be allowed; nothing where no secret of ours opens any more what was."""
    settings = request.app[TOOLS].settings
    try:
        token = asked_of(link, request.app[SECRETS])
    except Refused:
        return None
    asked = urlencode({"api_key": settings.lastfm_key, "token": token})
    return f"{settings.lastfm_allow_url}?{asked}"


def _server(settings: Settings, said: str) -> str:
    """Answer the address of a server as it is kept: without a stroke at its end."""
    address = said.strip().rstrip("/") or settings.listenbrainz_url
    try:
        parts = urlsplit(address)
        is_named = bool(parts.hostname) and address.isascii()
        is_plain = is_named and not (parts.username or parts.query or parts.fragment)
        parts.port  # noqa: B018 - read, it tells whether it is one
    except ValueError:
        is_plain = False
    if not is_plain or len(address) > _LONGEST_ADDRESS:
        raise _unfit()
    if settings.webhooks_to_private:
        schemes = {"http", "https"}
    else:
        require_public_host(address)
        schemes = {"https"}
    if parts.scheme not in schemes:
        raise _unfit()
    return address


def _unfit() -> Refused:
    return Refused(
        "address-unfit",
        "Write the address of the server as https://api.listenbrainz.org: with https, and "
        "without a name, a password or a question.",
        status=422,
    )
