"""That a delivery comes, and which way, is known as soon as its first file is there.

What was done long ago is over: nobody looks at what comes under its name, so nothing may.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from base.clock import Clock
from base.database import Database
from base.errors import Refused
from catalog.deliveries import delivery_called, is_used_up, see_delivery
from catalog.models.ddex import Delivery
from ingest.ddex.arriving.layouts import layout_of

#: The way of what was found in a folder, whoever put it there.
FOUND = "folder"
#: What came late is looked for so long after a delivery was done.
LATE = timedelta(days=7)


def says_something(path: str) -> bool:
    """Whether a file may be a message, or says that a delivery is whole; others are but heard."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(".xml") or name.startswith("batchcomplete")


async def note_coming(
    database: Database, clock: Clock, partner_id: UUID, name: str, *, way: str
) -> Delivery:
    """Answer the row of a delivery by its name; it is begun by whoever sees it first.

    Who looks into folders may see it before who takes in its files, who knows which way they came.

    Raises:
        Refused: `delivery-done`, 409: the name is used up.
        Unavailable: the database is away.

    """
    now = clock()
    async with database.begin() as session:
        row = await see_delivery(
            session, partner_id, name, way=way, layout=layout_of(name), now=now
        )
        if is_used_up(row, since=now - LATE):
            raise _done(name)
        if row.way == FOUND:
            row.way = way
    return row


async def require_not_done(
    database: Database, partner_id: UUID, name: str, *, now: datetime
) -> None:
    """See that the name of a delivery is not used up.

    Raises:
        Refused: `delivery-done`, 409.
        Unavailable: the database is away.

    """
    async with database.read() as session:
        row = await delivery_called(session, partner_id, name)
    if row is not None and is_used_up(row, since=now - LATE):
        raise _done(name)


def _done(name: str) -> Refused:
    return Refused(
        "delivery-done",
        f"The delivery {name} was done more than {LATE.days} days ago: give what you send now a "
        "new name.",
        status=409,
    )
