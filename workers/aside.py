"""Jobs that were set aside: their track says so, and does not seem to be worked on for ever."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.findings import Finding, Severity
from catalog.growth import growth_of
from catalog.jobs import Kind
from catalog.masters import note_trouble
from catalog.models.releases import Archive, Artwork
from catalog.splits import master_of_split, split_of
from catalog.states import JobState

_SENTENCE = (
    "We could not work on this file, though nothing seems wrong with it. "
    "It was set aside for us to look at; there is no need to send it again."
)
_HEARD_IN_PART = f"Only the beginning of this track can be heard. {_SENTENCE}"
_FINDING = Finding(code="set-aside", severity=Severity.ERROR, text=_SENTENCE, advice="")


async def tell_if_set_aside(session: Session, state: JobState, kind: str, subject: str) -> None:
    """Write the sentence beside the track of a job that will not be tried again by itself."""
    if state is not JobState.QUARANTINED:
        return
    match kind:
        case Kind.EXAMINE | Kind.LADDER:
            await _tell_of_master(session, UUID(subject))
        case Kind.PIECE | Kind.JOIN:
            master_id = await master_of_split(session, split_of(subject))
            if master_id is not None:
                await _tell_of_master(session, master_id)
        case Kind.UNPACK:
            archive = await session.get_one(Archive, UUID(subject))
            archive.findings = [_FINDING.as_json()]
        case Kind.ARTWORK:
            artwork = await session.get_one(Artwork, UUID(subject))
            artwork.reason = _SENTENCE


async def _tell_of_master(session: Session, master_id: UUID) -> None:
    growth = await growth_of(session, master_id)
    is_in_part = growth is not None and growth.ended_at is None
    await note_trouble(session, master_id, _HEARD_IN_PART if is_in_part else _SENTENCE)
