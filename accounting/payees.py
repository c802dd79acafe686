"""Payees: whom income goes to, and which account speaks for them.

Every account is a payee of the same id, with a row once somebody needs one; labels, groups and
people without an account are made by whoever works with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, select

from accounting.repeating import mismatch
from accounting.splits import WHOLE_PPM
from base.database import Session, insert_if_new
from base.errors import Refused
from catalog.callers import Caller
from catalog.models import rights
from catalog.models.people import Account, AccountRole
from catalog.models.rights import PayeeKind
from catalog.people import lock_account
from catalog.roles import Role

_MOST_MEMBERS = 50
#: As many as an account can make.
_MOST_MADE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Somebody whom income goes to; nobody speaks for one without an account."""

    id: UUID
    account_id: UUID | None
    kind: PayeeKind
    name: str
    country: str | None = None
    created_by: UUID | None = None


async def payees_named(session: Session, ids: Collection[UUID]) -> dict[UUID, Payee]:
    """Answer those of the payees that there are."""
    rows = await session.scalars(select(rights.Payee).where(rights.Payee.id.in_(ids)))
    found = {row.id: _payee(row) for row in rows}
    if missing := set(ids) - found.keys():
        is_artist = exists().where(
            AccountRole.account_id == Account.id, AccountRole.role == Role.ARTIST
        )
        query = select(Account.id, Account.name, is_artist).where(Account.id.in_(missing))
        accounts = await session.execute(query)
        found |= {row.id: _of_account(*row) for row in accounts}
    return found


async def payee_of(session: Session, payee_id: UUID) -> Payee:
    """Answer a payee.

    Raises:
        Refused: `payee-unknown`, 404.

    """
    found = await payees_named(session, [payee_id])
    if payee_id not in found:
        raise unknown_payee(payee_id)
    return found[payee_id]


async def lock_payee(session: Session, payee_id: UUID) -> Payee:
    """Answer a payee whom nobody else changes until the transaction ends; as `payee_of`."""
    await session.get(rights.Payee, payee_id, with_for_update=True)
    return await payee_of(session, payee_id)


async def payees_of_account(session: Session, account_id: UUID) -> list[Payee]:
    """Answer whom an account speaks for: first itself, then others by their names."""
    itself = await payee_of(session, account_id)
    query = select(rights.Payee).where(
        rights.Payee.account_id == account_id, rights.Payee.id != account_id
    )
    others = await session.scalars(query.order_by(rights.Payee.name, rights.Payee.id))
    return [itself, *(_payee(row) for row in others)]


async def payees_made_by(session: Session, account_id: UUID) -> list[Payee]:
    """Answer payees that an account has made, and nobody speaks for yet."""
    query = select(rights.Payee).where(
        rights.Payee.created_by == account_id, rights.Payee.account_id.is_(None)
    )
    found = await session.scalars(query.order_by(rights.Payee.name, rights.Payee.id))
    return [_payee(row) for row in found]


async def payees_waiting(session: Session, name: str, *, limit: int) -> list[Payee]:
    """Answer those of a name for whom nobody speaks yet, who may be who is called so."""
    query = select(rights.Payee).where(
        rights.Payee.name == name,
        rights.Payee.account_id.is_(None),
        rights.Payee.kind == PayeeKind.MEMBER,
    )
    found = await session.scalars(query.order_by(rights.Payee.created_at).limit(limit))
    return [_payee(row) for row in found]


async def add_payee(  # noqa: PLR0913 - what is said of one
    session: Session,
    by: Caller,
    *,
    kind: PayeeKind,
    name: str,
    country: str | None,
    is_spoken_for: bool,
    now: datetime,
    key: str | None = None,
) -> Payee:
    """Make a payee that is no account; whoever makes one speaks for it, or nobody does yet.

    The same `key` is the same payee, however often it comes.

    Raises:
        Refused: `payees-too-many` or `idempotency-mismatch`, 409.

    """
    await lock_account(session, by.id)
    told = {"kind": kind, "name": name, "country": country, "created_by": by.id}
    under_key = select(rights.Payee).where(rights.Payee.key == key)
    known = await session.scalar(under_key) if key else None
    if known is not None:
        if any(getattr(known, column) != said for column, said in told.items()):
            raise mismatch()
        return _payee(known)
    made = select(func.count()).where(rights.Payee.created_by == by.id)
    if (await session.scalar(made) or 0) >= _MOST_MADE:
        raise Refused("payees-too-many", f"You have made {_MOST_MADE} payees.", status=409)
    speaker = by.id if is_spoken_for else None
    row = rights.Payee(id=uuid4(), account_id=speaker, created_at=now, key=key, **told)
    session.add(row)
    await session.flush()
    return _payee(row)


async def keep_payees(session: Session, ids: Iterable[UUID], *, now: datetime) -> None:
    """See that payees have rows, which others can refer to.

    Raises:
        Refused: `payee-unknown`, 404.

    """
    wanted = set(ids)
    found = await payees_named(session, wanted)
    if missing := wanted - found.keys():
        raise unknown_payee(min(missing, key=str))
    rows = [
        {
            "id": one.id,
            "account_id": one.account_id,
            "kind": one.kind,
            "name": one.name,
            "created_by": one.id,
            "created_at": now,
        }
        for one in sorted(found.values(), key=lambda one: str(one.id))
        if one.created_by is None
    ]
    await insert_if_new(session, rights.Payee, rows)


async def members_of(
    session: Session, groups: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, int]]]:
    """Answer who groups are, with their weights; nothing of a payee that is none."""
    member = rights.GroupMember
    query = select(member.group_id, member.member_id, member.ppm).where(member.group_id.in_(groups))
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    for group, one, ppm in await session.execute(query.order_by(member.group_id, member.member_id)):
        found.setdefault(group, []).append((one, ppm))
    return found


async def write_members(
    session: Session, group_id: UUID, members: Mapping[UUID, int], *, by: Caller, now: datetime
) -> None:
    """Say who a group is, for sheets that are proposed from then on.

    Raises:
        Refused: `payee-unknown`, 404, also where somebody else speaks for it; `not-a-group`, 409;
            `members-unfit`, 422.

    """
    group = await payee_of(session, group_id)
    if by.id != group.account_id:
        raise unknown_payee(group_id)
    if group.kind is not PayeeKind.GROUP:
        raise Refused(
            "not-a-group",
            "Only groups have members; please make one (`kind`: `group`).",
            status=409,
        )
    await lock_payee(session, group_id)  # of two the later holds
    _require_fit(group_id, members, await payees_named(session, members))
    await keep_payees(session, members, now=now)
    row = rights.GroupMember
    await session.execute(delete(row).where(row.group_id == group_id))
    session.add_all(row(group_id=group_id, member_id=one, ppm=n) for one, n in members.items())
    await session.flush()


def _require_fit(group_id: UUID, members: Mapping[UUID, int], known: Mapping[UUID, Payee]) -> None:
    wrong: Sequence[str] = [
        *(["none may be a group"] if any(_is_group(one) for one in known.values()) else []),
        *(["it may not be its own member"] if group_id in members else []),
        *([f"there may be {_MOST_MEMBERS} at most"] if len(members) > _MOST_MEMBERS else []),
        *(
            [f"their parts must be more than nothing, and {WHOLE_PPM:,} millionths in all"]
            if members and (sum(members.values()) != WHOLE_PPM or min(members.values()) <= 0)
            else []
        ),
    ]
    if wrong:
        raise Refused("members-unfit", f"These cannot be members: {wrong[0]}.", status=422)


def unknown_payee(payee_id: UUID) -> Refused:
    """Say that there is none."""
    return Refused("payee-unknown", f"There is no payee {payee_id}.", status=404)


def _is_group(payee: Payee) -> bool:
    return payee.kind is PayeeKind.GROUP


def _payee(row: rights.Payee) -> Payee:
    return Payee(
        id=row.id,
        account_id=row.account_id,
        kind=PayeeKind(row.kind),
        name=row.name,
        country=row.country,
        created_by=row.created_by,
    )


def _of_account(account_id: UUID, name: str, is_artist: bool) -> Payee:  # noqa: FBT001 - of a row
    kind = PayeeKind.ARTIST if is_artist else PayeeKind.MEMBER
    return Payee(id=account_id, account_id=account_id, kind=kind, name=name)
