"""Jobs that nobody goes on with: what they are about says so, and does not seem to be worked on."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from catalog.findings import Finding, Severity
from catalog.growth import growth_of
from catalog.kinds import Kind
from catalog.masters import note_trouble
from catalog.models.jobs import Job
from catalog.models.releases import Archive, Artwork
from catalog.music import renditions_of
from catalog.splits import master_of_split, split_of
from catalog.states import ArchiveState, ArtworkState, Cause, JobState

_ASIDE = "It was set aside for us to look at; there is no need to send it again."
_STOPPED = "We have stopped the work on this file; there is no need to send it again."
_WHY = {
    Cause.OUT_OF_MEMORY: "Working on this file takes more memory than we have for one.",
    Cause.TIMEOUT: "Working on this file takes longer than we let one take.",
    Cause.CRASH: "A program of ours falls over this file, though nothing seems wrong with it.",
    Cause.BAD_RESULT: "What we made of this file was not good enough to be heard.",
    Cause.UNAVAILABLE: "We could not get at this file for a day.",
}
_NO_REASON = "We could not work on this file, though nothing seems wrong with it."
_BEGINNING = "Only the beginning of this track can be heard."
_FIRST_RUNGS = "This track can be heard, but not in every quality."


async def tell_if_set_aside(session: Session, job: Job) -> None:
    """Write a sentence beside the track of a job that will not be tried again by itself."""
    if job.state not in {JobState.QUARANTINED, JobState.CANCELLED}:
        return
    await _tell(session, job, _sentence(job))


async def take_back(session: Session, job: Job) -> None:
    """Take the sentence away: it is gone on with."""
    await _tell(session, job, None)


def _sentence(job: Job) -> str:
    if job.state == JobState.CANCELLED:
        return _STOPPED
    why = _WHY.get(Cause(job.cause), _NO_REASON) if job.cause else _NO_REASON
    return f"{why} {_ASIDE}"


async def _tell(session: Session, job: Job, sentence: str | None) -> None:
    subject = job.payload["subject"]
    match job.kind:
        case Kind.EXAMINE | Kind.LADDER:
            await _tell_of_master(session, UUID(subject), sentence)
        case Kind.PIECE | Kind.JOIN:
            master_id = await master_of_split(session, split_of(subject))
            if master_id is not None:
                await _tell_of_master(session, master_id, sentence)
        case Kind.UNPACK:
            archive = await session.get(Archive, UUID(subject))
            if archive is not None and archive.state == ArchiveState.RECEIVED:
                archive.findings = [] if sentence is None else [_finding(sentence).as_json()]
        case Kind.ARTWORK:
            artwork = await session.get(Artwork, UUID(subject))
            if artwork is not None and artwork.state == ArtworkState.RECEIVED:
                artwork.reason = sentence


def _finding(sentence: str) -> Finding:
    return Finding(code="set-aside", severity=Severity.ERROR, text=sentence, advice="")


async def _tell_of_master(session: Session, master_id: UUID, sentence: str | None) -> None:
    if sentence is not None:
        growth = await growth_of(session, master_id)
        if growth is not None and growth.ended_at is None:
            sentence = f"{_BEGINNING} {sentence}"
        elif await renditions_of(session, master_id):
            sentence = f"{_FIRST_RUNGS} {sentence}"
    await note_trouble(session, master_id, sentence)
