"""Somebody is told of a release: what is known of it is gathered, judged, written, judged again.

Nothing is written of what lacks something that a message needs, and no message is handed out that
we would not take ourselves.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from accounting.terms import terms_at
from base.database import Session
from base.errors import Broken, Refused
from base.settings import Settings
from catalog.findings import Severity
from catalog.releases import release_of
from catalog.states import ReleaseState
from ingest.ddex.export.facts import Cover, Envelope, Sound, Told
from ingest.ddex.export.gathering import gathered, prices_of
from ingest.ddex.export.lacking import lacking
from ingest.ddex.export.messages import new_release, purge
from ingest.ddex.findings import MessageFinding
from ingest.ddex.judging import judge
from ingest.ddex.versions import MessageKind

_DPID = re.compile(r"PADPIDA[A-Za-z0-9]+")
_MOST_SAID = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of what to tell, and whom, by their DPID; ourselves, where nobody is named."""

    release_id: UUID
    recipient: str | None = None
    is_purge: bool = False
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message, what it tells, and what whoever sends it should know."""

    told: Told
    kind: MessageKind
    content: bytes
    findings: Sequence[MessageFinding]

    @property
    def files(self) -> Mapping[str, Sound | Cover]:
        """What lies beside it, by its path there; beside what tells to forget, nothing."""
        return self.told.files if self.kind is MessageKind.NEW_RELEASE else {}


async def tell(session: Session, wanted: Wanted, settings: Settings, *, now: datetime) -> Telling:
    """Write a message of a release.

    Raises:
        Refused: `no-party-id` or `ern-lacking`, 409; `bad-party-id`, 422; `release-out`, 409: it is
            to be forgotten, and was not withdrawn; and as `gathered`.
        Broken: `ern-invalid`: what we wrote would be taken by nobody.

    """
    envelope = _envelope(wanted, settings.ddex_party_id, now)
    if wanted.is_purge:
        await _require_withdrawn(session, wanted.release_id)
    release = await gathered(session, wanted.release_id, now=now)
    lacks = () if wanted.is_purge else lacking(release)
    errors = [one.text for one in lacks if one.severity is Severity.ERROR]
    if errors:
        raise Refused("ern-lacking", " ".join(errors[:_MOST_SAID]), status=409)
    prices = prices_of(await terms_at(session, now))
    told = Told(envelope=envelope, release=release, prices=prices)
    content, found = await asyncio.to_thread(
        _written, told, settings.ddex_xsd_dir, is_purge=wanted.is_purge
    )
    kind = MessageKind.PURGE if wanted.is_purge else MessageKind.NEW_RELEASE
    return Telling(told=told, kind=kind, content=content, findings=[*lacks, *found])


def _written(
    told: Told, schemas: Path | None, *, is_purge: bool
) -> tuple[bytes, tuple[MessageFinding, ...]]:
    content = purge(told) if is_purge else new_release(told)
    judged = judge(content, us=told.envelope.recipient, schemas=schemas)
    if not judged.is_acceptable:
        why = " ".join(one.text for one in judged.findings[:_MOST_SAID])
        raise Broken("ern-invalid", f"What we wrote of {told.release.id} is no message: {why}")
    return content, judged.findings


def _envelope(wanted: Wanted, us: str, now: datetime) -> Envelope:
    if not us:
        raise Refused(
            "no-party-id",
            "This house has no DPID, by which others know who tells them of music: DDEX gives one "
            "for nothing, and REFRAIN_DDEX_PARTY_ID is to name it.",
            status=409,
        )
    if wanted.recipient is not None and not _DPID.fullmatch(wanted.recipient):
        raise Refused(
            "bad-party-id", "A DPID is written as PADPIDA and letters or digits.", status=422
        )
    return Envelope(
        message_id=uuid4().hex,
        sender=us,
        recipient=wanted.recipient or us,
        created_at=now,
        is_test=wanted.is_test,
    )


async def _require_withdrawn(session: Session, release_id: UUID) -> None:
    release = await release_of(session, release_id)
    if release.state != ReleaseState.WITHDRAWN:
        raise Refused(
            "release-out",
            "Only what was withdrawn is to be forgotten: withdraw the release first.",
            status=409,
        )
