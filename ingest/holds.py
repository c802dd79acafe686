"""Who writes to which upload, told through Valkey so that they can be asked to stop.

The row decides: its fence counts the holders, and who has a lower one writes nothing. Valkey
only makes it quick and polite: a key with the fence says that a holder lives, and messages ask
it to stop and tell that it did, or how much has come. Without Valkey, or when it was emptied,
uploads go on; then nobody is asked, and what a holder had not yet counted is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from uuid import UUID

import structlog

from base.database import Database
from base.errors import Unavailable
from base.valkey import NAMESPACE, Valkey, heard, reached
from catalog.progress import UploadProgress, publish
from catalog.upload_rows import holder_of, let_go, take
from catalog.uploads import Upload
from ingest.refusals import TakenOver, idle

log = structlog.get_logger()

_CHANNEL = f"{NAMESPACE}:uploads"
#: How long a holder may take to stop before it is taken over all the same, in seconds.
_PATIENCE_S = 0.5
_ALIVE_MS = 5_000
_HEARTBEAT_S = 1.5
_AGAIN_S = 0.5
_LISTEN_S = 30.0
#: How often who looks is told how much of each upload has come.
_PROGRESS_S = 3.0
#: Removes a holder's key, unless it is the next one's already.
_FORGET = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
#: How often a taker is itself overtaken by another before it gives way.
_ROUNDS = 10


class Hold:
    """The right to write to one upload, under one fence."""

    def __init__(self, upload: Upload) -> None:
        """Hold `upload`, as it was when it was taken."""
        self.upload = upload
        self._came: UploadProgress | None = None
        self._is_stopped = False
        self._wait: asyncio.Timeout | None = None

    def stop(self) -> None:
        """Ask the holder to stop; it does when it next waits for bytes."""
        self._is_stopped = True
        if self._wait is not None:
            self._wait.reschedule(asyncio.get_running_loop().time())

    def came(self, received_bytes: int, length_bytes: int | None) -> None:
        """Note how much has come, for who looks."""
        self._came = UploadProgress(
            upload=str(self.upload.id),
            filename=self.upload.filename,
            received=received_bytes,
            length=length_bytes,
        )

    def untold(self) -> UploadProgress | None:
        """Answer how much has come, where it is more than was answered before."""
        came, self._came = self._came, None
        return came

    @contextmanager
    def _waits(self, wait: asyncio.Timeout) -> Iterator[None]:
        self._wait = wait
        try:
            yield
        finally:
            self._wait = None

    async def next(self, chunks: AsyncIterator[bytes], *, seconds: float) -> bytes | None:
        """Answer what comes next, or None at the end.

        Raises:
            Refused: `upload-taken-over` when we were asked to stop, `upload-idle` when
                nothing came for so long.

        """
        if self._is_stopped:
            raise TakenOver
        try:
            async with asyncio.timeout(seconds) as wait:
                with self._waits(wait):
                    return await anext(chunks, None)
        except TimeoutError:
            raise TakenOver() if self._is_stopped else idle(seconds) from None


class Holds:
    """The holds of this process, and its ear for the others'."""

    def __init__(self, database: Database, valkey: Valkey) -> None:
        """Hold nothing."""
        self._database = database
        self._valkey = valkey
        self._held: dict[UUID, Hold] = {}
        self._freed: dict[UUID, asyncio.Event] = {}

    @asynccontextmanager
    async def hold(self, upload_id: UUID) -> AsyncIterator[Hold]:
        """Take an upload over from whoever has it: within a second, and only once it is ours.

        Raises:
            Refused: `upload-taken-over`; others are quicker.

        """
        hold = Hold(await self._take(upload_id))
        self._held[upload_id] = hold
        try:
            await self._tell_alive([hold])
            yield hold
        finally:
            if self._held.get(upload_id) is hold:
                del self._held[upload_id]
            await self._release(hold)

    async def is_held(self, upload_id: UUID) -> bool:
        """Whether somebody who is alive holds an upload."""
        if upload_id in self._held:
            return True
        with suppress(Unavailable), reached():
            return bool(await self._valkey.exists(_key(upload_id)))
        return False

    async def run(self) -> None:
        """Tell that our holds live, and hear what the others say; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._tell_for_ever())
            tasks.create_task(self._tell_progress())

    async def _take(self, upload_id: UUID) -> Upload:
        asked: int | None = None
        for _ in range(_ROUNDS):
            async with self._database.begin() as session:
                taken = await take(session, upload_id, after=asked)
            if taken is not None:
                return taken
            async with self._database.read() as session:
                asked = await holder_of(session, upload_id)
            if asked is not None:
                await self._ask_to_stop(upload_id, asked)
        raise TakenOver

    async def _ask_to_stop(self, upload_id: UUID, fence: int) -> None:
        """Wait until the holder has stopped, or is taken for dead."""
        if not await self.is_held(upload_id):
            return
        freed = self._freed.setdefault(upload_id, asyncio.Event())
        self._heard_stop(upload_id, fence)
        await self._say(f"stop {upload_id} {fence}")
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await freed.wait()
        self._freed.pop(upload_id, None)

    async def _release(self, hold: Hold) -> None:
        upload_id = hold.upload.id
        # A hold that cannot be ended now is found to be dead.
        with suppress(Unavailable):
            async with self._database.begin() as session:
                await let_go(session, upload_id, fence=hold.upload.fence)
        self._heard_free(upload_id)
        with suppress(Unavailable), reached():
            await self._valkey.eval(_FORGET, 1, _key(upload_id), str(hold.upload.fence))
        await self._say(f"free {upload_id}")

    async def _say(self, message: str) -> None:
        with suppress(Unavailable), reached():
            await self._valkey.publish(_CHANNEL, message)

    async def _tell_alive(self, holds: list[Hold]) -> None:
        with suppress(Unavailable), reached():
            async with self._valkey.pipeline(transaction=False) as pipeline:
                for hold in holds:
                    pipeline.set(_key(hold.upload.id), hold.upload.fence, px=_ALIVE_MS)
                await pipeline.execute()

    async def _tell_for_ever(self) -> None:
        while True:
            if self._held:
                await self._tell_alive(list(self._held.values()))
            await asyncio.sleep(_HEARTBEAT_S)

    async def _tell_progress(self) -> None:
        while True:
            await asyncio.sleep(_PROGRESS_S)
            with suppress(Unavailable):  # who looks sees the next one
                for hold in list(self._held.values()):
                    if progress := hold.untold():
                        await publish(self._valkey, hold.upload.owner_id, progress)

    async def _listen(self) -> None:
        while True:
            try:
                with reached():
                    async with self._valkey.pubsub() as ear:
                        await ear.subscribe(_CHANNEL)
                        while True:
                            if message := await heard(ear, wait_s=_LISTEN_S):
                                self._heard(message["data"].decode())
            except Unavailable as error:
                log.debug("uploads hear nothing", error=str(error))
            await asyncio.sleep(_AGAIN_S)

    def _heard(self, message: str) -> None:
        match message.split():
            case ["stop", upload_id, fence]:
                self._heard_stop(UUID(upload_id), int(fence))
            case ["free", upload_id]:
                self._heard_free(UUID(upload_id))

    def _heard_stop(self, upload_id: UUID, fence: int) -> None:
        hold = self._held.get(upload_id)
        if hold is not None and hold.upload.fence <= fence:
            hold.stop()

    def _heard_free(self, upload_id: UUID) -> None:
        if upload_id in self._freed:
            self._freed[upload_id].set()


def _key(upload_id: UUID) -> str:
    return f"{NAMESPACE}:upload:{upload_id}"
