"""What is asked for an export of one's own data: rows of a table that name an account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Instant, Session
from catalog.models.base import Model, table_of
from catalog.models.rights import (
    Payee,
)
from catalog.personal_form import Kind, Schema

Columns = tuple[Any, ...]
Query = Select[*Columns]
#: Rows that are read at a time.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file of an export: its name, what it says in a sentence, and the rows of an account."""

    name: str
    says: str
    query: Callable[[UUID], Query]

    def schema(self) -> Schema:
        """Answer the kind of each field, and whether it may be nothing."""
        return {
            column.name: (_kind_of(column), bool(getattr(column, "nullable", True)))
            for column in self.query(UUID(int=0)).selected_columns
        }


def theirs(
    model: type[Model], *owners: InstrumentedAttribute[Any], but: Collection[str] = ()
) -> Callable[[UUID], Query]:
    """Answer what asks for rows of which one of some columns names an account, without `but`."""
    return lambda account_id: rows_but(model, but).where(
        or_(*(owner == account_id for owner in owners))
    )


def of_payees(
    model: type[Model], owner: InstrumentedAttribute[Any], *, but: Collection[str] = ()
) -> Callable[[UUID], Query]:
    """Answer what asks for rows of the payees that an account speaks for."""
    return lambda account_id: rows_but(model, but).where(owner.in_(_payees_of(account_id)))


def below(
    model: type[Model],
    parent: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[Any],
    owner: InstrumentedAttribute[Any],
    *,
    but: Collection[str] = (),
) -> Callable[[UUID], Query]:
    """Answer what asks for rows whose `parent` is the `key` of one that `owner` names it in."""
    return lambda account_id: rows_but(model, but).where(
        parent.in_(select(key).where(owner == account_id))
    )


def rows_but(model: type[Model], but: Collection[str]) -> Query:
    """Answer what asks for all rows of a table, in order, without some of its columns."""
    table = table_of(model)
    shown = [column for column in table.columns if column.name not in but]
    return select(*shown).order_by(*table.primary_key.columns)


def _payees_of(account_id: UUID) -> Select[UUID]:
    return select(Payee.id).where(or_(Payee.account_id == account_id, Payee.id == account_id))


def as_text(
    model: type[Model], owner: InstrumentedAttribute[str], *, but: Collection[str] = ()
) -> Callable[[UUID], Query]:
    """Answer what asks for rows that name an account in words."""
    return lambda account_id: rows_but(model, but).where(owner == str(account_id))


async def rows_of(
    session: Session, export: Export, account_id: UUID
) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    """Answer the rows of an account, some at a time, so that memory stays bounded."""
    query = export.query(account_id).execution_options(yield_per=_AT_ONCE)
    result = await session.stream(query)
    async for part in result.mappings().partitions():
        yield [dict(row) for row in part]


def _kind_of(column: ColumnElement[Any]) -> Kind:
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (Boolean, Kind.BOOLEAN),
        (Integer, Kind.INTEGER),
        (BigInteger, Kind.INTEGER),
        (Float, Kind.NUMBER),
        (JSON, Kind.ANYTHING),
        (Instant, Kind.TIME),
        (Date, Kind.DAY),
    )
    found = (kind for sort, kind in kinds if isinstance(column.type, sort))
    return next(found, Kind.TEXT)
