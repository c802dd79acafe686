"""What Alembic runs: the connection that its caller opened, and all our tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context

import catalog.models.ledger
import catalog.models.statements  # noqa: F401 - the same
from base.database import Instant
from catalog.models import Model
from catalog.schema import is_compared

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def _render(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type as our own, with its import."""
    if kind == "type" and isinstance(item, Instant):
        autogen.imports.add("from base.database import Instant")
        return "Instant()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    # Each holds its locks until its end, and not until that of all (see catalog.schema).
    transaction_per_migration=connection.dialect.name == "postgresql",
    # SQLite alters a table by making it anew.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_render,
    include_name=is_compared,
)
with context.begin_transaction():
    context.run_migrations()
