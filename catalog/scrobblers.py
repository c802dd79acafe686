"""Speak to services that keep histories of listening: sign in, tell what sounds, send listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import version

from base.addresses import server_of
from base.errors import Refused
from base.outward import Answer, Asking, ask
from base.settings import Settings
from catalog import lastfm, listenbrainz
from catalog.lastfm import Key, Person
from catalog.listenbrainz import ListenType
from catalog.listens import Later, Listen
from catalog.scrobble_states import Service

_AGENT = "Refrain-Scrobbler"
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
#: So many listens go at once; a listen of ours is far below what one may take.
BATCHES = {Service.LISTENBRAINZ: 100, Service.LASTFM: lastfm.MOST_LISTENS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """How the house speaks to services: whether to private networks, and as whom to Last.fm."""

    to_private: bool
    lastfm_url: str
    lastfm_key: Key | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of a service, and what opens it."""

    service: Service
    server: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of some listens, in their order: why one will never be taken, or nothing if it was.

    Before the next are sent, so many seconds have to pass.
    """

    reasons: Sequence[str | None]
    pause_s: int | None = None


def outside_of(settings: Settings) -> Outside:
    """Answer how a house with these settings speaks to services."""
    secret = settings.lastfm_secret.get_secret_value()
    key = Key(api_key=settings.lastfm_key, secret=secret) if settings.lastfm_key else None
    return Outside(
        to_private=settings.webhooks_to_private, lastfm_url=settings.lastfm_url, lastfm_key=key
    )


async def submit(outside: Outside, account: Account, listens: Sequence[Listen]) -> Taken:
    """Send listens to an account, at most as many as its service takes at once.

    Raises:
        SignedOut: the account has to be connected anew.
        Refused: `listens-unfit`: as they are, they will never be taken; others may be.
        Later, Unavailable: not now.

    """
    if account.service is Service.LASTFM:
        answer = await _call(outside, lastfm.scrobbling(listens, account.secret))
        return Taken(reasons=lastfm.parse_scrobbled(answer.body, sent=len(listens)))
    kind = ListenType.SINGLE if len(listens) == 1 else ListenType.IMPORT
    pause_s = await _submit(outside, account, kind, listens)
    return Taken(reasons=[None] * len(listens), pause_s=pause_s)


async def tell_playing(outside: Outside, account: Account, listen: Listen) -> None:
    """Tell an account what sounds now.

    Raises:
        SignedOut, Refused, Later, Unavailable: as `submit` does.

    """
    if account.service is Service.LASTFM:
        answer = await _call(outside, lastfm.playing(listen, account.secret))
        lastfm.parse_accepted(answer.body)
    else:
        await _submit(outside, account, ListenType.PLAYING_NOW, [listen])


async def whose_token(outside: Outside, server: str, token: str) -> str:
    """Answer whose a token is at a server of ListenBrainz.

    Raises:
        Refused: `token-unknown`, 422: nobody's; `not-listenbrainz`, `private-address`, 422.
        Later, Unavailable: the server does not say so now.

    """
    url, headers = f"{server}/1/validate-token", _headers(token)
    asking = Asking(method="GET", url=url, headers=headers)
    answer = await ask(asking, to_private=outside.to_private)
    person = listenbrainz.parse_person(answer.status, answer.headers, answer.body)
    if person is None:
        sentence = f"{server_of(server)} does not know this token: copy it again from there."
        raise Refused("token-unknown", sentence, status=422)
    return person


async def token_to_allow(outside: Outside) -> str:
    """Answer a token that a person is to allow at Last.fm.

    Raises:
        Refused: `lastfm-unknown`, 409: the house is not known there.
        Later, Unavailable: not now.

    """
    answer = await _call(outside, {"method": "auth.getToken"})
    return lastfm.parse_token(answer.body)


async def who_allowed(outside: Outside, token: str) -> Person:
    """Answer who allowed a token at Last.fm.

    Raises:
        Refused: `not-allowed-yet`, 409: nobody; `lastfm-unknown`, 409.
        Later, Unavailable: not now.

    """
    answer = await _call(outside, {"method": "auth.getSession", "token": token})
    return lastfm.parse_person(answer.body)


async def _submit(
    outside: Outside, account: Account, kind: ListenType, listens: Sequence[Listen]
) -> int | None:
    asking = Asking(
        method="POST",
        url=f"{account.server}/1/submit-listens",
        headers={"Content-Type": _JSON, **_headers(account.secret)},
        body=listenbrainz.print_submission(kind, listens, version=version("refrain")),
    )
    answer = await ask(asking, to_private=outside.to_private)
    return listenbrainz.parse_taken(answer.status, answer.headers, answer.body)


async def _call(outside: Outside, parameters: dict[str, str]) -> Answer:
    if outside.lastfm_key is None:
        sentence = "This house is not known to Last.fm: whoever runs it sets REFRAIN_LASTFM_KEY."
        raise Refused("lastfm-unknown", sentence, status=409)
    asking = Asking(
        method="POST",
        url=outside.lastfm_url,
        headers={"Content-Type": _FORM, "User-Agent": _AGENT},
        body=lastfm.print_call(parameters, outside.lastfm_key),
    )
    # Where it is was told by whoever runs the house.
    answer = await ask(asking, to_private=True)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Later("Last.fm was asked too often.")
    return answer


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}", "User-Agent": _AGENT}
