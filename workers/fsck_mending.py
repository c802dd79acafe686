"""Mend what is wrong with the store: from masters, by jobs, and never what somebody works on.

Whoever mends looks again under the locks of all who could change it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import structlog

from base.database import Session
from base.errors import RefrainError, Refused
from base.storage.port import Key
from catalog.aside import tell_if_set_aside
from catalog.growth import end_growth, forget_growth, growth_of, parts_of
from catalog.jobs import NewJob, add_again
from catalog.kinds import Kind
from catalog.masters import finish_tracks, lock_master, tracks_of
from catalog.models.files import Master, Rendition
from catalog.models.releases import Artwork, ArtworkImage
from catalog.music import describe_master
from catalog.objects import HOLD, held_until, hold, is_referred_to, own_keys
from catalog.outlook import Outlook
from catalog.outlooks import is_waiting, lock_outlook, lock_unleased
from catalog.reference import Reference, Role
from catalog.states import JobState
from transcode.examine import examine
from transcode.probe import probe
from workers.artworks import make_sizes_again
from workers.fsck_compare import is_orphan
from workers.fsck_contents import is_intact
from workers.fsck_flaws import ORPHAN, Flaw
from workers.fsck_rules import (
    NOT_EXAMINED,
    NOT_FINISHED,
    RUNGS_MISSING,
    UNLEASED,
    WITHOUT_END,
    contradictions,
)
from workers.holding import Holding
from workers.leases import expire_these, patience
from workers.pictures import store_pictures
from workers.sources import source
from workers.waveforms import store_waveforms

log = structlog.get_logger()

_REQUEST = "fsck"
_AGAIN = "run `refrain fsck --repair` again"
_CHANGED = f"It has changed meanwhile: {_AGAIN} to see whether it is still so."
_BUSY = f"Its master is being worked on: {_AGAIN} when that is done."
_NO_MASTER = f"Its master is lost or damaged itself: put that back, then {_AGAIN}."
_NO_ARTWORK = f"The artwork is lost or damaged itself: put that back, then {_AGAIN}."
_NOT_EXAMINED_WHOLE = "Its master was not examined to the end: `refrain jobs retry` that job first."


class Mender:
    """Mends one thing after the other, and remembers which originals it has read."""

    def __init__(self, holding: Holding) -> None:
        """Mend the store of a worker's tools."""
        self._holding = holding
        self._intact: dict[str, bool] = {}
        self._done: set[UUID] = set()
        #: Of what is not here, nobody has another.
        self._ways: dict[Role, Callable[[Reference], Awaitable[None]]] = {
            Role.RENDITION: self._make_again,
            Role.PICTURE: self._draw_again,
            Role.WAVEFORM: self._draw_again,
            Role.IMAGE: self._size_again,
            Role.PART: self._forget_parts,
        }

    async def mend(self, flaw: Flaw) -> Flaw:
        """Answer it as mended, where it is or a job for it is there; or with why it is not.

        What is in the way of one is not in the way of all: the next is tried.
        """
        if flaw.is_loss:
            return flaw
        try:
            await self._mend(flaw)
        except RefrainError as error:
            log.warning("not mended", code=flaw.code, subject=flaw.subject, why=error.sentence)
            return replace(flaw, advice=error.sentence)
        log.info("mended", code=flaw.code, subject=flaw.subject)
        return replace(flaw, is_mended=True)

    async def _mend(self, flaw: Flaw) -> None:
        if flaw.code == ORPHAN:
            await self._let_go(flaw.subject)
        elif flaw.reference is None:
            await self._mend_rows(flaw)
        else:
            await self._ways[flaw.reference.role](flaw.reference)

    async def _let_go(self, key: str) -> None:
        """Hold an object that nobody needs for a day: it is looked at once more before it goes."""
        tools = self._holding.tools
        async with tools.database.begin() as session:
            is_needed = await is_referred_to(session, Key(key))
            held = await held_until(session, key)
            if not is_orphan(is_referred_to=is_needed, held_until=held):
                raise _unmended(_CHANGED)
            await hold(session, [key], until=tools.clock() + HOLD)

    async def _make_again(self, reference: Reference) -> None:
        """Forget a rendition, so that no manifest names it, and let the ladder have it made."""
        tools, rendition_id = self._holding.tools, UUID(reference.subject)
        async with tools.database.read() as session:
            row = await session.get(Rendition, rendition_id)
        if row is None:
            raise _unmended(_CHANGED)
        await self._require_master(row.master_id)
        async with tools.database.begin() as session:
            outlook = await lock_outlook(session, row.master_id)
            again = await session.get(Rendition, rendition_id, populate_existing=True)
            if again is None or again.storage_key != reference.key:
                raise _unmended(_CHANGED)
            if JobState.LEASED in {outlook.examination, outlook.ladder} or outlook.is_split:
                raise _unmended(_BUSY)
            await hold(session, [again.storage_key], until=tools.clock() + HOLD)
            await session.delete(again)
            await session.flush()
            await self._order(session, Kind.LADDER, outlook.master_id)

    async def _draw_again(self, reference: Reference) -> None:
        master_id = UUID(reference.subject)
        if master_id in self._done:
            return
        await self._require_master(master_id)
        drawn = await self._drawn(master_id)
        tools = self._holding.tools
        async with tools.database.begin() as session:
            master = await lock_master(session, master_id)
            if not await tracks_of(session, master_id):
                raise _unmended(_CHANGED)
            before = own_keys(master, None)
            master = await describe_master(session, master_id, drawn)
            gone = before - own_keys(master, None)
            await hold(session, gone, until=tools.clock() + HOLD)
        self._done.add(master_id)

    async def _drawn(self, master_id: UUID) -> dict[str, object]:
        holding = self._holding
        async with holding.tools.database.read() as session:
            master = await session.get_one(Master, master_id)
        with holding.folder() as folder:
            async with source(holding.tools.storage, Key(master.storage_key), folder) as path:
                info = await probe(holding.engine, path)
                found = await examine(holding.engine, path, info, folder=folder)
        pictures = await store_pictures(holding, master_id, found.heard)
        waveforms = await store_waveforms(holding, master_id, found.heard.zooms)
        return {**pictures, "waveforms": waveforms}

    async def _size_again(self, reference: Reference) -> None:
        image_id = UUID(reference.subject)
        async with self._holding.tools.database.read() as session:
            image = await session.get(ArtworkImage, image_id)
            artwork = await session.get(Artwork, image.artwork_id) if image else None
        if artwork is None:
            raise _unmended(_CHANGED)
        if not await self._is_intact(artwork.storage_key, artwork.sha256):
            raise _unmended(_NO_ARTWORK)
        if artwork.id not in self._done:
            await make_sizes_again(self._holding, artwork.id)
            self._done.add(artwork.id)

    async def _forget_parts(self, reference: Reference) -> None:
        """Give nobody the parts of what grew any more, where there is something better."""
        tools, master_id = self._holding.tools, UUID(reference.subject)
        async with tools.database.begin() as session:
            outlook = await lock_outlook(session, master_id)
            growth = await growth_of(session, master_id, lock=True)
            if growth is None:
                return
            if growth.ended_at is None or not outlook.rungs:
                raise _unmended(_BUSY)
            keys = [part.storage_key for part in parts_of(growth)]
            await hold(session, keys, until=tools.clock() + HOLD)
            await forget_growth(session, growth)

    async def _mend_rows(self, flaw: Flaw) -> None:
        async with self._holding.tools.database.begin() as session:
            if not await self._is_brought_on(session, flaw):
                raise _unmended(_CHANGED)

    async def _is_brought_on(self, session: Session, flaw: Flaw) -> bool:
        if flaw.code == UNLEASED:
            return await self._is_taken_back(session, UUID(flaw.subject))
        for kind, code in ((Kind.ARTWORK, "artwork"), (Kind.UNPACK, "archive")):
            if flaw.code.startswith(code):
                is_due = await is_waiting(session, kind, flaw.subject)
                return is_due and await self._order(session, kind, flaw.subject)
        outlook = await lock_outlook(session, UUID(flaw.subject))
        is_so = flaw.code in {one.code for one in contradictions(outlook)}
        return is_so and await self._bring_on(session, flaw.code, outlook)

    async def _is_taken_back(self, session: Session, job_id: UUID) -> bool:
        """Do what the workers would that keep the house, for there may be none."""
        tools = self._holding.tools
        now = tools.clock()
        job = await lock_unleased(session, job_id, now=now)
        if job is None:
            return False
        await expire_these(session, [job], partial(patience, tools.settings), now=now)
        await tell_if_set_aside(session, job)
        return True

    async def _bring_on(self, session: Session, code: str, outlook: Outlook) -> bool:
        master_id = UUID(outlook.master_id)
        if code == NOT_FINISHED:
            tools = self._holding.tools
            reviews = tools.settings.reviews
            return bool(await finish_tracks(session, master_id, now=tools.clock(), reviews=reviews))
        if code == WITHOUT_END and outlook.rungs:
            await end_growth(session, master_id, self._holding.tools.clock)
            return True
        is_examined = outlook.samples is not None and not outlook.is_growing
        if code == RUNGS_MISSING and is_examined:
            return await self._order(session, Kind.LADDER, outlook.master_id)
        if code in {NOT_EXAMINED, WITHOUT_END}:
            return await self._order(session, Kind.EXAMINE, outlook.master_id)
        raise _unmended(_NOT_EXAMINED_WHOLE)

    async def _order(self, session: Session, kind: Kind, subject: str) -> bool:
        job = NewJob(kind=kind, subject=subject, request_id=_REQUEST)
        return await add_again(session, job, now=self._holding.tools.clock())

    async def _require_master(self, master_id: UUID) -> None:
        async with self._holding.tools.database.read() as session:
            master = await session.get(Master, master_id)
        if master is None:
            raise _unmended(_CHANGED)
        if not await self._is_intact(master.storage_key, master.sha256):
            raise _unmended(_NO_MASTER)

    async def _is_intact(self, key: str, digest: str) -> bool:
        """Whether an original is there, to the last byte: else nothing is made of it."""
        if key not in self._intact:
            storage = self._holding.tools.storage
            is_there = await storage.stat(Key(key)) is not None
            self._intact[key] = is_there and await is_intact(storage, key, digest)
        return self._intact[key]


def _unmended(why: str) -> Refused:
    return Refused("not-mended", why)
