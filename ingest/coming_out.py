"""How a release comes out: published, scheduled, looked at before, withdrawn and put back.

Whether somebody looks at it before is a setting, and may be said of each account. Who decides of
what is not theirs oversees it, and says why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.models.releases import Release
from catalog.people import is_closed, refuse_closed
from catalog.release_moves import last_move, move_with_note
from catalog.releases import concerns, lock_draft, release_of, unknown_release
from catalog.reviewing import is_reviewed, review_needed, withdrawn_by_others
from catalog.states import RELEASE_MOVES, ReleaseEvent, ReleaseState
from ingest.dates import Date
from ingest.drafts import draft_findings, require_ready
from ingest.readiness import errors_in
from ingest.release_deeds import Occasion, Turn, come_out, done, let_back, take_out, write_date
from ingest.words import one_line

_NOTE_LETTERS = 1_000


async def publish(
    session: Session, release_id: UUID, occasion: Occasion, *, reviews: bool
) -> Release:
    """Let all hear a draft; `reviews` says whether others look at it before, unless told.

    Raises:
        Refused: `release-unknown` 404, `release-published` 409; `release-unready` 409: there are
            errors among its findings; `review-needed` 409.

    """
    release = await lock_draft(session, release_id, occasion.caller)
    await _require_unreviewed(session, release, by_default=reviews)
    await require_ready(session, release)
    await come_out(session, release, occasion)
    return release


async def schedule(
    session: Session, release_id: UUID, occasion: Occasion, *, date: Date, reviews: bool
) -> Release:
    """Let all hear a draft from an instant on.

    Raises:
        Refused: as `publish`.

    """
    release = await lock_draft(session, release_id, occasion.caller)
    await _require_unreviewed(session, release, by_default=reviews)
    await require_ready(session, release)
    write_date(release, date)
    await done(session, release, ReleaseEvent.SCHEDULE, occasion)
    return release


async def submit(
    session: Session, release_id: UUID, occasion: Occasion, *, date: Date | None
) -> Release:
    """Ask that a draft is looked at, to come out at once or from an instant on.

    Raises:
        Refused: as `publish`.

    """
    release = await lock_draft(session, release_id, occasion.caller)
    await require_ready(session, release)
    write_date(release, date)
    await done(session, release, ReleaseEvent.SUBMIT, occasion)
    return release


async def recall(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Make a draft again of what is not out yet; nothing comes out.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409: it is in no such state.

    """
    release = await _own(session, release_id, occasion)
    _require(release, ReleaseEvent.RECALL)
    write_date(release, None)
    await done(session, release, ReleaseEvent.RECALL, occasion)
    return release


async def take_up(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Look at a release; the caller may decide of it.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409.

    """
    release = await release_of(session, release_id, lock=True)
    _require(release, ReleaseEvent.TAKE_UP)
    await _take_up(session, release, occasion, note=occasion.note)
    return release


async def approve(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Let a release that was looked at come out, now or at its time.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409; `release-unready` 409;
            `account-closed` 409.

    """
    release = await _taken_up(session, release_id, occasion)
    await require_ready(session, release)
    if release.publish_at is not None and release.publish_at > occasion.now:
        await refuse_closed(session, release.owner_id)
        await done(session, release, ReleaseEvent.SCHEDULE, occasion)
    else:
        await come_out(session, release, occasion)
    return release


async def send_back(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Give a release back to its owner, and say what is not as it should be.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409; `reason-missing` 422.

    """
    occasion = _with_reason(occasion)
    release = await _taken_up(session, release_id, occasion)
    write_date(release, None)
    await done(session, release, ReleaseEvent.RETURN, occasion)
    return release


async def withdraw(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Let nobody hear a release any more but those who own its tracks.

    Who looks after all releases may withdraw what its owner withdrew, who then cannot put it back.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409; `reason-missing` 422.

    """
    occasion = _with_reason(occasion)
    release = await _own(session, release_id, occasion)
    _require(release, ReleaseEvent.WITHDRAW)
    if release.state == ReleaseState.WITHDRAWN and not occasion.is_overseeing:
        raise _elsewhere(release)
    await take_out(session, release, occasion)
    return release


async def reinstate(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Let all hear a release again that was withdrawn, with the tracks that went with it.

    Raises:
        Refused: `release-unknown` 404; `release-elsewhere` 409; `withdrawn-by-others` 403: who
            looks after all releases withdrew it, and puts it back.

    """
    release = await _own(session, release_id, occasion)
    _require(release, ReleaseEvent.REINSTATE)
    last = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    if last is not None and last.is_overseen and not occasion.is_overseeing:
        raise withdrawn_by_others()
    await let_back(session, release, occasion)
    return release


async def publish_due(
    session: Session, release_id: UUID, *, request_id: str, now: datetime
) -> None:
    """Let a release come out whose time has come; one that cannot is a draft again."""
    release = await release_of(session, release_id, lock=True)
    if release.state != ReleaseState.SCHEDULED or (release.publish_at or now) > now:
        return  # it was recalled, or is for later
    if await is_closed(session, release.owner_id):
        return  # it goes with its account, which is on its way
    errors = errors_in(await draft_findings(session, release))
    turn = Turn(request_id=request_id, now=now)
    if not errors:
        await come_out(session, release, turn)
        return
    why = one_line(" ".join(one.text for one in errors), _NOTE_LETTERS)
    write_date(release, None)
    await done(session, release, ReleaseEvent.RETURN, replace(turn, note=why))


async def _take_up(
    session: Session, release: Release, occasion: Occasion, *, note: str | None
) -> None:
    event, by = ReleaseEvent.TAKE_UP, occasion.caller
    await move_with_note(
        session, release, event, by=by, is_overseen=True, note=note, now=occasion.now
    )


async def _taken_up(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    """Answer a release that is looked at; who decides of what was submitted has looked at it."""
    release = await release_of(session, release_id, lock=True)
    if release.state == ReleaseState.SUBMITTED:
        # What is said is said of the decision.
        await _take_up(session, release, occasion, note=None)
    if release.state != ReleaseState.IN_REVIEW:
        raise _elsewhere(release)
    return release


async def _require_unreviewed(session: Session, release: Release, *, by_default: bool) -> None:
    if await is_reviewed(session, release.owner_id, by_default=by_default):
        raise review_needed("Somebody looks at it before it comes out here: please submit it.")


async def _own(session: Session, release_id: UUID, occasion: Occasion) -> Release:
    release = await release_of(session, release_id, lock=True)
    if not occasion.is_overseeing and not concerns(release, occasion.caller):
        raise unknown_release()
    return release


def _require(release: Release, event: ReleaseEvent) -> None:
    if (ReleaseState(release.state), event) not in RELEASE_MOVES:
        raise _elsewhere(release)


#: Where a release is, and what can be done there.
_ELSEWHERE = {
    ReleaseState.DRAFT: "The release is a draft: publish it, schedule it, or submit it.",
    ReleaseState.SUBMITTED: "The release waits to be looked at: recall it to change it.",
    ReleaseState.IN_REVIEW: "Somebody looks at the release: recall it to change it.",
    ReleaseState.SCHEDULED: "The release comes out at its time: recall it if it should not.",
    ReleaseState.PUBLISHED: "The release is out: withdraw it if it should not be.",
    ReleaseState.WITHDRAWN: "The release is withdrawn: reinstate it to let it be heard again.",
}


def _elsewhere(release: Release) -> Refused:
    return Refused("release-elsewhere", _ELSEWHERE[ReleaseState(release.state)], status=409)


def _with_reason(occasion: Occasion) -> Occasion:
    if occasion.note is None:
        raise Refused("reason-missing", "Please say why, for those whom it concerns.", status=422)
    return occasion
