"""Run what a page of the documents shows, in its order, in one shell; tell what of it failed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.documented import Block, commands

#: What curl was answered with an error is a fault here; all that fails is noted, with where it is.
_FIRST = """set -uo pipefail
NEWLINE=$'\\n'
trap 'echo "$AT: $? ${BASH_COMMAND//$NEWLINE/ }" >> "$FAILED"' ERR
curl() { command curl --fail-with-body --silent --show-error "$@"; }
ends_with() { local status=$1 ended=0; shift; "$@" || ended=$?; [ "$ended" = "$status" ]; }
"""
_OURS = frozenset({"refrain", "curl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands for what on a page, in this order, and what of it is not run.

    `stands`: as it is written, and what is typed instead; `ends_with 28 …` is for what is meant to
    end so. `elsewhere`: the beginning of a command, and the test that runs it, as `path::name`.
    """

    stands: Sequence[tuple[str, str]] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def is_ours(block: Block) -> bool:
    """Answer whether a command of ours, or one that asks a house, is in it."""
    return any(words[0].rpartition("/")[2] in _OURS for words in commands(block))


def script_of(block: Block, page: Page) -> tuple[str, set[str]]:
    """Answer what is typed for a block; and which lines of the table spoke of it."""
    script = re.sub(r"\s*\\\n\s*", " ", block.script)
    used = set()
    kept = []
    for line in script.splitlines():
        if found := next((one for one in page.elsewhere if line.startswith(one)), ""):
            used.add(found)
        else:
            kept.append(line)
    typed = "\n".join(kept)
    for written, instead in page.stands:
        if written in typed:
            used.add(written)
            typed = typed.replace(written, instead)
    return f"AT={block}\n{typed}\n", used


def walk(script: str, *, folder: Path, environment: Mapping[str, str]) -> tuple[list[str], str]:
    """Answer what failed, a line each with its status, and all that was said."""
    failed = folder / "failed"
    failed.write_text("")
    said = subprocess.run(
        ["/bin/bash"],
        input=_FIRST + script,
        env={**environment, "HOME": str(folder), "FAILED": str(failed)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    lines = failed.read_text().splitlines()
    if said.returncode and not lines:
        lines = [f"the shell ended with {said.returncode}"]
    return lines, said.stdout
