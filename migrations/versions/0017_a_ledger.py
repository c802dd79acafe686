"""A journal that is only added to, what is projected from it, and the terms of plays.

Entries come before the head of their transaction, which must then be complete and balance; both
databases refuse everything else by trigger.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_PRICES = [2, 4, 8, 16, 32, 64, 128, 256, 512]
_CREDIT_MICROS, _CURRENCY, _ARTIST_PPM = 1_200_000, "EUR", 700_000
_ONE_CREDIT = 1_000_000
#: Of each: account, amount, lot, credits.
_Entries = Sequence[tuple[str, int, int, int]]
#: Tables whose rows are never changed.
_KEPT = (
    *("ledger_accounts", "ledger_txn", "ledger_entries", "ledger_chain", "ledger_roots"),
    *("terms", "plays"),
)


def upgrade() -> None:
    _create_journal()
    _create_proof()
    _create_projections()
    _extend_plays()
    _carry_over()
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _create_journal() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_accounts"),
        sa.UniqueConstraint("name", name="uq_ledger_accounts_name"),
    )
    op.create_table(
        "ledger_txn",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("size", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_txn"),
        sa.UniqueConstraint("key", name="uq_ledger_txn_key"),
    )
    op.create_index("ix_ledger_txn_booked_at", "ledger_txn", ["booked_at"])
    op.create_index(
        "uq_ledger_txn_reverses",
        "ledger_txn",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("reverses <> 0"),
        sqlite_where=sa.text("reverses <> 0"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("txn_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("txn_id", "line", name="pk_ledger_entries"),
        sa.ForeignKeyConstraint(
            ["txn_id"],
            ["ledger_txn.id"],
            name="fk_ledger_entries_txn_id_ledger_txn",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_accounts.id"],
            name="fk_ledger_entries_account_id_ledger_accounts",
        ),
    )
    op.create_index(
        "ix_ledger_entries_account_id_txn_id", "ledger_entries", ["account_id", "txn_id"]
    )


def _create_proof() -> None:
    op.create_table(
        "ledger_chain",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("txn_id", _NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("chained_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_ledger_chain"),
        sa.ForeignKeyConstraint(
            ["txn_id"], ["ledger_txn.id"], name="fk_ledger_chain_txn_id_ledger_txn"
        ),
        sa.UniqueConstraint("txn_id", name="uq_ledger_chain_txn_id"),
    )
    op.create_index("ix_ledger_chain_chained_at", "ledger_chain", ["chained_at"])
    op.create_table(
        "ledger_roots",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_ledger_roots"),
    )
    op.create_table(
        "ledger_periods",
        sa.Column("name", sa.String(7), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_periods"),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["accounts.id"], name="fk_ledger_periods_closed_by_accounts"
        ),
        sa.UniqueConstraint("starts_at", name="uq_ledger_periods_starts_at"),
        sa.UniqueConstraint("ends_at", name="uq_ledger_periods_ends_at"),
    )


def _create_projections() -> None:
    terms = op.create_table(
        "terms",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("credit_value_micros", sa.BigInteger(), nullable=False),
        sa.Column("artist_ppm", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_terms"),
        sa.UniqueConstraint("valid_from", name="uq_terms_valid_from"),
    )
    first = {
        "valid_from": _BEGINNING,
        "currency": _CURRENCY,
        "prices": _PRICES,
        "credit_value_micros": _CREDIT_MICROS,
        "artist_ppm": _ARTIST_PPM,
    }
    op.bulk_insert(terms, [first])
    op.create_table(
        "credit_lots",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("acquired_at", Instant(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("credits", "amount", "vat", "credits_left", "amount_left", "vat_left")
        ),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("origin", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credit_lots"),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["accounts.id"], name="fk_credit_lots_listener_id_accounts"
        ),
        sa.CheckConstraint(
            "credits_left >= 0 AND amount_left >= 0 AND vat_left >= 0", name="ck_credit_lots_left"
        ),
    )
    op.create_index("ix_credit_lots_listener_id", "credit_lots", ["listener_id"])
    op.create_index(
        "ix_credit_lots_unspent",
        "credit_lots",
        ["listener_id", "acquired_at"],
        postgresql_where=sa.text("credits_left > 0"),
        sqlite_where=sa.text("credits_left > 0"),
    )
    op.create_index(
        "ix_credit_lots_origin",
        "credit_lots",
        ["origin"],
        postgresql_where=sa.text("origin <> 0"),
        sqlite_where=sa.text("origin <> 0"),
    )
    with op.batch_alter_table("wallets") as batch_op:
        batch_op.add_column(
            sa.Column("promo_micros", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("frozen_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("frozen_reason", sa.String(200), nullable=True))
        batch_op.create_check_constraint(op.f("ck_wallets_promo_not_negative"), "promo_micros >= 0")
    with op.batch_alter_table("wallets") as batch_op:
        batch_op.alter_column("promo_micros", server_default=None)
    _create_freezes()


def _create_freezes() -> None:
    people = ("listener_id", "by_id", "lifted_by_id")
    op.create_table(
        "wallet_freezes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("frozen_at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_by_name", sa.String(200), nullable=True),
        sa.Column("lifted_why", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wallet_freezes"),
        *(
            sa.ForeignKeyConstraint(
                [name], ["accounts.id"], name=f"fk_wallet_freezes_{name}_accounts"
            )
            for name in people
        ),
    )
    op.create_index("ix_wallet_freezes_listener_id", "wallet_freezes", ["listener_id"])


def _extend_plays() -> None:
    with op.batch_alter_table("play_sessions") as batch_op:
        batch_op.add_column(sa.Column("territory", sa.String(2), nullable=True))
    with op.batch_alter_table("plays") as batch_op:
        batch_op.add_column(sa.Column("txn_id", _NUMBER, nullable=True))
        batch_op.add_column(sa.Column("terms_id", _NUMBER, nullable=True))
        batch_op.add_column(sa.Column("territory", sa.String(2), nullable=True))
        batch_op.add_column(sa.Column("deal_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_plays_txn_id"), ["txn_id"])
        batch_op.create_foreign_key(
            op.f("fk_plays_txn_id_ledger_txn"),
            "ledger_txn",
            ["txn_id"],
            ["id"],
            deferrable=True,
            initially="DEFERRED",
        )
        batch_op.create_foreign_key(op.f("fk_plays_terms_id_terms"), "terms", ["terms_id"], ["id"])


def _carry_over() -> None:
    """Turn credit that was held before there were books into lots that nobody paid for.

    What was played then was booked nowhere, and is told apart.
    """
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE plays SET kind = 'unbooked' WHERE kind = 'paid'"))
    wallet = sa.table("wallets", sa.column("listener_id", sa.Uuid()), sa.column("balance_micros"))
    query = sa.select(wallet.c.listener_id, wallet.c.balance_micros).where(
        wallet.c.balance_micros > 0
    )
    for number, (listener, credits_held) in enumerate(bind.execute(query).all(), start=1):
        _carry(bind, number, listener, credits_held)
    bind.execute(sa.text("UPDATE wallets SET promo_micros = balance_micros, balance_micros = 0"))


def _carry(bind: sa.Connection, number: int, listener: UUID, credits_held: int) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - a migration has no clock of its own
    worth, key = credits_held * _CREDIT_MICROS // _ONE_CREDIT, f"opening:{listener}"
    lots = sa.table(
        "credit_lots",
        *(sa.column(name) for name in ("id", "kind", "source", "currency", "credits", "amount")),
        *(sa.column(name) for name in ("vat", "credits_left", "amount_left", "vat_left")),
        sa.column("origin"),
        sa.column("listener_id", sa.Uuid()),
        sa.column("acquired_at", Instant()),
    )
    bind.execute(
        lots.insert().values(
            id=number, listener_id=listener, kind="promo", acquired_at=now, source=key,
            currency=_CURRENCY, credits=credits_held, amount=worth, vat=0,
            credits_left=credits_held, amount_left=worth, vat_left=0, origin=0,
        )
    )  # fmt: skip
    wallet = f"wallet_promo:{listener}"
    entries = [("equity:opening", worth, 0, 0), (wallet, -worth, number, -credits_held)]
    facts = f'{{"listener":"{listener}","reason":"held before there were books"}}'
    _write(bind, number, entries, key=key, facts=facts, now=now)


def _write(  # noqa: PLR0913 - the parts of a transaction
    bind: sa.Connection, number: int, entries: _Entries, *, key: str, facts: str, now: datetime
) -> None:
    """Write a transaction down as the journal did at the time of this migration."""
    accounts = sa.table("ledger_accounts", sa.column("id"), sa.column("name"))
    known = set(bind.execute(sa.select(accounts.c.id)).scalars())
    names = ("txn_id", "line", "account_id", "currency", "amount", "lot", "credits")
    table = sa.table("ledger_entries", *(sa.column(name) for name in names))
    packed = b""
    for line, (name, *figures) in enumerate(entries):
        account = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        if account not in known:
            bind.execute(accounts.insert().values(id=account, name=name))
        row = (number, line, account, _CURRENCY, *figures)
        bind.execute(table.insert().values(dict(zip(names, row, strict=True))))
        packed += struct.pack(">q3sqqq", account, _CURRENCY.encode(), *figures)
    head = f"opening\n{key}\n{facts}".encode()
    occurred_us = (now - _BEGINNING) // timedelta(microseconds=1)
    told = b"refrain journal 1\n" + struct.pack(">qqI", occurred_us, 0, len(head)) + head + packed
    heads = sa.table(
        "ledger_txn",
        *(sa.column(name) for name in ("id", "kind", "key", "size", "reverses", "facts")),
        sa.column("payload", sa.LargeBinary()),
        *(sa.column(name, Instant()) for name in ("occurred_at", "booked_at")),
    )
    bind.execute(
        heads.insert().values(
            id=number, kind="opening", key=key, size=len(entries), occurred_at=now,
            booked_at=now, reverses=0, facts=facts, payload=sha256(told).digest(),
        )
    )  # fmt: skip


_REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$
"""
_BALANCED = """
CREATE FUNCTION ledger_require_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  WITH sums AS (
    SELECT e.txn_id, count(*) AS lines, sum(e.amount) AS total
    FROM ledger_entries e JOIN added a ON a.id = e.txn_id GROUP BY e.txn_id, e.currency
  ), found AS (
    SELECT txn_id, sum(lines) AS lines, bool_and(total = 0) AS is_even FROM sums GROUP BY txn_id
  )
  SELECT a.id INTO wrong FROM added a LEFT JOIN found f ON f.txn_id = a.id
  WHERE f.is_even IS NOT TRUE OR f.lines <> a.size LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % is not complete, or does not balance', wrong
      USING ERRCODE = 'check_violation';
  END IF;
  SELECT a.id INTO wrong FROM added a JOIN ledger_periods p
    ON p.closed_at IS NOT NULL AND a.booked_at < p.ends_at LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % is booked in a period that is closed', wrong
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""
_LATE = """
CREATE FUNCTION ledger_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  SELECT t.id INTO wrong FROM added e JOIN ledger_txn t ON t.id = e.txn_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % is written already', wrong USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""


def _guard_postgresql() -> None:
    highest = "SELECT setval('{0}_id_seq', (SELECT max(id) FROM {0})) FROM {0} LIMIT 1"
    for table in ("credit_lots", "ledger_txn"):
        op.execute(highest.format(table))
    for function in (_REFUSE, _BALANCED, _LATE):
        op.execute(function)
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
    added = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION"
    op.execute(
        "CREATE TRIGGER ledger_txn_balance AFTER INSERT ON ledger_txn "
        f"{added} ledger_require_balanced()"
    )
    op.execute(
        "CREATE TRIGGER ledger_entries_in_time AFTER INSERT ON ledger_entries "
        f"{added} ledger_refuse_late()"
    )


def _guard_sqlite() -> None:
    for table in _KEPT:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_are_kept_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added: {change} is "
                "refused'); END"
            )
    op.execute(
        "CREATE TRIGGER ledger_txn_balance AFTER INSERT ON ledger_txn WHEN "
        "(SELECT count(*) FROM ledger_entries WHERE txn_id = NEW.id) <> NEW.size "
        "OR NEW.size = 0 OR EXISTS (SELECT 1 FROM ledger_entries WHERE txn_id = NEW.id "
        "GROUP BY currency HAVING sum(amount) <> 0) "
        "BEGIN SELECT RAISE(ABORT, 'a transaction is not complete, or does not balance'); END"
    )
    op.execute(
        "CREATE TRIGGER ledger_txn_in_time AFTER INSERT ON ledger_txn WHEN EXISTS "
        "(SELECT 1 FROM ledger_periods WHERE closed_at IS NOT NULL AND NEW.booked_at < ends_at) "
        "BEGIN SELECT RAISE(ABORT, 'a transaction is booked in a period that is closed'); END"
    )
    op.execute(
        "CREATE TRIGGER ledger_entries_in_time BEFORE INSERT ON ledger_entries WHEN EXISTS "
        "(SELECT 1 FROM ledger_txn WHERE id = NEW.txn_id) "
        "BEGIN SELECT RAISE(ABORT, 'a transaction is written already'); END"
    )


def downgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    for table in _KEPT:
        names = (
            [f"{table}_are_kept"]
            if is_postgresql
            else [f"{table}_are_kept_update", f"{table}_are_kept_delete"]
        )
        for name in names:
            op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))
    with op.batch_alter_table("plays") as batch_op:
        batch_op.drop_constraint(op.f("fk_plays_terms_id_terms"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_plays_txn_id_ledger_txn"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_plays_txn_id"), type_="unique")
        for name in ("txn_id", "terms_id", "territory", "deal_id"):
            batch_op.drop_column(name)
    op.execute("UPDATE plays SET kind = 'paid' WHERE kind = 'unbooked'")
    with op.batch_alter_table("play_sessions") as batch_op:
        batch_op.drop_column("territory")
    op.execute("UPDATE wallets SET balance_micros = balance_micros + promo_micros")
    with op.batch_alter_table("wallets") as batch_op:
        batch_op.drop_constraint(op.f("ck_wallets_promo_not_negative"), type_="check")
        for name in ("promo_micros", "frozen_at", "frozen_reason"):
            batch_op.drop_column(name)
    for table in (
        *(
            "wallet_freezes",
            "credit_lots",
            "ledger_chain",
            "ledger_roots",
            "ledger_entries",
            "ledger_txn",
        ),
        *("ledger_accounts", "ledger_periods", "terms"),
    ):
        op.drop_table(table)
    if is_postgresql:
        for name in ("ledger_refuse", "ledger_require_balanced", "ledger_refuse_late"):
            op.execute(f"DROP FUNCTION {name}()")
