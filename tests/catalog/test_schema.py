import asyncio

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

import catalog.models.ledger  # noqa: F401 - its tables are part of the metadata
from base.database import Database
from catalog.models import Model
from catalog.schema import alembic_config, upgrade


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Model.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def downgrade(connection: Connection) -> None:
    command.downgrade(alembic_config(connection), "base")


async def test_migrations_make_the_tables_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    await upgrade(database)
    await upgrade(database)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        made = await connection.run_sync(tables)
    assert made == {*Model.metadata.tables, "alembic_version"}
    await database.close()


async def test_migrations_can_be_undone(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database)

    async with database.engine.begin() as connection:
        await connection.run_sync(downgrade)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    await database.close()
    await asyncio.sleep(0)
