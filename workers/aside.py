"""Jobs that were set aside: their track says so, and does not seem to be worked on for ever."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.jobs import Kind
from catalog.music import note_trouble
from catalog.states import JobState

_SENTENCE = (
    "We could not work on this file, though nothing seems wrong with it. "
    "It was set aside for us to look at; there is no need to send it again."
)


async def tell_if_set_aside(session: Session, state: JobState, kind: str, subject: str) -> None:
    """Write the sentence beside the track of a job that will not be tried again by itself."""
    if state is JobState.QUARANTINED and kind in {Kind.EXAMINE, Kind.LADDER}:
        await note_trouble(session, UUID(subject), _SENTENCE)
