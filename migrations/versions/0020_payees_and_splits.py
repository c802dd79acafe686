"""Payees, the sheets by which they share, advances, and claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLES = ("payees", "group_members", "split_sheets", "split_shares", "advances", "claims")


def _id(name: str = "id", *, refers: str = "", nullable: bool = False) -> sa.Column[object]:
    key = (sa.ForeignKey(f"{refers}.id"),) if refers else ()
    return sa.Column(name, sa.Uuid(), *key, nullable=nullable)


def _text(name: str, size: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Instant(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "payees",
        _id(),
        _id("account_id", refers="accounts", nullable=True),
        _text("kind", 10),
        _text("name", 200),
        _text("country", 2, nullable=True),
        _id("created_by", refers="accounts"),
        _at("created_at"),
        _text("key", 200, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payees"),
        sa.UniqueConstraint("key", name="uq_payees_key"),
    )
    op.create_table(
        "group_members",
        _id("group_id", refers="payees"),
        _id("member_id", refers="payees"),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "member_id", name="pk_group_members"),
    )
    _create_sheets()
    _create_advances_and_claims()
    for table, column in (
        *(("payees", "account_id"), ("payees", "created_by"), ("split_sheets", "recording_id")),
        *(("split_shares", "payee_id"), ("advances", "payee_id"), ("claims", "payee_id")),
        *(("claims", "claimed_by"), ("claims", "state")),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    columns = ["owner_id", "recording_id"]
    op.create_index("ix_split_sheets_owner_id_recording_id", "split_sheets", columns)


def _create_sheets() -> None:
    op.create_table(
        "split_sheets",
        _id(),
        _text("kind", 10),
        _id("owner_id", refers="accounts"),
        _id("recording_id", refers="recordings", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        _at("valid_from"),
        _at("valid_until", nullable=True),
        _text("state", 10),
        _at("changed_at"),
        _at("in_force_from", nullable=True),
        _id("replaces_id", refers="split_sheets", nullable=True),
        _id("proposed_by", refers="accounts"),
        _at("proposed_at"),
        _text("key", 200),
        sa.PrimaryKeyConstraint("id", name="pk_split_sheets"),
        sa.UniqueConstraint("key", name="uq_split_sheets_key"),
    )
    op.create_table(
        "split_shares",
        _id("sheet_id", refers="split_sheets"),
        sa.Column("line", sa.Integer(), nullable=False),
        _id("payee_id", refers="payees", nullable=True),
        sa.Column("ppm", sa.Integer(), nullable=False),
        _id("through_id", refers="payees", nullable=True),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        _at("accepted_at", nullable=True),
        _at("declined_at", nullable=True),
        sa.PrimaryKeyConstraint("sheet_id", "line", name="pk_split_shares"),
        sa.CheckConstraint("ppm BETWEEN 0 AND 1000000", name="ck_split_shares_ppm"),
    )


def _create_advances_and_claims() -> None:
    op.create_table(
        "advances",
        _id(),
        _id("payee_id", refers="payees"),
        _text("currency", 3),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("recoup_ppm", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.JSON(), nullable=False),
        _text("note", 1000),
        _id("granted_by", refers="accounts"),
        _at("granted_at"),
        _id("approved_by", refers="accounts", nullable=True),
        _at("approved_at", nullable=True),
        _text("key", 200),
        sa.PrimaryKeyConstraint("id", name="pk_advances"),
        sa.UniqueConstraint("key", name="uq_advances_key"),
        sa.CheckConstraint("amount > 0", name="ck_advances_amount_positive"),
        sa.CheckConstraint("approved_by <> granted_by", name="ck_advances_second_person"),
    )
    op.create_table(
        "claims",
        _id(),
        _id("payee_id", refers="payees"),
        _id("recording_id", refers="recordings", nullable=True),
        _id("claimed_by", refers="accounts"),
        _text("words", 2000),
        _text("state", 10),
        _at("made_at"),
        _id("decided_by", refers="accounts", nullable=True),
        _at("decided_at", nullable=True),
        _text("reason", 1000, nullable=True),
        _text("key", 200),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.UniqueConstraint("key", name="uq_claims_key"),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
