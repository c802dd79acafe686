"""Every route is asked by everybody, and who is let in is held against the table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from catalog.callers import CredentialKind
from catalog.credentials import issue
from catalog.people import caller_of, create_account, grant_role
from catalog.permissions import RULES, Permission, Rule, Scope
from catalog.roles import GRANTED, Role
from ingest.desk import open_desk
from stream.app import make_app
from stream.guard import NEEDS, Need, guarded
from stream.keys import TELL
from stream.pages.language import told_in
from stream.problems import problems
from stream.subsonic.door import PREFIX
from stream.subsonic.faults import Code
from tests.support.addresses import address_of
from tests.support.catalog import NOON
from tests.support.served import Client, served
from tests.support.shares import proposed

_MANY = 10**9
#: What the ways in for masters hear before they ask who sends.
_TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "1",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}
_OVERRIDE = "X-HTTP-Method-Override"
#: What programs of ListenBrainz are told, whose documents have no names of problems.
_LACKS = "it lacks the scope"
#: Open to visitors, and shut to a token that is not good: so old players renew it in time.
_RENEWED = "/api/v3/stream/"
_PARTS_SENT = b'{"parts": [{"PartNumber": 1, "ETag": "e"}]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A route, with an address of it."""

    method: str
    path: str
    need: Need

    @property
    def rule(self) -> Rule:
        return RULES[self.need.permission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Who asks: with which roles, by a token with which scopes; nobody at all without a token."""

    name: str
    token: str = ""
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] | None = None

    def may(self, rule: Rule) -> bool:
        """Read the table, in the words of the test."""
        has_role = any(role in rule.roles for role in self.roles)
        has_scope = self.scopes is None or rule.scope in self.scopes
        return rule.is_open or (has_role and has_scope)


@pytest.fixture
async def house(tmp_path: Path, valkey_url: str) -> AsyncIterator[Client]:
    limits = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), _MANY)
    # Without Valkey whoever tries a secret is answered slowly.
    async with served(tmp_path, redis_url=valkey_url, **limits) as client:
        yield client


@pytest.fixture
async def places(house: Client) -> list[Place]:
    async with open_desk(house.holding.tools) as desk:
        app = make_app(house.holding.tools, desk)
    routes = [one for one in app.router.routes() if one.method != "HEAD"]
    unsaid = [str(route) for route in app.router.routes() if route not in app[NEEDS]]
    assert unsaid == [], "say in the table of routes what these need"
    found = [
        Place(method=one.method, path=address_of(one.resource), need=app[NEEDS][one])
        for one in routes
        if one.resource is not None
    ]
    # Each call of a player is there twice, by one table.
    found = [one for one in found if not one.path.endswith(".view")]
    return sorted(found, key=lambda one: one.need.permission is Permission.ACCOUNT_CLOSE)


@pytest.fixture
async def everybody(house: Client) -> list[Somebody]:
    nobody = [Somebody(name="a visitor"), Somebody(name="a stranger", token="refrain_none")]  # noqa: S106
    people = [await _of_role(house, role) for role in Role]
    return [*nobody, *people, *[one async for one in _limited(house)]]


async def _of_role(house: Client, role: Role) -> Somebody:
    token = await (_collaborator(house) if role is Role.COLLABORATOR else house.artist(role))
    return Somebody(name=f"a {role}", token=token, roles=frozenset({Role.LISTENER, role}))


async def _collaborator(house: Client) -> str:
    database = house.holding.tools.database
    token = await house.artist(Role.LISTENER)
    async with database.begin() as session:
        who = await caller_of(session, token, now=NOON)
        owner = await create_account(session, name="Owner", role=Role.ARTIST, now=NOON)
    assert who is not None
    shares: dict[UUID | None, int] = {owner.id: 500_000, who.id: 500_000}
    await proposed(database, owner, None, shares)
    return token


async def _limited(house: Client) -> AsyncIterator[Somebody]:
    """Answer tokens of somebody in every office: with none, one, and all but one of the scopes."""
    every = frozenset(Scope)
    limits = [
        frozenset[Scope](),
        *(frozenset({one}) for one in Scope),
        *(every - {s} for s in Scope),
    ]
    async with house.holding.tools.database.begin() as session:
        who = await create_account(session, name="Everything", now=NOON)
        for role in GRANTED:
            await grant_role(session, who.id, role, by=None, now=NOON)
        for scopes in limits:
            kind, label = CredentialKind.ACCESS, "limited"
            made = await issue(session, who.id, kind=kind, label=label, scopes=scopes, now=NOON)
            yield Somebody(
                name=f"a token for {sorted(scopes)}",
                token=made.secret,
                roles=frozenset(Role) - {Role.COLLABORATOR},
                scopes=scopes,
            )


async def test_every_route_lets_in_whom_the_table_says(
    house: Client, places: Sequence[Place], everybody: Sequence[Somebody]
) -> None:
    wrong = [
        f"{who.name}: {place.method} {place.path} needs {place.need.permission}: {said}"
        for place in places
        for who in everybody
        if _concerns(who, place)
        if (said := await _wrong(house.http, house.url, place, who))
    ]

    assert wrong == []


def _concerns(who: Somebody, place: Place) -> bool:
    """Leave out whom nothing tells from others here: by a scope, or a role, where all may.

    And where applications ask: who none of theirs is, is told so by OAuth, not by the table; and
    a token of nobody's where it is refused for its own sake.
    """
    if place.need.permission is Permission.OPENID:
        return False
    if place.path.startswith(_RENEWED) and who.token and not who.roles:
        return False
    if place.rule.is_open:
        return not who.roles or who.scopes == frozenset()
    if who.scopes is None or len(who.scopes) == 0:
        return True
    one = who.scopes if len(who.scopes) == 1 else frozenset(Scope) - who.scopes
    return place.rule.scope in one


async def _wrong(http: ClientSession, url: str, place: Place, who: Somebody) -> str:
    if place.path.startswith(PREFIX):
        return await _wrong_player(http, url + place.path, place.rule, who)
    headers = {"Authorization": f"Bearer {who.token}"} if who.token else {}
    if "/uploads" in place.path and place.method not in {"GET", "OPTIONS"}:
        headers |= _TUS
        if place.method == "POST" and not place.path.endswith("/uploads"):
            headers[_OVERRIDE] = "DELETE"
    data = _PARTS_SENT if place.path.endswith("/complete") else None
    if data is not None:
        headers["Content-Type"] = "application/json"
    asked = http.request(
        place.method, url + place.path, headers=headers, data=data, allow_redirects=False
    )
    async with asked as answer:
        said = await answer.text() if answer.status in {401, 403} else ""
        sign_in = answer.headers.get("Location", "").startswith("/sign-in?next=")
        is_shut_out = (
            answer.status == 401
            or (answer.status == 403 and ("scope-too-narrow" in said or _LACKS in said))
            or (answer.status == 403 and f"To {place.rule.words} one must be" in said)
            or (place.need.is_page and sign_in and not place.rule.is_open)
        )
        if is_shut_out == who.may(place.rule):
            return f"{answer.status} {said}"
        if is_shut_out and not who.roles and not (answer.status == 401 or sign_in):
            return f"{answer.status}, and whoever is unknown should sign in"
        return f"{answer.status}, which is our fault" if answer.status == 500 else ""


async def _wrong_player(http: ClientSession, url: str, rule: Rule, who: Somebody) -> str:
    """As `_wrong`, of a call by which players show a key, and which answers in their way."""
    shown = {"apiKey": who.token} if who.token else {}
    async with http.get(url, params={"f": "json", **shown}) as answer:
        if answer.content_type != "application/json":
            return "" if who.may(rule) else f"{answer.status}: it was sent"
        told = (await answer.json())["subsonic-response"].get("error", {})
    said, number = told.get("message", ""), told.get("code")
    is_unknown = number == Code.WRONG_KEY or (
        number == Code.PARAMETER_MISSING and "sign in" in said
    )
    is_denied = number == Code.NOT_ALLOWED and ("scope" in said or f"To {rule.words} one" in said)
    if (is_unknown or is_denied) == who.may(rule):
        return f"{number} {said}"
    return "" if is_unknown or who.roles or who.may(rule) else f"{number}: whoever is unknown"


async def test_what_says_nothing_is_shut_to_all() -> None:
    async def handler(request: web.Request) -> web.Response:
        raise AssertionError(f"{request} was let in")

    app = web.Application(middlewares=[problems, guarded])
    app[NEEDS] = {}
    app[TELL] = told_in
    app.router.add_get("/new", handler)

    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/new")
        assert answer.status == 403
        assert (await answer.json())["type"].endswith("not-placed")
        assert (await client.get("/nothing")).status == 404
