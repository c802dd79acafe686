"""Renditions have certificates, and grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "growing_renditions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("codec", sa.String(length=40), nullable=False),
        sa.Column("codecs", sa.String(length=40), nullable=False),
        sa.Column("mime", sa.String(length=60), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("nominal_bps", sa.BigInteger(), nullable=False),
        sa.Column("timescale", sa.Integer(), nullable=False),
        sa.Column("init_bytes", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_growing_renditions_master_id_masters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_renditions")),
        sa.UniqueConstraint("master_id", "rung", name=op.f("uq_growing_renditions_master_id_rung")),
    )
    with op.batch_alter_table("masters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quality", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("powers", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("gain_db", sa.Double(), nullable=True))

    with op.batch_alter_table("renditions", schema=None) as batch_op:
        # What was made before is streamed, and nobody wrote down what was found of it.
        batch_op.add_column(
            sa.Column("is_download", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("certificate", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.alter_column("is_download", server_default=None)
        batch_op.alter_column("certificate", server_default=None)


def downgrade() -> None:
    # The code of before would offer downloads to players.
    op.execute(sa.text("DELETE FROM renditions WHERE is_download"))
    # Not as batches: SQLite would make the tables anew, which rows that refer to them forbid.
    op.drop_column("renditions", "certificate")
    op.drop_column("renditions", "is_download")
    for name in ("gain_db", "powers", "fingerprint", "quality"):
        op.drop_column("masters", name)

    op.drop_table("growing_renditions")
