"""A report in the two forms it is read in: by people, and as JSON."""

from __future__ import annotations

import json
from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.text import Text

from refrain.conformance.clauses import CLAUSES
from refrain.conformance.findings import Finding, Report, Severity
from refrain.output import say

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
_SHOWN_FACTS = ("codecs", "segments", "peak_bps", "average_bps", "integrated_lufs")


def to_text(report: Report) -> RenderableType:
    """Print for people: grouped by place, with what each clause asks for."""
    places = dict.fromkeys([finding.where for finding in report.findings])
    places |= dict.fromkeys(report.facts)
    parts: list[RenderableType] = []
    for place in places:
        parts.append(_place(place, report))
        mine = [one for one in report.findings if one.where == place]
        parts += [_finding(one) for one in sorted(mine, key=_errors_first)]
    return Group(*parts, _summary(report))


def to_json(report: Report) -> str:
    """Print one document on one line, for programs."""
    document = {
        "target": report.target,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "clauses": dict(sorted(Counter(one.clause for one in report.findings).items())),
        "findings": [
            {
                "clause": one.clause,
                "severity": one.severity,
                "where": one.where,
                "sentence": one.sentence,
                "mend": CLAUSES[one.clause],
            }
            for one in report.findings
        ],
        "facts": report.facts,
    }
    return json.dumps(document)


def show(report: Report, *, as_json: bool, strict: bool) -> int:
    """Print a report and answer the exit status that it has."""
    if as_json:
        say(to_json(report))
    else:
        Console(highlight=False).print(to_text(report))
    fails = report.count(Severity.ERROR) or (strict and report.count(Severity.WARNING))
    return 1 if fails else 0


def _place(place: str, report: Report) -> Text:
    facts = report.facts.get(place, {})
    told = [f"{name} {_told(facts[name])}" for name in _SHOWN_FACTS if facts.get(name) is not None]
    return Text.assemble((_plain(place), "bold"), ("  " + ", ".join(told), "dim"))


def _told(fact: object) -> str:
    return f"{fact:.2f}" if isinstance(fact, float) else str(fact)


def _errors_first(one: Finding) -> bool:
    return one.severity is not Severity.ERROR


def _finding(one: Finding) -> Text:
    return Text.assemble(
        "  ",
        (one.severity, _STYLES[one.severity]),
        f"  {one.clause}  {_plain(one.sentence)}\n",
        (f"      {CLAUSES[one.clause]}", "dim"),
    )


def _summary(report: Report) -> Text:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    style = "bold red" if errors else "bold yellow" if warnings else "bold green"
    return Text(f"{errors} errors, {warnings} warnings in {_plain(report.target)}", style)


def _plain(text: str) -> str:
    """Keep what a stranger wrote from moving the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
