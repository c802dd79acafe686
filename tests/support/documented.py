"""The commands that the documents show, one by one, as a shell would read them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.masters import ROOT

_FENCE = re.compile(r"^( *)```(sh|bash|console)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_ASSIGNED = re.compile(r"^[A-Za-z_]\w*=")
_BREAKS = frozenset("();|&<>")
#: What the site takes in from beside `docs`, and holds nothing itself.
_TAKEN_IN = {"changes.md", "contributing.md", "reporting.md"}
PAGES = sorted(
    (
        *(page for page in (ROOT / "docs").rglob("*.md") if page.name not in _TAKEN_IN),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: where it is, and what is to be typed of it."""

    page: str
    line: int
    script: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(pages: list[Path] = PAGES) -> list[Block]:
    """Answer all blocks of commands of these pages."""
    return [block for page in pages for block in _blocks(page)]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text()
    for found in _FENCE.finditer(text):
        inside = re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE)
        yield Block(
            page=str(page.relative_to(ROOT)),
            line=text.count("\n", 0, found.start()) + 1,
            script=_typed(inside) if found[2] == "console" else inside,
        )


def _typed(session: str) -> str:
    """Answer what was typed in a console, without what it answered."""
    kept, goes_on = [], False
    for line in session.splitlines():
        if goes_on or line.startswith("$ "):
            kept.append(line.removeprefix("$ "))
            goes_on = line.endswith("\\")
    return "\n".join(kept) + "\n"


def commands(block: Block) -> Iterator[list[str]]:
    """Answer the words of each simple command of a block, also of those inside of `$(…)`."""
    script = re.sub(r"\\\n\s*", " ", block.script)
    script = re.sub(r"\[(--?[^\]]+)\]", r"\1", script)  # what may be left out
    yield from _simple(re.sub(r"\$\(\(.*?\)\)", "1", script))


def _simple(script: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(script.replace("\n", "\n;\n"), posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, "#"
    words: list[str] = []
    into_a_file = False
    for word in lexer:
        if set(word) <= _BREAKS and word:
            if set(word) <= {"<", ">"}:
                into_a_file = True
                continue
            yield from _called(words)
            words = []
        elif into_a_file:
            into_a_file = False
        else:
            words.append(word)
    yield from _called(words)


def _called(words: list[str]) -> Iterator[list[str]]:
    rest = list(words)
    while rest and _ASSIGNED.match(rest[0]):
        for inner in re.findall(r"\$\((.*)\)", rest[0]):
            yield from _simple(inner)
        rest = rest[1:]
    if rest and rest[0] != "$":
        yield rest
