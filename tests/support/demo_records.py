"""Records of the demo house: sent and published as artists do, at their time.

What is to be heard is music, examined and encoded; of the rest a worker is taken at its word.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import numpy as np

from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.masters import finish_tracks, move_tracks
from catalog.music import describe_master, track_of
from catalog.states import TrackEvent
from tests.support.covers import cover
from tests.support.demo_music import HARBOUR, LYRICS, MAKERS, RATE, Record, Song, music
from tests.support.served import wave
from tests.support.working import do
from workers.leases import finish, take

if TYPE_CHECKING:
    from tests.support.demo import Demo, Person

#: Enough to be heard; the rest of the ladder takes as long as there are rungs.
_MEDIA = (Kind.EXAMINE, Kind.COMPARE)
_LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A record that is there, and the tracks on it."""

    record: Record
    owner: Person
    id: str
    tracks: list[str]
    artist: str = ""


@dataclass
class Shelf:
    """All records that were put out so far."""

    records: list[Put] = field(default_factory=list)

    def called(self, title: str) -> Put:
        """Answer the record of this title."""
        return next(one for one in self.records if one.record.title == title)


async def put_out(demo: Demo, record: Record, owner: Person, *, of: str) -> Put:
    """Send a record, say what is on it, and publish it."""
    put = await send(demo, record, owner, of=of)
    out = await demo.done("POST", f"/api/v1/releases/{put.id}/publish", owner)
    artist = out["artists"][0]["artist"]
    return Put(record=record, owner=owner, id=put.id, tracks=put.tracks, artist=artist)


async def send(demo: Demo, record: Record, owner: Person, *, of: str) -> Put:
    """Send a record, and say what is on it."""
    begun = await demo.done(
        "POST", "/api/v1/releases", owner, {"title": record.title, "artist": of}
    )
    path = f"/api/v1/releases/{begun['id']}"
    tracks = []
    for number, song in enumerate(record.songs[: demo.size.songs], 1):
        tracks.append(await _sent(demo, record, song, owner, number=number, draft=begun["id"]))
    said = _said(record, tracks, of)
    if record is HARBOUR:
        label = await demo.done("POST", "/api/v1/labels", owner, {"name": "Nine Beads"})
        demo.places["label"] = said["label_id"] = label["id"]
    await demo.done("PATCH", path, owner, said)
    if demo.size.is_pictured or record is HARBOUR:
        drawn = cover(record.style, record.colours, side=demo.size.side)
        await demo.done("PUT", f"{path}/artwork", owner, drawn)
        await do(demo.client.holding, Kind.ARTWORK)
    return Put(record=record, owner=owner, id=begun["id"], tracks=tracks)


async def portray(demo: Demo, put: Put) -> None:
    """Give an artist a picture, and a few words."""
    maker = next(one for one in MAKERS if put.record in one.records)
    path = f"/api/v1/artists/{put.artist}"
    await demo.done("PATCH", path, put.owner, {"bio": maker.about})
    if demo.size.is_pictured:
        drawn = cover("face", maker.colours, side=demo.size.side, seed=len(maker.name))
        await demo.done("PUT", f"{path}/picture", put.owner, drawn)
        await do(demo.client.holding, Kind.ARTWORK)


def _said(record: Record, tracks: list[str], of: str) -> dict[str, Any]:
    named = [{"name": of}]
    year = {"year": 2026, "owner": of}
    songs = [
        {
            "track": track,
            "title": song.title,
            "artists": named,
            "genres": [record.genre],
            "language": record.language,
            "credits": [{"role": "Composer", "name": of}, {"role": "Mixer", "name": "Jo Adler"}],
        }
        for track, song in zip(tracks, record.songs, strict=False)
    ]
    return {
        "artists": named,
        "type": record.kind,
        "genres": [record.genre],
        "language": record.language,
        "label": "Nine Beads",
        "p_line": year,
        "c_line": year,
        "tracks": songs,
    }


async def _sent(  # noqa: PLR0913 - what a file is sent with
    demo: Demo, record: Record, song: Song, owner: Person, *, number: int, draft: str
) -> str:
    name = quote(f"{number:02} {song.title.replace('/', '-')}")
    is_heard = record is HARBOUR and number <= demo.size.sounding
    seed = int.from_bytes(hashlib.sha256(song.title.encode()).digest()[:4])
    length_s = song.seconds * demo.size.pace
    data = music(length_s, seed=seed) if is_heard else wave(demo.count())
    suffix = "flac" if is_heard else "wav"
    path = f"/api/v1/masters/{name}.{suffix}?release={draft}"
    sent = await demo.done("PUT", path, owner, data)
    track: str = sent["track"]
    if is_heard:
        await do(demo.client.holding, *_MEDIA)
    else:
        await _believe(demo, UUID(track), song, seed)
    if song is HARBOUR.songs[0]:
        await demo.done("PUT", f"/api/v1/tracks/{track}/lyrics", owner, {"plain": LYRICS})
    return track


async def _believe(demo: Demo, track_id: UUID, song: Song, seed: int) -> None:
    """Take a master for examined, and as long as its song is."""
    chance, tools, now = np.random.default_rng(seed), demo.client.holding.tools, demo.clock()
    facts = {
        "samples": song.seconds * RATE,
        "sample_rate": RATE,
        "channels": 2,
        "pcm_sha256": f"{seed:064x}",
        "integrated_lufs": round(-14 - 4 * chance.random(), 1),
        "range_lu": round(5 + 4 * chance.random(), 1),
        "true_peak_dbtp": round(-1 - chance.random(), 1),
    }
    async with tools.database.begin() as session:
        master = (await track_of(session, track_id)).master.id
        job = await job_of(session, Kind.EXAMINE, str(master))
        taken = await take(session, [job.id] if job else [], worker="mill", now=now, lease=_LEASE)
        for one in taken:
            await finish(session, one, now=now)
        await describe_master(session, master, facts)
        for event in (TrackEvent.EXAMINE, TrackEvent.PUBLISH):
            await move_tracks(session, master, event, now=now)
        await finish_tracks(session, master, now=now, reviews=False)
