"""Who must agree to new shares, and what becomes of those that somebody does not want.

Who has accepted what holds now is asked before anything else takes its place: nobody's share
shrinks unasked. Who is new is not waited for; their share waits for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounting.splits import WHOLE_PPM, Share
from base.errors import Refused
from base.money import allocate
from base.units import Micros

#: As many as a payee can be asked to read, and as a play can be divided among.
_MOST_SHARES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A share as it is proposed; `through_id` is the group whose member the payee is."""

    payee_id: UUID | None
    ppm: int
    through_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A share as it is put to its payee; one that `is_asked` must be accepted for all to hold."""

    wanted: Wanted
    is_asked: bool


def require_whole(shares: Sequence[Wanted]) -> None:
    """Refuse shares that are not one whole, each part of it more than nothing and said once.

    Raises:
        Refused: `shares-not-whole`, `shares-too-many` or `payee-twice`, 422.

    """
    require_few(shares)
    total = sum(share.ppm for share in shares)
    if total != WHOLE_PPM or min(share.ppm for share in shares) <= 0:
        raise Refused(
            "shares-not-whole",
            f"Shares are millionths, more than nothing each, and {WHOLE_PPM:,} in all; "
            f"these are {total:,}.",
            status=422,
        )
    if len({share.payee_id for share in shares}) < len(shares):
        raise Refused("payee-twice", "Each payee has one share; please add theirs up.", status=422)


def require_few(shares: Sequence[Wanted]) -> None:
    """Refuse more shares than may be; those of a group's members count, not the group's.

    Raises:
        Refused: `shares-too-many`, 422.

    """
    if len(shares) > _MOST_SHARES:
        raise Refused(
            "shares-too-many",
            f"At most {_MOST_SHARES} can share, each member of a group counted.",
            status=422,
        )


def expanded(
    shares: Iterable[Wanted], members: Mapping[UUID, Sequence[tuple[UUID, int]]]
) -> list[Wanted]:
    """Put the members of a group in its place, each with their part of its share."""
    found: list[Wanted] = []
    for share in shares:
        inside = members.get(share.payee_id, ()) if share.payee_id else ()
        parts = allocate(Micros(share.ppm), [ppm for _, ppm in inside]) if inside else []
        found += (
            Wanted(payee_id=member, ppm=part, through_id=share.payee_id)
            for (member, _), part in zip(inside, parts, strict=True)
            if part
        )
        if not inside:
            found.append(share)
    return found


def put_to(shares: Iterable[Wanted], holders: Collection[UUID]) -> list[Asked]:
    """Say whom a sheet asks: who holds something, also if there is none left for them."""
    listed = [Asked(wanted=one, is_asked=one.payee_id in holders) for one in shares]
    left_out = set(holders) - {one.wanted.payee_id for one in listed}
    return listed + [
        Asked(wanted=Wanted(payee_id=payee, ppm=0), is_asked=True)
        for payee in sorted(left_out, key=str)
    ]


def given_back(
    amount: int, *, owner_id: UUID, before: Iterable[Share], declined: Iterable[Share]
) -> dict[UUID, int]:
    """Divide what nobody wanted among those who had given it, by what each had.

    That is who has less in the sheet that was declined than in the one before it; the owner, where
    nobody has.
    """
    after: dict[UUID, int] = {}
    for share in declined:
        if share.payee_id is not None:
            after[share.payee_id] = after.get(share.payee_id, 0) + share.ppm
    held: dict[UUID, int] = {}
    for share in before:
        if share.payee_id is not None and share.is_accepted:
            held[share.payee_id] = held.get(share.payee_id, 0) + share.ppm
    less = {payee: ppm - after.get(payee, 0) for payee, ppm in held.items()}
    givers = sorted((payee for payee, ppm in less.items() if ppm > 0), key=str)
    if not givers:
        return {owner_id: amount}
    parts = allocate(Micros(amount), [less[payee] for payee in givers])
    return {payee: part for payee, part in zip(givers, parts, strict=True) if part}


def without_declined(
    shares: Sequence[Share], declined: Collection[int], *, before: Iterable[Share], owner_id: UUID
) -> tuple[Share, ...]:
    """Answer the shares of a sheet when some of it, by their lines, are not wanted.

    What they would get goes back to who had given it; the others keep what they have.
    """
    kept = [share for line, share in enumerate(shares) if line not in declined]
    amount = sum(shares[line].ppm for line in declined)
    parts = given_back(amount, owner_id=owner_id, before=before, declined=shares)
    back = [Share(payee_id=payee, ppm=ppm, is_accepted=True) for payee, ppm in parts.items()]
    return (*kept, *back)
