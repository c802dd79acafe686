"""The inbox of one label, as its connections share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from base.clock import Clock
from base.database import Database
from ingest.ddex.arriving.jail import Jail
from ingest.ddex.arriving.layouts import delivery_of
from ingest.ddex.arriving.noting import note_coming
from ingest.ddex.sftp.room import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a label's files lie, how much room there is, and which deliveries were noted."""

    partner_id: UUID
    dpid: str
    jail: Jail
    room: Room
    database: Database
    clock: Clock
    _noted: set[str] = field(default_factory=set)

    async def note(self, path: str) -> None:
        """Say that a file came, for a delivery that was not known to.

        Raises:
            Unavailable: the database is away.

        """
        name = delivery_of(path)
        if name is None or name in self._noted:
            return
        await note_coming(self.database, self.clock, self.partner_id, name, way="sftp")
        self._noted.add(name)
