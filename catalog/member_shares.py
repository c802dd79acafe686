"""The register of shares in the database: lines are added, and nothing of them ever changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from base.database import Session
from base.errors import Refused
from base.locks import lock_alone
from catalog.keysets import behind
from catalog.models.memberships import ShareEntry
from catalog.share_register import Block, Line, ShareKind, holdings

_REGISTER = "share register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Under which key something is entered, by whom and why, and what it is of in the books."""

    key: str
    by: UUID | None = None
    reason: str | None = None
    charge_id: UUID | None = None
    txn_id: int | None = None


async def lock_register(session: Session) -> None:
    """Let nobody else enter anything until the transaction ends."""
    await lock_alone(session, _REGISTER)


async def entries_after(
    session: Session, at: datetime, *, after: tuple[int, ...] | None, limit: int
) -> Sequence[ShareEntry]:
    """Answer a part of what was entered by a time, in order, from behind a place on."""
    query = select(ShareEntry).where(behind((ShareEntry.id,), after, descending=False))
    query = query.where(ShareEntry.at <= at).order_by(ShareEntry.id)
    return (await session.scalars(query.limit(limit))).all()


async def entries_until(
    session: Session, at: datetime | None = None, *, of: UUID | None = None
) -> Sequence[ShareEntry]:
    """Answer what was entered by a time, or of one member, in order."""
    query = select(ShareEntry)
    if at is not None:
        query = query.where(ShareEntry.at <= at)
    if of is not None:
        query = query.where(or_(ShareEntry.from_id == of, ShareEntry.to_id == of))
    return (await session.scalars(query.order_by(ShareEntry.id))).all()


async def held_at(
    session: Session, at: datetime | None = None, *, of: UUID | None = None
) -> list[Block]:
    """Answer who held which shares at a time, or what one member holds."""
    return holdings(map(line_of, await entries_until(session, at, of=of)), of=of)


async def entered_under(session: Session, key: str) -> list[ShareEntry]:
    """Answer what was entered under a key."""
    query = select(ShareEntry).where(ShareEntry.key.startswith(f"{key}#", autoescape=True))
    return list(await session.scalars(query.order_by(ShareEntry.id)))


async def next_number(session: Session) -> int:
    """Answer the number of the next share that is issued."""
    return (await session.scalar(select(func.max(ShareEntry.last))) or 0) + 1


async def issued_for(session: Session, charge_id: UUID) -> list[Line]:
    """Answer the lines that a charge led to."""
    query = select(ShareEntry).where(ShareEntry.charge_id == charge_id).order_by(ShareEntry.id)
    return [line_of(one) for one in await session.scalars(query)]


async def enter(session: Session, lines: Iterable[Line], entered: Entered) -> list[ShareEntry]:
    """Add lines to the register, once under a key.

    Raises:
        Refused: `idempotency-mismatch`, 409.

    """
    lines = list(lines)
    if known := await entered_under(session, entered.key):
        if [_what(line_of(one)) for one in known] != [_what(one) for one in lines]:
            raise Refused(
                "idempotency-mismatch", "Something else was entered under this key.", status=409
            )
        return known
    rows = [
        ShareEntry(
            kind=line.kind,
            first=line.first,
            last=line.last,
            from_id=line.from_id,
            to_id=line.to_id,
            value=line.value,
            currency=line.currency,
            at=line.at,
            by=entered.by,
            reason=entered.reason,
            charge_id=entered.charge_id,
            txn_id=entered.txn_id,
            key=f"{entered.key}#{number}",
        )
        for number, line in enumerate(lines)
    ]
    session.add_all(rows)
    await session.flush()
    return rows


def _what(line: Line) -> tuple[object, ...]:
    return line.kind, line.first, line.last, line.from_id, line.to_id


def line_of(row: ShareEntry) -> Line:
    """Answer a line as a value."""
    return Line(
        kind=ShareKind(row.kind),
        first=row.first,
        last=row.last,
        from_id=row.from_id,
        to_id=row.to_id,
        value=row.value,
        currency=row.currency,
        at=row.at,
    )
