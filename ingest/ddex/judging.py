"""What is to be said of a message before anything is done with it: read, compared, weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Unreadable, is_acceptable, weighed
from ingest.ddex.messages import parse
from ingest.ddex.rules_deals import of_deals
from ingest.ddex.rules_files import of_files
from ingest.ddex.rules_header import of_header
from ingest.ddex.rules_identifiers import of_identifiers
from ingest.ddex.rules_metadata import of_metadata
from ingest.ddex.rules_references import of_references
from ingest.ddex.schema import faults_of, schema_of
from ingest.ddex.versions import MessageKind

_RULES = (of_references, of_identifiers, of_metadata, of_deals, of_files)
_RANKS = {severity: rank for rank, severity in enumerate(reversed(Severity))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A message, where one could be read, and all findings, the worst first."""

    message: Message | None
    findings: tuple[MessageFinding, ...]

    @property
    def is_acceptable(self) -> bool:
        """Whether it could be taken."""
        return self.message is not None and is_acceptable(self.findings)


def judge(
    content: bytes,
    *,
    us: str | None = None,
    schemas: Path | None = None,
    own: Mapping[str, Severity] = MappingProxyType({}),
    came_at: datetime | None = None,
) -> Judgement:
    """Judge the bytes of a message; nothing is fetched and nothing written.

    `us` is our own DPID, where it is known; `schemas` the folder of an operator's schemas; `own`
    the severities that a partner's profile has for some rules; `came_at` is when it came, where
    that matters.
    """
    try:
        message = parse(content)
    except Unreadable as unreadable:
        return Judgement(message=None, findings=(unreadable.finding,))
    found = list(of_header(message, us, came_at))
    if message.kind is MessageKind.NEW_RELEASE:
        found += [one for rule in _RULES for one in rule(message)]
    schema = schema_of(schemas, message.version) if schemas else None
    if schema is not None:
        found += faults_of(content, schema)
    ranked = sorted(weighed(found, own), key=lambda one: (_RANKS[one.severity], one.line or 0))
    return Judgement(message=message, findings=tuple(ranked))
