"""What qualified sessions come to, one after the other, when all is known that they meet.

A batch comes to what its sessions come to one at a time, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounting.charging import Purse, charged_entries, promo_of
from accounting.ledger import Facts, Transaction, TxnKind
from accounting.lots import LotKind, Take
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms, in_force
from accounting.splits import Timeline
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, next_state

#: A listener and a recording.
Pair = tuple[UUID, UUID]

#: Of plays that a frozen wallet would pay for.
HELD_FROZEN = "held:wallet-frozen"
_EMPTY = Purse()
_SETTLED = next_state(PLAY_MOVES, PlayState.QUALIFIED, PlayEvent.SETTLE)


class PlayKind(StrEnum):
    """Why a play cost what it did."""

    PAID = "paid"
    #: With nothing but credit that was given.
    PROMO = "promo"
    OWNED = "owned"
    OWN = "own"
    FREE = "free"


#: What is theirs needs no deal.
_DEALT = frozenset({PlayKind.PAID, PlayKind.FREE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A qualified session."""

    session_id: UUID
    listener_id: UUID
    recording_id: UUID
    track_id: UUID
    payee_id: UUID
    occurred_at: datetime
    #: Nothing was due for the track when it was opened.
    is_free: bool = False
    #: Where it was heard, and by which deal.
    territory: str | None = None
    deal_id: UUID | None = None
    #: Whether a deal allowed it there, or none was needed.
    is_allowed: bool = True

    @property
    def pair(self) -> Pair:
        """Whose plays of what it counts among."""
        return self.listener_id, self.recording_id

    @property
    def is_own(self) -> bool:
        """Whether artists hear themselves, which counts for nothing."""
        return self.listener_id == self.payee_id

    @property
    def is_counted(self) -> bool:
        """Whether it may cost something, and so needs a counter."""
        return not (self.is_own or self.is_free)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often a listener has paid for a recording, and whether it is theirs."""

    plays: int
    is_owned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What plays are settled by.

    All terms there ever were, the earliest first; how each recording of the plays is shared; and
    what promotional credit may still come to for payees of whom that is limited.
    """

    terms: Sequence[Terms]
    timelines: Mapping[UUID, Timeline]
    promo_rooms: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a session came to: what was taken for it, and the transaction that says so."""

    due: Due
    state: PlayState
    reason: str
    kind: PlayKind
    terms_id: int
    step: int = 0
    price_millicredits: int = 0
    takes: Sequence[Take] = ()
    transaction: Transaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What sessions came to, and the counters and purses after them."""

    settlements: tuple[Settlement, ...]
    counts: Mapping[Pair, Count]
    purses: Mapping[UUID, Purse]
    #: What of promotional credit went to each payee's plays, in micro-units.
    promo: Mapping[UUID, int]


def settle_all(
    dues: Iterable[Due],
    *,
    counts: Mapping[Pair, Count],
    purses: Mapping[UUID, Purse],
    rules: Rules,
) -> Outcome:
    """Settle sessions in their order; who is in no mapping has paid nothing and has nothing."""
    counts, purses = dict(counts), dict(purses)
    rooms, promo = dict(rules.promo_rooms), dict[UUID, int]()
    settlements = []
    for due in dues:
        count = counts.get(due.pair, Count(plays=0, is_owned=False))
        purse, terms = purses.get(due.listener_id, _EMPTY), in_force(rules.terms, due.occurred_at)
        settled = _settled(due, count, purse, terms, rules, promo_room=rooms.get(due.payee_id))
        settlements.append(settled)
        if settled.step:
            is_owned = settled.step >= terms.steps
            counts[due.pair] = Count(plays=settled.step, is_owned=is_owned)
        if settled.takes:
            purses[due.listener_id] = purse.after(settled.takes)
        if given := promo_of(settled.takes):
            promo[due.payee_id] = promo.get(due.payee_id, 0) + given
            if due.payee_id in rooms:
                rooms[due.payee_id] -= given
    return Outcome(settlements=tuple(settlements), counts=counts, purses=purses, promo=promo)


def _settled(  # noqa: PLR0913 - all that a play meets
    due: Due, count: Count, purse: Purse, terms: Terms, rules: Rules, *, promo_room: int | None
) -> Settlement:
    kind = _kind(due, count, terms)
    if kind in _DEALT and not due.is_allowed:
        return _ended(due, PlayEvent.REJECT, "rejected:no-deal", kind, terms)
    if kind is not PlayKind.PAID:
        return _ended(due, PlayEvent.SETTLE, "qualified", kind, terms)
    if purse.is_frozen:
        return _ended(due, PlayEvent.HOLD, HELD_FROZEN, kind, terms)
    price = terms.price_after(count.plays)
    takes = purse.taking(price * MICROS_PER_MILLICREDIT, promo_room=promo_room)
    if takes is None:
        return _ended(due, PlayEvent.REJECT, "rejected:insufficient-credit", kind, terms)
    is_given = all(one.lot.kind is LotKind.PROMO for one in takes)
    return _charged(
        due,
        takes,
        terms,
        rules,
        kind=PlayKind.PROMO if is_given else PlayKind.PAID,
        step=count.plays + 1,
    )


def _kind(due: Due, count: Count, terms: Terms) -> PlayKind:
    if due.is_own:
        return PlayKind.OWN
    if count.is_owned or count.plays >= terms.steps:
        return PlayKind.OWNED
    return PlayKind.FREE if due.is_free else PlayKind.PAID


def _ended(due: Due, event: PlayEvent, reason: str, kind: PlayKind, terms: Terms) -> Settlement:
    state = next_state(PLAY_MOVES, PlayState.QUALIFIED, event)
    return Settlement(due=due, state=state, reason=reason, kind=kind, terms_id=terms.id)


def _charged(  # noqa: PLR0913 - all that a transaction says
    due: Due, takes: Sequence[Take], terms: Terms, rules: Rules, *, kind: PlayKind, step: int
) -> Settlement:
    price = terms.price_after(step - 1)
    sharing = rules.timelines[due.recording_id].at(due.occurred_at)
    facts: Facts = {
        "play": str(due.session_id),
        "listener": str(due.listener_id),
        "recording": str(due.recording_id),
        "track": str(due.track_id),
        "payee": str(due.payee_id),
        "kind": str(kind),
        "step": step,
        "price": price,
        "terms": terms.id,
        **({"territory": due.territory} if due.territory else {}),
        **({"deal": str(due.deal_id)} if due.deal_id else {}),
        **sharing.facts,
    }
    return Settlement(
        due=due,
        state=_SETTLED,
        reason="qualified",
        kind=kind,
        terms_id=terms.id,
        step=step,
        price_millicredits=price,
        takes=takes,
        transaction=Transaction(
            kind=TxnKind.PLAY,
            key=f"play:{due.session_id}",
            occurred_at=due.occurred_at,
            entries=charged_entries(takes, artist_ppm=terms.artist_ppm, sharing=sharing),
            facts=facts,
        ),
    )
