"""Rows can tell which PostgreSQL they are in, and nobody is in the way of who cannot."""

from sqlalchemy import text

from base.clusters import cluster_of
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


async def test_where_it_is_not_told_what_was_begun_goes_on(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.begin() as session:
        await session.execute(text("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC"))
        await session.execute(text("CREATE TABLE kept AS SELECT 1 AS one"))
        await session.execute(text("SET LOCAL ROLE pg_read_all_data"))

        assert await cluster_of(session) is None
    async with database.read() as session:
        assert await session.scalar(text("SELECT one FROM kept")) == 1
    await database.close()


async def test_a_file_is_no_cluster(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.read() as session:
        assert await cluster_of(session) is None
    await database.close()
