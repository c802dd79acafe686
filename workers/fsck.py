"""Compare database, storage and renditions, live: report what is wrong, and mend it if asked.

Both sides are read in an order that keeps memory bounded, while uploads, jobs and deletions go on.
So what does not match is a suspicion at first; it is looked at again before a word is said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import structlog

from base.errors import Refused
from base.storage.port import Key, ListedObject
from catalog.kinds import Kind
from catalog.models.checks import StoreCheck
from catalog.objects import held_until, is_referred_to
from catalog.outlooks import (
    is_waiting,
    jobs_unleased,
    lock_outlook,
    outlooks,
    waiting_subjects,
)
from catalog.reference import Role
from catalog.references import FIRST
from catalog.store_checks import MOST_FLAWS, latest_check, note_check
from workers.fsck_compare import (
    Case,
    Compared,
    compare,
    group_of,
    is_orphan,
    is_sampled,
    kind_of,
)
from workers.fsck_contents import fault_in, is_intact
from workers.fsck_flaws import Flaw, damaged, is_damage, lost, orphan
from workers.fsck_mending import Mender
from workers.fsck_rules import OVER, contradictions, unleased, without_job
from workers.fsck_spool import Spool
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked into, and whether it is mended: `share` of the objects is read to its end.

    What the check before found damaged is read again in any case: it stays known until it is whole.
    """

    share: float = 0.05
    decodes: bool = True
    mends: bool = False


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was looked at so far, and what was found."""

    objects: int = 0
    read: int = 0
    decoded: int = 0
    masters: int = 0
    losses: int = 0
    mended: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    #: How many objects of each kind there are, and how many bytes they have.
    numbers: Counter[str] = field(default_factory=Counter)
    bytes_: Counter[str] = field(default_factory=Counter)

    def add(self, objects: Sequence[ListedObject]) -> None:
        """Count what the storage has."""
        self.objects += len(objects)
        for one in objects:
            kind = kind_of(one.key)
            self.numbers[kind] += 1
            self.bytes_[kind] += one.size_bytes


class Fsck:
    """One check of the whole store."""

    def __init__(self, holding: Holding, scope: Scope) -> None:
        """Check the store of a worker's tools; nothing is read yet."""
        self.tally = Tally()
        self._holding = holding
        self._tools = holding.tools
        self._scope = scope
        self._mender = Mender(holding)
        #: Each night another part of the store is read.
        self._turn = self._tools.clock().toordinal()
        self._known: frozenset[str] = frozenset()

    async def flaws(self) -> AsyncIterator[Flaw]:
        """Answer what is wrong, each thing once it was looked at again, and mended if asked."""
        self._known = await self._damaged_before()
        with self._holding.folder() as folder:
            async for flaw in self._objects(folder):
                yield await self._seen_to(flaw)
        async for flaw in self._rows():
            yield await self._seen_to(flaw)

    async def _damaged_before(self) -> frozenset[str]:
        async with self._tools.database.read() as session:
            check = await latest_check(session)
        flaws = check.flaws if check else []
        return frozenset(flaw["subject"] for flaw in flaws if is_damage(flaw["code"]))

    async def _seen_to(self, flaw: Flaw) -> Flaw:
        if self._scope.mends:
            flaw = await self._mender.mend(flaw)
        self.tally.codes[flaw.code] += 1
        self.tally.losses += flaw.is_loss
        self.tally.mended += flaw.is_mended
        return flaw

    async def _objects(self, folder: Path) -> AsyncIterator[Flaw]:
        spool = Spool(folder)
        await spool.fill(self._tools.database.read)
        async for group, objects in _grouped(self._tools.storage.walk("")):
            async for flaw in self._group(spool, group, objects):
                yield flaw
        for group in await spool.groups():
            async for flaw in self._group(spool, group, []):
                yield flaw

    async def _group(
        self, spool: Spool, group: str, objects: list[ListedObject]
    ) -> AsyncIterator[Flaw]:
        self.tally.add(objects)
        references = await spool.take(group)
        for compared in compare(references, objects, now=self._tools.clock()):
            for flaw in await self._judged(compared):
                yield flaw

    async def _judged(self, compared: Compared) -> list[Flaw]:
        match compared.case:
            case Case.WHOLE:
                return await self._looked_into(compared)
            case Case.LOST | Case.RESIZED:
                return await self._missed(compared)
            case Case.UNNEEDED:
                return await self._unneeded(compared)
        return []

    async def _missed(self, compared: Compared) -> list[Flaw]:
        """Look again at an object that is not there, or not as large as rows say."""
        found = await self._tools.storage.stat(Key(compared.key))
        if not await self._is_referred_to(compared.key):
            return []
        if found is None:
            return [lost(reference) for reference in compared.references]
        return [
            damaged(one, f"has {found.size_bytes} bytes, and not {one.size_bytes}")
            for one in compared.references
            if one.size_bytes not in {None, found.size_bytes}
        ]

    async def _unneeded(self, compared: Compared) -> list[Flaw]:
        async with self._tools.database.read() as session:
            is_needed = await is_referred_to(session, Key(compared.key))
            held = await held_until(session, compared.key)
        if not is_orphan(is_referred_to=is_needed, held_until=held):
            return []
        # Whose hold has just ended is gone by now.
        found = await self._tools.storage.stat(Key(compared.key))
        return [orphan(found.key, found.size_bytes)] if found else []

    async def _looked_into(self, compared: Compared) -> list[Flaw]:
        digest, is_known = compared.references[0].digest, compared.key in self._known
        if not digest:
            return []
        if not is_known and not is_sampled(digest, share=self._scope.share, turn=self._turn):
            return []
        try:
            return await self._read(compared, digest)
        except Refused:  # it went meanwhile
            return await self._missed(compared)

    async def _read(self, compared: Compared, digest: str) -> list[Flaw]:
        self.tally.read += 1
        if not await is_intact(self._tools.storage, compared.key, digest):
            if not await self._is_referred_to(compared.key):
                return []
            how = "does not hold the bytes that it is named after"
            return [damaged(one, how) for one in compared.references]
        faults: list[Flaw] = []
        for one in compared.references:
            if one.role is Role.RENDITION and (self._scope.decodes or compared.key in self._known):
                self.tally.decoded += 1
                fault = await fault_in(self._holding, one)
                faults += [damaged(one, fault)] if fault else []
        return faults

    async def _is_referred_to(self, key: str) -> bool:
        async with self._tools.database.read() as session:
            return await is_referred_to(session, Key(key))

    async def _rows(self) -> AsyncIterator[Flaw]:
        after: UUID | None = FIRST
        while after is not None:
            async with self._tools.database.read() as session:
                page = await outlooks(session, after)
            self.tally.masters += len(page)
            for outlook in page:
                if any(contradictions(outlook)):
                    for flaw in await self._contradicted(UUID(outlook.master_id)):
                        yield flaw
            after = UUID(page[-1].master_id) if page else None
        async for flaw in self._jobs():
            yield flaw

    async def _contradicted(self, master_id: UUID) -> list[Flaw]:
        async with self._tools.database.begin() as session:
            return list(contradictions(await lock_outlook(session, master_id)))

    async def _jobs(self) -> AsyncIterator[Flaw]:
        for kind, name in ((Kind.ARTWORK, "artwork"), (Kind.UNPACK, "archive")):
            async for subject in self._forgotten(kind):
                yield without_job(name, subject)
        async with self._tools.database.read() as session:
            jobs = await jobs_unleased(session, now=self._tools.clock())
        for job in jobs:
            yield unleased(str(job.id), job.kind)

    async def _forgotten(self, kind: Kind) -> AsyncIterator[str]:
        """Answer pictures, or archives, that were received and that no job will look at."""
        after: UUID | None = FIRST
        while after is not None:
            async with self._tools.database.read() as session:
                waiting = await waiting_subjects(session, kind, after)
            for subject in [one for one, state in waiting.items() if state in OVER]:
                async with self._tools.database.begin() as session:
                    if not await is_waiting(session, kind, subject):
                        continue
                yield subject
            after = UUID(list(waiting)[-1]) if waiting else None


async def _grouped(
    walk: AsyncIterator[ListedObject],
) -> AsyncIterator[tuple[str, list[ListedObject]]]:
    group, found = "", list[ListedObject]()
    async for one in walk:
        mine = group_of(one.key)
        if mine != group and found:
            yield group, found
            found = []
        group = mine
        found.append(one)
    if found:
        yield group, found


async def check(holding: Holding, scope: Scope, *, tell: Callable[[Flaw], None]) -> StoreCheck:
    """Check the store and tell of each flaw; answer what is to be written down of it."""
    fsck, started_at = Fsck(holding, scope), holding.tools.clock()
    # The next check reads what is damaged again: it is the last that may be left out.
    damages, others = list[Flaw](), list[Flaw]()
    async for flaw in fsck.flaws():
        tell(flaw)
        kept = damages if is_damage(flaw.code) else others
        if len(kept) < MOST_FLAWS:
            kept.append(flaw)
    tally = fsck.tally
    return StoreCheck(
        started_at=started_at,
        ended_at=holding.tools.clock(),
        objects=tally.objects,
        read=tally.read,
        decoded=tally.decoded,
        masters=tally.masters,
        losses=tally.losses,
        mended=tally.mended,
        codes=dict(tally.codes),
        kinds={kind: [tally.numbers[kind], tally.bytes_[kind]] for kind in sorted(tally.numbers)},
        flaws=[flaw.as_json() for flaw in (damages + others)[:MOST_FLAWS]],
    )


async def check_store(holding: Holding, leased: Leased) -> None:
    """Do the job of every night: check the store, mend nothing, write down what was found."""
    found = await check(holding, Scope(), tell=_log)
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())
        await note_check(session, found)


def _log(flaw: Flaw) -> None:
    tell = log.error if flaw.is_loss else log.warning
    tell("flaw in the store", code=flaw.code, subject=flaw.subject, why=flaw.sentence)
