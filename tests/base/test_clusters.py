"""Rows can tell which PostgreSQL they are in, and nobody is in the way of who cannot."""

import pytest
from sqlalchemy import text

from base.clusters import UNTOLD, cluster_of
from base.database import Database


async def test_databases_of_a_cluster_say_the_same(
    postgres_url: str, migrated_postgres_url: str
) -> None:
    told = set()
    for url in (postgres_url, migrated_postgres_url):
        database = Database(url)
        async with database.read() as session:
            told.add(await cluster_of(session))
        await database.close()

    [cluster] = told
    assert cluster is not None
    identifier, timeline = cluster.split("/")
    assert (identifier.isdigit(), int(timeline, 16)) == (True, 1)


@pytest.mark.parametrize("opened", ["read", "snapshot", "begin"])
async def test_where_it_is_not_told_what_was_begun_goes_on(postgres_url: str, opened: str) -> None:
    database = Database(postgres_url)
    async with database.begin() as session:
        await session.execute(text("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC"))

    async with getattr(database, opened)() as session:
        await session.execute(text("SET ROLE pg_read_all_data"))
        assert await cluster_of(session) == UNTOLD
        assert await session.scalar(text("SELECT current_user")) == "pg_read_all_data"
        await session.execute(text("RESET ROLE"))
    await database.close()


async def test_a_file_is_no_cluster(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.read() as session:
        assert await cluster_of(session) is None
    await database.close()
