"""A PostgreSQL that went back or failed over pays nobody until somebody has compared."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from accounting.payment_upkeep import look_after
from base.clock import system_clock
from base.database import Database
from catalog.acts import Act
from catalog.audit import Asked, acts_before
from catalog.restorations import finish, note_restored, resume
from catalog.roles import Role
from catalog.schema import upgrade
from tests.house.backups.test_backups import Place
from tests.house.backups.test_held import approved, noted
from tests.support.catalog import migrated, person
from tests.support.children import NOBODY, Program, free_port
from tests.support.commands import Done
from tests.support.folders import quick_folder
from tests.support.payouts import COOP
from tests.support.postgres import open_to_all, postgres_on, postgres_url_of

#: Read the log that there is, to its end, and go on on a timeline of one's own: as a standby does
#: that takes over, and whoever goes back to a second.
OVER = ("-c", "restore_command=false", "-c", "recovery_target_timeline=current")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("REFRAIN_SEPA_NAME", COOP.holder)
    monkeypatch.setenv("REFRAIN_SEPA_IBAN", COOP.iban)
    return Place(tmp_path, "", f"file://{tmp_path}/objects")


def test_a_payout_is_not_made_by_a_cluster_that_took_over_unless_somebody_says_so(
    place: Place, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with quick_folder(tmp_path_factory, "over") as folder:
        open_to_all(folder)
        port = free_port()
        server = postgres_on(folder, port)
        place.database_url = f"{postgres_url_of(port)}/postgres"
        with server.running():
            run, ada, token = asyncio.run(begun(place.database_url))
            monkeypatch.setenv("REFRAIN_TOKEN", token)
        with server.running():
            restarted = money(place)
        with taken_over(server, folder).running():
            over = money(place)
            refused = export(place, str(run), "refused.xml")
            resumed = place.run("books", "resume", "--compared", "the bank, until today")
            again = place.run("books", "resume", "--compared", "the bank, until today")
            made = export(place, str(run), "made.xml")
            acts = asyncio.run(noted(place.database_url))
        with server.running():
            after = money(place)

    assert (restarted["ok"], restarted["found"]) == (True, "not held")
    assert (over["ok"], "refrain books resume" in over["mend"]) == (False, True)
    assert (refused.status, "house-restored" in refused.errors) == (1, True)
    assert (resumed.said, again.said) == ("money may leave again\n", "nothing was held\n")
    assert (made.status, after["ok"]) == (0, True)
    assert {Act.HOUSE_RESTORED: None, Act.MONEY_RESUMED: ada}.items() <= acts.items()


@pytest.mark.parametrize("is_told", [True, False], ids=["restore --objects", "by itself"])
def test_who_restored_is_asked_once(
    migrated_postgres_url: str, place: Place, monkeypatch: pytest.MonkeyPatch, *, is_told: bool
) -> None:
    place.database_url = migrated_postgres_url
    _, _, token = asyncio.run(begun(place.database_url))
    monkeypatch.setenv("REFRAIN_TOKEN", token)
    asyncio.run(moved(place.database_url, is_told=is_told))
    held = money(place)

    assert place.run("books", "resume", "--compared", "all").said == "money may leave again\n"

    assert not held["ok"]
    assert money(place)["ok"]


def test_of_treasurers_who_say_so_at_once_one_does(migrated_postgres_url: str) -> None:
    said, acts = asyncio.run(resumed_at_once(migrated_postgres_url))

    assert sorted(said) == [0, 0, 0, 1]
    assert Counter(acts) == {Act.HOUSE_RESTORED: 1, Act.MONEY_RESUMED: 1}


def test_a_server_that_tells_no_more_is_another_one(
    migrated_postgres_url: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.database_url = migrated_postgres_url
    _, _, token = asyncio.run(begun(place.database_url))
    monkeypatch.setenv("REFRAIN_TOKEN", token)
    asyncio.run(silenced(place.database_url))
    held = money(place)
    assert place.run("books", "resume", "--compared", "all").said == "money may leave again\n"
    resumed = money(place)

    assert not held["ok"]
    assert (resumed["ok"], "nobody would see" in resumed["found"]) == (True, True)


def test_a_server_that_never_told_holds_nothing(postgres_url: str, place: Place) -> None:
    place.database_url = postgres_url
    asyncio.run(migrated(place.database_url))
    asyncio.run(silenced(place.database_url))
    asyncio.run(of_some_hours(place.database_url))
    found = money(place)

    assert (found["ok"], "nobody would see" in found["found"]) == (True, True)


def test_objects_for_rows_of_an_earlier_step_wait_for_it(postgres_url: str, place: Place) -> None:
    place.database_url = postgres_url
    asyncio.run(upgraded(postgres_url, "0047"))
    done = place.run("restore", place.data / "backups", "--objects", "--is-current")

    assert (done.status, "refrain migrate" in done.errors) == (1, True)


def test_objects_for_rows_of_now_tell_that_money_is_held_all_the_same(
    migrated_postgres_url: str, place: Place
) -> None:
    place.database_url = migrated_postgres_url
    asyncio.run(of_some_hours(place.database_url))
    dest = place.data / "backups"
    place.told("backup", dest)
    before = place.told("restore", dest, "--objects", "--is-current")
    asyncio.run(moved(place.database_url, is_told=False))
    after = place.told("restore", dest, "--objects", "--is-current")

    assert (before["held"], after["held"]) == (False, True)


async def resumed_at_once(url: str) -> tuple[list[int], list[str]]:
    """Have four say at one moment what was compared; answer what they are told, and the acts."""
    await of_some_hours(url)
    await moved(url, is_told=False)
    database = Database(url)
    treasurer = await person(database, Role.TREASURER)
    step = partial(resume, compared="all", by=treasurer.id, now=system_clock())
    said = await asyncio.gather(*(database.run(step) for _ in range(4)))
    async with database.read() as session:
        acts = [one.act for one in await acts_before(session, Asked(), limit=50)]
    await database.close()
    return said, acts


async def begun(url: str) -> tuple[UUID, UUID, str]:
    """Have a house with a run that was approved; answer it, and a treasurer."""
    await of_some_hours(url)
    return await approved(url)


async def of_some_hours(url: str) -> None:
    """Have a house that was looked after once."""
    await migrated(url)
    database = Database(url)
    await look_after(database, {}, clock=system_clock)
    await database.close()


async def moved(url: str, *, is_told: bool) -> None:
    """Have rows be elsewhere than they know, which a restoration may have told already."""
    database = Database(url)
    async with database.begin() as session:
        await session.execute(text("UPDATE trusted_clusters SET cluster = '1/00000001'"))
        if is_told:
            await note_restored(session, backup=None, rows_at=None, now=system_clock())
            await finish(session, now=system_clock())
    await database.close()


async def silenced(url: str) -> None:
    """Have sessions from now on be of an account that may write, and not ask for the cluster."""
    name = url.rpartition("/")[2]
    role = f"few_{name}"
    await executed(
        url,
        "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
        f"CREATE ROLE {role} IN ROLE pg_read_all_data, pg_write_all_data",
        f"ALTER DATABASE {name} SET role = {role}",
    )


async def upgraded(url: str, revision: str) -> None:
    database = Database(url)
    await upgrade(database, revision)
    await database.close()


async def executed(url: str, *statements: str) -> None:
    database = Database(url)
    async with database.begin() as session:
        for statement in statements:
            await session.execute(text(statement))
    await database.close()


def money(place: Place) -> dict[str, Any]:
    """Answer what `refrain doctor` finds of money."""
    return money_in(place.run("doctor", "--json"))


def money_in(looked: Done) -> dict[str, Any]:
    findings = map(json.loads, looked.said.splitlines())
    found: dict[str, Any] = {one["name"]: one for one in findings}["money"]
    return found


def export(place: Place, run: str, name: str) -> Done:
    """Ask for the file of a run."""
    return place.run("books", "payout", "export", run, "--out", place.data / name)


def taken_over(server: Program, folder: Path) -> Program:
    """Answer the same cluster, which will go on on another timeline."""
    signal = folder / "pg" / "recovery.signal"
    signal.touch()
    if os.geteuid() == 0:
        os.chown(signal, NOBODY, NOBODY)
    return replace(server, argv=[*server.argv, *OVER])
