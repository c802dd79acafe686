"""What becomes of a label's release, as its deals say: out, dated, gone, and back again.

No hand does it, and what hands do stays: what somebody withdrew does not come back by a message,
and what somebody took back or sent back waits for the label's next one. Whose account is said to
be looked at, has these releases looked at too; the house's own rule is for who uploads by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from accounting.deal_rows import supplied_deals
from base.database import Session
from catalog.findings import Finding
from catalog.models.ddex import SuppliedRelease
from catalog.models.releases import Release
from catalog.people import is_closed
from catalog.release_moves import last_move, moves_of
from catalog.releases import release_of
from catalog.reviewing import is_reviewed
from catalog.states import ReleaseEvent, ReleaseState
from catalog.supplied_due import last_told
from ingest.dates import Date
from ingest.ddex.outlook import Outlook, Step, outlook_of, step_for
from ingest.drafts import draft_findings
from ingest.readiness import errors_in
from ingest.release_deeds import Turn, come_out, done, let_back, take_out, write_date

log = structlog.get_logger()

#: Findings that go by themselves.
_PASSING = frozenset({"not-examined", "artwork-unmade", "still-unpacking"})
#: How soon it is looked again whether what is made of masters is there: within a part of the time
#: that it has taken so far.
_SOONEST, _LATEST, _PART = timedelta(seconds=3), timedelta(minutes=10), 8
#: How soon, where somebody has to mend something: they may do so by hand.
_MENDED = timedelta(hours=1)
_NO_DEAL = "No deal of its label holds any more."
_PURGED = "Its label has taken it back for good."


async def settle_release(
    session: Session,
    supplied: SuppliedRelease,
    *,
    now: datetime,
    request_id: str = "schedule",
    told_at: datetime | None = None,
) -> None:
    """Let a release be what its deals say now, and note when to look at it next.

    The caller holds the row of `supplied`; `told_at` is when the message came that is just being
    read, and is not written down as one of this release yet.
    """
    supplied.due_at = None
    if supplied.release_id is None:
        return
    release = await release_of(session, supplied.release_id, lock=True)
    if await is_closed(session, release.owner_id):
        return  # it goes with its account
    seen = outlook_of((await supplied_deals(session, supplied.id)).values(), now=now)
    if supplied.purged_at is not None:
        seen = Outlook(is_had=False)
    turn = Turn(request_id=request_id, now=now)
    dues = [seen.changes_at, _shown_from(supplied), release.publish_at]
    told_at = told_at or await last_told(session, supplied.id)
    if not await _is_in_hands(session, release, told_at):
        dues.append(await _act(session, supplied, release, seen, turn))
    supplied.due_at = min((one for one in dues if one is not None and one > now), default=None)


async def _is_in_hands(session: Session, release: Release, told_at: datetime | None) -> bool:
    """Answer whether somebody has decided what becomes of it: of a draft, since it was told of."""
    if release.state == ReleaseState.WITHDRAWN:
        last = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
        return last is not None and (last.by is not None or last.is_overseen)
    moves = await moves_of(session, release.id)
    if not moves or moves[-1].by is None:
        return False
    if release.state == ReleaseState.DRAFT:
        return told_at is None or told_at <= moves[-1].at
    return release.state == ReleaseState.SCHEDULED


async def _act(
    session: Session, supplied: SuppliedRelease, release: Release, seen: Outlook, turn: Turn
) -> datetime | None:
    """Do what is to be done; answer when to look again whether it can be, if it cannot yet."""
    step = step_for(ReleaseState(release.state), seen)
    match step:
        case Step.PUBLISH | Step.SCHEDULE:
            errors = errors_in(await draft_findings(session, release))
            if errors:
                return _again(release, errors, turn)
            await _bring_out(session, supplied, release, seen, turn)
        case Step.RECALL:
            write_date(release, None)
            await done(session, release, ReleaseEvent.RECALL, _because(turn, supplied))
        case Step.WITHDRAW:
            await take_out(session, release, _because(turn, supplied))
        case Step.REINSTATE:
            await let_back(session, release, turn)
        case Step.NOTHING:
            return None
    log.info("release settled", release=str(release.id), supplied=str(supplied.id), step=step)
    return None


async def _bring_out(
    session: Session, supplied: SuppliedRelease, release: Release, seen: Outlook, turn: Turn
) -> None:
    shown_from = _shown_from(supplied)
    is_shown = shown_from is not None and shown_from <= turn.now
    date = None
    if seen.had_from is not None:
        date = Date(at=seen.had_from, zone="UTC", is_announced=is_shown)
    if release.state == ReleaseState.SCHEDULED:
        if date is None:
            await come_out(session, release, turn)
        else:
            write_date(release, date)
    elif await is_reviewed(session, release.owner_id, by_default=False):
        write_date(release, date)
        await done(session, release, ReleaseEvent.SUBMIT, turn)
    elif date is None:
        await come_out(session, release, turn)
    else:
        write_date(release, date)
        await done(session, release, ReleaseEvent.SCHEDULE, turn)


def _again(release: Release, errors: list[Finding], turn: Turn) -> datetime:
    if any(one.code not in _PASSING for one in errors):
        return turn.now + _MENDED
    taken = (turn.now - release.changed_at) / _PART
    return turn.now + min(max(taken, _SOONEST), _LATEST)


def _shown_from(supplied: SuppliedRelease) -> datetime | None:
    """Answer from when it may be shown, as `Offered.as_json` has it in what is kept of it."""
    told = supplied.told.get("offers", {}).get("shown_from")
    return None if told is None else datetime.fromisoformat(told)


def _because(turn: Turn, supplied: SuppliedRelease) -> Turn:
    why = _NO_DEAL if supplied.purged_at is None else _PURGED
    return Turn(request_id=turn.request_id, now=turn.now, note=why)
