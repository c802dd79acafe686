"""A server on a port, a client of it, and a worker that does jobs when it is asked to."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import soundfile
from sqlalchemy import select

from catalog.masters import move_tracks
from catalog.models.music import Track
from catalog.music import describe_master
from catalog.people import issue_token
from catalog.roles import Role
from catalog.states import TrackEvent
from stream.app import serving
from tests.support.catalog import NOON, person
from tests.support.working import workshop
from workers.holding import Holding


def wave(number: int) -> bytes:
    """Answer a short master; each is another."""
    file = io.BytesIO()
    soundfile.write(file, np.full((1_250, 2), number / 100), 44_100, format="WAV")
    return file.getvalue()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        return json.loads(self.body)


@dataclass
class Client:
    holding: Holding
    http: aiohttp.ClientSession
    url: str

    async def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        data: bytes | dict[str, Any] | None = None,
        accept: str = "*/*",
        **fields: str,
    ) -> Answer:
        headers = {"Accept": accept, **{name.replace("_", "-"): fields[name] for name in fields}}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps(data).encode() if isinstance(data, dict) else data
        if isinstance(data, dict):
            headers["Content-Type"] = "application/json"
        asked = self.http.request(method, self.url + path, data=body, headers=headers)
        async with asked as answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, names, await answer.read())

    async def artist(self, role: Role = Role.ARTIST) -> str:
        database = self.holding.tools.database
        who = await person(database, role, millicredits=0)
        async with database.begin() as session:
            return await issue_token(session, who, label="test", now=NOON)

    async def release(self, release: str, token: str = "") -> Any:  # noqa: ANN401 - a document
        answer = await self.ask("GET", f"/api/v1/releases/{release}", token=token)
        return answer.json

    async def play(self, *, pcm_sha256: str | None = "0" * 64) -> None:
        """Let every track that waits be playable, as if it had been examined, or is being so."""
        tools = self.holding.tools
        async with tools.database.begin() as session:
            for master_id in await _masters(session):
                facts = {"samples": 44_100, "sample_rate": 44_100, "pcm_sha256": pcm_sha256}
                await describe_master(session, master_id, facts)
                for event in (TrackEvent.EXAMINE, TrackEvent.PUBLISH):
                    await move_tracks(session, master_id, event, now=NOON)


async def _masters(session: Any) -> list[Any]:  # noqa: ANN401 - ids
    return list(await session.scalars(select(Track.master_id).where(Track.state == "received")))


@asynccontextmanager
async def served(folder: Path, **settings: object) -> AsyncIterator[Client]:
    """Open a house's tools, a server on a port of its own, and a client."""
    async with (
        workshop(folder, **{"ticket_secret": "s" * 40, **settings}) as holding,
        serving(holding.tools, host="127.0.0.1", port=0) as url,
        aiohttp.ClientSession() as http,
    ):
        yield Client(holding, http, url)
