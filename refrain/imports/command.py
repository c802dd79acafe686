"""What the commands of imports do, and how it is told: lines for people, or JSON for programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.findings import Finding, Severity
from refrain.client import open_client
from refrain.imports.comparing import Step
from refrain.imports.doing import do, look
from refrain.imports.wanted import Source
from refrain.output import say


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """To which house, as whom, whether it is done or only planned, and how it is told."""

    url: str
    token: str
    applies: bool
    as_json: bool


async def bring(read: Callable[[Path], Source], path: Path, how: How) -> bool:
    """Plan an import, and do it if told to; answer whether nothing was wrong.

    Raises:
        Refused: what is there to read cannot be, or the house said no.
        Unavailable: it cannot be reached.

    """
    source = await asyncio.to_thread(read, path)
    findings = list(source.findings)
    _tell_findings(findings, how)
    async with open_client(how.url, how.token) as client:
        for wanted in source.releases:
            step = await look(client, wanted)
            _tell_step(step, how)
            if how.applies and not step.is_nothing:
                step = await do(client, step, lambda song: _tell(f"  sent {song.about}", how))
            _tell_findings(step.findings, how)
            findings += step.findings
    if not how.applies:
        _tell("Nothing was done: with --apply it is.", how)
    return not any(one.severity is Severity.ERROR for one in findings)


def _tell_step(step: Step, how: How) -> None:
    if how.as_json:
        say(json.dumps(_facts(step)))
        return
    size = sum(one.size_bytes for one in step.send)
    known = len(step.wanted.songs) - len(step.send)
    begun = "new" if step.release is None else f"goes on at {step.release}"
    if step.is_nothing:
        say(f"{step.wanted.name}: all of it is there ({step.release})")
        return
    say(f"{step.wanted.name}: {begun}; {len(step.send)} to send ({size} bytes), {known} there")
    if step.change:
        say(f"  writes {', '.join(_written(step))}")


def _facts(step: Step) -> dict[str, object]:
    return {
        "title": step.wanted.title,
        "artist": step.wanted.artist,
        "release": step.release,
        "send": [one.about for one in step.send],
        "there": len(step.wanted.songs) - len(step.send),
        "writes": _written(step),
    }


def _written(step: Step) -> list[str]:
    return sorted(step.change)


def _tell_findings(findings: Sequence[Finding], how: How) -> None:
    for one in findings:
        if how.as_json:
            say(json.dumps(one.as_json()))
        else:
            say(f"{one.about}: {one.severity}: {one.text} {one.advice}".rstrip())


def _tell(line: str, how: How) -> None:
    if not how.as_json:
        say(line)
