"""A database that is made to look at rows is another than the one that is in use."""

from urllib.parse import unquote

import pytest
from sqlalchemy import text

from base.database import Database
from base.dumps import scratch_database


@pytest.mark.parametrize("said", ["", "?passfile=/etc/none/pgpass", "?ssl=prefer"])
async def test_a_database_to_look_at_is_never_the_one_in_use(postgres_url: str, said: str) -> None:
    async with scratch_database(postgres_url + said) as url:
        database = Database(url)
        async with database.read() as session:
            name = await session.scalar(text("SELECT current_database()"))
        await database.close()

    assert name.startswith("refrain_check_")
    assert unquote(url).endswith(said)
