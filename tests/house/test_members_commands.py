"""`refrain members`, as it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accounting.payments.amounts import Money
from base.settings import Settings
from catalog.memberships import Application, apply
from catalog.roles import Role
from refrain.members import (
    Paid,
    decide_about,
    list_classes,
    list_members,
    print_register,
    print_roll,
    record_paid,
)
from refrain.months import members_worked
from tests.support.catalog import NOON, open_database, person


async def test_members_are_admitted_paid_for_and_counted(
    tmp_path: Path, migrated_sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=migrated_sqlite_url)
    async with open_database(migrated_sqlite_url) as database:
        bo = await person(database, Role.LISTENER)
        async with database.begin() as session:
            wanted = Application(account_id=bo.id, class_id="worker", name="Bo")
            row = await apply(session, wanted, now=NOON)

    def said() -> list[str]:
        return [one for one in capsys.readouterr().out.splitlines() if one.startswith("{")]

    await list_classes(settings)
    assert [json.loads(line)["class_id"] for line in said()] == [
        *("artist", "label", "listener", "worker")
    ]
    await decide_about(settings, str(row.id), reason=None, admits=True)
    paid = Paid(
        member="1",
        has_dues=False,
        shares=1,
        amount=Money(micros=1_000_000, currency="EUR"),
        reference="b-1",
    )
    for _ in range(2):
        await record_paid(settings, paid)
    await list_members(settings, None, None)
    assert [json.loads(line).get("number") for line in said()] == [1, None, None, 1]
    await print_roll(settings, None, is_csv=False)
    await print_register(settings, None)
    roll, issue, held = map(json.loads, said())

    assert (roll["members"], roll["roll"][0]["shares"]) == (1, 1)
    assert (issue["kind"], held["holder"]) == ("issue", str(row.id))
    assert await members_worked(settings, "worker", 2100) == {str(bo.id): 1}
