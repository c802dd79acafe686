"""How a surplus is shared among those who made it: artists, listeners, and who did the work.

The part of artists goes by what each earned, that of listeners by what each spent, that of workers
by what each is said to have done. A part that nobody has a claim to stays with the co-operative, as
its reserve.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from base.errors import Refused
from base.money import allocate
from base.units import Micros

_WHOLE_PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusTerms:
    """The parts that were agreed on, in millionths, and from when on."""

    valid_from: datetime
    artists_ppm: int
    listeners_ppm: int
    workers_ppm: int

    @property
    def parts(self) -> tuple[int, int, int]:
        """The parts, in the order in which a member's share tells them."""
        return self.artists_ppm, self.listeners_ppm, self.workers_ppm

    def __post_init__(self) -> None:
        """Refuse parts that are no whole."""
        if min(self.parts) < 0 or sum(self.parts) != _WHOLE_PPM:
            raise Refused(
                "bad-surplus-terms", "The parts of a surplus come to one million millionths."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What members did in a year: what they earned, spent and worked, each by whose it is."""

    earned: Mapping[str, int]
    spent: Mapping[str, int]
    worked: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShare:
    """What one member is given, and as what."""

    member: str
    as_artist: int
    as_listener: int
    as_worker: int

    @property
    def amount(self) -> int:
        """All of it."""
        return self.as_artist + self.as_listener + self.as_worker


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOut:
    """A surplus, to the last micro-unit."""

    amount: int
    shares: tuple[MemberShare, ...]
    reserve: int

    @property
    def digest(self) -> bytes:
        """What it says, in 32 bytes."""
        rows = [(one.member, one.as_artist, one.as_listener, one.as_worker) for one in self.shares]
        text = "".join("\t".join(map(str, row)) + "\n" for row in ((self.amount,), *rows))
        return hashlib.sha256(text.encode()).digest()


def share_out(amount: int, *, terms: SurplusTerms, claims: Claims) -> SharedOut:
    """Answer who is given what.

    Raises:
        Refused: `no-surplus`, 409.

    """
    if amount <= 0:
        raise Refused("no-surplus", "There is no surplus to share.", status=409)
    parts = allocate(Micros(amount), terms.parts)
    each = (claims.earned, claims.spent, claims.worked)
    divided = [_divided(part, weights) for part, weights in zip(parts, each, strict=True)]
    shares = tuple(
        MemberShare(
            member=member,
            as_artist=divided[0].get(member, 0),
            as_listener=divided[1].get(member, 0),
            as_worker=divided[2].get(member, 0),
        )
        for member in sorted({one for some in divided for one in some})
    )
    given = tuple(share for share in shares if share.amount)
    reserve = amount - sum(share.amount for share in given)
    return SharedOut(amount=amount, shares=given, reserve=reserve)


def _divided(part: Micros, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide by what is more than nothing: who was refunded all has no claim, and owes none."""
    members = sorted(member for member, weight in weights.items() if weight > 0)
    if not members:
        return {}
    shares = allocate(part, [weights[member] for member in members])
    return dict(zip(members, shares, strict=True))
