"""What is worth telling an artist: a code for programs, words for people, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much it matters; an error keeps a release from being published."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found; `about` names the file or the track that it is about.

    Of a track, `track` is the id.
    """

    code: str
    severity: Severity
    text: str
    advice: str
    about: str | None = None
    track: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Print it for a row or a document."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "about": self.about,
            "track": self.track,
            "text": self.text,
            "advice": self.advice,
        }


def early_findings(warnings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Print what the first bytes of a master told, for a row that nothing else is known of yet."""
    return [
        {
            "code": warning["code"],
            "severity": str(Severity.WARNING),
            "at": None,
            "text": warning["sentence"],
            "advice": "",
            "confidence": None,
            "is_early": True,
        }
        for warning in warnings
    ]


def with_early(
    before: Iterable[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Answer what was known early, unless an examination says it, too, and what that found."""
    codes = {one["code"] for one in found}
    early = [one for one in before if one.get("is_early") and one["code"] not in codes]
    return [*early, *found]


def parse_finding(document: Mapping[str, Any]) -> Finding:
    """Read what `as_json` wrote."""
    return Finding(**{**document, "severity": Severity(document["severity"])})
