"""What is told of a move: what of each table came, is there, or was left, and why, line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.findings import Finding, Severity
from refrain.output import say

#: So many lines are told of what is wrong alike; the others are counted.
_MOST_ALIKE = 200
#: What is as it should be, and told all the same.
_NOTES = frozenset({"deleted", "not-liked", "not-brought", "office", "joined", "gone-here"})
_WARNINGS = frozenset(
    {"email-unfit", "email-twice", "email-taken", "member-unknown", "later", "table-missing"}
    | {"deleted-since", "credit-elsewhere", "cover-missing", "number-twice"}
)


@dataclass(slots=True)
class Told:
    """Counts by table and what became of rows; lines are printed as they come."""

    as_json: bool
    came: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_wrong: bool = False

    def leave(self, table: str, line: int, code: str, sentence: str) -> None:
        """Tell that a row was left out, and why."""
        self.left[table] += 1
        self.find(table, f"{table} line {line}", code, sentence)

    def find(self, table: str, about: str, code: str, sentence: str) -> None:
        """Tell what is worth knowing of something that may have come all the same."""
        severity = (
            Severity.NOTE
            if code in _NOTES
            else Severity.WARNING
            if code in _WARNINGS
            else Severity.ERROR
        )
        self.is_wrong = self.is_wrong or severity is Severity.ERROR
        self.alike[table, code] += 1
        if self.alike[table, code] > _MOST_ALIKE:
            return
        finding = Finding(code=code, severity=severity, text=sentence, advice="", about=about)
        say(json.dumps(finding.as_json()) if self.as_json else _line(finding))

    def count(self, table: str, *, came: int, there: int) -> None:
        """Count rows that came, or would, and those that are there."""
        self.came[table] += came
        self.there[table] += there

    def sums(self, tables: Iterable[str]) -> None:
        """Tell of each table how many rows became what, and of what was told no more."""
        for (table, code), number in sorted(self.alike.items()):
            if number > _MOST_ALIKE:
                self.say({"table": table, "code": code, "more": number - _MOST_ALIKE})
        for table in tables:
            counts = {"came": self.came[table], "there": self.there[table]}
            self.say({"table": table, **counts, "left": self.left[table]})

    def say(self, facts: dict[str, object]) -> None:
        """Tell facts as a JSON line, or with their names before them."""
        said = ", ".join(f"{name} {value}" for name, value in facts.items())
        say(json.dumps(facts) if self.as_json else said)


def _line(one: Finding) -> str:
    return f"{one.about}: {one.severity}: {one.code}: {one.text}"
