"""An export of one's own data, over all tables: what is in it, and what is not and why."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Table

import accounting.personal
import catalog.models.ledger
import catalog.models.statements
import catalog.personal
from base.database import Database
from catalog.models import Model
from catalog.personal_form import Kind, printed, readme, schema_of
from catalog.personal_queries import Export, rows_of
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person

ALL = (*catalog.personal.EXPORTS, *accounting.personal.EXPORTS)
LEFT_OUT = {*catalog.personal.NOT_EXPORTED, *accounting.personal.NOT_EXPORTED}
#: Whose rows are somebody's, wherever they are referred to.
SUBJECTS = {"accounts", "payees", "memberships", "play_sessions", "payments", "tokens"}
#: No people, but what was found out about sessions; it would tell how fraud is found.
LEFT_OUT |= {"play_suspicions"}


def names_somebody(table: Table) -> bool:
    return table.name == "accounts" or any(_names(column) for column in table.columns)


def _names(column: Column[object]) -> bool:
    refers = {key.target_fullname.partition(".")[0] for key in column.foreign_keys}
    named = {"payee", "payee_id", "listener_id", "account_id", "owner_id"}
    return bool(refers & SUBJECTS) or column.name in named


def told_by(export: Export) -> set[str]:
    columns = export.query(UUID(int=0)).selected_columns
    return {one.table.name for column in columns for one in column.base_columns}


def test_of_every_table_that_names_somebody_it_is_said_whether_it_is_exported() -> None:
    personal = {table.name for table in Model.metadata.tables.values() if names_somebody(table)}
    exported = set().union(*(told_by(one) for one in ALL))

    # Jobs are the machine's own, and are named after what they are about.
    assert personal - exported - LEFT_OUT == {"jobs"}
    assert exported & LEFT_OUT == set()


def test_every_file_has_a_name_of_its_own_and_tells_no_secret() -> None:
    assert len({one.name for one in ALL}) == len(ALL)
    for one in ALL:
        assert one.says.endswith(".")
        assert not {"digest", "secret", "storage_key"} & set(one.schema()) or one.name in {
            *("masters", "statements"),
        }


def test_values_are_printed_as_json() -> None:
    row = {
        "id": UUID(int=1),
        "at": datetime(2026, 11, 26, 12, tzinfo=UTC),
        "on": date(2026, 11, 26),
        "raw": b"\x01",
        "name": "Zoë",
        "none": None,
    }

    assert json.loads(printed(row)) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-11-26T12:00:00Z",
        "on": "2026-11-26",
        "raw": "01",
        "name": "Zoë",
        "none": None,
    }
    with pytest.raises(TypeError):
        printed({"odd": object()})


def test_a_schema_tells_each_field() -> None:
    told = json.loads(schema_of({"a": ("Yours.", {"n": (Kind.INTEGER, True)})}))

    fields = told["$defs"]["a"]["items"]
    assert fields["properties"] == {"n": {"type": ["integer", "null"]}}
    assert fields["required"] == ["n"]
    assert "a.json" in readme([("a", "Yours.", 3)], account="x", made_at=NOON)


async def test_an_account_gets_its_own_rows_and_no_others(database: Database) -> None:
    anna = await person(database, Role.ARTIST, millicredits=5)
    ben = await person(database, Role.ARTIST, millicredits=5)
    await audible(database, anna)

    async with database.snapshot() as session:
        for who, tracks in ((anna, 1), (ben, 0), (None, 0)):
            found = {}
            for one in ALL:
                rows = [
                    row
                    async for part in rows_of(session, one, who.id if who else uuid4())
                    for row in part
                ]
                for row in rows:
                    assert set(row) == set(one.schema())
                    printed(row)
                found[one.name] = len(rows)
            expected = (1, tracks, 1, 1) if who else (0, 0, 0, 0)
            told = tuple(found[name] for name in ("account", "tracks", "credit_lots", "journal"))
            assert told == expected
