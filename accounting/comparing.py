"""Compare in the database itself, whichever it is: what both say of one thing, as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, func, or_, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from accounting.discrepancy import Discrepancy
from base.bulk import is_sqlite
from base.database import Session
from base.errors import RefrainError

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
#: Of a row, whatever they are.
Columns = tuple[Any, ...]
Told = Mapping[str, ColumnElement[bool]]

#: Of each kind no more are looked for: who has so many has one cause, and not many.
MOST = 500
#: Where the dashes of a UUID are.
_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def uuid_text(session: Session, column: Column) -> ColumnElement[str]:
    """Answer a UUID as the journal writes it; SQLite keeps it without dashes."""
    if not is_sqlite(session):
        return cast(column, String)
    digits = type_coerce(column, String)
    first, *others = [func.substr(digits, start, length) for start, length in _PARTS]
    text: ColumnElement[str] = first
    for one in others:
        text = text.concat("-").concat(one)
    return text


def says(
    session: Session, facts: Column, name: str, value: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Answer that facts say a text under a name; where it is nothing, that they say nothing.

    Facts are looked through, not parsed: what was changed in them need not be JSON any more.
    """
    piece = func.coalesce('"' + name + '":"' + value + '"', "")
    is_absent = and_(value.is_(None), place_of(session, facts, f'"{name}":') == 0)
    return or_(and_(value.is_not(None), place_of(session, facts, piece) > 0), is_absent)


def counts(session: Session, facts: Column, name: str, value: Column) -> ColumnElement[bool]:
    """Answer that facts say a whole number under a name, which is not their last."""
    piece = '"' + name + '":' + cast(value, String) + ","
    return place_of(session, facts, piece) > 0


def place_of(session: Session, text: Column, piece: ColumnElement[str] | str) -> ColumnElement[int]:
    """Answer where a piece of text is first, from 1 on, or 0."""
    return func.instr(text, piece) if is_sqlite(session) else func.strpos(text, piece)


async def readable(
    session: Session, what: str, check: Callable[[Session], AsyncIterator[Discrepancy]]
) -> list[Discrepancy]:
    """Answer what a check finds; where it meets what is of no kind that there is, that it did.

    What was damaged in the file of a database can be anything, and must not hide the rest.
    """
    try:
        async with session.begin_nested():
            return [one async for one in check(session)]
    except (SQLAlchemyError, RefrainError, ValueError, TypeError, LookupError) as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
        sentence = f"What is kept of {what} cannot be read: {why}."
        return [Discrepancy(code="unreadable", subject=what, sentence=sentence)]


async def differing(
    session: Session,
    query: Select[*Columns],
    told: Told,
    tell: Callable[[Row[*Columns], str], Discrepancy],
) -> list[Discrepancy]:
    """Answer what to tell of rows of which something in `told` does not hold, with its names."""
    flags = [case((one, 0), else_=1).label(f"differs_{name}") for name, one in told.items()]
    is_wrong = or_(*(case((one, 0), else_=1) == 1 for one in told.values()))
    rows = await session.execute(query.add_columns(*flags).where(is_wrong).limit(MOST))
    return [tell(row, ", ".join(_names(row, told))) for row in rows]


def _names(row: Row[*Columns], told: Told) -> list[str]:
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's way to the columns of a row
    return [name for name in told if said[f"differs_{name}"]]
