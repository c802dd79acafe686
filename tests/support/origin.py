"""An origin in this process, with a track that needed no encoder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from base.settings import load_settings
from base.tools import Tools, open_tools
from catalog.callers import Caller
from refrain.synthetic import make_track
from stream.app import serving
from stream.tickets import seal
from tests.support.catalog import with_tables

SECRET = "s" * 40


@dataclass
class Origin:
    """A server, one track on it, and a session that may hear it."""

    tools: Tools
    url: str
    track_id: UUID
    listener: Caller
    session_id: UUID
    bodies: Mapping[str, bytes]

    @property
    def ticket(self) -> str:
        return seal(self.session_id, SECRET.encode())

    @property
    def root(self) -> str:
        return f"{self.url}/media/{self.ticket}"

    def path(self, rung: str = "aac-128") -> str:
        return f"/media/{self.ticket}/{rung}.mp4"


@asynccontextmanager
async def open_origin(
    folder: Path, *, fragments: int = 10, fragment_bytes: int = 20_000, **settings: str
) -> AsyncIterator[Origin]:
    """Serve a track of so many fragments."""
    given = {"data_dir": folder, "ticket_secret": SECRET, **settings}
    async with open_tools(load_settings(**given)) as tools:
        await with_tables(tools.database)
        made = await make_track(tools, fragments=fragments, fragment_bytes=fragment_bytes)
        async with serving(tools, host="127.0.0.1", port=0) as url:
            yield Origin(
                tools=tools,
                url=url,
                track_id=made.track_id,
                listener=made.listener,
                session_id=made.session_id,
                bodies=made.bodies,
            )
