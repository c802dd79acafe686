"""Tokens of applications in both databases, also where many ask at once."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from base.database import Database
from catalog.models.oidc import OAuthRefresh
from catalog.oidc_apps import apps_of, show_out
from catalog.oidc_clients import NewClient, add_client, remove_client
from catalog.oidc_codes import code_shown, keep_code, new_code
from catalog.oidc_families import NewFamily, begin_family, family_of
from catalog.oidc_tokens import access_of, give_access, give_refresh, mark_used, refresh_shown
from catalog.oidc_upkeep import forget_expired
from catalog.permissions import Scope
from catalog.roles import Role
from catalog.token_rotation import MOST_SIBLINGS
from tests.support.catalog import NOON, person

LATER = NOON + timedelta(days=60)


async def signed_in(database: Database) -> tuple[str, UUID, UUID, str]:
    """Answer an application, somebody, their family, and its refresh token."""
    who = await person(database, Role.LISTENER)
    player = NewClient(name="P", auth_method="none", grant_types=["refresh_token"], scopes=["play"])
    async with database.begin() as session:
        client = (await add_client(session, player, by=None, now=NOON)).client
        new = NewFamily(client_id=client.id, account_id=who.id, scopes=["play"])
        family = await begin_family(session, new, expires_at=LATER, now=NOON)
        token = await give_refresh(session, family, parent=None, expires_at=LATER, now=NOON)
    return client.id, who.id, family.id, token


async def exchanged(database: Database, token: str) -> str | None:
    async with database.begin() as session:
        held = await refresh_shown(session, token, now=NOON)
        if held is None or held.digest is None:
            return None
        await asyncio.sleep(0.01)
        made = await give_refresh(
            session, held.family, parent=held.digest, expires_at=LATER, now=NOON
        )
        await mark_used(session, held.digest, now=NOON)
        return made


async def test_who_asks_at_once_is_judged_one_after_the_other(database: Database) -> None:
    _, _, family_id, token = await signed_in(database)

    found = await asyncio.gather(*(exchanged(database, token) for _ in range(MOST_SIBLINGS + 2)))

    async with database.read() as session:
        children = select(func.count()).where(OAuthRefresh.parent_digest.is_not(None))
        assert await session.scalar(children) == MOST_SIBLINGS
        family = await family_of(session, family_id)
        assert family is not None
        assert family.revoked_why is None
    assert found.count(None) == 2


async def test_of_two_siblings_one_goes_on(database: Database) -> None:
    _, _, _, token = await signed_in(database)
    first, second = await exchanged(database, token), await exchanged(database, token)
    assert first is not None
    assert second is not None

    onwards = await exchanged(database, second)
    copied = await exchanged(database, first)

    assert onwards is not None
    assert copied is None
    assert await exchanged(database, onwards) is None


async def test_a_code_is_exchanged_once_whoever_is_first(database: Database) -> None:
    client_id, account_id, _, _ = await signed_in(database)
    code, new = new_code(), NewFamily(client_id=client_id, account_id=account_id, scopes=["play"])
    async with database.begin() as session:
        await keep_code(session, code, new, redirect_uri=None, challenge=None, now=NOON)

    async def use() -> bool:
        async with database.begin() as session:
            found = await code_shown(session, code, client_id=client_id, now=NOON)
            await asyncio.sleep(0.01)
            if found is not None:
                found.used_at = NOON
            return found is not None

    assert sorted(await asyncio.gather(*(use() for _ in range(3)))) == [False, False, True]


async def test_an_application_is_shown_out_and_removed(database: Database) -> None:
    client_id, account_id, family_id, _ = await signed_in(database)
    async with database.begin() as session:
        family = await family_of(session, family_id)
        assert family is not None
        token = await give_access(
            session,
            family,
            scopes=["play"],
            allowed={Scope.PLAY},
            label="P",
            expires_at=LATER,
            now=NOON,
        )
        assert await access_of(session, token, now=NOON) is not None
        assert [one.name for one in await apps_of(session, account_id, now=NOON)] == ["P"]
        await show_out(session, account_id, client_id, now=NOON)
        assert await access_of(session, token, now=NOON) is None
        assert await apps_of(session, account_id, now=NOON) == []
    async with database.begin() as session:
        await forget_expired(session, now=LATER + timedelta(days=8))
    async with database.begin() as session:
        assert await family_of(session, family_id) is None
        client = (
            await add_client(
                session,
                NewClient(name="Q", auth_method="none", grant_types=[], scopes=[]),
                by=None,
                now=NOON,
            )
        ).client
        await remove_client(session, client, now=NOON)
