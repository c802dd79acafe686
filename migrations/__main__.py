"""Write a migration: `python -m migrations MESSAGE`.

An empty database is brought to the newest step and compared with the models.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from base.database import Database
from catalog.schema import MIGRATIONS, alembic_config, upgrade


async def write(message: str) -> None:
    """Write the next step into `migrations/versions`."""
    number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder)}/empty.db")
        await upgrade(database)

        def revise(connection: Connection) -> None:
            config = alembic_config(connection)
            command.revision(config, message=message, autogenerate=True, rev_id=f"{number:04}")

        async with database.engine.begin() as connection:
            await connection.run_sync(revise)
        await database.close()


asyncio.run(write(sys.argv[1]))
