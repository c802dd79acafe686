"""Jobs have an owner, a cost, a cause and a history; workers say that they live."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LANES_OF_BEFORE = {"first": "fast", "analysis": "intake"}


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cost_s", sa.Double(), nullable=False, server_default="0"),
        sa.Column("audio_s", sa.Double(), nullable=False, server_default="0"),
        sa.Column("avoid", sa.String(200), nullable=True),
        sa.Column("kills", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("worker", sa.String(200), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("cause", sa.String(40), nullable=True),
        sa.Column("trace", sa.String(60), nullable=True),
    )


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
        batch_op.create_index(batch_op.f("ix_jobs_lane_state"), ["lane", "state"])
        batch_op.create_index(batch_op.f("ix_jobs_created_at"), ["created_at"])
    op.execute("UPDATE jobs SET lane = 'first' WHERE lane = 'fast'")
    op.execute("UPDATE jobs SET lane = 'analysis' WHERE kind = 'compare'")
    op.create_table(
        "job_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=True),
        sa.Column("output", sa.Text(), nullable=True),
        sa.Column("cpu_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_job_attempts_job_id_jobs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_attempts")),
    )
    op.create_index(op.f("ix_job_attempts_job_id_ended_at"), "job_attempts", ["job_id", "ended_at"])
    op.create_index(op.f("ix_job_attempts_ended_at"), "job_attempts", ["ended_at"])
    op.create_table(
        "workers",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("lanes", sa.JSON(), nullable=False),
        sa.Column("cores", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("is_draining", sa.Boolean(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_seen_at"), "workers", ["seen_at"])


def downgrade() -> None:
    op.drop_table("workers")
    op.drop_table("job_attempts")
    op.execute("DELETE FROM jobs WHERE state = 'cancelled'")
    for now, before in _LANES_OF_BEFORE.items():
        op.execute(f"UPDATE jobs SET lane = '{before}' WHERE lane = '{now}'")  # noqa: S608 - ours
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_created_at"))
        batch_op.drop_index(batch_op.f("ix_jobs_lane_state"))
        for column in reversed(_columns()):
            batch_op.drop_column(column.name)
