"""The lines of rights: `℗ 2026 Our Own`, `© 2026 Our Own`, as tags write them."""

from __future__ import annotations

import re

from ingest.words import NAME_LETTERS, one_line

_P, _C = r"℗|\(p\)|Ⓟ|phonographic copyright", r"©|\(c\)|Ⓒ|copyright"
_MARK = re.compile(rf"(?P<p>{_P})|(?P<c>{_C})", re.IGNORECASE)
_YEAR = re.compile(r"\s*((?:1[89]|20|21)[0-9]{2})\b[\s,:.-]*")
YEARS = range(1850, 2200)

Line = tuple[int | None, str]


def lines_in(text: str | None) -> tuple[Line | None, Line | None]:
    """Answer the P line and the C line of a text; one without a mark is a C line (ID3, TCOP)."""
    said = one_line(text)
    if said is None:
        return None, None
    marks = list(_MARK.finditer(said))
    if not marks:
        return None, line_in(said)
    ends = [mark.start() for mark in marks[1:]] + [len(said)]
    p: Line | None = None
    c: Line | None = None
    for is_p, owner in _grouped(said, marks, ends):
        p = p or (owner if is_p else None)
        c = c or (None if is_p else owner)
    return p, c


def line_in(text: str | None) -> Line | None:
    """Answer year and owner of a line without its mark (ID3, TCOP and TPRO)."""
    said = one_line(text)
    if said is None:
        return None
    found = _YEAR.match(said)
    owner = one_line(said[found.end() :] if found else said, NAME_LETTERS)
    owner = owner.strip(" ,;&/-") if owner else None
    return (int(found[1]) if found else None, owner) if owner else None


def _grouped(
    said: str, marks: list[re.Match[str]], ends: list[int]
) -> list[tuple[bool, Line | None]]:
    """Read each mark with what follows it; `℗ & © 2026 X` says the same of both."""
    found: list[tuple[bool, Line | None]] = []
    after: Line | None = None
    for mark, end in reversed(list(zip(marks, ends, strict=True))):
        after = line_in(said[mark.end() : end].strip(" &/+,;")) or after
        found.append((mark["p"] is not None, after))
    return found[::-1]
