"""Operators find accounts, see what is known of each, and sign people out; on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from catalog.account_list import AccountState, Deed, Has, Listed, deeds_on
from catalog.callers import Caller
from catalog.email_addresses import claim
from catalog.erasing import erase
from catalog.folding import parse_email
from catalog.members import make_account
from catalog.people import create_account, issue_token
from catalog.roles import AccountKind, Role
from tests.support.catalog import NOON
from tests.support.explained import asked, read_to_the_end
from tests.support.served import Client, served
from tests.support.statements_counted import statements

ACCOUNTS = "/api/v1/accounts"


@pytest.fixture
async def client(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with served(tmp_path, database_url=database_url) as opened:
        yield opened


async def made(client: Client, name: str, role: Role = Role.LISTENER, mail: str = "") -> Caller:
    async with client.holding.tools.database.begin() as session:
        who = await create_account(session, name=name, role=role, now=NOON)
        if mail:
            await claim(session, who.id, parse_email(mail), now=NOON)
        return who


async def test_accounts_are_found_shown_and_signed_out(client: Client) -> None:
    database, operator = client.holding.tools.database, await client.artist(Role.OPERATOR)

    async def found(query: str) -> list[str]:
        answer = await client.ask("GET", f"{ACCOUNTS}?{query}", token=operator)
        assert answer.status == 200, answer.body
        return [one["name"] for one in answer.json["items"]]

    ada = await made(client, "Ada Lovelace", Role.ARTIST, "Ada@example.org")
    await made(client, "ADAM", mail="adam@example.org")
    gone = await made(client, "Adele")
    async with database.begin() as session:
        await make_account(session, ada, name="Engine", kind=AccountKind.LABEL, now=NOON)
        token = await issue_token(session, ada, label="script", now=NOON)
        await erase(session, gone.id, now=NOON)

    assert sorted(await found("q=ada")) == ["ADAM", "Ada Lovelace"]
    assert await found("q=ada@EXAMPLE.org") == ["Ada Lovelace"]
    assert await found(f"q={ada.id}") == ["Ada Lovelace"]
    assert await found("q=adele") == []
    assert await found("role=artist") == ["Ada Lovelace"]
    assert await found("kind=label") == ["Engine"]
    assert len(await found("state=erased")) == 1
    assert await found("state=closing&role=operator") == []
    assert await in_parts(client, operator) == sorted(await found("limit=200"))

    await made(client, f"{ada.id} as it seems")  # newer, and called as another is numbered
    shown = (await client.ask("GET", f"{ACCOUNTS}/{ada.id}", token=operator)).json
    assert (shown["email"], shown["roles"]) == ("Ada@example.org", ["listener", "artist"])
    assert [(one["name"], one["capacity"]) for one in shown["acts_for"]] == [("Engine", "owner")]
    assert set(shown["may"]) >= {Deed.GRANT_ROLE, Deed.REVOKE_ROLE, Deed.RULE_REVIEW}
    assert (await client.ask("GET", f"{ACCOUNTS}/{UUID(int=1)}", token=operator)).status == 404

    done = await client.ask("DELETE", f"{ACCOUNTS}/{ada.id}/sign-ins", token=operator)
    assert done.status == 204
    assert (await client.ask("GET", "/api/v1/account", token=token)).status == 401
    acts = (await client.ask("GET", "/api/v1/audit?act=sign-ins.ended", token=operator)).json
    assert [one["subject"] for one in acts["items"]] == [str(ada.id)]
    await see_how_it_is_asked(client, operator)


async def in_parts(client: Client, token: str) -> list[str]:
    names, path = [], f"{ACCOUNTS}?limit=2"
    while path:
        said = (await client.ask("GET", path, token=token)).json
        names += [one["name"] for one in said["items"]]
        path = f"{ACCOUNTS}?limit=2&cursor={said['next']}" if said["next"] else ""
    return sorted(names)


async def see_how_it_is_asked(client: Client, token: str) -> None:
    database = client.holding.tools.database
    with statements(database) as few:
        await client.ask("GET", f"{ACCOUNTS}?limit=1", token=token)
    with statements(database) as many:
        await client.ask("GET", f"{ACCOUNTS}?limit=50", token=token)
    assert len(few) == len(many)
    if client.holding.tools.settings.database_url.startswith("postgresql"):
        with asked(database) as questions:
            for query in ("q=ada", "role=artist&kind=person", "state=active", "limit=9"):
                await client.ask("GET", f"{ACCOUNTS}?{query}", token=token)
        assert await read_to_the_end(database, questions) == set()


def test_nothing_is_done_with_who_is_forgotten_and_wallets_are_peoples() -> None:
    has = Has(factors=True, freezes=True, sign_ins=True)

    assert deeds_on(account(AccountState.ERASED), has) == []
    assert set(deeds_on(account(), has)) == set(Deed) - {Deed.REVOKE_ROLE, Deed.RULE_REVIEW}
    assert Deed.FREEZE_WALLET not in deeds_on(account(kind=AccountKind.LABEL), has)


def account(
    state: AccountState = AccountState.ACTIVE, *, kind: AccountKind = AccountKind.PERSON
) -> Listed:
    return Listed(
        id=UUID(int=1),
        name="Ada",
        kind=kind,
        state=state,
        created_at=NOON,
        country=None,
        is_reviewed=None,
        roles=(Role.LISTENER,),
        email=None,
        is_verified=False,
        closes_at=None,
        closed_at=None,
        last_seen_at=None,
    )
