"""A house whose whole interface is tried: somebody who may do much, and music of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.roles import Role
from tests.support.served import Client, served, wave

#: Nobody is told to come again later, and what is asked is not counted.
_UNLIMITED = {
    "address_requests_per_minute": 0,
    "address_bytes_per_minute": 0,
    "account_requests_per_minute": 0,
    "account_bytes_per_minute": 0,
}


@dataclass(frozen=True, kw_only=True)
class Interface:
    """Where it is, and what is there."""

    client: Client
    url: str
    token: str
    track: str
    release: str


@asynccontextmanager
async def interface(
    folder: Path, role: Role = Role.OPERATOR, **settings: object
) -> AsyncIterator[Interface]:
    """Open it for somebody of a role; the music is theirs, if they may have any."""
    async with served(folder, **{**_UNLIMITED, **settings}) as client:
        token = await client.artist(role)
        maker = await client.artist() if role is Role.LISTENER else token
        sent = await client.ask("PUT", "/api/v1/masters/a.wav", token=maker, data=wave(1))
        made = await client.ask("POST", "/api/v1/releases", token=maker, data={"title": "Record"})
        await client.play()
        yield Interface(
            client=client,
            url=client.url,
            token=token,
            track=sent.json["track"],
            release=made.json["id"],
        )


async def _stand(folder: Path) -> None:
    async with interface(folder) as there:
        (folder / "there").write_text(f"{there.url} {there.token}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    import sys

    asyncio.run(_stand(Path(sys.argv[1])))
