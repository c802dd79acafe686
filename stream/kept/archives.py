"""Files to keep as one archive, made while it is sent: planned once, and any stretch of it printed.

Of each file is known beforehand how long it is, so the archive is as long as is said and begins at
once. Its sum must stand before it, too. That of its head is taken when it is planned; that of the
sound behind, which no tag changes, is taken from the object once and then remembered: so the most
that an archive costs beside its bytes is to read each sound one time more, ever.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from base.storage.port import Key
from catalog.models.files import Rendition
from catalog.models.releases import ArtworkImage
from stream.hot import Bytes, Hot
from stream.kept.files import kept_file
from stream.kept.sums import combined
from stream.kept.tags import Field
from stream.kept.zips import Entry, Layout, local_head
from stream.ranges import Resource, Span

#: Is told the sum of the sound of a rendition, to remember it.
Remember = Callable[[UUID, int], Awaitable[None]]

#: Bytes of an archive mean something else from another version on, in which its tag differs.
_VERSION = b"1"
#: So many files are looked at together while an archive is planned.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A file to keep: of what, with which tags, and when it became its owner's (aware)."""

    rendition: Rendition
    fields: Mapping[Field, tuple[str, ...]]
    image: ArtworkImage | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A song as it will be sent: its tag, and the length and sum of its head."""

    song: Song
    suffix: str
    etag: str
    size_bytes: int
    head_bytes: int
    head_sum: int


async def planned(hot: Hot, songs: Sequence[Song]) -> list[Planned]:
    """Look how each song would be sent.

    Raises:
        Broken: an object is not as ours are.
        Refused, Unavailable: as the storage does.

    """
    few = asyncio.Semaphore(_AT_ONCE)

    async def look(song: Song) -> Planned:
        async with few:
            kept = await kept_file(hot, song.rendition, song.fields, song.image)
        head = kept.composition.head
        return Planned(
            song=song,
            suffix=kept.suffix,
            etag=kept.resource.etag,
            size_bytes=kept.resource.size_bytes,
            head_bytes=len(head),
            head_sum=zlib.crc32(head),
        )

    return list(await asyncio.gather(*(look(one) for one in songs)))


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Songs by their paths, and behind them a text that tells of them; all of it can be sent."""

    songs: Sequence[Planned]
    layout: Layout
    text: bytes
    remember: Remember
    resource: Resource
    headers: Mapping[str, str]
    _sums: dict[int, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The first object that it is made of."""
        return Key(self.songs[0].song.rendition.storage_key)

    async def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer bytes of it in pieces, each printed or read when it is due."""
        for part in self.layout.between(start, start + length):
            if part.number == len(self.layout.entries):
                rows = self.layout.rows_between(part.start, part.end)
                sums = {number: await self._sum(hot, number) for number in rows}
                yield self.layout.directory(sums)[part.start : part.end]
            elif not part.is_body:
                entry = self.layout.entries[part.number]
                crc = await self._sum(hot, part.number)
                yield local_head(entry, crc)[part.start : part.end]
            elif part.number == len(self.songs):
                yield self.text[part.start : part.end]
            else:
                song = self.songs[part.number].song
                kept = await kept_file(hot, song.rendition, song.fields, song.image)
                async for piece in kept.read(hot, part.start, part.end - part.start):
                    yield piece

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Ask for nothing more: who keeps files asks for all of them."""

    async def _sum(self, hot: Hot, number: int) -> int:
        """Answer the sum of a file, taken where nobody did before."""
        if number == len(self.songs):
            return zlib.crc32(self.text)
        if number not in self._sums:
            one = self.songs[number]
            sound_bytes = one.size_bytes - one.head_bytes
            sound = one.song.rendition.sound_crc32
            if sound is None:
                sound = await self._taken(hot, one.song, one.head_bytes, sound_bytes)
                await self.remember(one.song.rendition.id, sound)
            self._sums[number] = combined(one.head_sum, sound, sound_bytes)
        return self._sums[number]

    async def _taken(self, hot: Hot, song: Song, start: int, length: int) -> int:
        kept, crc = await kept_file(hot, song.rendition, song.fields, song.image), 0
        async for piece in kept.read(hot, start, length):
            crc = zlib.crc32(piece, crc)
        return crc


def archive_of(
    songs: Mapping[str, Planned],
    text: bytes,
    text_path: str,
    *,
    remember: Remember,
    headers: Mapping[str, str],
) -> Archive:
    """Answer the archive of songs by their paths, of which there is one at least.

    Its tag is that of all that it is made of: whoever goes on with it when anything was changed
    begins anew.
    """
    files = [
        Entry(name=path, size_bytes=one.size_bytes, at=one.song.at) for path, one in songs.items()
    ]
    newest = max(entry.at for entry in files)
    about = Entry(name=text_path, size_bytes=len(text), at=newest)
    layout, digest = Layout(entries=[*files, about]), hashlib.sha256(_VERSION + text)
    for entry, one in zip(files, songs.values(), strict=True):
        digest.update(f"{entry.name}\0{entry.at.isoformat()}\0{one.etag}\0".encode())
    resource = Resource(
        etag=f'"{digest.hexdigest()}"',
        size_bytes=layout.size_bytes,
        modified_at=None,
        content_type="application/zip",
    )
    return Archive(
        songs=list(songs.values()),
        layout=layout,
        text=text,
        remember=remember,
        resource=resource,
        headers=headers,
    )
