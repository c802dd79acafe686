"""What it takes to open a play, asked in one question: nothing else is asked for so often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, and_, bindparam, select

from accounting.books import balance_of_account
from accounting.settlement import MICROS_PER_MILLICREDIT
from base.database import Session
from catalog.models.files import Master, Rendition
from catalog.models.music import Track
from catalog.models.people import Token
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import may_hear, unknown_track
from catalog.people import digest_of
from catalog.plays import Standing
from catalog.states import ReleaseState, TrackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A finished rendition, as far as it is offered."""

    rung: str
    mime: str
    codec: str
    nominal_bps: int | None
    is_exact: bool
    is_preview: bool
    is_download: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a track, what they have and own, and what there is of it."""

    listener_id: UUID
    balance: int
    track_id: UUID
    recording_id: UUID
    master_id: UUID
    owner_id: UUID
    state: TrackState
    is_draft: bool
    duration_ms: int
    standing: Standing
    rungs: tuple[Rung, ...]

    @property
    def is_own(self) -> bool:
        """Whether artists hear themselves."""
        return self.listener_id == self.owner_id

    @property
    def is_audible(self) -> bool:
        """Whether this listener may have it."""
        owns_it = self.standing.owned_at is not None
        return may_hear(self.state, is_draft=self.is_draft, is_artist=self.is_own, owns_it=owns_it)


async def asked(session: Session, token: str, track_id: UUID) -> Asked | None:
    """Answer who asks and what for; nothing if we do not know them.

    Raises:
        Refused: `track-unknown`, 404.

    """
    rows = (await session.execute(_QUESTION, {"token": digest_of(token), "asked": track_id})).all()
    if not rows:
        return None
    first = rows[0]
    if first.track_id is None:
        raise unknown_track()
    samples, rate = first.samples, first.sample_rate
    return Asked(
        listener_id=first.account_id,
        balance=(first.balance_micros or 0) // MICROS_PER_MILLICREDIT,
        track_id=first.track_id,
        recording_id=first.recording_id,
        master_id=first.master_id,
        owner_id=first.owner_id,
        state=TrackState(first.state),
        is_draft=first.release_state == ReleaseState.DRAFT,
        duration_ms=round(samples / rate * 1000) if samples is not None and rate else 0,
        standing=Standing(plays=first.plays or 0, owned_at=first.owned_at),
        rungs=tuple(_rung(row) for row in rows if row.rung is not None),
    )


def _rung(row: Row[Any]) -> Rung:
    return Rung(
        rung=row.rung,
        mime=row.mime,
        codec=row.codec,
        nominal_bps=row.nominal_bps,
        is_exact=row.is_exact is not False,
        is_preview=row.is_preview,
        is_download=False,
    )


_IS_EXACT = Rendition.certificate["is_exact"].as_boolean().label("is_exact")


def _question() -> Executable:
    """Ask for one row of each rendition; the rest of a row is the same in all."""
    asked_for = Track.id == bindparam("asked"), Track.state != TrackState.REMOVED
    pair = Counter.listener_id == Token.account_id, Counter.recording_id == Track.recording_id
    offered = Rendition.master_id == Track.master_id, Rendition.is_download.is_(False)
    return (
        select(
            Token.account_id,
            *(Track.id.label("track_id"), Track.recording_id, Track.master_id, Track.owner_id),
            *(Track.state, Release.state.label("release_state")),
            *(Master.samples, Master.sample_rate, Counter.plays, Counter.owned_at),
            *(Rendition.rung, Rendition.mime, Rendition.codec, Rendition.nominal_bps),
            *(Rendition.is_preview, _IS_EXACT),
            balance_of_account(Token.account_id).label("balance_micros"),
        )
        .select_from(Token)
        .outerjoin(Track, and_(*asked_for))
        .outerjoin(Master, Master.id == Track.master_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .outerjoin(Counter, and_(*pair))
        .outerjoin(Rendition, and_(*offered))
        .where(Token.digest == bindparam("token"))
        .order_by(Rendition.is_preview, Rendition.rung)
    )


_QUESTION = _question()
