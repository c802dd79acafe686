"""A rendition as a file to keep: read what its head is made from, and say what it is then."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from base.storage.port import Key
from catalog.models.files import Rendition
from catalog.models.releases import ArtworkImage
from stream.hot import Bytes, Hot
from stream.kept import flac, mp3, mp4
from stream.kept.composition import Composition, Stretch, kept_of
from stream.kept.tags import Cover, Field, Tags
from stream.objects import Served, Timing, whole
from stream.ranges import Resource, Span

#: What each codec is called as a file, and by its end.
_KINDS = {
    "flac": ("audio/flac", ".flac"),
    "alac": ("audio/mp4", ".m4a"),
    "mp3": ("audio/mpeg", ".mp3"),
    "aac": ("audio/mp4", ".m4a"),
    "opus": ("audio/mp4", ".mp4"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is made while it is sent; `suffix` ends its name, with its dot."""

    source: Served
    composition: Composition
    resource: Resource
    suffix: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The object that it is made of."""
        return self.source.key

    async def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer bytes of it, of the object in one go with what is left out of it."""
        head, stretches = self.composition.between(start, start + length)
        if head:
            yield head
        if not stretches:
            return
        at, (last, last_bytes) = stretches[0][0], stretches[-1]
        async for piece in hot.read(self.source, at, last + last_bytes - at):
            for kept in kept_of(stretches, at, memoryview(piece)):
                yield kept
            at += len(piece)

    def stretches(self, start: int, length: int) -> Iterable[Stretch]:
        """Answer which bytes of the object some of its own are made of."""
        return self.composition.between(start, start + length)[1]

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Ask for nothing more: who keeps a file asks for all of it."""


async def kept_file(
    hot: Hot,
    rendition: Rendition,
    fields: Mapping[Field, tuple[str, ...]],
    image: ArtworkImage | None,
) -> Kept:
    """Compose the file that owners keep of a rendition.

    Its tag is that of its bytes: whoever goes on with it after its tags were changed begins anew.

    Raises:
        Broken: the object is not as ours are.
        Refused, Unavailable: as the storage does.

    """
    source = whole(rendition)
    tags = Tags(fields=fields, cover=await _cover(hot, image))
    composition = await _composed(hot, source, rendition, tags)
    mime, suffix = _KINDS[rendition.codec]
    digest = hashlib.sha256(composition.head).hexdigest()[:32]
    resource = Resource(
        etag=f'"{digest}{rendition.sha256[:32]}"',
        size_bytes=composition.size_bytes,
        modified_at=None,
        content_type=mime,
    )
    return Kept(
        source=source,
        composition=composition,
        resource=resource,
        suffix=suffix,
    )


async def _composed(hot: Hot, source: Served, rendition: Rendition, tags: Tags) -> Composition:
    size = rendition.size_bytes
    match rendition.codec:
        case "flac":
            begin = await _begin(hot, source, flac.to_read(rendition.fragments))
            return flac.native(begin, rendition.fragments, tags)
        case "alac" | "aac" | "opus":
            begin = await _begin(hot, source, min(mp4.BEGIN_BYTES, size))
            header = await _begin(hot, source, min(mp4.header_bytes(begin), size))
            return mp4.tagged(header, size, tags)
        case _:
            return mp3.tagged(await _begin(hot, source, min(mp3.HEAD_BYTES, size)), size, tags)


async def _cover(hot: Hot, image: ArtworkImage | None) -> Cover | None:
    if image is None:
        return None
    served = Served(
        key=Key(image.storage_key),
        resource=Resource(
            etag='""',
            size_bytes=image.size_bytes,
            modified_at=None,
            content_type="image/jpeg",
        ),
        timing=Timing(fragments=(), timescale=1),
    )
    data = await _begin(hot, served, image.size_bytes)
    return Cover(data=data, width=image.width, height=image.height)


async def _begin(hot: Hot, served: Served, length: int) -> bytes:
    return b"".join([bytes(piece) async for piece in hot.read(served, 0, length)])
