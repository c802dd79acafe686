"""Who sent it to whom, and whether it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Status, found_at
from ingest.ddex.versions import MessageKind

_DPID = re.compile(r"PADPIDA[A-Za-z0-9]+")


#: Of a purge: each release of it is looked for.
MOST_PURGED = 1_000
_ID_LETTERS, _DPID_LETTERS = 200, 40
#: By how much the clock of a sender may be ahead.
_AHEAD = timedelta(days=1)


def of_header(
    message: Message, us: str | None, came_at: datetime | None = None
) -> Iterator[MessageFinding]:
    """Find a sender that is none, a message to somebody else, and what is told for a test only.

    `came_at` is when it came: none is made later. What said so would be newer than all after it.
    """
    header = message.header
    yield from _too_much(message)
    if came_at is not None and header.created_at > came_at + _AHEAD:
        text = (
            f"MessageCreatedDateTime says {header.created_at:%Y-%m-%d %H:%M} UTC, and it came on "
            f"{came_at:%Y-%m-%d}: all that is told after it would count for nothing. Set the clock "
            "right, and send it again."
        )
        yield _finding(message, "created-in-future", Status.NEW_RELEASE_MESSAGE_INVALID, text)
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


def _too_much(message: Message) -> Iterator[MessageFinding]:
    header, invalid = message.header, Status.NEW_RELEASE_MESSAGE_INVALID
    for name, told, most in (
        ("MessageId", header.message_id, _ID_LETTERS),
        ("MessageSender/PartyId", header.sender, _DPID_LETTERS),
    ):
        if len(told) > most:
            text = f"{name} has {len(told)} letters, and at most {most} are taken."
            yield _finding(message, "header-too-long", invalid, text)
    if len(message.purged) > MOST_PURGED:
        text = (
            f"It purges {len(message.purged)} releases, and a message at most {MOST_PURGED}: send "
            "it in several. Nothing of it was done."
        )
        yield _finding(message, "purge-too-many", invalid, text)


def _finding(
    message: Message,
    rule: str,
    status: Status,
    text: str,
    severity: Severity = Severity.ERROR,
) -> MessageFinding:
    return found_at(message.header.place, rule, status, text, severity)
