"""Evidence is kept as unions; sessions are settled without a job each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_DUE = sa.text("state = 'qualified'")
_SESSIONS = sa.table(
    "play_sessions",
    sa.column("id", sa.Uuid()),
    sa.column("active_at", Instant()),
    sa.column("delivered", sa.JSON()),
)
_DELIVERIES = sa.table(
    "deliveries",
    sa.column("session_id", sa.Uuid()),
    sa.column("at", Instant()),
    sa.column("start_ms", sa.Integer()),
    sa.column("end_ms", sa.Integer()),
)
_AT_ONCE = 1_000


def upgrade() -> None:
    with op.batch_alter_table("play_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delivered", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_play_sessions_due",
        "play_sessions",
        ["active_at"],
        postgresql_where=_DUE,
        sqlite_where=_DUE,
    )
    op.create_table(
        "evidence_marks",
        sa.Column("producer", sa.Uuid(), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("producer", name=op.f("pk_evidence_marks")),
    )
    op.create_index(op.f("ix_evidence_marks_at"), "evidence_marks", ["at"])
    _join_deliveries()
    op.drop_index(op.f("ix_deliveries_session_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.execute(
        "DELETE FROM heartbeats WHERE id NOT IN "
        "(SELECT MIN(id) FROM heartbeats GROUP BY session_id, elapsed_ms, position_ms)"
    )
    with op.batch_alter_table("heartbeats", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_heartbeats_session_id"))
        batch_op.create_unique_constraint(
            op.f("uq_heartbeats_session_id_elapsed_ms_position_ms"),
            ["session_id", "elapsed_ms", "position_ms"],
        )
    # What they were to settle is found by its state.
    op.execute("DELETE FROM jobs WHERE kind = 'settle'")


def downgrade() -> None:
    with op.batch_alter_table("heartbeats", schema=None) as batch_op:
        batch_op.drop_constraint(
            op.f("uq_heartbeats_session_id_elapsed_ms_position_ms"), type_="unique"
        )
        batch_op.create_index(op.f("ix_heartbeats_session_id"), ["session_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ROW_NUMBER, nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["play_sessions.id"],
            name=op.f("fk_deliveries_session_id_play_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_session_id"), "deliveries", ["session_id"])
    _part_deliveries()
    op.drop_index(op.f("ix_evidence_marks_at"), table_name="evidence_marks")
    op.drop_table("evidence_marks")
    op.drop_index("ix_play_sessions_due", table_name="play_sessions")
    with op.batch_alter_table("play_sessions", schema=None) as batch_op:
        batch_op.drop_column("told")
        batch_op.drop_column("delivered")


def _join_deliveries() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_DELIVERIES.c.session_id, _DELIVERIES.c.start_ms, _DELIVERIES.c.end_ms).order_by(
            _DELIVERIES.c.session_id, _DELIVERIES.c.start_ms
        )
    )
    change = (
        sa.update(_SESSIONS)
        .where(_SESSIONS.c.id == sa.bindparam("session"))
        .values(delivered=sa.bindparam("intervals", type_=sa.JSON()))
    )
    changes = [
        {"session": session, "intervals": _union((start, end) for _, start, end in part)}
        for session, part in groupby(rows, key=lambda row: row.session_id)
    ]
    for some in _portions(changes):
        connection.execute(change, some)


def _part_deliveries() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_SESSIONS.c.id, _SESSIONS.c.delivered)).all()
    now = datetime.now(UTC)  # noqa: TID251 - when it was served is no longer known
    parts = [
        {"session_id": session, "at": now, "start_ms": start, "end_ms": end}
        for session, intervals in rows
        for start, end in intervals or ()
    ]
    for some in _portions(parts):
        connection.execute(sa.insert(_DELIVERIES), some)


def _union(intervals: Iterable[tuple[int, int]]) -> list[list[int]]:
    merged: list[list[int]] = []
    for start, end in intervals:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return merged


def _portions(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for at in range(0, len(rows), _AT_ONCE):
        yield rows[at : at + _AT_ONCE]
