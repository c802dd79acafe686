"""A track to serve without an encoder: chance bytes that rows call renditions, and a session.

For benchmarks and tests of the origin, to which it does not matter what the bytes say.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import numpy as np

from base.storage.port import Key, key_of
from base.tools import Tools
from catalog.callers import Caller
from catalog.models.files import Master, Rendition
from catalog.models.music import Recording, Track
from catalog.models.plays import Grant, PlaySession
from catalog.people import create_account
from catalog.roles import Role
from catalog.states import PlayState, TrackState

RATE = 44_100
FRAGMENT_S = 6
FRAGMENT_SAMPLES = FRAGMENT_S * RATE
INIT_BYTES, INDEX_BYTES = 700, 100
FLAC_FRAME = 4_410


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """What was made; `bodies` by rung."""

    track_id: UUID
    artist: Caller
    listener: Caller
    session_id: UUID
    bodies: Mapping[str, bytes]


async def make_track(
    tools: Tools, *, fragments: int, fragment_bytes: int, seed: int = 7
) -> Synthetic:
    """Store a track of so many fragments, each of six seconds, and open a session on it."""
    chance = np.random.default_rng(seed)
    size = INIT_BYTES + INDEX_BYTES + fragments * fragment_bytes
    bodies = {rung: chance.bytes(size) for rung in ("aac-128", "flac", "preview-aac-128")}
    bodies["flac"] = _as_flac(bodies["flac"])
    return await _rows(tools, bodies, fragments, fragment_bytes)


async def _rows(
    tools: Tools, bodies: dict[str, bytes], fragments: int, fragment_bytes: int
) -> Synthetic:
    now = tools.clock()
    keys = {rung: await _stored(tools, body) for rung, body in bodies.items()}
    async with tools.database.begin() as session:
        artist = await create_account(session, name="Artist", role=Role.ARTIST, now=now)
        listener = await create_account(session, name="Listener", role=Role.LISTENER, now=now)
        master = Master(
            id=uuid4(),
            sha256=uuid4().hex * 2,
            size_bytes=1,
            storage_key="masters/none",
            filename="song.wav",
            uploaded_by=artist.id,
            created_at=now,
            sample_rate=RATE,
            channels=2,
            samples=fragments * FRAGMENT_SAMPLES,
            pcm_sha256="0" * 64,
            integrated_lufs=-14.0,
            range_lu=5.0,
            true_peak_dbtp=-1.0,
        )
        recording = Recording(id=uuid4(), owner_id=artist.id, created_at=now)
        session.add_all([master, recording])
        await session.flush()
        track = Track(
            id=uuid4(),
            recording_id=recording.id,
            master_id=master.id,
            owner_id=artist.id,
            title="Song",
            artist="Artist",
            state=TrackState.COMPLETE,
            changed_at=now,
            created_at=now,
            request_id="test",
        )
        session.add(track)
        session.add_all(
            _rendition(master, rung, key, bodies[rung], fragment_bytes, now)
            for rung, key in keys.items()
        )
        await session.flush()
        play = _play(track, listener, now, duration_ms=fragments * FRAGMENT_S * 1000)
        session.add(play)
    return Synthetic(
        track_id=track.id, artist=artist, listener=listener, session_id=play.id, bodies=bodies
    )


def _as_flac(body: bytes) -> bytes:
    """Let bytes begin as FLAC does, its frames and the first of its fragments: it can be kept."""
    entry = b"dfLa" + bytes(8) + struct.pack(">HH30x", FLAC_FRAME, FLAC_FRAME)
    moof = struct.pack(">I4s", 88 + 4 * FRAGMENT_SAMPLES // FLAC_FRAME, b"moof")
    head = entry.ljust(INIT_BYTES + INDEX_BYTES, b"\0") + moof
    return head + body[len(head) :]


def _play(track: Track, listener: Caller, now: datetime, *, duration_ms: int) -> PlaySession:
    return PlaySession(
        id=uuid4(),
        listener_id=listener.id,
        track_id=track.id,
        recording_id=track.recording_id,
        master_id=track.master_id,
        grant=Grant.FULL,
        duration_ms=duration_ms,
        threshold_ms=45_000,
        opened_at=now,
        active_at=now,
        state=PlayState.OPEN,
        reason="open",
    )


def _rendition(  # noqa: PLR0913, PLR0917 - a row has as many columns as it has
    master: Master, rung: str, key: Key, body: bytes, fragment_bytes: int, now: datetime
) -> Rendition:
    codec = "flac" if rung == "flac" else "aac"
    first = INIT_BYTES + INDEX_BYTES
    count = (len(body) - first) // fragment_bytes
    bps = fragment_bytes * 8 // 6
    return Rendition(
        id=uuid4(),
        master_id=master.id,
        rung=rung,
        is_preview=rung.startswith("preview"),
        is_download=False,
        codec=codec,
        codecs="fLaC" if codec == "flac" else "mp4a.40.2",
        mime="audio/mp4",
        sample_rate=RATE,
        channels=2,
        average_bps=bps,
        peak_bps=bps,
        size_bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        storage_key=key,
        init_bytes=INIT_BYTES,
        index_offset=INIT_BYTES,
        index_bytes=INDEX_BYTES,
        nominal_bps=None if codec == "flac" else bps,
        timescale=RATE,
        edit=0,
        samples=count * FRAGMENT_SAMPLES,
        fragments=[
            [first + number * fragment_bytes, fragment_bytes, FRAGMENT_SAMPLES]
            for number in range(count)
        ],
        certificate={},
        created_at=now,
    )


async def _stored(tools: Tools, body: bytes) -> Key:
    key = key_of("renditions", hashlib.sha256(body).hexdigest(), ".mp4")
    async with tools.storage.writer() as writer:
        await writer.write(body)
        await writer.commit(key)
    return key
