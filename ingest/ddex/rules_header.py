"""Who sent it to whom, and whether it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Status, found_at
from ingest.ddex.versions import MessageKind

_DPID = re.compile(r"PADPIDA[A-Za-z0-9]+")


def of_header(message: Message, us: str | None) -> Iterator[MessageFinding]:
    """Find a sender that is none, a message to somebody else, and what is told for a test only."""
    header = message.header
    if not _DPID.fullmatch(header.sender):
        text = f"The sender “{header.sender[:100]}” is no DPID (PADPIDA and letters or digits)."
        yield _finding(message, "sender-syntax", Status.IDENTIFIER_SYNTAX_INVALID, text)
    if us is not None and us not in header.recipients:
        told = ", ".join(header.recipients)[:200] or "nobody"
        text = f"It is meant for {told}, and we are {us}."
        yield _finding(message, "other-recipient", Status.NEW_RELEASE_MESSAGE_INVALID, text)
    if header.is_test:
        text = "It is a test: it is judged, and nothing of it becomes public."
        yield _finding(message, "test", Status.USER_DEFINED, text, Severity.NOTE)
    if header.is_time_assumed:
        text = "MessageCreatedDateTime says no offset; it is taken for UTC."
        yield _finding(message, "time-assumed", Status.USER_DEFINED, text, Severity.NOTE)
    if message.kind is MessageKind.PURGE and not any(message.purged):
        text = "It does not say which release it is to purge (PurgedRelease/ReleaseId)."
        yield _finding(message, "purge-of-nothing", Status.METADATA_MISSING, text)


def _finding(
    message: Message,
    rule: str,
    status: Status,
    text: str,
    severity: Severity = Severity.ERROR,
) -> MessageFinding:
    return found_at(message.header.place, rule, status, text, severity)
