"""Whom a line such as `Ada & Bo feat. Cy` names, in order, and what stands between them.

Tags may list the names and MusicBrainz' ids beside the line; where they do not, only what says
`feat.` is taken apart, for `&` and commas stand in names, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog.credit_roles import ArtistRole, Named
from catalog.words import folded
from ingest.words import NAME_LETTERS, one_line

_FEATURED = re.compile(r"\s+[(\[]?(?:feat\.?|ft\.|featuring)\s+", re.IGNORECASE)
_SAYS_FEATURED = re.compile(r"\b(?:feat|ft|featuring)\b", re.IGNORECASE)
_SAYS_WITH = re.compile(r"\b(?:with|mit|avec|con)\b", re.IGNORECASE)
_NOBODY = frozenset({"various artists", "various", "v.a.", "va", "verschiedene", "diverse"})
JOIN_LETTERS, MOST = 40, 50


def named_in(
    line: str | None, names: Sequence[str] = (), mbids: Sequence[str] = ()
) -> tuple[Named, ...]:
    """Answer whom a line names; nobody where it says that there are many."""
    if not line or is_nobody(line):
        return ()
    found = _listed(line, names) if len(names) > 1 else _featured(line)
    if len(mbids) == len(found):
        found = [replace(one, mbid=mbid) for one, mbid in zip(found, mbids, strict=True)]
    return tuple(found[:MOST])


def is_nobody(line: str) -> bool:
    """Whether a line says that there are many, and names none of them."""
    return folded(line).strip() in _NOBODY


def line_of(named: Sequence[Named]) -> str:
    """Answer the line that names them."""
    return "".join(one.name + one.joined for one in named).strip()


def joined_in_order(names: Sequence[str]) -> list[Named]:
    """Answer names as they are told where nobody said what stands between: `A, B & C`."""
    last = len(names) - 1
    between = [", "] * (last - 1) + [" & "] * (last > 0) + [""]
    return [Named(name=name, joined=joined) for name, joined in zip(names, between, strict=True)]


def _listed(line: str, names: Sequence[str]) -> list[Named]:
    found: list[Named] = []
    at, role = 0, ArtistRole.MAIN
    for name in names:
        begins = line.find(name, at)
        if begins < 0 or (not found and begins):
            return joined_in_order(names)
        if found:
            between = line[at:begins][:JOIN_LETTERS]
            found[-1] = replace(found[-1], joined=between)
            role = _role_after(between, role)
        found.append(Named(name=name, role=role))
        at = begins + len(name)
    found[-1] = replace(found[-1], joined=line[at:][:JOIN_LETTERS].rstrip())
    return found


def _role_after(between: str, before: ArtistRole) -> ArtistRole:
    if _SAYS_FEATURED.search(between):
        return ArtistRole.FEATURED
    return ArtistRole.WITH if _SAYS_WITH.search(between) else before


def _featured(line: str) -> list[Named]:
    found = _FEATURED.search(line)
    whole = one_line(line, NAME_LETTERS) or line
    if found is None:
        return [Named(name=whole)]
    main, guest = line[: found.start()].strip(), line[found.end() :].strip().rstrip(")]").strip()
    if not main or not guest:
        return [Named(name=whole)]
    closing = line.rstrip()[len(line.rstrip()) - 1 :] if line.rstrip()[-1] in ")]" else ""
    return [
        Named(name=main[:NAME_LETTERS], joined=found[0]),
        Named(name=guest[:NAME_LETTERS], role=ArtistRole.FEATURED, joined=closing),
    ]
