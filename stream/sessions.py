"""Play sessions: opened for a listener, fed with evidence, judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from accounting.evidence import Verdict
from accounting.intervals import Interval
from accounting.lot_rows import lock_wallets
from accounting.opening import Asked, Rung, asked
from accounting.quoting import InsufficientCredit
from accounting.reports import Beat, Told, told_by
from accounting.taking import joined, verdict_of
from base.clock import Clock
from base.database import Session, make_lasting
from base.errors import Refused
from catalog.callers import Caller, Credential
from catalog.denials import require_scope
from catalog.evidence import Evidence
from catalog.growth import hold_growth
from catalog.models.plays import Grant, Heartbeat, PlaySession
from catalog.music import unknown_track
from catalog.oversight import oversees
from catalog.permissions import Permission
from catalog.plays import (
    OVER,
    add_heartbeat,
    add_session,
    heartbeats_of,
    play_session,
    unknown_play,
)
from catalog.scrobbles import follow
from catalog.states import PlayState
from stream.identity.callers import unknown_caller
from stream.manifests import offered

#: At one in five seconds, as our player sends them, more than eight hours.
_MOST_HEARTBEATS = 6_000
#: When to ask again for a preview, in seconds: it is made last of what is made at once.
_PREVIEW_AFTER_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a listener is given, when, and what it will cost once it counts."""

    at: datetime
    play_id: UUID
    listener_id: UUID
    credential: Credential
    master_id: UUID
    grant: Grant
    rungs: Sequence[Rung]
    step: int
    price: int
    left_to_own: int
    balance: int


async def open_session(  # noqa: PLR0913 - who asks for what, where, and on which terms
    session: Session,
    token: str,
    track_id: UUID,
    *,
    clock: Clock,
    threshold_ms: int,
    may_preview: bool = True,
    home: str | None = None,
) -> Offer:
    """Open a session for who has the token: all of the track, or the preview when credit is short.

    Who has not said where they live is at `home`.

    Raises:
        Refused: `sign-in-first`, 401; `scope-too-narrow`, 403; `insufficient-credit`, 402,
            where it may be no preview; `track-unknown`, 404; `not-playable`, `no-deal`, or
            `preview-not-ready` for now, 409.

    """
    found = await _held(session, token, track_id, clock=clock, home=home)
    require_scope(found.credential.scopes, Permission.PLAY)
    _require_audible(found)
    grant = _grant(found)
    if grant is Grant.PREVIEW and not may_preview:
        raise InsufficientCredit(
            price=found.price, balance=found.balance, spendable=found.spendable, held=found.held
        )
    if grant is Grant.PREVIEW and not any(one.is_preview for one in found.rungs):
        raise _preview_not_ready()
    play_id = uuid4()
    await add_session(session, _row(found, play_id, grant, threshold_ms=threshold_ms))
    if found.is_told and grant is not Grant.PREVIEW:
        await follow(
            session,
            play_id,
            listener_id=found.listener_id,
            request_id=str(play_id),
            now=found.at,
        )
    return Offer(
        at=found.at,
        play_id=play_id,
        listener_id=found.listener_id,
        credential=found.credential,
        master_id=found.master_id,
        grant=grant,
        rungs=offered(found.rungs, grant),
        step=found.step,
        price=found.price,
        left_to_own=found.left_to_own,
        balance=found.balance,
    )


async def _held(
    session: Session, token: str, track_id: UUID, *, clock: Clock, home: str | None
) -> Asked:
    """Answer who asks for which track.

    What grows of it cannot end before the session is written, whose time tells what was there.
    Nor is credit that is nearly spent given to another session until then.
    """
    found = await asked(session, token, track_id, home=home, now=clock())
    if found is not None and not found.rungs and not await hold_growth(session, found.master_id):
        found = await asked(session, token, track_id, home=home, now=clock())  # it had just ended
    if found is not None and found.is_close:
        await lock_wallets(session, [found.listener_id])
        found = await asked(session, token, track_id, home=home, now=clock())
    if found is None:
        raise unknown_caller()
    return found


def _row(found: Asked, play_id: UUID, grant: Grant, *, threshold_ms: int) -> dict[str, object]:
    return {
        "id": play_id,
        "listener_id": found.listener_id,
        "track_id": found.track_id,
        "recording_id": found.recording_id,
        "master_id": found.master_id,
        "grant": grant,
        "duration_ms": found.duration_ms,
        "threshold_ms": threshold_ms,
        "opened_at": found.at,  # what it was offered then is what it keeps
        "active_at": found.at,
        "state": PlayState.OPEN,
        "reason": "open",
        "territory": found.territory,
    }


def _require_audible(found: Asked) -> None:
    if found.is_audible and found.is_allowed:
        return
    if found.is_audible:
        raise Refused("no-deal", "This track may not be played where you are.", status=409)
    if found.is_draft:
        raise unknown_track()  # nobody but its artist knows of it
    raise Refused("not-playable", f"The track cannot be played: it is {found.state}.", status=409)


def _grant(found: Asked) -> Grant:
    if found.is_free:
        is_theirs = found.is_own or found.standing.owned_at is not None
        return Grant.OWNED if is_theirs else Grant.FREE
    return Grant.FULL if found.is_affordable else Grant.PREVIEW


def _preview_not_ready() -> Refused:
    return Refused(
        "preview-not-ready",
        "There is not enough credit for this play, and the preview is still being made; "
        "please try again in a moment.",
        status=409,
        retry_after_s=_PREVIEW_AFTER_S,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A heartbeat: when it came, or when an offline player says it was, and what it says."""

    at: datetime
    position_ms: int
    elapsed_ms: int


async def report(
    session: Session, play: PlaySession, reports: Sequence[Report], *, served: Sequence[Interval]
) -> Verdict:
    """Write down heartbeats, with what is known to be served; what suffices waits to be settled.

    All in the caller's transaction, which holds the session's row.
    """
    told = await _told(session, play)
    for one in reports:
        if told.beats >= _MOST_HEARTBEATS:
            raise _too_many()
        if await add_heartbeat(session, {"session_id": play.id, **asdict(one)}):
            told = told.after(_beat(play, one))
        if play.state not in OVER:
            play.active_at = max(play.active_at, one.at)
    play.told = told.as_json()
    known = joined(_evidence(play), served)
    if known.state != play.state:
        await make_lasting(session)  # it is answered, and then it is so
    play.delivered = [list(one) for one in known.delivered]
    play.state, play.reason = known.state, known.reason
    return verdict_of(known)


def _too_many() -> Refused:
    return Refused(
        "too-many-heartbeats", "This play has reported often enough; open another.", status=429
    )


async def weigh(session: Session, play: PlaySession) -> Verdict:
    """Judge a session anew from all that was stored of it."""
    told = told_by(_beat(play, row) for row in await heartbeats_of(session, play.id))
    return verdict_of(replace(_evidence(play), told=told.as_json()))


async def _told(session: Session, play: PlaySession) -> Told:
    if play.told is not None:
        return Told.from_json(play.told)
    return told_by(_beat(play, row) for row in await heartbeats_of(session, play.id))


def _beat(play: PlaySession, row: Heartbeat | Report) -> Beat:
    return Beat(
        at_ms=round((row.at - play.opened_at).total_seconds() * 1000),
        position_ms=row.position_ms,
        elapsed_ms=row.elapsed_ms,
    )


def _evidence(play: PlaySession) -> Evidence:
    return Evidence(
        id=play.id,
        state=PlayState(play.state),
        reason=play.reason,
        grant=play.grant,
        duration_ms=play.duration_ms,
        threshold_ms=play.threshold_ms,
        delivered=play.delivered or [],
        told=play.told,
    )


async def own_session(
    session: Session, play_id: UUID, caller: Caller, *, lock: bool = False
) -> PlaySession:
    """Answer a session that a caller may see to.

    Raises:
        Refused: `play-unknown`, 404, also when it is another's.

    """
    play = await play_session(session, play_id, lock=lock)
    require_own(play, caller)
    return play


def require_own(play: PlaySession, caller: Caller) -> None:
    """Let listeners see to their own sessions, and who oversees them to any.

    Raises:
        Refused: `play-unknown`, 404: others need not know that it is there.

    """
    if play.listener_id != caller.id and not oversees(caller, Permission.PLAYS_OVERSEE):
        raise unknown_play()
