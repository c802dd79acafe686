"""A rendition as a file, read back from its own bytes."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from base.units import SizeBytes
from transcode.boxes import Fragment, Layout, malformed, read_layout
from transcode.ladder import Rung
from transcode.parallel import in_thread
from transcode.timeline import FRAGMENT_S, Timeline

_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file, and how it was made; `gain_db` was taken off before it was encoded."""

    rung: Rung
    path: Path
    line: Timeline
    channels: int
    gain_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What the bytes of a rendition say; rates in bits per second. A download has no layout."""

    made: Made
    size_bytes: SizeBytes
    sha256: str
    layout: Layout | None

    @property
    def average_bps(self) -> int:
        """Mean over the whole track (RFC 8216bis, AVERAGE-BANDWIDTH)."""
        stated = self._stated() or [(self.size_bytes, self.made.line.samples)]
        size, duration = map(sum, zip(*stated, strict=True))
        return round(size * _BITS * self.made.line.rate / duration)

    @property
    def peak_bps(self) -> int:
        """Greatest of what lasts as long as a fragment does, or half of it more or less.

        RFC 8216bis, 4.1 (peak segment bit rate): what is left at the end counts together with the
        fragment before it, and alone where it is no shorter than half a fragment.
        """
        alone = self._stated()
        in_pairs = [(a + c, b + d) for (a, b), (c, d) in pairwise(alone)]
        half = FRAGMENT_S * self.made.line.rate / 2
        measured = [each for each in (*alone, *in_pairs) if half <= each[1] <= 3 * half]
        rates = (size * _BITS * self.made.line.rate / duration for size, duration in measured)
        return max([self.average_bps, *map(round, rates)])

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The fragments of a rendition that is streamed."""
        return self.layout.fragments if self.layout else ()

    def _stated(self) -> list[tuple[int, int]]:
        """Answer how large and how long playlists say that segments are, see stream.manifests.

        The first has the index in it, and lasts as long as its frames do, hidden or not.
        """
        if self.layout is None:
            return []
        (size, duration), *rest = [(f.size_bytes, f.duration) for f in self.layout.fragments]
        return [(size + self.layout.index_bytes, duration + self.made.line.edit), *rest]


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """Answer the bytes of a file without reading it into memory.

    Raises:
        Broken: it is empty.

    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise malformed("it is empty")
        with (
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages,
            memoryview(pages) as view,
        ):
            yield view


def let_go(view: memoryview) -> None:
    """Give back the memory that a mapped file was read into; what is read again is read anew.

    Or a process seems to hold all of a long file that it went through once.
    """
    if isinstance(view.obj, mmap.mmap):
        view.obj.madvise(mmap.MADV_DONTNEED)


async def describe(made: Made) -> Encoded:
    """Read a finished rendition back.

    Raises:
        Broken: it is not a file that a player could use.

    """
    size, digest, layout = await in_thread(_read, made.path, made.rung)
    return Encoded(made=made, size_bytes=size, sha256=digest, layout=layout)


def _read(path: Path, rung: Rung) -> tuple[SizeBytes, str, Layout | None]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with mapped(path) as view:
        return SizeBytes(len(view)), digest, None if rung.is_download else read_layout(view)
