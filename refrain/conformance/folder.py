"""Resources of a folder: files below one root, and nothing outside of it, links included."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from refrain.conformance.limits import OBJECT_BYTES, PLAYLIST_BYTES
from refrain.conformance.resources import Answer, Stored, Unreadable

_OK = Answer(status=200, headers={})


class FolderResources:
    """Files by their names below a root."""

    is_http = False

    def __init__(self, root: Path) -> None:
        """Read below `root`, which is resolved once."""
        self._root = root.resolve()

    def resolve(self, base: str, uri: str) -> str:
        """Answer the name below the root of what `uri` means in the file `base`."""
        try:
            parts = urlsplit(uri)
        except ValueError as error:
            raise Unreadable("it is no address") from error
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or path.startswith("/") or "\0" in path:
            raise Unreadable("it leads out of the folder")
        return self._inside((self._root / base).parent / path)

    async def get(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - a file has none
        method: str = "GET",  # noqa: ARG002 - a file knows one
        most_bytes: int = PLAYLIST_BYTES,
    ) -> Answer:
        """Answer a whole file."""
        stored = await self.store(name)
        if stored.size_bytes > most_bytes:
            raise Unreadable(f"it is longer than {most_bytes} bytes")
        body = await asyncio.to_thread(stored.path.read_bytes)
        return Answer(status=200, headers={}, body=body)

    async def peek(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - a file has none
        count: int = 64,
    ) -> Answer:
        """Answer the beginning of a file."""
        stored = await self.store(name)
        body = await asyncio.to_thread(_first_bytes, stored.path, count)
        return Answer(status=200, headers={}, body=body)

    async def store(self, name: str) -> Stored:
        """Answer where a file lies; it is not copied."""
        path = self._root / self._inside(self._root / name)
        try:
            is_file = await asyncio.to_thread(path.is_file)
            found = await asyncio.to_thread(path.stat)
        except OSError as error:
            raise Unreadable("there is no such file") from error
        if not is_file:
            raise Unreadable("there is no such file")
        if found.st_size > OBJECT_BYTES:
            raise Unreadable(f"it is larger than {OBJECT_BYTES} bytes")
        return Stored(name=name, path=path, size_bytes=found.st_size, answer=_OK)

    def _inside(self, path: Path) -> str:
        try:
            return str(path.resolve().relative_to(self._root))
        except (ValueError, OSError) as error:
            raise Unreadable("it leads out of the folder") from error


def _first_bytes(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
