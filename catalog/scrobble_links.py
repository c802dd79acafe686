"""Accounts elsewhere that are told what their owners listen to: connected, held, let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session, is_new
from base.errors import Refused
from base.sealing import seal, unseal
from catalog.jobs import NewJob, add_again, begin_anew, lock_jobs
from catalog.kinds import Kind
from catalog.models.scrobbling import Scrobble, ScrobbleLink
from catalog.scrobble_states import (
    LINK_MOVES,
    LinkEvent,
    LinkState,
    ScrobbleState,
    Service,
)
from catalog.states import JobState, next_state

_PURPOSE = b"scrobbling"
#: Accounts that one listener may have connected.
_MOST = 5
#: A service that takes nothing is asked again after so long, and twice as long each time.
_FIRST_WAIT, _LONGEST_WAIT, _MOST_DOUBLINGS = timedelta(seconds=30), timedelta(hours=1), 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many listens wait for an account elsewhere, and how many it will never take."""

    waiting: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What opens an account elsewhere: a token or a key; whose it is, as far as it was told."""

    secret: str
    username: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose account it is, of which service, and which server of it is spoken to."""

    account_id: UUID
    service: Service
    server: str


def is_linked(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Say, in a query, that somebody has an account elsewhere that is told what they listen to."""
    return exists().where(
        ScrobbleLink.account_id == account_id, ScrobbleLink.state != LinkState.ASKED
    )


async def links_of(session: Session, account_id: UUID) -> Sequence[ScrobbleLink]:
    """Answer somebody's accounts elsewhere, the oldest first."""
    query = select(ScrobbleLink).where(ScrobbleLink.account_id == account_id)
    return (await session.scalars(query.order_by(ScrobbleLink.made_at, ScrobbleLink.id))).all()


async def link_of(
    session: Session, account_id: UUID, link_id: UUID, *, lock: bool = False
) -> ScrobbleLink:
    """Answer one of them.

    Raises:
        Refused: `link-unknown`, 404, also when it is another's.

    """
    found = await session.get(ScrobbleLink, link_id, with_for_update=lock)
    if found is None or found.account_id != account_id:
        raise unknown_link()
    return found


def unknown_link() -> Refused:
    """Say that there is none."""
    return Refused("link-unknown", "There is no such connection to another service.", status=404)


async def lock_link(session: Session, link_id: UUID) -> ScrobbleLink | None:
    """Answer an account elsewhere that nobody else changes until the end, if there is one."""
    return await session.get(ScrobbleLink, link_id, with_for_update=True, populate_existing=True)


async def figures_of(session: Session, account_id: UUID) -> dict[UUID, Figures]:
    """Answer what waits for each of somebody's accounts elsewhere, and what was refused."""
    query = (
        select(Scrobble.link_id, Scrobble.state, func.count())
        .join(ScrobbleLink, ScrobbleLink.id == Scrobble.link_id)
        .where(
            ScrobbleLink.account_id == account_id,
            Scrobble.state.in_((ScrobbleState.WAITING, ScrobbleState.REFUSED)),
        )
        .group_by(Scrobble.link_id, Scrobble.state)
    )
    counted = {(link, state): count for link, state, count in await session.execute(query)}
    return {
        link: Figures(
            waiting=counted.get((link, ScrobbleState.WAITING), 0),
            refused=counted.get((link, ScrobbleState.REFUSED), 0),
        )
        for link in {link for link, _ in counted}
    }


async def ask_link(
    session: Session, whose: Whose, token: str, secret: bytes, *, now: datetime
) -> ScrobbleLink:
    """Keep what somebody has still to allow at a service; what they asked for before is gone.

    Raises:
        Refused: `links-too-many`, 409.

    """
    link = await _known(session, whose, now=now)
    link.asked = _sealed(link, token, secret)
    return link


async def connect(  # noqa: PLR0913 - whose, with what, under which secret, and when
    session: Session,
    whose: Whose,
    entry: Entry,
    secret: bytes,
    *,
    request_id: str,
    now: datetime,
) -> ScrobbleLink:
    """Connect an account elsewhere, or connect it anew: what waits for it goes on.

    Raises:
        Refused: `links-too-many`, 409.

    """
    link = await _known(session, whose, now=now)
    link.state = next_state(LINK_MOVES, LinkState(link.state), LinkEvent.ALLOW)
    link.username = entry.username
    link.sealed, link.asked = _sealed(link, entry.secret, secret), None
    link.connected_at = link.connected_at or now
    link.trouble, link.failures, link.held_until = None, 0, None
    await send_soon(session, link, request_id=request_id, now=now)
    return link


async def send_soon(
    session: Session, link: ScrobbleLink, *, request_id: str, now: datetime
) -> None:
    """Have what waits for an account elsewhere sent, unless somebody is about it already.

    What is held is sent when it may be; one that was connected just now is not held.
    """
    job = NewJob(
        kind=Kind.SCROBBLE,
        subject=str(link.id),
        request_id=request_id,
        owner_id=link.account_id,
    )
    if await add_again(session, job, now=now) or link.held_until is not None:
        return
    for known in await lock_jobs(session, [job.kind], job.subject):
        if known.state == JobState.WAITING:
            begin_anew(known, now=now)


def entry_of(link: ScrobbleLink, secrets: Sequence[bytes]) -> str | None:
    """Answer what opens an account elsewhere; None where none of our secrets sealed it."""
    return _opened(link, link.sealed, secrets)


def asked_of(link: ScrobbleLink, secrets: Sequence[bytes]) -> str:
    """Answer the token that somebody is to allow.

    Raises:
        Refused: `nothing-asked`, 409: none.

    """
    token = _opened(link, link.asked, secrets)
    if token is None:
        sentence = "Begin anew: nothing waits to be allowed at that service."
        raise Refused("nothing-asked", sentence, status=409)
    return token


def _opened(link: ScrobbleLink, sealed: str | None, secrets: Sequence[bytes]) -> str | None:
    found = unseal(sealed, secrets, purpose=_PURPOSE) if sealed else None
    # Sealed for one link, it opens no other.
    return str(found["secret"]) if found and found["link"] == str(link.id) else None


async def drop_link(session: Session, link: ScrobbleLink) -> None:
    """Let an account elsewhere go, with all that was told it or waits."""
    await session.execute(delete(Scrobble).where(Scrobble.link_id == link.id))
    await session.delete(link)


def note_trouble(
    link: ScrobbleLink, sentence: str, *, after_s: int | None, now: datetime
) -> datetime:
    """Write down that a service took nothing; answer when it is asked again.

    Not before it wants to be (`after_s`).
    """
    link.trouble = sentence[:1000]
    wait = min(_FIRST_WAIT * 2 ** min(link.failures, _MOST_DOUBLINGS), _LONGEST_WAIT)
    link.failures += 1
    link.held_until = now + max(wait, timedelta(seconds=after_s or 0))
    return link.held_until


def note_taken(link: ScrobbleLink, *, now: datetime) -> None:
    """Write down that a service took something."""
    link.sent_at, link.trouble, link.failures, link.held_until = now, None, 0, None


def note_signed_out(link: ScrobbleLink, sentence: str) -> bool:
    """Write down that an account has to be connected anew; answer whether that is news."""
    if link.state != LinkState.CONNECTED:
        return False
    link.state = next_state(LINK_MOVES, LinkState.CONNECTED, LinkEvent.SIGN_OUT)
    link.trouble = sentence[:1000]
    return True


async def _known(session: Session, whose: Whose, *, now: datetime) -> ScrobbleLink:
    """Answer a connection, which is there from now on, and which nobody else changes meanwhile."""
    others = [one for one in await links_of(session, whose.account_id) if not _is(one, whose)]
    if len(others) >= _MOST:
        raise Refused(
            "links-too-many",
            f"You have connected {_MOST} accounts of other services; disconnect one first.",
            status=409,
        )
    fresh = {"id": uuid4(), "state": LinkState.ASKED, "made_at": now, "failures": 0}
    await is_new(session, ScrobbleLink, {**asdict(whose), **fresh})
    query = select(ScrobbleLink).where(
        ScrobbleLink.account_id == whose.account_id,
        ScrobbleLink.service == whose.service,
        ScrobbleLink.server == whose.server,
    )
    return (await session.scalars(query.with_for_update())).one()


def _is(link: ScrobbleLink, whose: Whose) -> bool:
    return (link.service, link.server) == (whose.service, whose.server)


def _sealed(link: ScrobbleLink, opener: str, secret: bytes) -> str:
    return seal({"link": str(link.id), "secret": opener}, secret, purpose=_PURPOSE)
