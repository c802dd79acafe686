"""The job that tells which masters sound like a new one; it reports, and refuses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from uuid import UUID

import structlog

from base.database import Session
from catalog.likeness import Alike, add_likeness, candidates, of_same_audio
from catalog.models.files import Master
from catalog.models.likeness import Likeness
from catalog.music import master_of
from transcode.fingerprint import Items, items_of
from transcode.matching import LEAST_SHARED, match, terms_of
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()


def terms_in(fingerprint: str | None) -> tuple[int, ...]:
    """Answer what a master of this fingerprint is looked up by; nothing, where it has none."""
    return terms_of(_items(fingerprint)) if fingerprint else ()


async def compare_master(holding: Holding, leased: Leased) -> None:
    """Find the masters of the same sound, and remember them.

    All terms were written before this began. So of two that are compared at the same time one
    finds the other at least, and both may.
    """
    tools = holding.tools
    async with tools.database.read() as session:
        master = await master_of(session, UUID(leased.subject))
        same = await of_same_audio(session, master)
        others = await _candidates(session, master)
    others = [one for one in others if one.id not in {known.id for known in same}]
    pairs = [_pair(master, one, Alike.AUDIO) for one in same]
    pairs += await asyncio.to_thread(lambda: list(_matching(master, others)))
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())
        for pair in sorted(pairs, key=lambda one: one.other_id):
            await add_likeness(session, pair)
    log.info("master compared", master=leased.subject, compared=len(others), alike=len(pairs))


async def _candidates(session: Session, master: Master) -> list[Master]:
    terms = terms_in(master.fingerprint)
    return await candidates(session, master.id, terms, least_shared=LEAST_SHARED) if terms else []


def _matching(master: Master, others: Sequence[Master]) -> Iterator[Likeness]:
    items = _items(master.fingerprint)
    for other in others:
        found = match(items, _items(other.fingerprint))
        if found is not None:
            yield _pair(
                master, other, Alike.RECORDING, errors=found.errors, offset_s=found.offset_s
            )


def _pair(
    master: Master, other: Master, kind: Alike, *, errors: float = 0.0, offset_s: float = 0.0
) -> Likeness:
    return Likeness(
        master_id=master.id, other_id=other.id, kind=kind, errors=errors, offset_s=offset_s
    )


def _items(fingerprint: str | None) -> Items:
    return items_of(fingerprint or "")
