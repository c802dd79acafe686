"""What was found wrong, as data: rules return findings, all of them, and raise nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

Facts = dict[str, object]


class Severity(StrEnum):
    """An error breaks a "must", a warning a "should"."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: the clause it breaks, where, and a sentence that says what was seen."""

    clause: str
    severity: Severity
    where: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings about a target, and what was measured of each of its parts."""

    target: str
    findings: tuple[Finding, ...]
    facts: dict[str, Facts] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """Answer how many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)


def error(clause: str, where: str, sentence: str) -> Finding:
    """Say that a "must" is broken."""
    return Finding(clause=clause, severity=Severity.ERROR, where=where, sentence=sentence)


def warning(clause: str, where: str, sentence: str) -> Finding:
    """Say that a "should" is broken."""
    return Finding(clause=clause, severity=Severity.WARNING, where=where, sentence=sentence)


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the first of equal findings: one object may be reached by several ways."""
    return tuple(dict.fromkeys(findings))
