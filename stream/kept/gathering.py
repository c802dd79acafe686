"""What goes into an archive of somebody's: which file of each track, its tags, and its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from accounting.receipts import Paid, paid_for
from base.database import Session
from catalog.keepable_files import tracks_to_keep
from catalog.models.files import Rendition
from catalog.music import Published
from catalog.plays import Standing
from catalog.states import TrackState
from stream.kept.archives import Planned, Song
from stream.kept.receipts import Item
from stream.kept.tags import Field
from stream.kept.telling import about_all, said_of


class Form(StrEnum):
    """In what somebody wants their music."""

    FLAC = "flac"
    ALAC = "alac"
    MP3 = "mp3"
    OPUS = "opus"
    AAC = "aac"


#: What is made of every master, however little it deserves.
_ALWAYS = ("aac-256", "aac-128")
_LOSSY = ("mp3-320", *_ALWAYS)
#: What each form is itself.
_OWN: Mapping[Form, frozenset[str]] = MappingProxyType(
    {
        Form.FLAC: frozenset({"flac"}),
        Form.ALAC: frozenset({"alac"}),
        Form.MP3: frozenset({"mp3-320"}),
        Form.OPUS: frozenset({"opus-160"}),
        Form.AAC: frozenset({"aac-256"}),
    }
)
#: The rungs that a form is, the best first; behind them what is nearest to it. A lossy master has
#: no lossless file, and of a small one not every other is made: nothing is ever encoded for this.
_RUNGS: Mapping[Form, tuple[str, ...]] = MappingProxyType(
    {
        Form.FLAC: ("flac", "alac", *_LOSSY),
        Form.ALAC: ("alac", "flac", *_LOSSY),
        Form.MP3: _LOSSY,
        Form.OPUS: ("opus-160", "opus-96", *_ALWAYS),
        Form.AAC: (*_ALWAYS, "aac-64"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A track that goes in, and what its owner paid; `standing` is nobody's of their own music."""

    recording_id: UUID
    song: Song
    standing: Standing
    paid: Paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """All that goes in, in order, and the titles of what has no file yet."""

    gathered: Sequence[Gathered]
    missing: Sequence[str]


async def gather(
    session: Session,
    listener_id: UUID,
    tracks: Mapping[UUID, Standing],
    form: Form,
) -> Gathering:
    """Gather tracks that a listener owns or made, in as many statements as of one."""
    known = await tracks_to_keep(session, tracks)
    found = [known[one] for one in tracks if one in known]
    facts = await about_all(session, found)
    paid = await paid_for(session, listener_id, {one.track.recording_id for one in found})
    gathered, missing = [], []
    for one in found:
        rendition = chosen(one, form)
        if rendition is None:
            missing.append(one.track.title)
            continue
        fact, standing = facts[one.track.id], tracks[one.track.id]
        song = Song(
            rendition=rendition,
            fields=said_of(one, rendition, fact),
            image=fact.cover,
            at=standing.owned_at or rendition.created_at,
        )
        receipt = paid.get(one.track.recording_id, Paid())
        gathered.append(
            Gathered(
                recording_id=one.track.recording_id, song=song, standing=standing, paid=receipt
            )
        )
    return Gathering(gathered=gathered, missing=missing)


def chosen(found: Published, form: Form) -> Rendition | None:
    """Answer the file of a track that is nearest to what is wanted.

    While more of it is still being made, only what is wanted itself: who keeps the nearest keeps it
    for good.
    """
    made = {one.rung: one for one in found.renditions}
    is_growing = found.track.state == TrackState.PLAYABLE
    rungs = [name for name in _RUNGS[form] if not is_growing or name in _OWN[form]]
    return next((made[name] for name in rungs if name in made), None)


def place_of(song: Song, *, alone: bool) -> list[str]:
    """Answer the folders and the name of a song: `alone` is of an archive of its release only."""
    fields = song.fields
    artist, album = _first(fields, Field.ALBUM_ARTIST, Field.ARTIST), _first(fields, Field.ALBUM)
    named = _first(fields, Field.TITLE)
    if not album:
        return [artist, named]
    number, disc = _number(fields, Field.TRACK), _number(fields, Field.DISC)
    before = f"{disc}-" if _number(fields, Field.DISCS) > 1 else ""
    name = f"{before}{number:02} {named}"
    return [f"{artist} - {album}", name] if alone else [artist, album, name]


def item_of(one: Gathered, path: str) -> Item:
    """Answer what the receipt says of a file."""
    song, paid = one.song, one.paid
    fields, rendition = song.fields, song.rendition
    return Item(
        path=path,
        recording_id=one.recording_id,
        title=_first(fields, Field.TITLE),
        artist=_first(fields, Field.ARTIST),
        release=_first(fields, Field.ALBUM),
        label=_first(fields, Field.LABEL),
        isrc=_first(fields, Field.ISRC),
        form=_form(rendition),
        owned_at=one.standing.owned_at,
        plays=paid.plays,
        for_plays=paid.for_plays,
        for_rest=paid.for_rest,
        is_gift=paid.is_gift,
    )


def paths_wanted(songs: Sequence[Planned], *, alone: bool) -> list[tuple[list[str], str]]:
    """Answer what each file would be called if no other were."""
    return [(place_of(one.song, alone=alone), one.suffix) for one in songs]


def _form(rendition: Rendition) -> str:
    rate = f"{rendition.sample_rate / 1_000:g} kHz"
    if rendition.nominal_bps is None:
        return f"{rendition.codec.upper()}, {rate}"
    return f"{rendition.codec.upper()}, {rate}, {rendition.nominal_bps // 1_000} kbit/s"


def _first(fields: Mapping[Field, tuple[str, ...]], *names: Field) -> str:
    return next((fields[name][0] for name in names if name in fields), "")


def _number(fields: Mapping[Field, tuple[str, ...]], name: Field) -> int:
    return int(_first(fields, name) or 0)
