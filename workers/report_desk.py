"""Somebody else's server of SFTP: files go there whole or not at all, and answers are looked for.

It must show the key that it is known by; we show ours, and no password. A file is written beside
where it belongs and renamed, so that nobody ever reads half of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import asyncssh

from base.errors import Refused, Unavailable
from catalog.report_recipients import Place

#: How long a server may take to let us in, and over each step.
_CONNECT_S, _STEP_S = 20, 60
_BLOCK_BYTES = 1 << 18
_PART = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A file that is to be there: its name, and what it is known by."""

    name: str
    size_bytes: int
    sha256: str


class Desk:
    """The folder of a server, while we are connected to it."""

    def __init__(self, sftp: asyncssh.SFTPClient, folder: str) -> None:
        """Take a session and the folder that is ours there."""
        self._sftp, self._folder = sftp, folder

    async def put(self, parcel: Parcel, blocks: AsyncIterator[bytes]) -> bool:
        """Put a file there, unless it is there already; answer whether it was put.

        Raises:
            Unavailable: `report-not-taken`: it is not there as a whole.

        """
        if await self._has(parcel):
            return False
        part = self._path(parcel.name + _PART)
        with _named(f"{parcel.name} could not be written"):
            async with self._sftp.open(part, "wb") as file:
                async for block in blocks:
                    async with asyncio.timeout(_STEP_S):
                        await file.write(block)
            if await self._size(part) != parcel.size_bytes:
                raise Unavailable("report-not-taken", f"{parcel.name} did not arrive as a whole.")
            await self._rename(part, self._path(parcel.name))
        return True

    async def mark(self, name: str) -> None:
        """Put an empty file there, which says that what belongs to it is there."""
        with _named(f"{name} could not be written"):
            async with asyncio.timeout(_STEP_S), self._sftp.open(self._path(name), "wb"):
                pass

    async def names(self) -> Mapping[str, str]:
        """Answer what is there: by its name what another of that name would differ by."""
        with _named("the folder could not be read"):
            async with asyncio.timeout(_STEP_S):
                found = await self._sftp.readdir(self._folder)
        return {str(one.filename): f"{one.attrs.size}/{one.attrs.mtime}" for one in found}

    async def read(self, name: str, *, most_bytes: int) -> bytes:
        """Answer the beginning of a file."""
        with _named(f"{name} could not be read"):
            async with asyncio.timeout(_STEP_S), self._sftp.open(self._path(name), "rb") as file:
                return _bytes(await file.read(most_bytes))

    async def _has(self, parcel: Parcel) -> bool:
        path = self._path(parcel.name)
        with _named(f"{parcel.name} could not be looked at"):
            if await self._size(path) != parcel.size_bytes:
                return False
            digest = hashlib.sha256()
            async with self._sftp.open(path, "rb") as file:
                while True:
                    async with asyncio.timeout(_STEP_S):
                        block = _bytes(await file.read(_BLOCK_BYTES))
                    if not block:
                        return digest.hexdigest() == parcel.sha256
                    digest.update(block)

    async def _size(self, path: str) -> int | None:
        try:
            async with asyncio.timeout(_STEP_S):
                return (await self._sftp.stat(path)).size
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return None

    async def _rename(self, part: str, path: str) -> None:
        """Give a file its name; servers differ in what they do about one that is there."""
        async with asyncio.timeout(_STEP_S):
            try:
                await self._sftp.posix_rename(part, path)
            except asyncssh.SFTPOpUnsupported:
                if await self._size(path) is not None:
                    await self._sftp.remove(path)
                await self._sftp.rename(part, path)

    def _path(self, name: str) -> str:
        return posixpath.join(self._folder, name)


@asynccontextmanager
async def reached(place: Place, key: asyncssh.SSHKey) -> AsyncIterator[Desk]:
    """Connect to a server as who we are, if it is the one that it should be.

    Raises:
        Refused: `report-host-key` or `report-key-refused`: somebody has to look into it.
        Unavailable: `report-not-taken`: it cannot be reached now.

    """
    host_key = asyncssh.import_public_key(place.host_key)
    where = f"{place.host}:{place.port}"
    try:
        async with asyncio.timeout(_CONNECT_S):
            connection = await asyncssh.connect(
                place.host,
                place.port,
                username=place.user,
                client_keys=[key],
                known_hosts=([host_key], [], []),
                # Nothing of whoever runs this process: neither its files nor its agent.
                config=None,
                agent_path=None,
                preferred_auth=["publickey"],
                keepalive_interval=15,
            )
    except asyncssh.HostKeyNotVerifiable:
        raise Refused(
            "report-host-key",
            f"{where} shows another key than the one it is known by. Nothing was sent: ask who "
            "runs it whether its key was changed, and write down the new one.",
        ) from None
    except asyncssh.PermissionDenied:
        raise Refused(
            "report-key-refused",
            f"{where} does not let {place.user} in with our key: who runs it has to add it.",
        ) from None
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise _not_taken(f"{where} cannot be reached", error) from error
    async with connection:
        with _named(f"{where} offers no SFTP"):
            async with asyncio.timeout(_CONNECT_S):
                sftp = await connection.start_sftp_client()
        async with sftp:
            yield Desk(sftp, place.folder)


def _bytes(content: bytes | str) -> bytes:
    """Answer what was read of a file that was opened for its bytes."""
    return content if isinstance(content, bytes) else content.encode()


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Say of an error of a server what came to nothing by it."""
    try:
        yield
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise _not_taken(what, error) from error


def _not_taken(what: str, error: BaseException) -> Unavailable:
    why = "it took too long" if isinstance(error, TimeoutError) else str(error)
    return Unavailable("report-not-taken", f"{what}: {why or type(error).__name__}.")
