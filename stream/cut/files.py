"""A rendition from a second on: read what its head is made from, and make the rest as it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

from base.errors import Broken
from base.storage.port import Key
from catalog.models.files import Rendition
from stream.cut import flac, mp4
from stream.cut.fragments import MOST_HEAD_BYTES
from stream.cut.parts import Cut
from stream.hot import Bytes, Hot
from stream.kept.composition import Stretch
from stream.kept.flac import to_read
from stream.objects import Served, whole
from stream.ranges import Resource, Span

_FLAC, _FLAC_TYPE = "flac", "audio/flac"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFile:
    """A file that is made of another while it is sent."""

    source: Served
    cut: Cut
    resource: Resource
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The object that it is made of."""
        return self.source.key

    async def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer bytes of it, a fragment at a time."""
        if head := self.cut.head[start : start + length]:
            yield head
        for part, first, last in self.cut.between(start, start + length):
            made = part.make(await _read(hot, self.source, part.offset, part.length))
            if len(made) != part.size_bytes:
                raise Broken("malformed-media", "A fragment is not what it was said to be.")
            yield memoryview(made)[first:last]

    def stretches(self, start: int, length: int) -> Iterator[Stretch]:
        """Answer which bytes of the object some of its own are made of."""
        return self.cut.stretches(start, length)

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Ask for nothing more: it is read to its end."""


async def cut_file(hot: Hot, rendition: Rendition, second: int) -> CutFile:
    """Cut the file that begins at a second of the music: FLAC as such, all else in MP4.

    Raises:
        Broken: the object is not as ours are, or ends before that.
        Refused, Unavailable: as the storage does.

    """
    source, time = whole(rendition), second * rendition.timescale
    if rendition.codec == _FLAC:
        cut, kind = await _flac(hot, source, rendition, time), _FLAC_TYPE
    else:
        cut, kind = await _mp4(hot, source, rendition, time), source.resource.content_type
    resource = Resource(
        etag=f'"{second}-{rendition.sha256}"',
        size_bytes=cut.size_bytes,
        modified_at=rendition.created_at,
        content_type=kind,
    )
    return CutFile(source=source, cut=cut, resource=resource)


async def _flac(hot: Hot, source: Served, rendition: Rendition, sample: int) -> Cut:
    fragments = rendition.fragments
    begin = await _read(hot, source, 0, to_read(fragments))
    found = await _read(hot, source, *flac.to_read(begin, fragments, sample))
    return flac.cut(begin, fragments, sample, found)


async def _mp4(hot: Hot, source: Served, rendition: Rendition, time: int) -> Cut:
    header = await _read(hot, source, 0, rendition.init_bytes)
    wanted = mp4.Source(
        codec=mp4.CODECS[rendition.codec],
        header=header,
        fragments=rendition.fragments,
        timescale=rendition.timescale,
        samples=rendition.samples,
    )
    offset, size, _ = rendition.fragments[wanted.fragment_of(wanted.first_frame(time))]
    found = await _read(hot, source, offset, min(size, MOST_HEAD_BYTES))
    return mp4.cut(wanted, time, found)


async def _read(hot: Hot, source: Served, start: int, length: int) -> bytes:
    seen = hot.view(source, start, length)
    if seen is not None:
        return bytes(seen)
    return b"".join([bytes(piece) async for piece in hot.read(source, start, length)])
