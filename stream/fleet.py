"""What can be found out of the fleet now, and which parts of the service answer at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from base.errors import Unavailable
from base.storage.port import checked
from base.streams import backlog
from base.tools import Tools
from catalog.fleet_figures import Fleet, fleet_now
from catalog.notes import STREAM

_PROBE = checked("health/probe")
#: What does not answer within this is away.
_PATIENCE_S = 3.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWaiting:
    """Batches of what was heard that are in no row yet, and how old the oldest is."""

    batches: int
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Which parts answer, and what those say that do."""

    reachable: Mapping[str, bool]
    fleet: Fleet | None
    evidence: EvidenceWaiting | None


async def see(tools: Tools) -> Seen:
    """Ask all parts at once, none for long."""
    fleet, evidence, is_stored = await asyncio.gather(
        _unless_away(fleet_of(tools)),
        _unless_away(evidence_waiting(tools)),
        _unless_away(storage_answers(tools)),
    )
    reachable = {
        "database": fleet is not None,
        "valkey": evidence is not None,
        "storage": is_stored is not None,
    }
    return Seen(reachable=reachable, fleet=fleet, evidence=evidence)


async def fleet_of(tools: Tools) -> Fleet:
    """Answer how the fleet stands.

    Raises:
        Unavailable: the database is away.

    """
    async with tools.database.read() as session:
        return await fleet_now(session, now=tools.clock())


async def evidence_waiting(tools: Tools) -> EvidenceWaiting:
    """Answer how much evidence waits to be taken in.

    Raises:
        Unavailable: Valkey is away.

    """
    found = await backlog(tools.valkey, STREAM)
    age_s = 0.0 if found.oldest_s is None else tools.clock().timestamp() - found.oldest_s
    return EvidenceWaiting(batches=found.entries, age_s=max(0.0, age_s))


async def storage_answers(tools: Tools) -> bool:
    """Ask the storage for what need not be there.

    Raises:
        Unavailable: it is away.

    """
    await tools.storage.stat(_PROBE)
    return True


async def _unless_away(answer: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await answer
    except (Unavailable, TimeoutError):
        return None
