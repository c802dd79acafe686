"""What every page, and every other answer, tells a browser to refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer

from catalog.credentials import CredentialKind, issue
from catalog.people import create_account, grant_role
from catalog.permissions import Scope
from catalog.roles import GRANTED
from ingest.desk import open_desk
from stream.app import make_app
from stream.guard import NEEDS
from tests.support.addresses import address_of
from tests.support.catalog import NOON
from tests.support.joined import PASSWORD
from tests.support.served import Client, served
from tests.support.working import workshop

MANY = 10**9
TLS = "https://music.example"


@pytest.fixture
async def house(tmp_path: Path, valkey_url: str) -> AsyncIterator[Client]:
    limits = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), MANY)
    settings = {"redis_url": valkey_url, "public_url": TLS, **limits}
    async with (
        workshop(tmp_path, **settings) as holding,
        open_desk(holding.tools) as desk,
        TestServer(make_app(holding.tools, desk)) as server,
        ClientSession(cookie_jar=DummyCookieJar()) as http,
    ):
        yield Client(holding, http, str(server.make_url("")).rstrip("/"))


async def everybody(house: Client) -> str:
    """Answer a token of somebody who may see all pages."""
    async with house.holding.tools.database.begin() as session:
        who = await create_account(session, name="Everything", now=NOON)
        for role in GRANTED:
            await grant_role(session, who.id, role, by=None, now=NOON)
        made = await issue(
            session,
            who.id,
            kind=CredentialKind.ACCESS,
            label="desk",
            scopes=frozenset(Scope),
            now=NOON,
        )
        return made.secret


async def places(house: Client) -> list[str]:
    async with open_desk(house.holding.tools) as desk:
        app = make_app(house.holding.tools, desk)
    return [
        address_of(one.resource)
        for one in app.router.routes()
        if one.method == "GET" and app[NEEDS][one].is_page and one.resource is not None
    ]


def scripts(policy: str) -> list[str]:
    told = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    return told.get("script-src", told["default-src"]).split()


def lacking(answer: ClientResponse, *, is_framed: bool, is_opened: bool) -> list[str]:
    """Answer what the page does not say and should."""
    policy = answer.headers.get("content-security-policy", "default-src *")
    wanted = {
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "cross-origin-opener-policy": None if is_framed or is_opened else "same-origin",
        "cross-origin-resource-policy": None if is_framed else "same-origin",
    }
    wrong = [name for name, said in wanted.items() if answer.headers.get(name) != said]
    wrong += [
        name for name in ("referrer-policy", "permissions-policy") if not answer.headers[name]
    ]
    if {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(scripts(policy)):
        wrong.append(policy)
    if not is_framed and "frame-ancestors 'none'" not in policy:
        wrong.append(policy)
    return wrong


async def test_every_page_is_shielded_for_visitors_and_for_who_may_all(house: Client) -> None:
    secret, pages, seen = await everybody(house), await places(house), 0
    wrong = []

    for path in (*pages, "/nothing/is/here"):
        for headers in ({}, {"Authorization": f"Bearer {secret}"}):
            asked = {"Accept": "text/html", **headers}
            async with house.http.get(house.url + path, headers=asked) as answer:
                came_to = answer.url.path
            if answer.headers["Content-Type"].startswith("text/html"):
                seen += 1
                is_opened = came_to.startswith(("/sign-in", "/join", "/oauth/"))
                missing = lacking(answer, is_framed="embed" in path, is_opened=is_opened)
                wrong += [(path, one) for one in missing]

    assert wrong == []
    assert seen > len(pages)


async def test_what_is_no_page_is_never_taken_for_one(house: Client) -> None:
    for path in ("/api/openapi.json", "/api/v1/nothing", "/healthz", "/media/none/aac-128.mp4"):
        answer = await house.ask("GET", path)
        assert answer.headers["x-content-type-options"] == "nosniff", path


async def test_cookies_go_by_tls_alone_where_listeners_come_by_it(house: Client) -> None:
    fields = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}

    async with house.http.post(
        f"{house.url}/join", data=fields, headers={"Origin": TLS}, allow_redirects=False
    ) as answer:
        told = answer.headers.getall("Set-Cookie")

    assert told
    for cookie in told:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {
            part.strip() for part in cookie.split(";")
        }


async def test_a_house_without_tls_does_not_promise_it(tmp_path: Path, valkey_url: str) -> None:
    async with served(tmp_path, redis_url=valkey_url) as client:
        answer = await client.ask("GET", "/", accept="text/html")

    assert "strict-transport-security" not in answer.headers
