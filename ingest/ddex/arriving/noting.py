"""That a delivery comes, and which way, is known as soon as its first file is there."""

from __future__ import annotations

from uuid import UUID

from base.clock import Clock
from base.database import Database
from catalog.deliveries import see_delivery
from ingest.ddex.arriving.layouts import layout_of


async def note_coming(
    database: Database, clock: Clock, partner_id: UUID, name: str, *, way: str
) -> None:
    """Begin the row of a delivery by its name, unless there is one.

    Raises:
        Unavailable: the database is away.

    """
    async with database.begin() as session:
        await see_delivery(session, partner_id, name, way=way, layout=layout_of(name), now=clock())
