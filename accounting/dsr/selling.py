"""What the books say was sold of a label's music in a closed month, and what its statements say.

Both are read from one snapshot: the books entry by entry, statements as they were kept. What was
booked since is read as far as the later version of a statement tells it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from accounting.dsr.sold import EVERYWHERE, Context, Sale, Sums
from accounting.explaining import booked_within, corrects, each_explained, months_of
from accounting.ledger import AccountKind, TxnKind
from accounting.months import month_named
from accounting.payees import payees_of_account
from accounting.splits import payable_to
from accounting.statements import Section, Statement
from accounting.told import Which, statement_or_none, summaries
from base.database import Session
from base.errors import Refused
from catalog.described import TrackDescribed
from catalog.describing import describe
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.plays import Play

_TXN, _ENTRIES = table_of(LedgerTxn), table_of(LedgerEntry)
_ACCOUNTS, _PLAYS = table_of(LedgerAccount), table_of(Play)
#: What a sale is grouped by, in the order in which it is told.
_KEYS = ("currency", "is_later", "territory", "step", "track_id", "month")
_SALES = (TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.GIFT)
#: Rows whose music is looked up at a time.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A closed month of a label: when it is booked, its payees, and their statements."""

    name: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    is_first: bool
    payees: tuple[UUID, ...]
    statements: tuple[Statement, ...]

    @property
    def booked(self) -> ColumnElement[bool]:
        """What was booked in the month."""
        return booked_within(None if self.is_first else self.starts_at, self.ends_at)


async def books_of(session: Session, account_id: UUID, month: str) -> Books:
    """Answer a month of an account: as itself, and as whom it speaks for; not as a member.

    Raises:
        Refused: `period-not-closed`, 409.

    """
    row = await session.get(Period, month)
    if row is None or row.digest is None:
        raise Refused(
            "period-not-closed",
            f"{month} is not closed yet: reports tell what is in the statements of a month.",
            status=409,
        )
    before = select(Period.name).where(Period.ends_at == row.starts_at)
    payees = tuple(one.id for one in await payees_of_account(session, account_id))
    return Books(
        name=row.name,
        zone=row.zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_first=await session.scalar(before) is None,
        payees=payees,
        statements=tuple(await _statements(session, payees, row.name)),
    )


async def _statements(session: Session, payees: Sequence[UUID], month: str) -> list[Statement]:
    found = []
    for payee in map(str, payees):
        told = await summaries(session, payee)
        for currency in sorted({one.currency for one in told if one.period == month}):
            which = Which(payee_id=payee, period=month, currency=currency)
            if (one := await statement_or_none(session, which)) is not None:
                found.append(one)
    return found


async def sales_of(session: Session, books: Books) -> AsyncIterator[list[Sale]]:
    """Answer what was sold, in the order of currencies, countries, steps and tracks.

    Many at a time, so that memory stays bounded, however much there is.
    """
    each = await _each(session, books)
    found = await session.stream(_sales(each).execution_options(yield_per=_AT_ONCE))
    async for rows in found.partitions():
        tracks = await describe(session, {row.track_id for row in rows})
        yield [_sale(row, tracks.get(row.track_id) or _unknown(row)) for row in rows]


async def sums_booked(session: Session, books: Books) -> Sums:
    """Answer what entries of the label's accounts come to, for each reason."""
    each = (await _each(session, books)).c
    key = each.currency, each.is_later, each.section
    query = select(*key, cast(-func.sum(each.amount), BigInteger)).group_by(*key)
    rows = await session.execute(query)
    return {
        (currency, bool(is_later), Section(section)): amount
        for currency, is_later, section, amount in rows
        if amount
    }


async def beside_sales(session: Session, books: Books) -> dict[Context, dict[Section, int]]:
    """Answer what came to the label, or went, that is of no sale, for each reason."""
    each = (await _each(session, books)).c
    key = each.currency, each.is_later, each.section
    query = select(*key, cast(-func.sum(each.amount), BigInteger)).where(~each.is_sale)
    found: dict[Context, dict[Section, int]] = defaultdict(dict)
    for currency, is_later, section, amount in await session.execute(query.group_by(*key)):
        found[Context(currency=currency, is_later=bool(is_later))][Section(section)] = amount
    return dict(found)


async def house_sales(session: Session, books: Books) -> dict[Context, tuple[int, int]]:
    """Answer how much was used in the month, whosever music it is, and what was paid for it."""
    step = func.coalesce(_PLAYS.c.step, 0) > 0
    territory = func.coalesce(func.substr(_PLAYS.c.territory, 1, 2), "")
    number = func.count(func.distinct(_TXN.c.id))
    query = (
        select(_ENTRIES.c.currency, territory, step, number, _sum(-_ENTRIES.c.amount))
        .select_from(_ENTRIES)
        .join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
        .outerjoin(_PLAYS, _PLAYS.c.txn_id == _TXN.c.id)
        .where(_TXN.c.kind.in_(_SALES), books.booked, _ENTRIES.c.account_id.in_(_parts()))
        .group_by(_ENTRIES.c.currency, territory, step)
    )
    found = {}
    for currency, where, is_stream, number, net in await session.execute(query):
        context = Context(
            currency=currency, territory=where or EVERYWHERE, is_stream=bool(is_stream)
        )
        found[context] = number, net
    return found


async def _each(session: Session, books: Books) -> Subquery:
    """Ask for each entry of the label's accounts that is of the month, or about it since."""
    months = await months_of(session, month_named(books.name, books.zone))
    told = [_rows(each_explained(session, books.booked, months=months), books, is_later=False)]
    if later := _told_later(books):
        since = corrects(books.starts_at, books.ends_at)
        each = each_explained(session, since, or_(*later), months=months)
        told.append(_rows(each, books, is_later=True))
    return union_all(*told).subquery() if len(told) > 1 else told[0].subquery()


def _rows(each: Subquery, books: Books, *, is_later: bool) -> Select[tuple[object, ...]]:
    accounts = [payable_to(one).id for one in books.payees]
    later = literal(is_later).label("is_later")
    return select(*each.c, later).where(each.c.account_id.in_(accounts))


def _told_later(books: Books) -> Iterable[ColumnElement[bool]]:
    """Say of whom, in which currency, and until when what was booked since is told."""
    return [
        and_(
            _ENTRIES.c.account_id == payable_to(UUID(one.payee_id)).id,
            _ENTRIES.c.currency == one.currency,
            _TXN.c.booked_at <= one.made_at,
        )
        for one in books.statements
        if one.version > 1
    ]


def _sales(each: Subquery) -> Select[tuple[object, ...]]:
    """Ask for sums of sales; what several payees of a label are paid for one play is one play."""
    keys = [each.c[name] for name in (*_KEYS, "section", "txn_id")]
    once = select(*keys, _sum(-each.c.amount).label("amount")).where(each.c.is_sale)
    once_each = once.group_by(*keys).subquery()
    paid = select(*once_each.c, _paid(once_each).label("paid")).subquery()
    back = paid.c.section == Section.REFUNDS.value
    key = [paid.c[name] for name in _KEYS]
    told = {
        "usages": _sum(case((back, 0), else_=1)),
        "returns": _sum(case((back, 1), else_=0)),
        "price": _sum(case((back, 0), else_=paid.c.paid)),
        "returned": _sum(case((back, -paid.c.paid), else_=0)),
        "earned": _sum(case((back, 0), else_=paid.c.amount)),
        "taken_back": _sum(case((back, -paid.c.amount), else_=0)),
    }
    columns = [of.label(name) for name, of in told.items()]
    return select(*key, *columns).group_by(*key).order_by(*key)


def _paid(once: Subquery) -> ScalarSelect[int]:
    """Ask what was paid in a transaction without tax: the parts of artists and of the house."""
    part = _ENTRIES.alias("part")
    is_of_it = part.c.txn_id == once.c.txn_id, part.c.currency == once.c.currency
    query = select(_sum(-part.c.amount)).where(*is_of_it, part.c.account_id.in_(_parts()))
    return query.correlate(once).scalar_subquery()


def _parts() -> Select[tuple[int]]:
    """Ask for the accounts that what is paid without tax is divided among."""
    name = _ACCOUNTS.c.name
    return select(_ACCOUNTS.c.id).where(
        or_(
            name.like(f"{AccountKind.PAYABLE}:%"),
            name.like(f"{AccountKind.SUSPENSE}:%"),
            name == AccountKind.COOP_SHARE.value,
        )
    )


def _sum(of: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(of), BigInteger)


def _unknown(row: Row[Any]) -> TrackDescribed:
    """Answer what is left of a track that there is no more: its number."""
    return TrackDescribed(id=row.track_id, recording_id=row.track_id, title="", artist="")


def _sale(row: Row[Any], track: TrackDescribed) -> Sale:
    return Sale(
        track=track,
        currency=row.currency,
        territory=row.territory,
        month=row.month,
        step=row.step,
        usages=row.usages,
        returns=row.returns,
        price=row.price,
        returned=row.returned,
        earned=row.earned,
        taken_back=row.taken_back,
        is_later=bool(row.is_later),
    )
