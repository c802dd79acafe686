"""Many values as one parameter, so that a statement is written once and asked again and again.

To write a statement and to find its text takes SQLAlchemy about as long as to ask it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class Several(TypeDecorator[Iterable[Any]]):
    """Values of one type: an array of PostgreSQL, and a JSON text for SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        """Say what the values are."""
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Answer what the parameter is in a database."""
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(self.of) if is_array else String())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - the driver's
        """Answer the values as the driver takes them."""
        values = list(value or ())
        if dialect.name == "postgresql":
            return values
        written = self.of.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps(values if written is None else [written(one) for one in values])


class _Among(FunctionElement[Any]):
    """A column, and the values that it may have."""

    name = "among"
    #: No truth value of its own: SQLite, which has none, would compare it with 1, without index.
    type: TypeEngine[Any] = NullType()
    inherit_cache = True


def among_told(column: Any, name: str) -> ColumnElement[bool]:  # noqa: ANN401 - of a table, or of a model
    """Say that a column is one of many values, which are told by a name when it is asked."""
    return _Among(column, bindparam(name, type_=Several(column.type)))


@compiles(_Among)
def _as_array(element: _Among, compiler: SQLCompiler, **told: Any) -> str:  # noqa: ANN401 - theirs
    column, values = (compiler.process(one, **told) for one in element.clauses)
    # Of an array that it is told PostgreSQL knows how long it is, and so plans each time anew what
    # takes longer to plan than to answer; of one that it is yet to read it does not.
    return f"{column} = ANY (ARRAY(SELECT unnest({values})))"


@compiles(_Among, "sqlite")
def _as_json(element: _Among, compiler: SQLCompiler, **told: Any) -> str:  # noqa: ANN401 - theirs
    column, values = (compiler.process(one, **told) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of parameters
