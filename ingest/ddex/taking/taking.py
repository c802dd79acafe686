"""A message that came is taken, in one transaction: once, in its turn, and as far as it goes.

By its sender and number it is known again: the same bytes are nothing new, other bytes under one
number are a conflict. One that was refused, or is a test, has no number taken: it is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from base.database import Session
from base.errors import Broken
from catalog.ern_messages import (
    Arrived,
    Outcome,
    known_under,
    note_outcome,
    order,
    outdated,
    repeated,
)
from catalog.ern_states import MessageState
from catalog.findings import Severity
from catalog.models.ddex import ErnMessage, SuppliedRelease
from catalog.people import is_closed
from catalog.supplied import isrcs_of_others, lock_partner
from catalog.supplied_facts import Told
from ingest.ddex.canonical import Message
from ingest.ddex.documents import finding_of, finding_told
from ingest.ddex.findings import MessageFinding, Status, found_at
from ingest.ddex.taking.assessing import assess
from ingest.ddex.taking.binding import find_files
from ingest.ddex.taking.judged import Ready
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.planned import PlannedRelease
from ingest.ddex.taking.purging import of_authority, take_purge
from ingest.ddex.taking.releases import take_release
from ingest.ddex.versions import MessageKind
from ingest.words import TITLE_LETTERS, one_line

#: Of each kind so many are told; and of all, in a row.
_MOST_CONFLICTS, _MOST_FINDINGS = 20, 500
_OPEN = frozenset({MessageState.RECEIVED, MessageState.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a message; `affected` are the keys of recordings of which something is wrong.

    It `is_new` if that is other than what was known; it `is_told` once there is something to tell.
    """

    state: MessageState
    findings: tuple[MessageFinding, ...]
    affected: Sequence[str] = ()
    is_told: bool = True
    is_new: bool = True


async def take(session: Session, ready: Ready, occasion: Occasion) -> Ending:
    """Take a message, and write down what became of it; whoever calls holds its row."""
    row, message = occasion.arrived.row, ready.message
    await lock_partner(session, occasion.partner_id)
    if message is not None:
        _note_head(occasion.arrived, message, ready.plan)
    if message is None or not ready.is_acceptable:
        return await _end(session, occasion, _refused(ready))
    header = message.header
    if row.is_test:
        told = Ending(state=MessageState.TESTED, findings=_tested(message, ready))
        return await _end(session, occasion, told)
    known = await known_under(session, row, sender=header.sender, number=header.message_id)
    if known.id != row.id:
        return await _again(session, message, ready, known, occasion)
    more = await _of_others(session, message, ready, occasion)
    ready = ready.found(more)
    if not ready.is_acceptable:
        return await _end(session, occasion, _refused(ready))
    row.sender, row.message_id = header.sender, header.message_id
    if message.kind is MessageKind.PURGE:
        return await _purge(session, message, ready, occasion)
    if ready.plan is None:
        raise Broken("no-plan", f"The message {row.id} tells of a release, and was not planned.")
    return await _release(session, message, ready, ready.plan, occasion)


def _note_head(arrived: Arrived, message: Message, plan: PlannedRelease | None) -> None:
    row, header = arrived.row, message.header
    row.kind, row.version, row.told_at = str(message.kind), str(message.version), header.created_at
    row.is_test = header.is_test or arrived.delivery.is_test
    main = message.main_release
    title = plan.title if plan else main.titles[0].text if main and main.titles else None
    row.title = one_line(title, TITLE_LETTERS)


def _tested(message: Message, ready: Ready) -> tuple[MessageFinding, ...]:
    if message.header.is_test:
        return ready.findings
    text = "The manifest of its batch says that it is a test: it is judged, and nothing else."
    place, status = message.header.place, Status.USER_DEFINED
    return (found_at(place, "test", status, text, Severity.NOTE), *ready.findings)


def _refused(ready: Ready) -> Ending:
    return Ending(state=MessageState.REFUSED, findings=ready.findings)


async def _again(
    session: Session,
    message: Message,
    ready: Ready,
    known: ErnMessage,
    occasion: Occasion,
) -> Ending:
    """Answer a message whose number is known: the same bytes are nothing new."""
    row = occasion.arrived.row
    if known.sha256 != row.sha256:
        text = (
            "Another message came under this number before, with other bytes: each has a number of "
            "its own. Send it again under a new one."
        )
        rule, status = "message-id-reused", Status.NEW_RELEASE_MESSAGE_INVALID
        finding = found_at(message.header.place, rule, status, text, Severity.ERROR)
        told = Ending(state=MessageState.CONFLICT, findings=(finding, *ready.findings))
        return await _end(session, occasion, told)
    if row.state == MessageState.RECEIVED:  # files may have come with it
        request_id = occasion.request_id
        await order(session, [known.id], request_id=request_id, now=occasion.now)
    state = MessageState(known.state)
    told = Ending(
        state=state,
        findings=tuple(map(finding_of, known.findings)),
        is_told=state not in _OPEN or known.acknowledgement_key is not None,
    )
    row.supplied_id = known.supplied_id
    return await _end(session, occasion, told)


async def _of_others(
    session: Session, message: Message, ready: Ready, occasion: Occasion
) -> tuple[MessageFinding, ...]:
    """Find what is somebody else's, and an account that nothing comes out of any more."""
    found, place = list[MessageFinding](), message.header.place
    if await is_closed(session, occasion.caller.id):
        text = "The account whose music it would be was closed: nothing comes out of it."
        found.append(
            found_at(place, "account-closed", Status.RIGHTS_CONFLICT, text, Severity.ERROR)
        )
    if message.kind is MessageKind.PURGE or ready.plan is None:
        return (*found, *await of_authority(session, message, occasion))
    isrcs = {one.isrc for one in ready.plan.tracks if one.isrc}
    taken = await isrcs_of_others(session, occasion.caller.id, isrcs)
    for isrc in sorted(taken)[:_MOST_CONFLICTS]:
        text = f"The recording {isrc} is somebody else's here: agree with them, or write to us."
        rule, status = "isrc-of-another", Status.RIGHTS_CONFLICT
        found.append(found_at(place, rule, status, text, Severity.ERROR))
    return tuple(found)


async def _purge(session: Session, message: Message, ready: Ready, occasion: Occasion) -> Ending:
    supplied = await take_purge(session, message, occasion)
    occasion.arrived.row.supplied_id = supplied[0].id if len(supplied) == 1 else None
    await _let_others_end(session, occasion, supplied)
    told = Ending(state=MessageState.TAKEN, findings=ready.findings)
    return await _end(session, occasion, told)


async def _release(
    session: Session,
    message: Message,
    ready: Ready,
    plan: PlannedRelease,
    occasion: Occasion,
) -> Ending:
    bound = await find_files(session, occasion, plan)
    taken = await take_release(session, message, plan, bound, occasion)
    occasion.arrived.row.supplied_id = taken.supplied.id
    await session.flush()
    assessed = await assess(session, plan, bound, taken)
    await _let_others_end(session, occasion, [taken.supplied])
    told = Ending(
        state=assessed.state,
        findings=(*assessed.findings, *ready.findings),
        affected=assessed.affected,
        is_told=assessed.is_told,
    )
    return await _end(session, occasion, told)


async def _let_others_end(
    session: Session, occasion: Occasion, releases: Sequence[SuppliedRelease]
) -> None:
    """Ask that messages are looked at that wait, though something newer was said since."""
    for one in releases:
        told = Told(at=one.told_at, message=one.message_id)
        waiting = await outdated(session, one.id, told, purged_at=one.purged_at)
        waiting = [each for each in waiting if each != occasion.arrived.row.id]
        await order(session, waiting, request_id=occasion.request_id, now=occasion.now)


async def _end(session: Session, occasion: Occasion, told: Ending) -> Ending:
    """Write down what became of a message; who waits for the same one is told, too."""
    row = occasion.arrived.row
    outcome = Outcome(
        state=told.state, findings=[finding_told(one) for one in told.findings[:_MOST_FINDINGS]]
    )
    is_new = note_outcome(row, outcome, now=occasion.now)
    await session.flush()
    if told.is_told and is_new and row.message_id is not None:
        waiting = await repeated(session, row)
        await order(session, waiting, request_id=occasion.request_id, now=occasion.now)
    return replace(told, is_new=is_new or row.acknowledgement_key is None)
