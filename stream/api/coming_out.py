"""How releases come out: published, scheduled, looked at, withdrawn; by owners and moderators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from base.database import Session
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.publishing import ReleaseMove
from catalog.models.releases import Release
from catalog.release_moves import moves_of
from catalog.releases import concerns, release_of, unknown_release, waiting_for_review
from catalog.states import ReleaseEvent, ReleaseState
from ingest.coming_out import (
    approve,
    publish,
    recall,
    reinstate,
    schedule,
    send_back,
    submit,
    take_up,
    withdraw,
)
from ingest.dates import Date, date_of
from ingest.release_deeds import Occasion
from ingest.words import one_line
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.preconditions import require_match
from stream.api.release_documents import (
    MoveFacts,
    MoveList,
    PublishDate,
    Reason,
    ReleaseDocument,
    ReleaseList,
    SubmitRelease,
)
from stream.api.releases import document, release_id_in, summary
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.keys import REQUEST_ID, TOOLS

Deed = Callable[[Session, UUID, Occasion], Awaitable[Release]]
_NOTE_LETTERS = 1_000

_WAITING = Keyset("reviews", tuple[AwareDatetime, UUID])


async def publish_release(request: web.Request) -> web.Response:
    """Let all hear a draft."""
    return await _done(request, partial(publish, reviews=_reviews(request)), None)


async def schedule_release(request: web.Request) -> web.Response:
    """Let all hear a draft from an instant on."""
    body = await told(request, PublishDate)
    deed = partial(schedule, date=_date(request, body), reviews=_reviews(request))
    return await _done(request, deed, body.reason)


async def submit_release(request: web.Request) -> web.Response:
    """Ask that a draft is looked at before it comes out."""
    body = await told(request, SubmitRelease)
    dated = body.at and PublishDate(at=body.at, zone=body.zone, is_announced=body.is_announced)
    date = _date(request, dated) if dated else None
    return await _done(request, partial(submit, date=date), body.reason)


async def recall_release(request: web.Request) -> web.Response:
    """Make a draft again of what is not out yet."""
    return await _done(request, recall, await _why(request))


async def withdraw_release(request: web.Request) -> web.Response:
    """Let nobody hear a release of the caller's any more but those who own its tracks."""
    return await _done(request, withdraw, await _why(request))


async def reinstate_release(request: web.Request) -> web.Response:
    """Let all hear a release of the caller's again."""
    return await _done(request, reinstate, await _why(request))


async def get_moves(request: web.Request) -> web.Response:
    """Answer what happened to a release of the caller's."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        release = await release_of(session, release_id_in(request))
        if not concerns(release, who):
            raise unknown_release()
        moves = await moves_of(session, release.id)
    body = MoveList(items=[_move(one) for one in moves])
    return answered(request, body)


async def get_reviews(request: web.Request) -> web.Response:
    """Answer the releases that wait to be looked at, those that wait longest first."""
    asked = asking(request, Paged)
    after = _WAITING.after(asked.cursor)
    async with request.app[TOOLS].database.read() as session:
        found = await waiting_for_review(session, after=after, limit=asked.limit + 1)
    page = _WAITING.page(found, limit=asked.limit, place=lambda one: (one.changed_at, one.id))
    body = ReleaseList(releases=[summary(one) for one in page.items], next=page.next)
    return answered(request, body)


async def get_review(request: web.Request) -> web.Response:
    """Answer a release as its owner sees it, to who looks at it."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        release = await release_of(session, release_id_in(request))
        answer = await document(session, release, who, is_told_all=True)
    return answered(request, answer, cache=NEVER_KEPT)


async def take_up_release(request: web.Request) -> web.Response:
    """Look at a release."""
    return await _overseen(request, take_up)


async def approve_release(request: web.Request) -> web.Response:
    """Let a release come out that was looked at."""
    return await _overseen(request, approve)


async def return_release(request: web.Request) -> web.Response:
    """Give a release back to its owner, with a reason."""
    return await _overseen(request, send_back)


async def take_down_release(request: web.Request) -> web.Response:
    """Withdraw anybody's release, with a reason."""
    return await _overseen(request, withdraw)


async def put_back_release(request: web.Request) -> web.Response:
    """Reinstate anybody's release."""
    return await _overseen(request, reinstate)


async def _overseen(request: web.Request, deed: Deed) -> web.Response:
    return await _done(request, deed, await _why(request), is_overseeing=True)


async def _done(
    request: web.Request, deed: Deed, note: str | None, *, is_overseeing: bool = False
) -> web.Response:
    """Do something to a release, the caller's own unless they oversee; and answer it."""
    answer = await done(request, deed, note, is_overseeing=is_overseeing)
    return answered(request, answer, cache=NEVER_KEPT)


async def done(
    request: web.Request, deed: Deed, note: str | None, *, is_overseeing: bool = False
) -> ReleaseDocument:
    """Do something to the release of the path, and answer what it is then."""
    who, tools = await caller(request), request.app[TOOLS]
    occasion = Occasion(
        caller=who,
        request_id=request[REQUEST_ID],
        now=tools.clock(),
        note=one_line(note, _NOTE_LETTERS),
        is_overseeing=is_overseeing,
    )

    async def work(session: Session) -> ReleaseDocument:
        if request.if_match is not None:
            await _require_match(session, request, who, is_overseeing=is_overseeing)
        release = await deed(session, release_id_in(request), occasion)
        if is_overseeing:
            facts = {"state": release.state}
            await note_act(
                session, who, Act.RELEASE_REVIEWED, release.id, now=occasion.now, facts=facts
            )
        return await document(session, release, who, is_told_all=is_overseeing)

    if (answer := await at_most_once(request, who, work)) is not None:
        return answer
    async with tools.database.read() as session:
        release = await _theirs(session, request, who, is_overseeing=is_overseeing)
        return await document(session, release, who, is_told_all=is_overseeing)


async def _require_match(
    session: Session, request: web.Request, who: Caller, *, is_overseeing: bool
) -> None:
    """See that a release is still what was looked at."""
    release = await _theirs(session, request, who, is_overseeing=is_overseeing, lock=True)
    await require_match(request, lambda: document(session, release, who, is_told_all=is_overseeing))


async def _theirs(
    session: Session, request: web.Request, who: Caller, *, is_overseeing: bool, lock: bool = False
) -> Release:
    release = await release_of(session, release_id_in(request), lock=lock)
    if not is_overseeing and not concerns(release, who):
        raise unknown_release()
    return release


async def _why(request: web.Request) -> str | None:
    return (await told(request, Reason)).reason


def _reviews(request: web.Request) -> bool:
    return request.app[TOOLS].settings.reviews


def _date(request: web.Request, body: PublishDate) -> Date:
    now = request.app[TOOLS].clock()
    return date_of(body.at, body.zone, is_announced=body.is_announced, now=now)


def _move(row: ReleaseMove) -> MoveFacts:
    is_told = row.by is not None and not row.is_overseen
    return MoveFacts(
        number=row.number,
        event=ReleaseEvent(row.event),
        state=ReleaseState(row.state),
        by=str(row.by) if is_told else None,
        is_overseen=row.is_overseen,
        reason=row.note,
        at=row.at,
    )
