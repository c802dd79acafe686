"""A client of the interface, for the command line: send a master, see what becomes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from base.errors import Refused, Unavailable
from refrain.api_client import Operations, Problem, Unreached, open_operations

if TYPE_CHECKING:  # documents are types alone
    from refrain.api_client.operations import (
        EditRelease,
        ReleaseDocument,
        ReleaseFinding,
        TrackDocument,
    )

T = TypeVar("T")

_CHUNK_BYTES = 1 << 18
_POLL_S = 0.1
#: What is wrong with a draft only until a worker has done its work.
_PASSING = frozenset({"still-unpacking", "not-examined", "artwork-unmade"})
_FINAL = frozenset({"complete", "rejected", "withdrawn"})
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a file became, a track or a draft; seconds count from the last byte sent.

    One that was refused at the door is neither.
    """

    track: str | None
    release: str | None
    state: str
    reason: str | None
    seconds_to_playable: float | None
    seconds_to_complete: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file that was sent: the track that it is, or the draft that an archive is for."""

    track: str | None
    release: str | None


@asynccontextmanager
async def open_client(url: str, token: str) -> AsyncIterator[Client]:
    """Open a connection; an upload may take as long as it takes."""
    async with open_operations(url, token, total_s=None) as operations:
        yield Client(operations)


class Client:
    """One connection to one house."""

    def __init__(self, operations: Operations) -> None:
        """Use what is open."""
        self._operations = operations

    async def send(self, path: Path, progress: Progress, *, release: str | None = None) -> Sent:
        """Stream a master, also onto a draft, or an archive; answer its track or its draft.

        Raises:
            Refused: the house said no, in its own words.
            Unavailable: the house cannot be reached.

        """
        found = await asyncio.to_thread(path.stat)
        size = {"Content-Length": str(found.st_size)}
        data = _chunks(path, progress)
        sent = self._operations.put_master(path.name, data, release=release, headers=size)
        became = {name: str(said) for name, said in (await _said(sent)).items() if said}
        return Sent(track=became.get("track"), release=became.get("release"))

    async def follow(self, sent: Sent, *, to_the_end: bool) -> Added:
        """Answer what became of a file, now or when nothing more happens to it."""
        if sent.track is None:
            return await self._follow_release(str(sent.release), to_the_end=to_the_end)
        return await (self.wait(sent.track) if to_the_end else self.look(sent.track))

    async def releases(
        self, *, title: str | None = None, upc: str | None = None, mbid: str | None = None
    ) -> list[ReleaseDocument]:
        """Answer the releases of one's own that have all of it, the newest first."""
        found = await _said(self._operations.get_releases(title=title, upc=upc, mbid=mbid))
        return [await self.release(one["id"]) for one in found["releases"]]

    async def release(self, release: str) -> ReleaseDocument:
        """Answer a release as its owner is told of it."""
        return await _said(self._operations.get_release(release))

    async def begin(self, title: str, artist: str) -> ReleaseDocument:
        """Begin a draft."""
        return await _said(self._operations.post_release({"title": title, "artist": artist}))

    async def write(self, release: str, words: EditRelease) -> ReleaseDocument:
        """Write on a draft."""
        return await _said(self._operations.patch_release(release, words))

    async def cover(self, release: str, path: Path) -> None:
        """Send the cover of a draft."""
        await _said(self._operations.put_artwork(release, await asyncio.to_thread(path.read_bytes)))

    async def track(self, track: str) -> TrackDocument:
        """Answer a track as the interface tells of it."""
        return await _said(self._operations.get_track(track))

    async def look(self, track: str) -> Added:
        """Answer how a track stands now."""
        return _added(await self.track(track), None, None)

    async def wait(self, track: str) -> Added:
        """Ask until nothing more happens to a track."""
        begun, playable = time.monotonic(), None
        while True:
            found = await self.track(track)
            passed = round(time.monotonic() - begun, 3)
            if playable is None and found["state"] in {"playable", "complete"}:
                playable = passed
            if found["state"] in _FINAL or found["reason"]:
                complete = passed if found["state"] == "complete" else None
                return _added(found, playable, complete)
            await asyncio.sleep(_POLL_S)

    async def _follow_release(self, release: str, *, to_the_end: bool) -> Added:
        while True:
            found = await _said(self._operations.get_release(release))
            errors = [one for one in found["findings"] or () if one["severity"] == "error"]
            if not to_the_end or not _PASSING.intersection(one["code"] for one in errors):
                return _drafted(found, errors)
            await asyncio.sleep(_POLL_S)


async def _said(call: Awaitable[T]) -> T:
    try:
        return await call
    except Problem as problem:
        raise Refused("refused", problem.detail, status=problem.status) from problem
    except Unreached as error:
        raise Unavailable("no-answer", f"{error} Is Refrain running there?") from error


def refused(sentence: str) -> Added:
    """Answer what a file became that was not taken."""
    return Added(
        track=None,
        release=None,
        state="refused",
        reason=sentence,
        seconds_to_playable=None,
        seconds_to_complete=None,
    )


def _drafted(found: ReleaseDocument, errors: Sequence[ReleaseFinding]) -> Added:
    return Added(
        track=None,
        release=found["id"],
        state=found["state"],
        reason=" ".join(one["text"] for one in errors[:3]) or None,
        seconds_to_playable=None,
        seconds_to_complete=None,
    )


def _added(found: TrackDocument, playable: float | None, complete: float | None) -> Added:
    return Added(
        track=found["id"],
        release=found["release"],
        state=found["state"],
        reason=found["reason"],
        seconds_to_playable=playable,
        seconds_to_complete=complete,
    )


async def _chunks(path: Path, progress: Progress) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while data := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield data
            progress(len(data))
    finally:
        file.close()
