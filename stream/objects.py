"""An object as it is served: its bytes, what they are, and which music they carry."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from base.storage.port import Key
from catalog.growth import GrownPart
from catalog.models.files import GrowingRendition, Rendition
from stream.ranges import Resource

_AUDIO = "audio/mp4"


@dataclass(frozen=True, kw_only=True, eq=False)
class Timing:
    """Which music is where in an object: `[offset, size_bytes, duration]` of its fragments.

    Times are in units of `timescale`; the object's music begins at `begins_at`.
    """

    fragments: Sequence[Sequence[int]]
    timescale: int
    begins_at: int = 0

    def heard_in(self, start: int, length: int) -> list[tuple[int, int]]:
        """Answer the milliseconds of music that bytes of the object carry.

        Within a fragment, as much of its time counts as of its bytes.
        """
        end, heard = start + length, []
        for number in range(max(0, bisect_right(self._offsets, start) - 1), len(self.fragments)):
            offset, size, duration = self.fragments[number]
            if offset >= end:
                break
            first, last = max(start, offset), min(end, offset + size)
            if first < last:
                at = self._begins[number]
                begin = at + duration * (first - offset) / size
                until = at + duration * (last - offset) / size
                heard.append((self._ms(begin), self._ms(until)))
        return heard

    def fragment_at(self, offset: int) -> tuple[int, int] | None:
        """Answer the offset and size of the fragment that begins there, if one does."""
        number = bisect_left(self._offsets, offset)
        if number == len(self._offsets) or self._offsets[number] != offset:
            return None
        return offset, self.fragments[number][1]

    @property
    def seconds(self) -> float:
        """How long the music of the object is."""
        return sum(duration for _, _, duration in self.fragments) / self.timescale

    def _ms(self, samples: float) -> int:
        return round(samples * 1000 / self.timescale)

    @cached_property
    def _offsets(self) -> list[int]:
        return [offset for offset, _, _ in self.fragments]

    @cached_property
    def _begins(self) -> list[int]:
        durations = (duration for _, _, duration in self.fragments)
        return list(accumulate(durations, initial=self.begins_at))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Served:
    """An object to serve."""

    key: Key
    resource: Resource
    timing: Timing


def whole(rendition: Rendition) -> Served:
    """Answer the one object of a rendition."""
    return Served(
        key=Key(rendition.storage_key),
        resource=Resource(
            # Of a very short track, the preview may be all of it.
            etag=f'"{"preview-" if rendition.is_preview else ""}{rendition.sha256}"',
            size_bytes=rendition.size_bytes,
            modified_at=rendition.created_at,
            content_type=rendition.mime.partition(";")[0],
        ),
        timing=Timing(fragments=rendition.fragments, timescale=rendition.timescale),
    )


def part(growth: GrowingRendition, grown: GrownPart) -> Served:
    """Answer one of the objects of a rendition that grows."""
    return Served(
        key=Key(grown.storage_key),
        resource=Resource(
            etag=f'"{grown.digest}"',
            size_bytes=grown.size_bytes,
            modified_at=growth.created_at,
            content_type=_AUDIO,
        ),
        timing=Timing(
            fragments=grown.fragments, timescale=growth.timescale, begins_at=grown.begins_at
        ),
    )
