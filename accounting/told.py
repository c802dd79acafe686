"""What payees were told: their statements, as they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased

from accounting.keeping import line_of, told_of
from accounting.ledger import Account, AccountKind, account_named
from accounting.payees import payees_named, payees_of_account
from accounting.statements import Beside, Line, Proof, Statement
from base.bulk import in_parts
from base.database import Session
from base.errors import Broken, Refused
from catalog.models.base import table_of
from catalog.models.ledger import DayRoot, LedgerAccount, Period
from catalog.models.music import Track
from catalog.models.statements import StatementHead, StatementLine

#: What the payee begins with that is an account as a member.
MEMBER = "member:"
#: The root of a day is made in the night after it, which is over by the next.
_PUBLISHED = timedelta(days=1)
_LINES = table_of(StatementLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A statement without its lines."""

    period: str
    currency: str
    version: int
    made_at: datetime
    opening: int
    closing: int
    restated: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which statement is asked for; of several versions the latest, unless one is named.

    Without a currency there must be one in one currency only.
    """

    payee_id: str
    period: str
    currency: str | None = None
    version: int | None = None


async def summaries(session: Session, payee_id: str) -> list[Summary]:
    """Answer all statements of a payee, the latest first."""
    query = select(StatementHead).where(StatementHead.account_id == _payable(payee_id))
    order = (StatementHead.period.desc(), StatementHead.currency, StatementHead.version.desc())
    return [_summary(one) for one in await session.scalars(query.order_by(*order))]


def _summary(one: StatementHead) -> Summary:
    return Summary(
        period=one.period,
        currency=one.currency,
        version=one.version,
        made_at=one.made_at,
        opening=one.opening,
        closing=one.closing,
        restated=one.restated,
        digest=one.digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A statement in the list of a month: whose it is, and its place there."""

    payee: str
    account_id: int
    summary: Summary


async def statements_in(
    session: Session, period: str, *, after: tuple[int, str] | None, limit: int
) -> list[Kept]:
    """Answer the statements of a month, of each the latest version."""
    later = aliased(StatementHead)
    newest = select(func.max(later.version)).where(
        later.period == StatementHead.period,
        later.account_id == StatementHead.account_id,
        later.currency == StatementHead.currency,
    )
    place = (StatementHead.account_id, StatementHead.currency)
    query = (
        select(StatementHead, LedgerAccount.name)
        .join(LedgerAccount, LedgerAccount.id == StatementHead.account_id)
        .where(StatementHead.period == period, StatementHead.version == newest.scalar_subquery())
    )
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after))
    rows = await session.execute(query.order_by(*place).limit(limit))
    return [
        Kept(payee=account_named(name).of, account_id=head.account_id, summary=_summary(head))
        for head, name in rows
    ]


async def statement_of(session: Session, which: Which) -> Statement:
    """Answer a statement with all its lines, and what recordings are called today.

    Raises:
        Refused: `statement-unknown`, 404; `currency-missing`, 409.

    """
    found = await statement_or_none(session, which)
    if found is None:
        raise unknown_statement(which.period)
    return found


async def statement_or_none(session: Session, which: Which) -> Statement | None:
    """Answer a statement, if there is one.

    Raises:
        Refused: `currency-missing`, 409.
        Broken: `statement-changed`: it is not what was told, which its digest says.

    """
    head = await _head(session, which)
    return None if head is None else await _whole(session, which.payee_id, head)


def unknown_statement(period: str) -> Refused:
    """Say that there is none."""
    return Refused(
        "statement-unknown",
        f"There is no such statement of {period}: months are told when they are closed.",
        status=404,
    )


async def _whole(session: Session, payee_id: str, head: StatementHead) -> Statement:
    row = await session.get_one(Period, head.period)
    made = Statement(
        payee_id=payee_id,
        payee=await _name_of(session, payee_id),
        period=told_of(row),
        currency=head.currency,
        version=head.version,
        made_at=head.made_at,
        why=head.why,
        opening=head.opening,
        closing=head.closing,
        lines=await _lines(session, head, version=1),
        corrections=await _lines(session, head, version=head.version) if head.version > 1 else (),
        beside=Beside(reserve=head.reserve, advance=head.advance, suspense=head.suspense),
    )
    if made.digest != head.digest:
        raise Broken("statement-changed", f"A statement of {head.period} is not as it was told.")
    each = {line.recording for line in (*made.lines, *made.corrections) if line.recording}
    titles = await titles_of(session, map(UUID, each))
    return replace(made, titles={str(one): title for one, title in titles.items()})


async def proof_of(session: Session, statement: Statement) -> Proof:
    """Answer the last root that was published for sure before a statement was made."""
    today = statement.made_at.astimezone(UTC).date()
    before = select(DayRoot).where(DayRoot.day < today - _PUBLISHED)
    row = await session.scalar(before.order_by(DayRoot.day.desc()).limit(1))
    return Proof() if row is None else Proof(head=row.head.hex(), root=row.root.hex())


async def payees_for(session: Session, account_id: UUID) -> list[str]:
    """Answer as whom an account is paid: for its music, as a member, and whom it speaks for."""
    own, *others = await payees_of_account(session, account_id)
    return [str(own.id), f"{MEMBER}{account_id}", *(str(one.id) for one in others)]


async def _head(session: Session, which: Which) -> StatementHead | None:
    query = select(StatementHead).where(
        StatementHead.account_id == _payable(which.payee_id), StatementHead.period == which.period
    )
    if which.currency is not None:
        query = query.where(StatementHead.currency == which.currency)
    if which.version is not None:
        query = query.where(StatementHead.version == which.version)
    found = list(await session.scalars(query.order_by(StatementHead.version.desc())))
    currencies = sorted({one.currency for one in found})
    if len(currencies) > 1:
        raise Refused(
            "currency-missing",
            f"There are statements of {which.period} in {' and '.join(currencies)}: say in which.",
            status=409,
        )
    return found[0] if found else None


async def _lines(session: Session, head: StatementHead, *, version: int) -> list[Line]:
    query = select(_LINES).where(
        _LINES.c.period == head.period,
        _LINES.c.account_id == head.account_id,
        _LINES.c.currency == head.currency,
        _LINES.c.version == version,
    )
    return [line_of(row) for row in await session.execute(query)]


async def titles_of(session: Session, recordings: Iterable[UUID]) -> dict[UUID, str]:
    """Answer what recordings are called: as the first track that published them is."""
    found: dict[UUID, str] = {}
    for part in in_parts(sorted(recordings)):
        some = Track.recording_id.in_(part)
        query = select(Track.recording_id, Track.title).where(some)
        rows = await session.execute(query.order_by(Track.created_at.desc(), Track.id))
        found |= {recording: title for recording, title in rows}  # noqa: C416 - rows are no pairs
    return found


async def _name_of(session: Session, payee_id: str) -> str:
    """Answer what a payee is called; what is nobody's is called by what it is."""
    try:
        known = UUID(payee_id.removeprefix(MEMBER))
    except ValueError:
        return payee_id
    found = await payees_named(session, [known])
    return found[known].name if known in found else payee_id


def _payable(payee_id: str) -> int:
    return Account(AccountKind.PAYABLE, payee_id).id
