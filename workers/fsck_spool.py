"""All references of all rows on this machine's disk, in groups small enough for memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from base.database import Session
from catalog.reference import Reference, parse_line, to_line
from catalog.references import ALL_PAGES, FIRST
from workers.fsck_compare import group_of

#: Lines in memory before they are written out.
_AT_ONCE = 20_000
#: Stands for a slash in names of files; no key has one.
_SLASH = "+"
#: Opens what rows are read in: a transaction for each page, or again and again the same.
Reading = Callable[[], AbstractAsyncContextManager[Session]]


class Spool:
    """A folder with a file for each group of keys; a million references take some 150 MB."""

    def __init__(self, folder: Path) -> None:
        """Use an empty folder."""
        self._folder = folder
        self._lines: dict[str, list[str]] = defaultdict(list)
        self._waiting = 0

    async def fill(self, reading: Reading) -> None:
        """Read every row that refers to objects, each page in what `reading` opens."""
        for pages in ALL_PAGES:
            after = FIRST
            while True:
                async with reading() as session:
                    page = await pages(session, after)
                await self.take_in(page.references)
                if page.after is None:
                    break
                after = page.after
        await self.write_out()

    async def take_in(self, references: Sequence[Reference]) -> None:
        """Add references, of any groups."""
        for reference in references:
            self._lines[group_of(reference.key)].append(to_line(reference))
        self._waiting += len(references)
        if self._waiting >= _AT_ONCE:
            await self.write_out()

    async def write_out(self) -> None:
        """Write down what was added so far; nothing is there to be taken before."""
        await asyncio.to_thread(self._write_out)

    async def take(self, group: str) -> list[Reference]:
        """Answer the references of a group, once."""
        return await asyncio.to_thread(self._taken, group)

    async def groups(self) -> list[str]:
        """Answer the groups that nobody has taken yet."""
        paths = await asyncio.to_thread(lambda: list(self._folder.iterdir()))
        return sorted(path.name.replace(_SLASH, "/") for path in paths)

    def _write_out(self) -> None:
        for group, lines in self._lines.items():
            with self._path(group).open("a") as file:
                file.writelines(lines)
        self._lines.clear()
        self._waiting = 0

    def _taken(self, group: str) -> list[Reference]:
        path = self._path(group)
        if not path.exists():
            return []
        with path.open() as file:
            found = [parse_line(line) for line in file]
        path.unlink()
        return found

    def _path(self, group: str) -> Path:
        return self._folder / group.replace("/", _SLASH)
