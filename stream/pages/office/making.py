"""What jobs made, and what they are about, as places that one can go to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from base.database import Session
from catalog.kinds import Kind
from catalog.masters import tracks_of
from catalog.music import renditions_of
from catalog.splits import master_of_split, split_of
from stream.pages.language import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One thing: what it is called, and where it is, if it has a page."""

    words: str
    name: str
    href: str | None = None


async def made_by(session: Session, kind: str, subject: str) -> list[Made]:
    """Answer what there is of it now; of kinds that make nothing to look at, nothing."""
    match kind:
        case Kind.EXAMINE | Kind.LADDER | Kind.COMPARE | Kind.REENCODE | Kind.RECHECK:
            # What is made anew is told with its quality behind the master.
            return await _of_master(session, _uuid(subject.partition(":")[0]))
        case Kind.PIECE | Kind.JOIN:
            return await _of_master(session, await master_of_split(session, split_of(subject)))
        case Kind.RELEASE:
            return [Made(words=N_("Release"), name=subject, href=f"/releases/{subject}")]
        case Kind.FSCK:
            return [Made(words=N_("What it found"), name=subject, href="/office/findings")]
        case _:
            return []


async def _of_master(session: Session, master_id: UUID | None) -> list[Made]:
    if master_id is None:
        return []
    tracks = [
        Made(words=N_("Track"), name=one.title, href=f"/tracks/{one.id}")
        for one in await tracks_of(session, master_id)
    ]
    rungs = sorted(one.rung for one in await renditions_of(session, master_id))
    return [*tracks, *(Made(words=N_("Quality"), name=rung) for rung in rungs)]


def _uuid(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None
