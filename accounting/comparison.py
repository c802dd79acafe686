"""The same plays paid out in three ways, to the micro-unit the same sum.

Stream-to-own pays what each play cost, as it was booked. Pro-rata puts all money into one pot and
divides it by plays. User-centric divides what each listener paid by the plays of that listener.
What is divided is what artists were paid in truth, so the three differ in nothing but their rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from base.money import allocate
from base.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a listener heard of a payee, and how much of the listener's money the payee got.

    Plays of owned tracks count as plays; a purchase is money without a play.
    """

    listener_id: UUID
    payee_id: UUID
    plays: int
    micros: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a payee gets in each way."""

    payee_id: UUID
    listeners: int
    plays: int
    stream_to_own: Micros
    pro_rata: Micros
    user_centric: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All payees, who gets most first, and what is divided in each of the ways."""

    rows: tuple[Row, ...]
    micros: Micros
    plays: int
    listeners: int

    def as_json(self, names: Mapping[UUID, str]) -> dict[str, Any]:
        """Print it for programs; amounts are millionths, and a payee without a name has none."""
        rows = [
            {"payee": str(row.payee_id), "name": names.get(row.payee_id), **_figures(row)}
            for row in self.rows
        ]
        whole = {"micros": self.micros, "plays": self.plays, "listeners": self.listeners}
        return {"scale": 6, **whole, "rows": rows}


def compare(heard: Iterable[Heard]) -> Comparison:
    """Pay the same plays out in the three ways."""
    all_heard = sorted(heard, key=lambda one: (one.listener_id.int, one.payee_id.int))
    by_payee, by_listener = _grouped(all_heard)
    payees = sorted(by_payee, key=lambda payee: payee.int)
    booked = {payee: sum(one.micros for one in by_payee[payee]) for payee in payees}
    pro_rata = _pro_rata(by_payee)
    user_centric = _user_centric(by_listener.values())
    rows = [
        Row(
            payee_id=payee,
            listeners=len({one.listener_id for one in by_payee[payee]}),
            plays=sum(one.plays for one in by_payee[payee]),
            stream_to_own=Micros(booked[payee]),
            pro_rata=pro_rata[payee],
            user_centric=user_centric[payee],
        )
        for payee in payees
    ]
    return Comparison(
        rows=tuple(sorted(rows, key=lambda row: (-row.stream_to_own, row.payee_id.int))),
        micros=Micros(sum(booked.values())),
        plays=sum(row.plays for row in rows),
        listeners=len(by_listener),
    )


def _figures(row: Row) -> dict[str, int]:
    return {
        "listeners": row.listeners,
        "plays": row.plays,
        "stream_to_own": row.stream_to_own,
        "pro_rata": row.pro_rata,
        "user_centric": row.user_centric,
    }


Groups = Mapping[UUID, Sequence[Heard]]


def _grouped(heard: Iterable[Heard]) -> tuple[Groups, Groups]:
    by_payee, by_listener = defaultdict(list), defaultdict(list)
    for one in heard:
        by_payee[one.payee_id].append(one)
        by_listener[one.listener_id].append(one)
    return by_payee, by_listener


def _pro_rata(by_payee: Groups) -> dict[UUID, Micros]:
    payees = sorted(by_payee, key=lambda payee: payee.int)
    plays = [sum(one.plays for one in by_payee[payee]) for payee in payees]
    micros = [sum(one.micros for one in by_payee[payee]) for payee in payees]
    return dict(zip(payees, _divided(Micros(sum(micros)), plays, micros), strict=True))


def _user_centric(listeners: Iterable[Sequence[Heard]]) -> dict[UUID, Micros]:
    paid: defaultdict[UUID, int] = defaultdict(int)
    for heard in listeners:
        micros = [one.micros for one in heard]
        shares = _divided(Micros(sum(micros)), [one.plays for one in heard], micros)
        for one, share in zip(heard, shares, strict=True):
            paid[one.payee_id] += share
    return {payee: Micros(share) for payee, share in paid.items()}


def _divided(amount: Micros, plays: Sequence[int], booked: Sequence[int]) -> list[Micros]:
    """Divide by plays; where there were none, as it was booked: somebody was paid for something."""
    return allocate(amount, plays) if sum(plays) else [Micros(one) for one in booked]
