"""What is found of a message, as documents: for rows, for programs, and the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.findings import Severity
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.judging import Judgement


def judgement_told(judged: Judgement) -> dict[str, Any]:
    """Print a judgement: whether it could be taken, what it says, and all findings."""
    return {
        "acceptable": judged.is_acceptable,
        "message": message_told(judged.message) if judged.message else None,
        "findings": [finding_told(one) for one in judged.findings],
    }


def message_told(message: Message) -> dict[str, Any]:
    """Print what a message is, in a few words."""
    main = message.main_release
    return {
        "kind": str(message.kind),
        "version": str(message.version),
        "id": message.header.message_id,
        "sender": message.header.sender,
        "created_at": message.header.created_at.isoformat(),
        "title": main.titles[0].text if main and main.titles else None,
        "recordings": sum(one.kind == "SoundRecording" for one in message.resources),
        "deals": sum(len(one.terms) for one in message.deals),
    }


def finding_told(one: MessageFinding) -> dict[str, Any]:
    """Print a finding, also for a row."""
    return {
        "rule": one.rule,
        "status": str(one.status),
        "severity": str(one.severity),
        "text": one.text,
        "line": one.line,
        "path": one.path,
    }


def finding_of(told: Mapping[str, Any]) -> MessageFinding:
    """Read a finding as `finding_told` printed it."""
    return MessageFinding(
        rule=told["rule"],
        status=Status(told["status"]),
        severity=Severity(told["severity"]),
        text=told["text"],
        line=told["line"],
        path=told["path"],
    )
