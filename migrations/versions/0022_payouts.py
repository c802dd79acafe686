"""Payees have bank details and are paid in runs that two people have seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Tables whose rows are never changed, and what of others is not.
_KEPT = ("bank_details", "payout_files")
_FIXED = {
    "payouts": "run_id, payee, currency, amount, held, released, details_id",
    "payout_runs": "key, currency, until, policy, drafted_by, drafted_at",
}


def upgrade() -> None:
    op.create_table(
        "bank_details",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(70), nullable=False),
        sa.Column("iban", sa.String(34), nullable=False),
        sa.Column("bic", sa.String(11), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["accounts.id"], name=op.f("fk_bank_details_entered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_details")),
    )
    op.create_index(
        op.f("ix_bank_details_payee_id_entered_at"), "bank_details", ["payee_id", "entered_at"]
    )
    op.create_table(
        "payout_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payee", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], ["accounts.id"], name=op.f(f"fk_payout_holds_{name}_accounts")
            )
            for name in ("placed_by", "lifted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_holds")),
    )
    op.create_index(op.f("ix_payout_holds_payee"), "payout_holds", ["payee"])
    op.create_table(
        "payout_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("exported_at", Instant(), nullable=True),
        sa.Column("executes_on", sa.Date(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], ["accounts.id"], name=op.f(f"fk_payout_runs_{name}_accounts")
            )
            for name in ("drafted_by", "approved_by")
        ),
        sa.CheckConstraint("approved_by <> drafted_by", name=op.f("ck_payout_runs_second_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_runs")),
        sa.UniqueConstraint("key", name=op.f("uq_payout_runs_key")),
    )
    op.create_index(op.f("ix_payout_runs_drafted_at"), "payout_runs", ["drafted_at"])
    op.create_index(
        "uq_payout_runs_draft",
        "payout_runs",
        ["currency"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
        sqlite_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "payout_files",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["payout_runs.id"], name=op.f("fk_payout_files_run_id_payout_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_payout_files")),
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("payee", sa.String(80), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.Column("details_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("txn_id", sa.BigInteger(), nullable=True),
        sa.Column("reserve_txn_id", sa.BigInteger(), nullable=True),
        sa.Column("booked_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.Column("return_said_by", sa.Uuid(), nullable=True),
        sa.Column("credited_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(4), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND held >= 0 AND released >= 0 AND fee >= 0",
            name=op.f("ck_payouts_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["payout_runs.id"], name=op.f("fk_payouts_run_id_payout_runs")
        ),
        sa.ForeignKeyConstraint(
            ["details_id"], ["bank_details.id"], name=op.f("fk_payouts_details_id_bank_details")
        ),
        sa.ForeignKeyConstraint(
            ["return_said_by"], ["accounts.id"], name=op.f("fk_payouts_return_said_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("run_id", "payee", name=op.f("uq_payouts_run_id_payee")),
    )
    op.create_index(op.f("ix_payouts_payee"), "payouts", ["payee"])
    op.create_index(op.f("ix_payouts_details_id"), "payouts", ["details_id"])
    changes = [(table, "UPDATE", "") for table in _KEPT]
    changes += [(table, "UPDATE", f" OF {columns}") for table, columns in _FIXED.items()]
    # Details that were paid to are kept by the payouts that name them; who is forgotten takes others.
    changes += [(table, "DELETE", "") for table in ("payout_files", *_FIXED)]
    is_postgresql = op.get_context().dialect.name == "postgresql"
    for table, verb, what in changes:
        (_guard_postgresql if is_postgresql else _guard_sqlite)(table, verb, what)


def _guard_postgresql(table: str, verb: str, what: str) -> None:
    also = " OR TRUNCATE" if verb == "DELETE" else ""
    op.execute(
        f"CREATE TRIGGER {table}_are_kept_{verb.lower()} BEFORE {verb}{what}{also} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    )


def _guard_sqlite(table: str, verb: str, what: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_are_kept_{verb.lower()} BEFORE {verb}{what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added: {verb} is refused'); END"
    )


def downgrade() -> None:
    for name in ("payouts", "payout_files", "payout_runs", "payout_holds", "bank_details"):
        op.drop_table(name)
