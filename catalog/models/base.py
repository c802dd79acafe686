"""One metadata for every table, with names that Alembic can rely on."""

from __future__ import annotations

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

#: Named constraints, so that a migration can drop on one database what it made on another.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The root of every mapped class."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Model]) -> Table:
    """Answer the table itself, for changes of thousands of rows that need no objects."""
    return Model.metadata.tables[model.__tablename__]
