"""What is done in an office leaves an act, and so does what one does by it to another's things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from catalog.acts import Act, Noted
from catalog.audit import Asked, acts_before
from catalog.callers import CredentialKind
from catalog.credentials import issue
from catalog.jobs import Kind, NewJob, add
from catalog.people import caller_of
from catalog.permissions import OFFICE_PERMISSIONS, Permission
from catalog.roles import Role
from ingest.desk import open_desk
from stream.app import make_app
from stream.guard import NEEDS
from stream.identity.callers import COOKIE
from tests.support.addresses import address_of
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served, wave

pytestmark = pytest.mark.asyncio(loop_scope="module")
_MANY = 10**9
_NUMBERS = count(1)
#: What owners do, as the guard names it; what an operator may do to what is theirs is among it.
_OWNERS = {
    *(Permission.MUSIC_WRITE, Permission.MUSIC_PUBLISH, Permission.MUSIC_DELETE),
    *(Permission.MUSIC_TERMS, Permission.UPLOAD, Permission.DELIVER),
}
_NAMES = ("release", "track", "artist", "label")
#: What is answered before it is asked whose it is.
_UNREAD = {400, 415, 422}
_READS = {"GET", "HEAD", "OPTIONS"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    limits = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), _MANY)
    async with served(tmp_path_factory.mktemp("office"), **limits) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def deeds(house: Client) -> list[tuple[str, str]]:
    """Answer every route of an office that may change something, with an address of it."""
    async with open_desk(house.holding.tools) as desk:
        app = make_app(house.holding.tools, desk)
    return [
        (route.method, address_of(route.resource))
        for route, need in app[NEEDS].items()
        if need.permission in OFFICE_PERMISSIONS and route.method not in _READS and route.resource
    ]


async def acts(house: Client) -> list[Noted]:
    async with house.holding.tools.database.read() as session:
        return await acts_before(session, Asked(), limit=1_000)


async def id_of(house: Client, token: str) -> UUID:
    async with house.holding.tools.database.read() as session:
        found = await caller_of(session, token, now=NOON)
    assert found is not None
    return found.id


async def do(house: Client, token: str, method: str, path: str, data: object = None) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": path}
    url = f"{house.url}/api/v1/{path}"
    async with house.http.request(method, url, json=data, headers=headers) as answer:
        return Answer(answer.status, {}, await answer.read())


async def test_every_route_of_an_office_leaves_one_act_also_where_it_refuses(
    house: Client, deeds: list[tuple[str, str]]
) -> None:
    token = await house.artist(Role.OPERATOR)
    operator = await id_of(house, token)
    assert len(deeds) > 40

    for method, path in deeds:
        before = len(await acts(house))
        answer = await house.ask(method, path, token=token, data={})
        noted = await acts(house)

        newest = noted[0]
        assert len(noted) == before + 1, (method, path, answer.status)
        assert (newest.person_id, newest.network) == (operator, "127.0.0.0/24")
        assert newest.request_id == answer.headers["x-request-id"]
        code = answer.json["type"].rpartition(":")[2] if answer.status >= 400 else "done"
        assert newest.outcome == code, (method, path)


@dataclass
class Things:
    """What an artist has, by the names that paths have for it."""

    token: str
    ids: dict[str, str]


async def things(house: Client) -> Things:
    token = await house.artist(Role.ARTIST)

    async def made(method: str, path: str, data: bytes | dict[str, Any]) -> Any:  # noqa: ANN401
        answer = await house.ask(method, f"/api/v1/{path}", token=token, data=data)
        assert answer.status == 201, answer.body
        return answer.json

    release = (await made("POST", "releases", {"title": "Record"}))["id"]
    sent = await made("PUT", f"masters/a.wav?release={release}", wave(next(_NUMBERS)))
    artist = (await made("POST", "artists", {"name": "Ada"}))["id"]
    label = (await made("POST", "labels", {"name": "Ours"}))["id"]
    ids = {"release": release, "track": sent["track"], "artist": artist, "label": label}
    return Things(token, ids)


@pytest_asyncio.fixture(loop_scope="module")
async def owners_ways(house: Client) -> list[tuple[str, str]]:
    """Answer every route by which owners change something that its address names."""
    async with open_desk(house.holding.tools) as desk:
        app = make_app(house.holding.tools, desk)
    named = [
        (route.method, str(route.resource.get_info().get("formatter")))
        for route, need in app[NEEDS].items()
        if need.permission in _OWNERS and route.method not in _READS and route.resource
    ]
    return [one for one in named if any(f"{{{name}}}" in one[1] for name in _NAMES)]


async def test_whoever_uses_an_owners_way_by_an_office_leaves_one_act(
    house: Client, owners_ways: list[tuple[str, str]]
) -> None:
    operator, theirs = await house.artist(Role.OPERATOR), await things(house)
    who = await id_of(house, operator)
    assert len(owners_ways) > 40

    is_gone = False
    for method, path in owners_ways:
        theirs = await things(house) if is_gone else theirs
        is_gone = method == "DELETE" or path.endswith("/delete")
        places = defaultdict(lambda: "1", {**theirs.ids, "archive": str(UUID(int=7))})
        address = path.format_map(places)
        before = len(await acts(house))
        answer = await house.ask(
            method, address, token=operator, data={}, Sec_Fetch_Site="same-origin"
        )
        noted = (await acts(house))[: len(await acts(house)) - before]

        if answer.status in _UNREAD and not noted:
            continue  # it was no sense, whoever's it is
        assert len(noted) == 1, (method, address, answer.status, answer.body)
        assert (noted[0].person_id, noted[0].network) == (who, "127.0.0.0/24"), (method, path)


async def test_what_is_put_to_anothers_music_by_an_office_leaves_one_act_and_ones_own_none(
    house: Client,
) -> None:
    operator, theirs = await house.artist(Role.OPERATOR), await things(house)
    release, deal = theirs.ids["release"], {"model": "free", "release": theirs.ids["release"]}
    before = len(await acts(house))

    sent = await house.ask(
        "PUT", f"/api/v1/masters/b.wav?release={release}", token=operator, data=wave(90)
    )
    agreed = await do(house, operator, "POST", "deals", deal)
    ended = await do(house, operator, "DELETE", f"deals/{agreed.json['id']}")
    after = len(await acts(house))
    own = await house.ask("PATCH", f"/api/v1/releases/{release}", token=theirs.token, data={})
    mine = await house.ask("POST", "/api/v1/releases", token=operator, data={"title": "Mine"})
    place = mine.headers["location"]
    await house.ask("PATCH", place, token=operator, data={"title": "Still mine"})

    assert (sent.status, agreed.status, ended.status, own.status) == (201, 201, 204, 200)
    assert after == before + 3
    assert len(await acts(house)) == after


async def test_who_holds_no_office_leaves_none_and_who_lacks_a_factor_does(house: Client) -> None:
    listener, operator = await house.artist(Role.LISTENER), await house.artist(Role.OPERATOR)
    who = await id_of(house, operator)
    async with house.holding.tools.database.begin() as session:
        made = await issue(
            session,
            who,
            kind=CredentialKind.SESSION,
            label="browser",
            authenticated_at=NOON,
            factors=frozenset({"password"}),
            now=NOON,
        )
    before = len(await acts(house))

    await house.ask("POST", "/api/v1/grants", token=listener, data={})
    cookie = {"Cookie": f"{COOKIE}={made.secret}", "Sec-Fetch-Site": "same-origin"}
    async with house.http.post(f"{house.url}/api/v1/grants", json={}, headers=cookie) as answer:
        assert answer.status == 403
    await house.ask("GET", "/api/v1/audit", token=operator)

    noted = (await acts(house))[: len(await acts(house)) - before]
    assert [(one.act, one.outcome, one.person_id) for one in noted] == [
        ("office.used", "second-factor-needed", who)
    ]


async def test_nobodys_network_is_kept_for_what_they_do_in_no_office(house: Client) -> None:
    artist = await house.artist(Role.ARTIST)
    made = await house.ask(
        "POST", "/api/v1/accounts", token=artist, data={"name": "The Band", "kind": "artist"}
    )

    [newest, *_] = await acts(house)
    assert (made.status, newest.act, newest.network) == (201, "account.made", None)
    assert newest.request_id is not None


async def test_what_is_done_is_noted_by_its_name_and_once_when_it_is_asked_twice(
    house: Client,
) -> None:
    cleo, tom = [await house.artist(role) for role in (Role.OPERATOR, Role.TREASURER)]
    anna = str(await id_of(house, await house.artist(Role.LISTENER)))
    async with house.holding.tools.database.begin() as session:
        job = NewJob(kind=Kind.NOTHING, subject="1", request_id="test", owner_id=None)
        await add(session, job, now=NOON)
    listed = (await do(house, cleo, "GET", "jobs?kind=nothing")).json["jobs"]
    [job_id] = [one["id"] for one in listed]
    before = len(await acts(house))
    day = {"currency": "EUR", "scale": 6, "day": "2026-11-20"}
    grant = {"account": anna, "credits": 1_000_000, "scale": 6, "reason": "sorry"}
    entries = [
        {"account": name, "amount": amount, "currency": "EUR"}
        for name, amount in (("bank", 5), ("expense:psp_fees", -5))
    ]
    adjusted = {"reason": "a slip", "entries": entries, "scale": 6, "day": "2026-11-20"}
    settlement = {**day, "provider": "stripe", "reference": "po_1", "amount": 9_000_000, "fee": 0}

    made = [
        await do(house, cleo, "PATCH", f"jobs/{job_id}", {"priority": 3}),
        await do(house, cleo, "POST", f"jobs/{job_id}/quarantine", {"reason": "look"}),
        await do(house, cleo, "POST", f"jobs/{job_id}/retry"),
        await do(house, cleo, "POST", f"jobs/{job_id}/cancel"),
        await do(house, tom, "POST", "grants", grant),
        await do(house, tom, "POST", "grants", grant),
        await do(house, tom, "POST", "settlements", settlement),
        await do(house, tom, "POST", "adjustments", adjusted),
    ]
    adjustment = made[-1].json["id"]
    made.append(await do(house, cleo, "POST", f"adjustments/{adjustment}/approval"))

    assert [one.status // 100 for one in made] == [2] * len(made), [one.body for one in made]
    noted = (await acts(house))[: len(await acts(house)) - before]
    assert [one.act for one in reversed(noted)] == [
        Act.JOB_RANKED,
        Act.JOB_SET_ASIDE,
        Act.JOB_RETRIED,
        Act.JOB_CANCELLED,
        Act.CREDIT_GIVEN,
        Act.OFFICE_USED,  # said again, it changed nothing
        Act.SETTLEMENT_BOOKED,
        Act.ADJUSTMENT_PROPOSED,
        Act.ADJUSTMENT_APPROVED,
    ]
    assert {one.outcome for one in noted} == {"done"}
    assert all(one.credential_id and one.request_id for one in noted)
