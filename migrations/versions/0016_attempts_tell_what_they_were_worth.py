"""Attempts tell the lane, the cost and the music of their jobs: what was done lately is one range."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = {"lane": sa.String(40), "cost_s": sa.Double(), "audio_s": sa.Double()}


def upgrade() -> None:
    with op.batch_alter_table("job_attempts", schema=None) as batch_op:
        for name, kind in _COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    values = ", ".join(
        f"{name} = (SELECT jobs.{name} FROM jobs WHERE jobs.id = job_attempts.job_id)"  # noqa: S608 - names of ours
        for name in _COLUMNS
    )
    op.execute(f"UPDATE job_attempts SET {values}")  # noqa: S608 - see above
    with op.batch_alter_table("job_attempts", schema=None) as batch_op:
        for name, kind in _COLUMNS.items():
            batch_op.alter_column(name, existing_type=kind, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("job_attempts", schema=None) as batch_op:
        for name in _COLUMNS:
            batch_op.drop_column(name)
