import asyncio

import pytest

from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.ddex import Partner
from catalog.partners import PartnerFacts, change_partner
from catalog.roles import Role
from catalog.supplied import isrcs_of_others, new_release
from catalog.supplied_facts import Told
from tests.support.catalog import NOON, open_database, person
from tests.support.deliveries import partner_of


async def moved(database: Database, partner: Partner, owner: Caller) -> None:
    facts = PartnerFacts(name=partner.name, account_id=owner.id, severities={}, keys=())
    async with database.begin() as session:
        await change_partner(session, partner.dpid, facts, now=NOON)


async def test_whose_music_it_is_changes_only_while_nothing_was_delivered(
    database: Database,
) -> None:
    partner = await partner_of(database)
    one, other = await person(database, Role.LABEL), await person(database, Role.LABEL)

    await moved(database, partner, one)
    async with database.begin() as session:
        session.add(new_release(partner.id, Told(at=NOON, message="M-1"), title="An Album"))
    await moved(database, partner, one)  # the same again
    with pytest.raises(Refused, match="stays so") as refused:
        await moved(database, partner, other)

    assert (refused.value.code, refused.value.status) == ("account-fixed", 409)


async def test_two_who_tell_of_one_recording_are_told_of_it_one_after_the_other(
    migrated_postgres_url: str,
) -> None:
    async with open_database(migrated_postgres_url) as database:
        one, other = await person(database, Role.LABEL), await person(database, Role.LABEL)
        order = list[str]()

        async def ask() -> None:
            async with database.begin() as session:
                await isrcs_of_others(session, other.id, {"QZTST2400001", "QZTST2400002"})
                order.append("second")

        async with database.begin() as session:
            await isrcs_of_others(session, one.id, {"QZTST2400002"})
            waiting = asyncio.create_task(ask())
            await asyncio.sleep(0.3)
            order.append("first")
        await waiting

    assert order == ["first", "second"]
