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
#: What is kept of a month, and of which version: that of closing it, or any that is later.
_FROZEN = {"ledger_balances": "", "statements": "version = 1", "statement_lines": "version = 1"}
_ORDER = "a period follows on the last that is closed"
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
    _freeze_postgresql()
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


def _freeze_postgresql() -> None:
    for table, which in _FROZEN.items():
        some = f"AND a.{which}" if which else ""
        found = "added a JOIN ledger_periods p ON p.name = a.period WHERE p.digest IS NOT NULL"
        op.execute(
            f"CREATE FUNCTION {table}_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS (SELECT FROM {found} {some}) THEN "
            f"RAISE EXCEPTION '{table} of a period that has its digest are only read' "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_are_frozen AFTER INSERT ON {table} "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "
            f"{table}_refuse_late()"
        )
    op.execute(
        "CREATE FUNCTION ledger_periods_require_order() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
        "BEGIN IF EXISTS (SELECT FROM ledger_periods) AND NEW.starts_at IS DISTINCT FROM "
        "(SELECT max(ends_at) FROM ledger_periods) OR NEW.closed_at < NEW.ends_at THEN "
        f"RAISE EXCEPTION '{_ORDER}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_periods_follow BEFORE INSERT ON ledger_periods FOR EACH ROW "
        "EXECUTE FUNCTION ledger_periods_require_order()"
    )


def _guard_sqlite() -> None:
    for table in _KEPT:
        for change in ("UPDATE", "DELETE"):
            _abort(
                f"{table}_are_kept_{change.lower()}",
                f"{change} ON {table}",
                f"rows of {table} are only ever added: {change} is refused",
            )
    for table, which in _FROZEN.items():
        some = f"NEW.{which} AND " if which else ""
        _abort(
            f"{table}_are_frozen",
            f"INSERT ON {table} WHEN {some}EXISTS "  # noqa: S608
            "(SELECT 1 FROM ledger_periods WHERE name = NEW.period AND digest IS NOT NULL)",
            f"{table} of a period that has its digest are only read",
        )
    follows = "NEW.starts_at IS NOT (SELECT max(ends_at) FROM ledger_periods)"
    when = f"EXISTS (SELECT 1 FROM ledger_periods) AND {follows} OR NEW.closed_at < NEW.ends_at"  # noqa: S608
    _abort("ledger_periods_follow", f"INSERT ON ledger_periods WHEN {when}", _ORDER)
    _abort("ledger_periods_are_kept", "DELETE ON ledger_periods", "periods are only ever added")
    differs = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME)
    when = f"UPDATE ON ledger_periods WHEN {_REOPENS.format(differs)}"
    _abort("ledger_periods_stay_closed", when, "a period that is closed stays so")


def _abort(name: str, when: str, said: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{said}'); END")


def downgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    on = " ON ledger_periods" if is_postgresql else ""
    for name in ("are_kept", "stay_closed", "follow"):
        op.execute(f"DROP TRIGGER ledger_periods_{name}{on}")
    for table in ("surplus_proposals", *reversed(_KEPT)):
        op.drop_table(table)
    if is_postgresql:
        late = (f"{table}_refuse_late" for table in _FROZEN)
        for name in ("ledger_refuse_row", "ledger_periods_require_order", *late):
            op.execute(f"DROP FUNCTION {name}()")
