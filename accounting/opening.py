"""What it takes to open a play, asked in one question: nothing else is asked for so often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Executable,
    Row,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from accounting.books import credit_of, frozen_at
from accounting.charging import Purse
from accounting.deal_rows import deals_of, has_deals
from accounting.deals import EVERYWHERE, DealModel, Dealt, deal_for
from accounting.lot_rows import unspent
from accounting.lots import LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.promo import promo_rooms
from accounting.terms import terms_in, terms_then
from base.database import Instant, Session
from catalog.callers import Credential
from catalog.credentials import CREDENTIAL, credential_in, digest_of, is_valid
from catalog.generations import found_at
from catalog.models.files import Master, Rendition
from catalog.models.music import Track
from catalog.models.people import Account, Token
from catalog.models.plays import Counter, Grant, PlaySession
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import may_hear, unknown_track
from catalog.plays import Standing
from catalog.scrobble_links import is_linked
from catalog.states import HIDDEN, PlayState, TrackState

#: Credit is held for a session that was active within this, and waits for it no longer.
_HELD = timedelta(minutes=2)
#: Sessions are looked for among those that were opened within this.
_LONGEST = timedelta(days=1)
#: Sessions of an account that may be opened at the same moment, and do not see each other.
_AT_ONCE = 100


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
    """Who asks for a track, and when; what they have and own, and what there is of it.

    Of the balance `spendable` may be spent on this track: nothing where the wallet is frozen, and
    nothing that was given where its payee has had enough of that this month. `held` waits for
    sessions that are heard and not settled yet; `waiting` are those of the same recording, and
    `due` of them are plays already.
    """

    at: datetime
    terms: Terms
    listener_id: UUID
    credential: Credential
    balance: int
    spendable: int
    held: int
    waiting: int
    due: int
    track_id: UUID
    recording_id: UUID
    master_id: UUID
    owner_id: UUID
    state: TrackState
    is_draft: bool
    duration_ms: int
    is_given: bool
    #: Where it is heard, as far as we know, and by which deal.
    territory: str | None
    dealt: Dealt
    standing: Standing
    #: They have an account elsewhere that is told what they listen to.
    is_told: bool
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

    @property
    def is_free(self) -> bool:
        """Whether nothing is due for it."""
        return self.standing.owned_at is not None or self.is_own or self.is_given

    @property
    def is_allowed(self) -> bool:
        """Whether a deal allows it where it is asked for; what is theirs needs none."""
        is_theirs = self.standing.owned_at is not None or self.is_own
        return is_theirs or self.dealt.model is not DealModel.UNAVAILABLE

    @property
    def step(self) -> int:
        """The step that it is counted at next; 0 if it is free.

        What was begun and is no play yet may come to nothing, as before a page was loaded again.
        """
        return self._step_after(self.due)

    @property
    def price(self) -> int:
        """What it costs then."""
        return self._price(self.step)

    @property
    def price_at_most(self) -> int:
        """What it costs if all that waits is counted first."""
        return self._price(self._step_after(self.waiting))

    @property
    def left_to_own(self) -> int:
        """How many plays are still to be paid for."""
        return 0 if self.is_free else self.terms.plays_left_after(self.standing.plays)

    @property
    def is_affordable(self) -> bool:
        """Whether there is credit for it that waits for nothing else."""
        return self.price_at_most <= self.spendable - self.held

    @property
    def is_close(self) -> bool:
        """Whether there is credit for it, and not for all that may be opened beside it."""
        plenty = self.terms.remainder_after(0) + _AT_ONCE * self.price_at_most
        return not self.is_free and self.is_affordable and self.spendable - self.held < plenty

    def _step_after(self, others: int) -> int:
        return 0 if self.is_free else min(self.standing.plays + others + 1, self.terms.steps)

    def _price(self, step: int) -> int:
        return self.terms.price_after(step - 1) if step else 0


async def asked(
    session: Session, token: str, track_id: UUID, *, home: str | None = None, now: datetime
) -> Asked | None:
    """Answer who asks and what for; nothing if we do not know them.

    Who has not said where they live is at `home`.

    Raises:
        Refused: `track-unknown`, 404.

    """
    told = {"token": digest_of(token), "asked": track_id}
    since = {"active_since": now - _HELD, "opened_since": now - _LONGEST}
    rows = (await session.execute(_QUESTION, told | since | {"now": now})).all()
    if not rows:
        return None
    first = rows[0]
    if first.track_id is None:
        raise unknown_track()
    samples, rate = first.samples, first.sample_rate
    terms = terms_in(first)
    territory: str | None = first.country or home
    dealt = EVERYWHERE
    if first.has_deals:
        deals = (await deals_of(session, [track_id])).get(track_id, ())
        dealt = deal_for(deals, at=now, territory=territory)
    steps = [int(step) for step in (first.steps or "").split(",") if step]
    balance = first.credit_micros // MICROS_PER_MILLICREDIT
    found = Asked(
        at=now,
        terms=terms,
        listener_id=first.account_id,
        credential=credential_in(first),
        balance=balance,
        spendable=balance if first.frozen_at is None else 0,
        held=sum(terms.price_after(step - 1) for step in steps),
        waiting=first.waiting,
        due=first.due,
        track_id=first.track_id,
        recording_id=first.recording_id,
        master_id=first.master_id,
        owner_id=first.owner_id,
        state=TrackState(first.state),
        is_draft=first.release_state in HIDDEN,
        duration_ms=(samples * 2_000 + rate) // (2 * rate) if samples is not None and rate else 0,
        is_given=first.is_free or dealt.model is DealModel.FREE,
        territory=territory,
        dealt=dealt,
        standing=Standing(plays=first.plays or 0, owned_at=first.owned_at),
        is_told=first.is_told,
        rungs=tuple(_rung(row) for row in rows if row.rung is not None),
    )
    may_be_over = terms.promo_cap_micros is not None and not found.is_free and found.is_affordable
    return await _within_cap(session, found) if may_be_over else found


async def _within_cap(session: Session, found: Asked) -> Asked:
    """Leave out what was given, where settling could not take it for this payee."""
    lots = (await unspent(session, [found.listener_id], now=found.at)).get(found.listener_id, [])
    rooms = await promo_rooms(session, [found.owner_id], [found.terms], now=found.at)
    # What is held is counted as if it were this payee's too: what is told here must be so later.
    due = (found.price_at_most + found.held) * MICROS_PER_MILLICREDIT
    if Purse(lots=tuple(lots)).taking(due, promo_room=rooms[found.owner_id]) is not None:
        return found
    paid = sum(lot.credits for lot in lots if lot.kind is LotKind.PAID)
    return replace(found, spendable=paid // MICROS_PER_MILLICREDIT)


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
_TOKEN: BindParameter[bytes] = bindparam("token")
_TRACK: BindParameter[UUID] = bindparam("asked")


def _held() -> Subquery:
    """Ask for the sessions of the listener that wait, each at the step it is counted at.

    Whose address was taken back is not waited for: it was ended before it came to something.
    """
    listener = select(Token.account_id).where(Token.digest == _TOKEN).scalar_subquery()
    recording = select(Track.recording_id).where(Track.id == _TRACK).scalar_subquery()
    pair = (
        Counter.listener_id == PlaySession.listener_id,
        Counter.recording_id == PlaySession.recording_id,
    )
    is_heard = (
        PlaySession.state == PlayState.OPEN,
        PlaySession.active_at > bindparam("active_since", type_=Instant),
        PlaySession.revoked_at.is_(None),
    )
    number = func.row_number().over(partition_by=PlaySession.recording_id)
    waiting = (
        select(
            *(PlaySession.recording_id, PlaySession.state),
            (func.coalesce(Counter.plays, 0) + number).label("step"),
        )
        .outerjoin(Counter, and_(*pair))
        .where(
            PlaySession.listener_id == listener,
            PlaySession.opened_at > bindparam("opened_since", type_=Instant),
            PlaySession.grant == Grant.FULL,
            or_(PlaySession.state == PlayState.QUALIFIED, and_(*is_heard)),
        )
        .subquery()
    )
    is_same = waiting.c.recording_id == recording
    is_due = and_(is_same, waiting.c.state == PlayState.QUALIFIED)
    return select(
        func.aggregate_strings(cast(waiting.c.step, String), ",").label("steps"),
        func.coalesce(func.sum(case((is_same, 1), else_=0)), 0).label("waiting"),
        func.coalesce(func.sum(case((is_due, 1), else_=0)), 0).label("due"),
    ).subquery()


def _question() -> Executable:
    """Ask for one row of each rendition; the rest of a row is the same in all."""
    held = _held()
    asked_for = Track.id == _TRACK, Track.state != TrackState.REMOVED
    pair = Counter.listener_id == Token.account_id, Counter.recording_id == Track.recording_id
    offered = Rendition.master_id == Track.master_id, Rendition.is_download.is_(False)
    now: BindParameter[datetime] = bindparam("now", type_=Instant)
    terms = terms_then(now)
    return (
        select(
            *(
                Token.account_id,
                *CREDENTIAL,
                Track.id.label("track_id"),
                Track.recording_id,
                Track.master_id,
                Track.owner_id,
            ),
            *(Track.state, Release.state.label("release_state")),
            *(terms, Track.is_free, Account.country, has_deals().label("has_deals")),
            *(Master.samples, Master.sample_rate, Counter.plays, Counter.owned_at),
            *(Rendition.rung, Rendition.mime, Rendition.codec, Rendition.nominal_bps),
            *(Rendition.is_preview, _IS_EXACT),
            *(credit_of(Token.account_id, now=now).label("credit_micros"), held),
            frozen_at(Token.account_id).label("frozen_at"),
            is_linked(Token.account_id).label("is_told"),
        )
        .select_from(Token)
        .join(Account, Account.id == Token.account_id)
        .join(held, true())
        .join(terms, true())
        .outerjoin(Track, and_(*asked_for))
        .outerjoin(Master, Master.id == Track.master_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .outerjoin(Counter, and_(*pair))
        .outerjoin(Rendition, and_(*offered, found_at(now)))
        .where(Token.digest == _TOKEN, is_valid(now))
        .order_by(Rendition.is_preview, Rendition.rung)
    )


_QUESTION = _question()
