"""Acting for artists, over HTTP: members, invitations, tokens with scopes, and what is noted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from base.clock import ManualClock
from catalog.access_tokens import write_uses
from catalog.audit import Asked, acts_before
from catalog.callers import CredentialKind
from catalog.credentials import act_for, issue
from catalog.models.audit import NotedAct
from catalog.models.people import Token
from catalog.models.sign_in import Mail
from catalog.music import track_of
from catalog.people import caller_of
from catalog.releases import release_of
from catalog.roles import Role
from stream.identity.callers import COOKIE
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served, wave


@dataclass
class House:
    client: Client

    async def ask(
        self, method: str, path: str, token: str, data: object = None, *, acting: str = ""
    ) -> Answer:
        fields = {"Refrain-Acting-For": acting} if acting else {}
        headers = {"Authorization": f"Bearer {token}", **fields}
        url = f"{self.client.url}/api/v1/{path}"
        asked = self.client.http.request(method, url, json=data, headers=headers)
        async with asked as answer:
            return Answer(answer.status, {}, await answer.read())

    async def artist(self, owner: str, name: str = "The Band") -> str:
        made = await self.ask("POST", "accounts", owner, {"name": name, "kind": "artist"})
        assert made.status == 201, made.body
        account: str = made.json["account"]
        return account

    async def invite(self, owner: str, band: str, capacity: str, **more: str) -> str:
        said = {"capacity": capacity, **more}
        made = await self.ask("POST", "account/invitations", owner, said, acting=band)
        assert made.status == 201, made.body
        link: str = made.json["link"]
        return link.rpartition("/")[2]

    async def member(self, owner: str, band: str, capacity: str) -> str:
        secret = await self.invite(owner, band, capacity)
        token = await self.client.artist(Role.LISTENER)
        assert (await self.ask("PUT", f"invitations/{secret}/acceptance", token)).status == 200
        return token

    async def id_of(self, token: str) -> UUID:
        async with self.client.holding.tools.database.read() as session:
            found = await caller_of(session, token, now=NOON)
        assert found is not None
        return found.id

    async def acts(self) -> list[str]:
        async with self.client.holding.tools.database.read() as session:
            return [one.act for one in await acts_before(session, Asked(), limit=100)]

    @property
    def clock(self) -> ManualClock:
        clock = self.client.holding.tools.clock
        assert isinstance(clock, ManualClock)
        return clock


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with served(tmp_path) as client:
        yield House(client)


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("urn:refrain:problem:")


async def test_a_person_acts_for_several_artists_each_with_music_of_its_own(house: House) -> None:
    ada = await house.client.artist()
    band, duo = await house.artist(ada), await house.artist(ada, "The Duo")

    made = await house.ask("POST", "releases", ada, {"title": "One"}, acting=band)

    assert made.status == 201
    assert [
        len((await house.ask("GET", "releases", ada, acting=whose)).json["releases"])
        for whose in (band, duo, "")
    ] == [1, 0, 0]
    listed = (await house.ask("GET", "memberships", ada)).json["items"]
    assert [(one["name"], one["capacity"]) for one in listed] == [
        ("The Band", "owner"),
        ("The Duo", "owner"),
    ]


async def test_who_is_no_member_acts_for_nobody(house: House) -> None:
    ada, eve = [await house.client.artist() for _ in "ab"]
    band = await house.artist(ada)

    assert code(await house.ask("GET", "releases", eve, acting=band)) == (403, "not-a-member")
    assert code(await house.ask("GET", "releases", eve, acting="band")) == (400, "acting-unfit")
    own = str(await house.id_of(eve))
    assert (await house.ask("GET", "releases", eve, acting=own)).status == 200


async def test_a_member_may_what_their_capacity_says_and_nothing_of_their_own(house: House) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    viewer, editor = [await house.member(ada, band, one) for one in ("viewer", "editor")]
    said = {"title": "One"}

    assert (await house.ask("GET", "releases", viewer, acting=band)).status == 200
    refused = await house.ask("POST", "releases", viewer, said, acting=band)
    assert code(refused) == (403, "not-as-member")
    assert "As a viewer of The Band you may not change music" in refused.json["detail"]
    assert (await house.ask("POST", "releases", editor, said, acting=band)).status == 201
    # For themselves they are listeners still, and what is a person's own nobody does for a band.
    assert code(await house.ask("POST", "releases", editor, said)) == (403, "not-allowed")
    for method, path in (("GET", "wallet"), ("GET", "tokens"), ("POST", "plays")):
        assert code(await house.ask(method, path, ada, {}, acting=band)) == (403, "not-as-member")


async def test_owners_say_who_acts_and_one_stays(house: House) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    ben = await house.member(ada, band, "editor")
    me, other = await house.id_of(ada), await house.id_of(ben)

    assert code(await house.ask("DELETE", f"memberships/{band}", ada)) == (409, "last-owner")
    lower = {"capacity": "viewer"}
    refused = await house.ask("PUT", f"account/members/{me}", ada, lower, acting=band)
    assert code(refused) == (409, "last-owner")
    owner = {"capacity": "owner"}
    refused = await house.ask("PUT", f"account/members/{me}", ben, owner, acting=band)
    assert code(refused) == (403, "not-as-member")
    raised = await house.ask("PUT", f"account/members/{other}", ada, owner, acting=band)
    assert raised.json["capacity"] == "owner"
    assert (await house.ask("DELETE", f"account/members/{me}", ben, acting=band)).status == 204
    assert code(await house.ask("GET", "releases", ada, acting=band)) == (403, "not-a-member")
    assert (await house.acts())[:2] == ["member.removed", "member.changed"]


async def test_an_invitation_is_accepted_declined_withdrawn_or_runs_out_once(house: House) -> None:
    ada, ben = await house.client.artist(), await house.client.artist(Role.LISTENER)
    band = await house.artist(ada)
    secrets = [await house.invite(ada, band, "viewer") for _ in range(4)]
    last = (await house.ask("GET", f"invitations/{secrets[3]}", ben)).json["id"]

    assert (
        await house.ask("DELETE", f"account/invitations/{last}", ada, acting=band)
    ).status == 204
    said = {
        await _answered(house, secret, ben, answer)
        for secret, answer in zip(secrets, ("acceptance", "refusal", "", ""), strict=True)
    }
    house.clock.advance(timedelta(days=15))
    for secret in secrets:
        over = await house.ask("PUT", f"invitations/{secret}/acceptance", ben)
        assert code(over) == (410, "invitation-over")

    shown = await house.ask("GET", "account/invitations", ada, acting=band)
    states = sorted(one["state"] for one in shown.json["items"])
    assert states == ["accepted", "declined", "expired", "withdrawn"]
    assert said == {"accepted", "declined", "waiting", "withdrawn"}
    unknown = await house.ask("GET", "invitations/refrain_in_x", ben)
    assert code(unknown) == (404, "invitation-unknown")


@pytest.mark.parametrize("how", ["removed", "lowered", "left"])
async def test_who_is_no_owner_any_more_comes_back_by_no_invitation_of_theirs(
    house: House, how: str
) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    eve = await house.member(ada, band, "owner")
    secret, other = await house.invite(eve, band, "owner"), await house.invite(ada, band, "viewer")
    member = f"account/members/{await house.id_of(eve)}"

    if how == "removed":
        await house.ask("DELETE", member, ada, acting=band)
    elif how == "lowered":
        await house.ask("PUT", member, ada, {"capacity": "viewer"}, acting=band)
    else:
        await house.ask("DELETE", f"memberships/{band}", eve)

    back = await house.ask("PUT", f"invitations/{secret}/acceptance", eve)
    assert code(back) == (410, "invitation-over")
    assert (await house.ask("GET", f"invitations/{secret}", ada)).json["state"] == "withdrawn"
    assert (await house.ask("PUT", f"invitations/{other}/acceptance", eve)).status == 200


async def _answered(house: House, secret: str, token: str, answer: str) -> str:
    method, tail = ("PUT", f"/{answer}") if answer else ("GET", "")
    said = await house.ask(method, f"invitations/{secret}{tail}", token)
    state: str = said.json["state"]
    return state


async def test_an_invitation_by_mail_carries_the_link_to_a_page_with_two_answers(
    house: House,
) -> None:
    ada, ben = await house.client.artist(), await house.client.artist(Role.LISTENER)
    band = await house.artist(ada)
    await house.invite(ada, band, "editor", email="ben@example.org")
    async with house.client.holding.tools.database.read() as session:
        mail = (await session.scalars(select(Mail))).one()
    assert mail.recipient == "ben@example.org"
    path = f"/invitations/{mail.facts['link'].rpartition('/')[2]}"
    url, cookies = house.client.url + path, {COOKIE: ben}

    async with house.client.http.get(url) as answer:
        assert f"/sign-in?next={path}" in await answer.text()
    async with house.client.http.get(url, cookies=cookies) as answer:
        assert "Act for The Band?" in await answer.text()
    headers, form = {"Sec-Fetch-Site": "same-origin"}, {"answer": "accept"}
    asked = house.client.http.post(url, data=form, cookies=cookies, headers=headers)
    async with asked as answer:
        assert "You act for The Band" in await answer.text()


async def test_invitations_fill_nobodys_letter_box(tmp_path: Path, valkey_url: str) -> None:
    async with served(tmp_path, redis_url=valkey_url) as client:
        house, ada = House(client), await client.artist()
        band = await house.artist(ada)
        said = {"capacity": "viewer", "email": "cleo@example.org"}
        for _ in range(5):
            await house.invite(ada, band, **said)

        told = await house.ask("POST", "account/invitations", ada, said, acting=band)

        assert code(told) == (429, "mails-enough")
        shown = await house.ask("GET", "account/invitations", ada, acting=band)
        assert len(shown.json["items"]) == 5


async def test_a_sign_in_remembers_for_whom_one_acts(house: House) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    me = await house.id_of(ada)
    assert code(await house.ask("PUT", "memberships/acting", ada, {"account": band}))[0] == 409
    async with house.client.holding.tools.database.begin() as session:
        made = await issue(session, me, kind=CredentialKind.SESSION, label="page", now=NOON)

    said = await house.ask("PUT", "memberships/acting", made.secret, {"account": band})

    assert said.status == 204
    assert (await house.ask("GET", "account", made.secret)).json["id"] == band
    # What is a person's own stays theirs, and they may say that they act for themselves.
    assert (await house.ask("GET", "wallet", made.secret)).status == 200
    assert (await house.ask("GET", "account", made.secret, acting=str(me))).json["id"] == str(me)
    async with house.client.holding.tools.database.begin() as session:
        await act_for(session, made.id, None)
    assert (await house.ask("GET", "account", made.secret)).json["id"] == str(me)


async def test_a_sign_in_tells_once_that_one_acts_for_an_account_no_more(house: House) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    me = await house.id_of(await house.member(ada, band, "editor"))
    async with house.client.holding.tools.database.begin() as session:
        made = await issue(session, me, kind=CredentialKind.SESSION, label="page", now=NOON)
        await act_for(session, made.id, UUID(band))
    assert (await house.ask("GET", "releases", made.secret)).status == 200

    await house.ask("DELETE", f"account/members/{me}", ada, acting=band)

    assert (await house.ask("GET", "wallet", made.secret)).status == 200
    assert code(await house.ask("GET", "account", made.secret)) == (403, "not-a-member")
    assert (await house.ask("GET", "account", made.secret)).json["id"] == str(me)


async def test_a_token_is_told_once_narrows_ends_and_tells_when_it_was_used(house: House) -> None:
    ada = await house.client.artist()
    wanted = {"label": "script", "scopes": ["music.read"], "days": 1}
    made = (await house.ask("POST", "tokens", ada, wanted)).json
    narrow = made["token"]

    assert (await house.ask("GET", "releases", narrow)).status == 200
    refused = await house.ask("POST", "releases", narrow, {"title": "One"})
    assert code(refused) == (403, "scope-too-narrow")
    assert "it lacks the scope “music.write”" in refused.json["detail"]
    # No token makes tokens that is limited to anything.
    assert code(await house.ask("POST", "tokens", narrow, wanted)) == (403, "scope-too-narrow")
    await _written(house)
    [listed] = [
        one
        for one in (await house.ask("GET", "tokens", ada)).json["items"]
        if one["id"] == made["id"]
    ]
    assert listed["last_used_at"] is not None
    assert "token" not in listed
    house.clock.advance(timedelta(days=2))
    assert code(await house.ask("GET", "releases", narrow)) == (401, "credential-expired")
    assert (await house.ask("DELETE", f"tokens/{made['id']}", ada)).status == 204
    assert code(await house.ask("GET", "releases", narrow)) == (401, "sign-in-first")
    assert (await house.acts())[:2] == ["token.ended", "token.made"]


async def test_what_is_open_shows_ones_own_to_oneself_and_to_tokens_that_may(
    house: House,
) -> None:
    ada = await house.client.artist()
    me = str(await house.id_of(ada))
    viewer = await house.member(ada, me, "viewer")
    made = (await house.ask("POST", "playlists", ada, {"title": "Mine"})).json["id"]
    narrow, wide = [
        (await house.ask("POST", "tokens", ada, {"label": "x", "scopes": [one]})).json["token"]
        for one in ("play", "library.read")
    ]

    for path in (f"playlists/{made}", f"playlists/{made}/entries"):
        said = [(await house.ask("GET", path, one)).status for one in (ada, wide, narrow)]
        said.append((await house.ask("GET", path, viewer, acting=me)).status)
        assert said == [200, 200, 404, 404]
        assert (await house.ask("GET", path, ada, acting=await house.artist(ada))).status == 200
    shown = [await _home(house, one) for one in (ada, wide)]
    assert ["balance" in one for one in shown] == [True, False]


async def test_a_membership_and_where_one_signs_in_are_a_persons_own(house: House) -> None:
    ada = await house.client.artist()
    me = str(await house.id_of(ada))
    editor = await house.member(ada, me, "editor")
    said = {"label": "x", "scopes": ["account.read"]}
    narrow = (await house.ask("POST", "tokens", ada, said)).json["token"]
    hook = {"url": "https://label.example/hook"}

    own = await house.ask("GET", "membership", editor, acting=me)
    assert code(own) == (403, "not-as-member")
    assert code(await house.ask("GET", "membership", narrow)) == (404, "no-membership")
    for path in ("account/email", "account/sign-ins"):
        assert code(await house.ask("GET", path, narrow)) == (403, "scope-too-narrow")
    made = (await house.ask("POST", "webhooks", editor, hook, acting=me)).json
    assert "track.complete" in made["kinds"]
    assert "membership.changed" not in made["kinds"]
    named = hook | {"kinds": ["membership.due"]}
    refused = await house.ask("POST", "webhooks", editor, named, acting=me)
    assert code(refused) == (403, "not-as-member")
    assert (await house.ask("POST", "webhooks", ada, named)).status == 201


async def _home(house: House, cookie: str) -> str:
    async with house.client.http.get(house.client.url, cookies={COOKIE: cookie}) as answer:
        return await answer.text()


async def _written(house: House) -> None:
    """Let what is noted of uses be written, as at the end of the process."""
    async with house.client.holding.tools.database.begin() as session:
        ids = list(await session.scalars(select(Token.id)))
        await write_uses(session, dict.fromkeys(ids, NOON))
        later = dict.fromkeys(ids, NOON + timedelta(seconds=59))
        await write_uses(session, later)
        assert set(await session.scalars(select(Token.last_used_at))) == {NOON}


async def test_operators_grant_and_revoke_and_treasurers_read_of_it(house: House) -> None:
    operator, treasurer = [
        await house.client.artist(one) for one in (Role.OPERATOR, Role.TREASURER)
    ]
    ada = await house.client.artist(Role.LISTENER)
    path = f"accounts/{await house.id_of(ada)}/roles"

    granted = await house.ask("PUT", f"{path}/artist", operator)
    again = await house.ask("PUT", f"{path}/artist", operator)
    revoked = await house.ask("DELETE", f"{path}/artist", operator)

    assert granted.json["roles"] == again.json["roles"] == ["listener", "artist"]
    assert revoked.json["roles"] == ["listener"]
    assert code(await house.ask("PUT", f"{path}/listener", operator)) == (422, "role-derived")
    mine = f"accounts/{await house.id_of(operator)}/roles/operator"
    assert code(await house.ask("DELETE", mine, operator)) == (409, "last-operator")
    asked = f"audit?limit=1&subject={await house.id_of(ada)}"
    first = (await house.ask("GET", asked, treasurer)).json
    then = (await house.ask("GET", f"{asked}&cursor={first['next']}", treasurer)).json
    refused = (await house.ask("GET", "audit?outcome=last-operator", treasurer)).json["items"]
    assert [one["act"] for one in refused] == ["office.used"]
    assert [one["act"] for one in (*first["items"], *then["items"])] == [
        "role.revoked",
        "role.granted",
    ]
    assert first["items"][0]["person"] == str(await house.id_of(operator))
    assert first["items"][0]["facts"] == {"role": "artist"}
    assert then["next"] is None
    assert code(await house.ask("GET", "audit", ada)) == (403, "not-allowed")


@pytest.mark.parametrize("change", [update(NotedAct).values(act="x"), delete(NotedAct)])
async def test_what_was_noted_stays(house: House, change: Any) -> None:  # noqa: ANN401 - two kinds
    operator = await house.client.artist(Role.OPERATOR)
    path = f"accounts/{await house.id_of(operator)}/roles/artist"
    assert (await house.ask("PUT", path, operator)).status == 200

    with pytest.raises(DBAPIError, match="only ever added"):
        async with house.client.holding.tools.database.begin() as session:
            await session.execute(change)


async def test_what_is_uploaded_is_whose_it_was_begun_for_whatever_another_tab_says(
    house: House,
) -> None:
    ada = await house.client.artist()
    band = await house.artist(ada)
    me = await house.id_of(ada)
    async with house.client.holding.tools.database.begin() as session:
        made = await issue(session, me, kind=CredentialKind.SESSION, label="browser", now=NOON)
    data, cookie = wave(7), {"Cookie": f"{COOKIE}={made.secret}", "Sec-Fetch-Site": "same-origin"}

    async def sent(method: str, path: str, acting: str, **more: Any) -> Answer:  # noqa: ANN401
        headers = {**cookie, "Tus-Resumable": "1.0.0", **more.pop("headers", {})}
        if acting:
            headers["Refrain-Acting-For"] = acting
        url = f"{house.client.url}{path}"
        async with house.client.http.request(method, url, headers=headers, **more) as answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, names, await answer.read())

    async def act_as(account: str | None) -> None:
        chosen = await sent("PUT", "/api/v1/memberships/acting", "", json={"account": account})
        assert chosen.status == 204

    await act_as(band)
    begun = await sent("POST", "/api/v1/uploads", band, headers={"Upload-Length": str(len(data))})
    place = begun.headers["location"].removeprefix(house.client.url)
    await act_as(None)  # in another tab
    part = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    lost = await sent("PATCH", place, "", headers=part, data=data)
    done = await sent("PATCH", place, band, headers=part, data=data)

    assert (begun.status, lost.status, done.status) == (201, 404, 204)
    async with house.client.holding.tools.database.read() as session:
        found = await track_of(session, UUID(done.headers["refrain-track"]))
    assert str(found.track.owner_id) == band
    # Who acts for somebody by now says that they act for themselves.
    await act_as(band)
    own = await sent("POST", "/api/v1/releases", str(me), json={"title": "Mine"})
    async with house.client.holding.tools.database.read() as session:
        release = await release_of(session, UUID(own.json["id"]))
    assert release.owner_id == me
