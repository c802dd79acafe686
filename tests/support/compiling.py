"""What was compiled for one database is used for all others of its kind.

A server opens its database once and compiles each statement once; tests open thousands, of which
SQLAlchemy keeps apart what it compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

#: More than all tests ask.
_STATEMENTS = 10_000


def share_compiled() -> None:
    """Let dialects of a kind and version be the same, and all engines keep in one place."""
    kept: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
    engine: Any = Engine
    engine._compiled_cache = property(lambda _: kept, _keep_none)  # noqa: SLF001 - no other way
    dialect: Any = DefaultDialect
    dialect.__eq__ = _is_same
    dialect.__hash__ = lambda one: hash(type(one))


def _keep_none(engine: Engine, own: object) -> None:
    """Let an engine have no place of its own."""
    del engine, own


def _is_same(dialect: Any, other: object) -> bool:  # noqa: ANN401 - any dialect
    return type(dialect) is type(other) and _version(dialect) == _version(other)


def _version(dialect: Any) -> object:  # noqa: ANN401 - any dialect
    return getattr(dialect, "server_version_info", None)
