"""What happens to a co-operative: everything that moves money, done by our own code.

Each thing is done as a process does it that may end between any two statements, and is told again
by whoever did not hear that it was done. What is refused is counted, and changes nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select, text

from accounting.advances import Grant as Advance
from accounting.advances import approve_advance
from accounting.advances import grant as grant_advance
from accounting.agreeing import Proposal, accept, decline, propose
from accounting.articles import article_of
from accounting.bank_accounts import bank_account
from accounting.bank_details import enter_details
from accounting.buying import Order, buy
from accounting.chain import floor, seal
from accounting.closing import close, due_month
from accounting.confirming import Confirmation, confirm
from accounting.consent import Wanted as Share
from accounting.discrepancy import Discrepancy
from accounting.exporting import export
from accounting.grants import Grant, give
from accounting.month_end import settle_month
from accounting.paying import approve, cancel, draft
from accounting.payments.amounts import Money
from accounting.payments.manual import Manual
from accounting.payments.port import Dispute, DisputeStanding, Report, Standing
from accounting.payouts import MICROS_PER_CENT, Policy
from accounting.plays import settle
from accounting.quoting import Article
from accounting.receiving import receive
from accounting.refunds import Why, charges_of, refund_all
from accounting.roots import next_root, write_root
from accounting.sheets import SheetKind, Subject
from accounting.topup_refunds import Asked, refund
from accounting.topups import Addresses, Wanted, order
from accounting.transfers import give_back
from accounting.transfers import settle as settle_payouts
from accounting.verifying import verify
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused, Unavailable
from base.units import Micros
from catalog.callers import Caller
from catalog.models.payouts import Payout, PayoutRun
from catalog.models.plays import Grant as Heard
from catalog.models.plays import PlaySession
from catalog.models.rights import SplitSheet
from catalog.music import track_of
from catalog.payments import payment_of
from catalog.payout_states import PayoutState, RunState
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.catalog import NOON, accepted, person
from tests.support.crashes import Crash, crashing, make_mortal

T = TypeVar("T")

_STANDING = """
    SELECT 'months', COUNT(*) FROM ledger_periods UNION ALL
    SELECT 'sheets', COUNT(*) FROM split_sheets UNION ALL
    SELECT state, COUNT(*) FROM payout_runs GROUP BY state UNION ALL
    SELECT p.state, COUNT(*) FROM payouts p JOIN payout_runs r ON r.id = p.run_id
    WHERE r.state = 'exported' GROUP BY p.state
"""
ZONE = "Europe/Berlin"
_COOP = bank_account(holder="Refrain eG", iban="DE89370400440532013000")
_PAYEE = bank_account(holder="A payee", iban="FR1420041010050500013M02606")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who is there, and what there is to hear."""

    listeners: Sequence[Caller]
    artists: Sequence[Caller]
    articles: Sequence[Article]
    masters: Sequence[UUID]
    treasurers: Sequence[Caller]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """After how many statements a process ends, if it does; and whether its answer is lost."""

    after: int | None = None
    again: bool = False


async def furnish(database: Database) -> House:
    """Make three listeners, three artists with two tracks each, and two treasurers."""
    listeners = [await person(database, Role.LISTENER) for _ in range(3)]
    artists = [await person(database, Role.ARTIST) for _ in range(3)]
    treasurers = [await person(database, Role.TREASURER) for _ in range(2)]
    articles, masters = [], []
    for number in range(6):
        artist = artists[number % 3]
        track = (await accepted(database, artist, f"song {number}".encode())).track_id
        async with database.begin() as session:
            await enter_details(session, artist.id, _PAYEE, by=artist.id, now=NOON)
            found = await track_of(session, track)
            masters.append(found.master.id)
            articles.append(replace(await article_of(session, track), is_audible=True))
    return House(
        listeners=listeners,
        artists=artists,
        articles=articles,
        masters=masters,
        treasurers=treasurers,
    )


@dataclass
class History:
    """A house to which things happen, one after the other or at once."""

    database: Database
    house: House
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    payments: list[UUID] = field(default_factory=list)
    #: What ended otherwise than it should, by its name.
    failed: Counter[str] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        make_mortal(self.database.engine)

    async def once(self, mood: Mood, work: Callable[[], Awaitable[T]]) -> T | None:
        """Do something, as the mood is; what cannot be done now is tried again."""
        try:
            try:
                with crashing(after=mood.after):
                    found = await work()
            except (Crash, Unavailable) as error:
                self.failed[type(error).__name__] += 1
                return await work()
            return await work() if mood.again else found
        except Refused as error:
            self.failed[error.code] += 1
            return None

    async def write(self, mood: Mood, step: Callable[[Session], Awaitable[T]]) -> T | None:
        """Do one transaction, as the mood is."""
        return await self.once(mood, lambda: self.database.run(step))

    async def standing(self) -> Counter[str]:
        """Answer what there is to go on with: closed months, runs, payouts and charges."""
        async with self.database.read() as session:
            rows = list(await session.execute(text(_STANDING)))
        return Counter(dict(rows))

    def pass_time(self, **much: int) -> None:
        self.clock.advance(timedelta(**much))

    # Money in

    async def top_up(self, listener: int, credits_: int, mood: Mood) -> None:
        """Order a pack, and pay for it."""
        wanted = Wanted(
            listener_id=self.house.listeners[listener].id,
            request_key=self._key(),
            product=f"credits-{credits_}",
            country="DE",
        )
        addresses = Addresses(back="https://x.example", webhook="https://x.example")

        async def paid() -> UUID:
            payment = await order(
                self.database, Manual(), wanted, addresses=addresses, clock=self.clock
            )
            amount = Money(micros=payment.price, currency=payment.currency)
            told = Confirmation(
                payment_id=payment.id,
                reference=str(payment.id),
                amount=amount,
                by=None,
                at=self.clock(),
            )
            await self.database.run(partial(confirm, confirmation=told, now=self.clock()))
            return payment.id

        payment = await self.once(mood, paid)
        if payment is not None:
            self.payments.append(payment)

    async def give(self, listener: int, millicredits: int, mood: Mood) -> None:
        """Give promotional credit."""
        grant = Grant(
            listener_id=self.house.listeners[listener].id,
            key=self._key(),
            credits=millicredits * 1_000,
            reason="welcome",
            by=self._treasurer.id,
        )
        await self.write(mood, partial(give, grant=grant, now=self.clock()))

    async def refund_payment(self, number: int, mood: Mood) -> None:
        """Send back what was not spent of a top-up."""
        if not self.payments:
            return
        asked = Asked(
            payment_id=self._payment(number),
            request_key=self._key(),
            by=self._treasurer.id,
            reason="asked for",
        )
        await self.once(mood, lambda: refund(self.database, Manual(), asked, clock=self.clock))

    async def dispute(self, number: int, standing: DisputeStanding, part: int, mood: Mood) -> None:
        """Let a bank say how a dispute about a top-up stands; `part` of four were disputed."""
        if not self.payments:
            return
        payment_id = self._payment(number)

        async def told(session: Session) -> None:
            payment = await payment_of(session, payment_id, lock=True)
            amount = Money(micros=payment.paid * part // 4, currency=payment.currency)
            paid = Money(micros=payment.paid, currency=payment.currency)
            report = Report(
                provider_id=payment.provider_id or "",
                reference=str(payment_id),
                standing=Standing.PAID,
                paid=paid,
                received=paid,
                disputes=(Dispute(id=f"dp-{payment_id}", standing=standing, amount=amount),),
            )
            await receive(session, payment, report, now=self.clock())

        await self.write(mood, told)

    # Plays

    async def listen(self, listener: int, tracks: Sequence[int], mood: Mood) -> None:
        """Hear some tracks to the end, and have them settled together."""
        ids = [uuid4() for _ in tracks]
        async with self.database.begin() as session:
            rows = zip(ids, tracks, strict=True)
            session.add_all(self._session(one, listener, track) for one, track in rows)
        await self.write(mood, partial(settle, ids=ids, now=self.clock()))

    async def buy(self, listener: int, tracks: Sequence[int], mood: Mood) -> None:
        """Buy tracks outright."""
        who = self.house.listeners[listener].id
        wanted = Order(
            key=self._key(),
            asked=str(tracks),
            listener_id=who,
            payer_id=who,
            articles=[self.house.articles[one] for one in dict.fromkeys(tracks)],
        )
        await self.write(mood, partial(buy, order=wanted, now=self.clock()))

    async def take_back(self, listener: int, numbers: Sequence[int], mood: Mood) -> None:
        """Give back some of what a listener paid for; not all of it can be given back."""
        async with self.database.read() as session:
            charges = await charges_of(session, self.house.listeners[listener].id)
        some = [charges[one % len(charges)] for one in numbers if charges]
        if some:
            why = Why(by=self._treasurer.id, reason="asked for")
            unique = list({one.txn_id: one for one in some}.values())
            await self.write(mood, partial(refund_all, charges=unique, why=why, now=self.clock()))

    # Rights

    async def share(self, track: int, ppm: Sequence[int], mood: Mood) -> None:
        """Propose to share what a track earns among the artists, and somebody nobody knows."""
        article = self.house.articles[track]
        payees = [*(one.id for one in self.house.artists), None]
        shares = [
            Share(payee_id=payee, ppm=part) for payee, part in zip(payees, ppm, strict=True) if part
        ]
        said = Proposal(
            subject=Subject(
                kind=SheetKind.SPLIT,
                owner_id=article.owner_id,
                recording_id=article.recording_id,
            ),
            shares=tuple(shares),
            key=self._key(),
        )
        owner = self.house.artists[track % 3]
        await self.write(mood, partial(propose, said=said, by=owner, now=self.clock()))

    async def answer(self, number: int, artist: int, is_taken: bool, mood: Mood) -> None:  # noqa: FBT001 - drawn
        """Let an artist take a share that was put to them, or not."""
        async with self.database.read() as session:
            newest = select(SplitSheet.id).order_by(SplitSheet.proposed_at.desc(), SplitSheet.id)
            sheets = list(await session.scalars(newest.limit(5)))
        if sheets:
            say = accept if is_taken else decline
            sheet, who = sheets[number % len(sheets)], self.house.artists[artist]
            await self.write(mood, partial(say, sheet_id=sheet, by=who, now=self.clock()))

    async def advance(self, artist: int, cents: int, mood: Mood) -> None:
        """Let two pay an artist ahead."""
        said = Advance(
            payee_id=self.house.artists[artist].id,
            currency="EUR",
            amount=cents * MICROS_PER_CENT,
            key=self._key(),
        )
        step = partial(grant_advance, said=said, by=self._treasurer, now=self.clock())
        made = await self.write(mood, step)
        if made is not None:
            approved = partial(approve_advance, advance_id=made.id, by=self.house.treasurers[1])
            await self.write(mood, partial(approved, now=self.clock()))

    # Months and payouts

    async def close_month(self, mood: Mood) -> None:
        """Close the next month, once it is over."""
        async with self.database.read() as session:
            month = await due_month(session, ZONE)
        if month is None:
            return
        late = month.ends_at + timedelta(hours=5)
        if self.clock() < late:
            self.clock.advance(late - self.clock())
        await self.once(
            mood,
            lambda: close(
                self.database, month.name, zone=ZONE, clock=self.clock, settle=settle_month
            ),
        )

    async def draft(self, cents: int, holdback_ppm: int, mood: Mood) -> None:
        """Plan a run."""
        policy = Policy(
            currency="EUR",
            threshold=Micros(cents * MICROS_PER_CENT),
            holdback_ppm=holdback_ppm,
            holdback_months=1,
        )
        step = partial(
            draft, policy=policy, key=self._key(), by=self._treasurer.id, now=self.clock()
        )
        await self.write(mood, step)

    async def approve(self, mood: Mood) -> None:
        """Approve what is planned; the one who did cannot."""
        for treasurer in self.house.treasurers:
            run = await self._run_in(RunState.DRAFT)
            if run is not None:
                await self.write(
                    mood, partial(approve, run_id=run, by=treasurer.id, now=self.clock())
                )

    async def cancel(self, state: RunState, mood: Mood) -> None:
        """Give up what was not sent."""
        run = await self._run_in(state)
        if run is not None:
            by = self._treasurer.id
            await self.write(mood, partial(cancel, run_id=run, by=by, now=self.clock()))

    async def send(self, mood: Mood) -> None:
        """Make the file of a run."""
        run = await self._run_in(RunState.APPROVED)
        if run is not None:
            await self.once(
                mood,
                lambda: export(
                    self.database, run, source=_COOP, by=self._treasurer.id, now=self.clock()
                ),
            )

    async def arrive(self, mood: Mood) -> None:
        """Let a bank say that a transfer has left."""
        payout = await self._payout_in(PayoutState.BOOKED)
        if payout is not None:
            step = partial(
                settle_payouts, payout_ids=[payout], by=self._treasurer.id, now=self.clock()
            )
            await self.write(mood, step)

    async def come_back(self, state: PayoutState, reason: str, mood: Mood) -> None:
        """Let two say that a transfer came back; details that a bank doubts are entered again."""
        payout = await self._payout_in(state)
        if payout is None:
            return
        for treasurer in self.house.treasurers:
            back = partial(
                give_back,
                payout_id=payout,
                reason=reason,
                fee=Micros(300 * MICROS_PER_CENT),
                by=treasurer.id,
                now=self.clock(),
            )
            await self.write(mood, back)
        for artist in self.house.artists:
            again = partial(enter_details, by=artist.id, now=self.clock())
            await self.write(mood, partial(again, payee_id=artist.id, account=_PAYEE))

    # Proof

    async def chain(self, mood: Mood) -> None:
        """Chain what was booked, and give the next day that is over its root."""

        async def chained(session: Session) -> None:
            above = await floor(session, now=self.clock(), reach=None)
            await seal(session, now=self.clock(), above=above)

        async def rooted(session: Session) -> None:
            root = await next_root(session, now=self.clock())
            if root is not None:
                await write_root(session, root)

        await self.write(mood, chained)
        await self.write(mood, rooted)

    async def recomputed(self) -> list[Discrepancy]:
        """Chain all, recompute all, and answer what is wrong."""
        await self.chain(Mood())
        async with self.database.snapshot() as session:
            return [one async for one in verify(session, now=self.clock())]

    @property
    def _treasurer(self) -> Caller:
        return self.house.treasurers[0]

    def _key(self) -> str:
        return f"history:{next(self._numbers)}:{uuid4()}"

    def _payment(self, number: int) -> UUID:
        return self.payments[number % len(self.payments)]

    def _session(self, play_id: UUID, listener: int, track: int) -> PlaySession:
        article = self.house.articles[track]
        return PlaySession(
            id=play_id,
            listener_id=self.house.listeners[listener].id,
            track_id=article.track_id,
            recording_id=article.recording_id,
            master_id=self.house.masters[track],
            grant=Heard.FULL,
            duration_ms=180_000,
            threshold_ms=45_000,
            opened_at=self.clock(),
            active_at=self.clock(),
            state=PlayState.QUALIFIED,
            reason="qualified",
        )

    async def _run_in(self, state: RunState) -> UUID | None:
        async with self.database.read() as session:
            return await session.scalar(select(PayoutRun.id).where(PayoutRun.state == state))

    async def _payout_in(self, state: PayoutState) -> UUID | None:
        sent = select(PayoutRun.id).where(PayoutRun.state == RunState.EXPORTED)
        query = select(Payout.id).where(Payout.state == state, Payout.run_id.in_(sent))
        async with self.database.read() as session:
            return await session.scalar(query.order_by(Payout.id).limit(1))
