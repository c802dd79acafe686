"""Listeners and their sessions, made by the thousand, for benchmarks of plays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from accounting.reports import Beat, told_by
from base.tools import Tools
from catalog.models.plays import Grant, PlaySession
from catalog.music import track_of
from catalog.notes import NOTE, Batch, print_batch
from catalog.people import create_account, issue_token
from catalog.plays import counted_plays
from catalog.roles import Role
from catalog.states import PlayState
from refrain.synthetic import make_track
from refrain.synthetic_credit import top_up

_CREDIT_MILLICREDITS = 1_000_000
_FRAGMENTS, _FRAGMENT_BYTES, _FRAGMENT_MS = 40, 1_000, 6_000
#: What a session hears until it is a play, and what a batch brings at once.
_HEARD_MS, _BEAT_MS = 60_000, 5_000
_SESSIONS_IN_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Listeners with credit, and a track."""

    track_id: UUID
    listeners: tuple[UUID, ...]
    tokens: tuple[str, ...]


async def make_crowd(tools: Tools, *, listeners: int) -> Crowd:
    """Make listeners who can pay, and a track that they can hear."""
    made = await make_track(tools, fragments=_FRAGMENTS, fragment_bytes=_FRAGMENT_BYTES)
    people, tokens = [], []
    async with tools.database.begin() as session:
        for number in range(listeners):
            caller = await create_account(
                session, name=f"Listener {number}", role=Role.LISTENER, now=tools.clock()
            )
            await top_up(session, caller.id, millicredits=_CREDIT_MILLICREDITS, now=tools.clock())
            tokens.append(await issue_token(session, caller, label="bench", now=tools.clock()))
            people.append(caller.id)
    return Crowd(track_id=made.track_id, listeners=tuple(people), tokens=tuple(tokens))


async def make_heard(tools: Tools, *, sessions: int) -> list[bytes]:
    """Make sessions that have reported a minute; answer the evidence of them, as batches.

    Each listener hears the track a few times, as after a new release.
    """
    crowd = await make_crowd(tools, listeners=max(1, sessions // 4))
    beats = (
        Beat(at_ms=ms, position_ms=ms, elapsed_ms=ms) for ms in range(0, _HEARD_MS + 1, _BEAT_MS)
    )
    told, now = told_by(beats).as_json(), tools.clock()
    async with tools.database.begin() as session:
        found = await track_of(session, crowd.track_id)
        rows = [
            PlaySession(
                id=uuid4(),
                listener_id=crowd.listeners[number % len(crowd.listeners)],
                track_id=crowd.track_id,
                recording_id=found.track.recording_id,
                master_id=found.master.id,
                grant=Grant.FULL,
                duration_ms=_FRAGMENTS * _FRAGMENT_MS,
                threshold_ms=45_000,
                opened_at=now - timedelta(minutes=2),
                active_at=now + timedelta(milliseconds=number),
                state=PlayState.OPEN,
                reason="open",
                told=told,
            )
            for number in range(sessions)
        ]
        session.add_all(rows)
    return list(_batches([row.id for row in rows]))


async def plays_counted(tools: Tools) -> int:
    """Answer how many plays were counted so far."""
    async with tools.database.read() as session:
        return await counted_plays(session)


def _batches(ids: list[UUID]) -> Iterator[bytes]:
    producer, first = uuid4(), 0
    for at in range(0, len(ids), _SESSIONS_IN_BATCH):
        # As it comes: a fragment of everybody, and then the next.
        notes = [
            NOTE.pack(one.bytes, start, start + _FRAGMENT_MS)
            for start in range(0, _HEARD_MS, _FRAGMENT_MS)
            for one in ids[at : at + _SESSIONS_IN_BATCH]
        ]
        batch = Batch(
            producer=producer,
            passed=0,
            first=first,
            end=first + len(notes),
            notes=b"".join(notes),
        )
        first = batch.end
        yield print_batch(batch)
