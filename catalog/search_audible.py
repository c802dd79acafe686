"""What may be told of what was found: the rows themselves decide, as they are now.

Documents follow within seconds what is written; nothing that was withdrawn may be shown meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from base.database import Session
from catalog.models.search import SearchKind
from catalog.ranking import Ranked
from catalog.search_sources import SOURCES


async def still_public(session: Session, found: Sequence[Ranked]) -> list[Ranked]:
    """Answer what all may know of, and its pictures, in the same order; one statement a kind."""
    ids: dict[SearchKind, set[UUID]] = {}
    for one in found:
        ids.setdefault(SearchKind(one.document.kind), set()).add(one.document.subject_id)
    public = {
        (source.kind, source.subject_id): source.picture
        for kind, some in ids.items()
        for source in await SOURCES[kind](session, some)
        if source.is_public
    }
    keys = [(SearchKind(one.document.kind), one.document.subject_id) for one in found]
    return [
        replace(one, picture=public[key])
        for one, key in zip(found, keys, strict=True)
        if key in public
    ]
