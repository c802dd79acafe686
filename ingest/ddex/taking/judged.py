"""A message made ready to be taken: judged and planned from its bytes, with no look at anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from base.errors import Refused
from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import (
    MessageFinding,
    Status,
    found_at,
    is_acceptable,
)
from ingest.ddex.judging import judge
from ingest.ddex.offering import offered
from ingest.ddex.reading import of_size
from ingest.ddex.taking.planned import PlannedRelease
from ingest.ddex.taking.planning import plan_of
from ingest.ddex.versions import MessageKind

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """By what the messages of a partner are judged: who they and we are, and what weighs more.

    `others` are the DPIDs of all other partners: for none of them somebody else speaks.
    """

    dpid: str
    own: Mapping[str, Severity]
    others: frozenset[str] = frozenset()
    us: str | None = None
    schemas: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message, where one could be read, its plan, and all that was found, the worst first."""

    message: Message | None = None
    plan: PlannedRelease | None = None
    findings: tuple[MessageFinding, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Whether it can be taken, as far as itself tells."""
        return self.message is not None and is_acceptable(self.findings)

    def found(self, more: tuple[MessageFinding, ...]) -> Ready:
        """Answer the same with more that was found."""
        return replace(self, findings=(*more, *self.findings))


def too_long(size_bytes: int) -> Ready:
    """Judge a message that is not read at all, as it has more bytes than any has."""
    return Ready(findings=(of_size(size_bytes).finding,))


def make_ready(content: bytes, with_whom: Partnership, came_at: datetime) -> Ready:
    """Judge and plan the bytes of a message; takes about a second for a very long one."""
    judged = judge(
        content,
        us=with_whom.us,
        schemas=with_whom.schemas,
        own=with_whom.own,
        came_at=came_at,
    )
    if judged.message is None:
        return Ready(findings=judged.findings)
    message = judged.message
    found = list(_of_sender(message, with_whom))
    main = message.main_release if message.kind is MessageKind.NEW_RELEASE else None
    plan = plan_of(message, main) if main is not None and judged.is_acceptable else None
    if plan is not None:
        found += _of_plan(message, plan)
    return Ready(
        message=message,
        plan=plan,
        findings=(*found, *judged.findings),
    )


def _of_sender(message: Message, with_whom: Partnership) -> list[MessageFinding]:
    """Find a message that came by somebody else's way: it is from them, or on their behalf."""
    header, dpid = message.header, with_whom.dpid
    is_for_them = header.on_behalf_of == dpid and header.sender not in with_whom.others
    if header.sender == dpid or is_for_them:
        return []
    text = (
        f"It says that {header.sender[:60]} sent it, and came as one of {dpid}: who sends for "
        "others names them in SentOnBehalfOf."
    )
    rule, status = "other-sender", Status.NEW_RELEASE_MESSAGE_INVALID
    return [found_at(header.place, rule, status, text, Severity.ERROR)]


def _of_plan(message: Message, plan: PlannedRelease) -> list[MessageFinding]:
    found = []
    place = message.header.place
    if not plan.tracks:
        text = "Its release holds no sound recording: nothing else can be heard here."
        rule, status = "no-recordings", Status.METADATA_MISSING
        found.append(found_at(place, rule, status, text, Severity.ERROR))
    try:
        offered(message, release_id=_NOBODY, tracks={})
    except Refused as refused:
        rule, status = refused.code, Status.UNSUPPORTED_USAGE
        found.append(found_at(place, rule, status, refused.sentence, Severity.ERROR))
    return found
