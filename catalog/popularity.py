"""How much everything was played lately, and so how soon it is found.

Counted anew once a day, of all at once: a search that is hours behind in this is none the worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, func, literal, select, update

from base.database import Session
from base.locks import lock_alone
from catalog.models.artists import ReleaseLabel, TrackArtist
from catalog.models.base import table_of
from catalog.models.charts import DayOfPlays
from catalog.models.listening import Favourite
from catalog.models.music import Track
from catalog.models.releases import ReleaseTrack
from catalog.models.search import SearchDocument, SearchKind
from catalog.search_refresh import LOCK
from catalog.tiers import LAST, SIZES, floors

_LATELY = timedelta(days=90)
_DOCUMENTS = table_of(SearchDocument)


async def weigh(session: Session, *, now: datetime) -> None:
    """Write down how popular each document is, and put it in its tier."""
    await lock_alone(session, LOCK)
    for kind, score in _scores(now - _LATELY).items():
        await _write(session, kind, score)
        await _sort(session, kind)


def _scores(since: datetime) -> Mapping[SearchKind, Select[Any]]:
    """Answer of each kind the subjects that were played, and how often."""
    plays = select(DayOfPlays.recording_id, func.sum(DayOfPlays.plays).label("plays"))
    recent = plays.where(DayOfPlays.day >= since.date())
    lately = recent.group_by(DayOfPlays.recording_id).subquery()
    heard = lately.c.recording_id == Track.recording_id
    often = func.sum(lately.c.plays)
    on = ReleaseTrack.track_id == Track.id
    return {
        SearchKind.TRACK: select(Track.id, lately.c.plays).join(lately, heard),
        SearchKind.RELEASE: select(ReleaseTrack.release_id, often)
        .join(Track, on)
        .join(lately, heard)
        .group_by(ReleaseTrack.release_id),
        SearchKind.ARTIST: select(TrackArtist.artist_id, often)
        .join(Track, TrackArtist.track_id == Track.id)
        .join(lately, heard)
        .where(TrackArtist.confirmed_at.is_not(None))
        .group_by(TrackArtist.artist_id),
        SearchKind.LABEL: select(ReleaseLabel.label_id, often)
        .join(ReleaseTrack, ReleaseTrack.release_id == ReleaseLabel.release_id)
        .join(Track, on)
        .join(lately, heard)
        .group_by(ReleaseLabel.label_id),
        SearchKind.PLAYLIST: select(Favourite.subject_id, func.count())
        .where(Favourite.kind == "playlist")
        .group_by(Favourite.subject_id),
    }


async def _write(session: Session, kind: SearchKind, score: Select[Any]) -> None:
    subject, plays = score.subquery("score").c
    mine = _DOCUMENTS.c.kind == kind
    change = update(_DOCUMENTS).where(
        mine, _DOCUMENTS.c.subject_id == subject, _DOCUMENTS.c.popularity != plays
    )
    await session.execute(change.values(popularity=plays))
    silent = update(_DOCUMENTS).where(mine, _DOCUMENTS.c.popularity != 0)
    silent = silent.where(_DOCUMENTS.c.subject_id.not_in(select(subject)))
    await session.execute(silent.values(popularity=0))


async def _sort(session: Session, kind: SearchKind) -> None:
    mine = (_DOCUMENTS.c.kind == kind, _DOCUMENTS.c.tier >= 0)
    most = select(_DOCUMENTS.c.popularity).where(*mine).order_by(_DOCUMENTS.c.popularity.desc())
    behind = [await session.scalar(most.offset(size).limit(1)) for size in SIZES]
    least = [*floors([one or 0 for one in behind]), 0]
    for tier in range(LAST + 1):
        which = [*mine, _DOCUMENTS.c.tier != tier, _DOCUMENTS.c.popularity >= least[tier]]
        if tier:
            which.append(_DOCUMENTS.c.popularity < least[tier - 1])
        # Its mark is the last of its words, and the tier the last letter of that.
        words = func.substr(_DOCUMENTS.c.words, 1, func.length(_DOCUMENTS.c.words) - 1)
        change = update(_DOCUMENTS).where(*which)
        marked = words.concat(literal(str(tier), String))
        await session.execute(change.values(tier=tier, words=marked))
