"""On which day something was, as part of a question."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, SQLColumnExpression, cast, func

from base.bulk import is_sqlite
from base.database import Session


def day_in(session: Session, at: SQLColumnExpression[datetime]) -> ColumnElement[date]:
    """Say on which day (UTC) a time is."""
    if is_sqlite(session):  # which keeps times as text, in UTC
        return func.date(at, type_=Date())
    return cast(func.timezone("UTC", at), Date)
