"""From a media playlist to its media: objects fetched, ranges cut, boxes read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.fragments import Fragments, read_fragments
from refrain.conformance.hls import ByteRange, Playlist, Segment, Tag, read_byte_range, segments_of
from refrain.conformance.limits import SAME_FINDINGS, SEGMENTS
from refrain.conformance.media import Media, Piece
from refrain.conformance.media_rules import target_of
from refrain.conformance.movie import Movie, read_movie
from refrain.conformance.resources import Resources, Stored, Unreadable

_EMPTY = Fragments(fragments=(), indexes=(), faults=())
#: What a segment of an ISO file may begin with.
_ISO_KINDS = frozenset([b"ftyp", b"styp", b"sidx", b"moof", b"moov", b"emsg", b"prft", b"free"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Bytes of an object that was stored."""

    stored: Stored
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A rendition with all its bytes at hand: `init` is None where there is no map."""

    where: str
    init: Slice | None
    slices: tuple[tuple[Segment, Slice], ...]
    findings: tuple[Finding, ...]
    target_s: int | None

    @property
    def objects(self) -> tuple[Stored, ...]:
        """Every object that was needed, once."""
        parts = ([self.init] if self.init else []) + [part for _, part in self.slices]
        return tuple({part.stored.name: part.stored for part in parts}.values())


async def load(resources: Resources, playlist: Playlist, *, name: str, where: str) -> Loaded:
    """Fetch what a media playlist names; what cannot be had is a finding."""
    loader = _Loader(resources, name, where)
    segments = segments_of(playlist)
    if len(segments) > SEGMENTS:
        loader.findings.append(
            warning("Limits", where, f"Only {SEGMENTS} of {len(segments)} segments were read.")
        )
    maps = [tag for tag in playlist.named("EXT-X-MAP") if tag.attributes.get("URI")]
    if any(one.is_encrypted for one in segments):
        loader.findings.append(warning("Limits", where, "The media is encrypted: it was not read."))
        segments = ()
    if len(maps) > 1:
        sentence = f"Only the first of {len(maps)} initialisations was read."
        loader.findings.append(warning("Limits", where, sentence))
    init = await loader.map(maps[0]) if maps else None
    slices = await loader.segments(segments[:SEGMENTS])
    return Loaded(
        where=where,
        init=init,
        slices=tuple(slices),
        findings=tuple(loader.findings),
        target_s=target_of(playlist),
    )


class _Loader:
    """Fetches for one playlist and remembers where the last range of it ended."""

    def __init__(self, resources: Resources, name: str, where: str) -> None:
        self._resources = resources
        self._name = name
        self._where = where
        self._failed: set[str] = set()
        self.findings: list[Finding] = []

    async def map(self, tag: Tag) -> Slice | None:
        text = tag.attributes.get("BYTERANGE")
        place = read_byte_range(text) if text else None
        stored = await self._stored(
            tag.attributes.get("URI") or "", tag.line, "RFC 8216bis 4.4.4.5"
        )
        return self._slice(stored, place, tag.line, "RFC 8216bis 4.4.4.5") if stored else None

    async def segments(self, segments: Sequence[Segment]) -> list[tuple[Segment, Slice]]:
        found = []
        ends: dict[str, int] = {}
        for one in segments:
            if one.is_gap or (stored := await self._stored(one.uri, one.line)) is None:
                continue
            place = one.byte_range
            if place is not None and place.offset is None:
                place = ByteRange(length=place.length, offset=ends.get(one.uri, 0))
            part = self._slice(stored, place, one.line, "RFC 8216bis 4.4.4.2")
            if part is not None:
                ends[one.uri] = part.offset + part.length
                found.append((one, part))
        return found

    async def _stored(
        self, uri: str, line: int, clause: str = "RFC 8216bis 6.2.1"
    ) -> Stored | None:
        if uri in self._failed:
            return None
        try:
            return await self._resources.store(self._resources.resolve(self._name, uri))
        except Unreadable as reason:
            self._failed.add(uri)
            if len(self._failed) <= SAME_FINDINGS:
                sentence = f"{uri[:80]!r} of line {line} cannot be read: {reason}."
                self.findings.append(error(clause, self._where, sentence))
            return None

    def _slice(
        self, stored: Stored, place: ByteRange | None, line: int, clause: str
    ) -> Slice | None:
        offset = place.offset or 0 if place else 0
        length = place.length if place else stored.size_bytes
        if length == 0 or offset + length > stored.size_bytes:
            sentence = f"The range {length}@{offset} of line {line} is not within "
            sentence += f"the {stored.size_bytes} bytes of its object."
            self.findings.append(error(clause, self._where, sentence))
            return None
        return Slice(stored=stored, offset=offset, length=length)


async def read_media(loaded: Loaded) -> Media:
    """Read the boxes of what was loaded."""
    return await asyncio.to_thread(_read_media, loaded)


def check_head(loaded: Loaded, media: Media) -> Iterator[Finding]:
    """Check that what a map names is the head of an ISO file."""
    if loaded.init is not None and media.movie is None:
        sentence = "What EXT-X-MAP names has no moov box."
        yield error("RFC 8216bis 4.4.4.5", loaded.where, sentence)


async def assemble(loaded: Loaded, path: Path) -> bool:
    """Write what a player would put together; answer whether it is a file to decode."""
    if not loaded.slices or (loaded.init is None and not await asyncio.to_thread(_is_iso, loaded)):
        return False
    await asyncio.to_thread(_assemble, loaded, path)
    return True


def is_iso(head: bytes) -> bool:
    """Whether bytes begin as an ISO file or a segment of one."""
    return head[4:8] in _ISO_KINDS


def _is_iso(loaded: Loaded) -> bool:
    part = loaded.slices[0][1]
    with part.stored.path.open("rb") as file:
        file.seek(part.offset)
        return is_iso(file.read(8))


def _read_media(loaded: Loaded) -> Media:
    movie: Movie | None = None
    if loaded.init is not None:
        movie = read_movie(_bytes(loaded.init))
    elif loaded.slices and _is_iso(loaded):
        movie = read_movie(_bytes(loaded.slices[0][1]))
    return Media(
        where=loaded.where,
        movie=movie,
        pieces=tuple(_piece(segment, part, movie) for segment, part in loaded.slices),
        target_s=loaded.target_s,
    )


def _piece(segment: Segment, part: Slice, movie: Movie | None) -> Piece:
    defaults = movie.tracks[0].defaults if movie and movie.tracks else None
    content = read_fragments(_bytes(part), defaults) if movie else _EMPTY
    return Piece(
        line=segment.line,
        size_bytes=part.length,
        stated_s=segment.duration_s,
        is_discontinuous=segment.is_discontinuous,
        content=content,
    )


def _bytes(part: Slice) -> bytes:
    with part.stored.path.open("rb") as file:
        file.seek(part.offset)
        return file.read(part.length)


def _assemble(loaded: Loaded, path: Path) -> None:
    with path.open("wb") as file:
        if loaded.init is not None:
            file.write(_bytes(loaded.init))
        for _, part in loaded.slices:
            file.write(_bytes(part))
