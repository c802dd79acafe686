"""Months are closed: balances, statements and their lines are kept; a surplus has parts."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PARTS = {"artists_ppm": 450_000, "listeners_ppm": 350_000, "workers_ppm": 200_000}
_KEPT = ("ledger_balances", "statements", "statement_lines", "surplus_terms")
#: What closing itself still writes is the digest, once.
_REOPENS = "OLD.closed_at IS NOT NULL AND (OLD.digest IS NOT NULL OR NEW.digest IS NULL OR {})"
_SAME = "name", "zone", "starts_at", "ends_at", "closed_at", "closed_by"


def upgrade() -> None:
    op.create_table(
        "ledger_balances",
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "account_id", "currency", name="pk_ledger_balances"),
        _of_period("ledger_balances"),
    )
    _create_statements()
    parts = op.create_table(
        "surplus_terms",
        sa.Column("valid_from", Instant(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _PARTS),
        sa.PrimaryKeyConstraint("valid_from", name="pk_surplus_terms"),
    )
    op.bulk_insert(parts, [{"valid_from": datetime(1970, 1, 1, tzinfo=UTC), **_PARTS}])
    op.create_table(
        "surplus_proposals",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("worked", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("year", "currency", name="pk_surplus_proposals"),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["accounts.id"], name="fk_surplus_proposals_proposed_by_accounts"
        ),
    )
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _create_statements() -> None:
    op.create_table(
        "statements",
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("why", sa.String(1000), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("opening", "closing", "restated", "reserve", "advance", "suspense")
        ),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.id"], name="fk_statements_made_by_accounts"
        ),
        sa.PrimaryKeyConstraint(
            "period", "account_id", "currency", "version", name="pk_statements"
        ),
        _of_period("statements"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name="fk_statements_account_id_ledger_accounts"
        ),
    )
    op.create_index("ix_statements_account_id", "statements", ["account_id"])
    op.create_table(
        "statement_lines",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("section", sa.String(20), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("territory", sa.String(2), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statement_lines"),
    )
    op.create_index(
        "ix_statement_lines_period_account_id", "statement_lines", ["period", "account_id"]
    )


def _of_period(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_period_ledger_periods"
    return sa.ForeignKeyConstraint(["period"], ["ledger_periods.name"], name=name)


def _guard_postgresql() -> None:
    refuse = "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"{refuse}"
        )
    op.execute(
        "CREATE TRIGGER ledger_periods_are_kept BEFORE DELETE OR TRUNCATE ON ledger_periods "
        f"{refuse}"
    )
    differs = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _SAME)
    op.execute(
        "CREATE FUNCTION ledger_refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a period that is closed stays so' USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_periods_stay_closed BEFORE UPDATE ON ledger_periods FOR EACH ROW "
        f"WHEN ({_REOPENS.format(differs)}) EXECUTE FUNCTION ledger_refuse_row()"
    )


def _guard_sqlite() -> None:
    for table in _KEPT:
        for change in ("UPDATE", "DELETE"):
            _abort(
                f"{table}_are_kept_{change.lower()}",
                f"{change} ON {table}",
                f"rows of {table} are only ever added: {change} is refused",
            )
    _abort("ledger_periods_are_kept", "DELETE ON ledger_periods", "periods are only ever added")
    differs = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME)
    when = f"UPDATE ON ledger_periods WHEN {_REOPENS.format(differs)}"
    _abort("ledger_periods_stay_closed", when, "a period that is closed stays so")


def _abort(name: str, when: str, said: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{said}'); END")


def downgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    on = " ON ledger_periods" if is_postgresql else ""
    for name in ("ledger_periods_are_kept", "ledger_periods_stay_closed"):
        op.execute(f"DROP TRIGGER {name}{on}")
    for table in ("surplus_proposals", *reversed(_KEPT)):
        op.drop_table(table)
    if is_postgresql:
        op.execute("DROP FUNCTION ledger_refuse_row()")
