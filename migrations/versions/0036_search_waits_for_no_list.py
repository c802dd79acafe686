"""What is written anew stands in the index of words at once, not in a list that each search reads.

PostgreSQL keeps up to 4 MB of what is new in a list beside a GIN index, which every look into the
index reads as a whole: after the popular were counted a search took a second, until a vacuum.
"""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_WORDS = "ix_search_documents_by_hand_words"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {_WORDS} SET (fastupdate = off)")
        op.execute(f"SELECT gin_clean_pending_list('{_WORDS}')")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {_WORDS} RESET (fastupdate)")
