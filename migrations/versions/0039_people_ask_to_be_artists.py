"""People ask to be artists, agree to what that means, and somebody decides, or the rule does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLE = "artist_requests"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", Instant()),
        sa.Column("reason", sa.String(1000)),
        sa.PrimaryKeyConstraint("id", name="pk_artist_requests"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_artist_requests_account_id_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name="fk_artist_requests_decided_by_accounts"
        ),
    )
    op.create_index("ix_artist_requests_account_id", _TABLE, ["account_id"])
    op.create_index("ix_artist_requests_state_made_at_id", _TABLE, ["state", "made_at", "id"])


def downgrade() -> None:
    op.drop_table(_TABLE)
