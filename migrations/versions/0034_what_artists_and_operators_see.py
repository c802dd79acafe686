"""Plays by way and territory, who heard them, earnings by day; what the store holds by kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.models.people import name_key

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLES: dict[str, tuple[list[sa.Column[object]], tuple[str, ...]]] = {
    "plays_by_way": (
        [
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("payee_id", sa.Uuid(), nullable=False),
            sa.Column("track_id", sa.Uuid(), nullable=False),
            sa.Column("way", sa.String(8), nullable=False),
            sa.Column("territory", sa.String(2), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
        ],
        ("recording_id", "day", "payee_id", "track_id", "way", "territory"),
    ),
    "listeners_by_day": (
        [
            sa.Column("payee_id", sa.Uuid(), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("territory", sa.String(2), nullable=False),
            sa.Column("sketch", sa.LargeBinary(), nullable=False),
        ],
        ("payee_id", "day", "territory"),
    ),
    "earnings_by_day": (
        [
            sa.Column("account_id", sa.BigInteger(), nullable=False, autoincrement=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("currency", sa.String(3), nullable=False),
            sa.Column("section", sa.String(20), nullable=False),
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("step", sa.SmallInteger(), nullable=False, autoincrement=False),
            sa.Column("number", sa.BigInteger(), nullable=False),
            sa.Column("amount", sa.BigInteger(), nullable=False),
        ],
        ("account_id", "day", "currency", "section", "recording_id", "step"),
    ),
}
_REFERS = {
    "plays_by_way": {"recording_id": "recordings", "payee_id": "accounts", "track_id": "tracks"},
    "listeners_by_day": {"payee_id": "accounts"},
    "earnings_by_day": {},
}
_ACCOUNTS = sa.table(
    "accounts",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.String(200)),
    sa.column("name_key", sa.String(400)),
)
#: Names are folded so many at a time.
_AT_ONCE = 1_000
#: What is found by what.
_INDEXES = (
    ("plays_by_way", ("payee_id", "day")),
    ("accounts", ("created_at", "id")),
    ("accounts", ("name_key",)),
    ("account_roles", ("role",)),
    ("uploads", ("created_at", "id")),
)


def upgrade() -> None:
    for name, (columns, key) in _TABLES.items():
        op.create_table(
            name,
            *columns,
            sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
            *(
                sa.ForeignKeyConstraint(
                    [column], [f"{other}.id"], name=f"fk_{name}_{column}_{other}"
                )
                for column, other in _REFERS[name].items()
            ),
        )
    op.add_column("rollup_marks", sa.Column("position", sa.BigInteger(), nullable=True))
    op.add_column("store_checks", sa.Column("kinds", sa.JSON(), nullable=True))
    letters = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
    op.add_column("accounts", sa.Column("name_key", letters, nullable=True))
    _fold_names()
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _fold_names() -> None:
    """Write down how names are looked for, as databases fold fewer letters than we do."""
    connection = op.get_bind()
    query = sa.select(_ACCOUNTS.c.id, _ACCOUNTS.c.name).order_by(_ACCOUNTS.c.id).limit(_AT_ONCE)
    of = sa.update(_ACCOUNTS).where(_ACCOUNTS.c.id == sa.bindparam("of"))
    folded = of.values(name_key=sa.bindparam("folded"))
    rows = connection.execute(query).all()
    while rows:
        told = [{"of": one.id, "folded": name_key(one.name)} for one in rows]
        connection.execute(folded, told)
        rows = connection.execute(query.where(_ACCOUNTS.c.id > rows[-1].id)).all()


def downgrade() -> None:
    for table, columns in reversed(_INDEXES[1:]):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    with op.batch_alter_table("accounts") as table:
        table.drop_column("name_key")
    with op.batch_alter_table("store_checks") as table:
        table.drop_column("kinds")
    with op.batch_alter_table("rollup_marks") as table:
        table.drop_column("position")
    for name in reversed(_TABLES):
        op.drop_table(name)
