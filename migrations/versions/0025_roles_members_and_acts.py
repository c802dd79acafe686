"""An account has roles and members, what it is known by has limits, and acts are noted."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "role", name="pk_account_roles"),
        _refers("account_roles", "account_id"),
        _refers("account_roles", "granted_by"),
    )
    op.execute(
        "INSERT INTO account_roles (account_id, role, granted_at) "
        "SELECT id, role, created_at FROM accounts WHERE role <> 'listener'"
    )
    op.drop_column("accounts", "role")
    op.add_column(
        "accounts", sa.Column("kind", sa.String(10), nullable=False, server_default="person")
    )
    _limit_tokens()
    _create_members()
    _create_invitations()
    _create_acts()


def _refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_accounts"
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=name)


_LIMITS = {
    "scopes": sa.String(1000),
    "expires_at": Instant(),
    "last_used_at": Instant(),
    "authenticated_at": Instant(),
    "factors": sa.String(100),
    "acting_for": sa.Uuid(),
}


def _limit_tokens() -> None:
    op.add_column("tokens", sa.Column("id", sa.Uuid(), nullable=True))
    op.add_column(
        "tokens", sa.Column("kind", sa.String(10), nullable=False, server_default="token")
    )
    for name, kind in _LIMITS.items():
        op.add_column("tokens", sa.Column(name, kind, nullable=True))
    tokens = sa.table("tokens", sa.column("digest"), sa.column("id", sa.Uuid()))
    connection = op.get_bind()
    for digest in connection.scalars(sa.select(tokens.c.digest)).all():
        named = sa.update(tokens).where(tokens.c.digest == digest)
        connection.execute(named.values(id=uuid4()))
    with op.batch_alter_table("tokens") as table:
        table.alter_column("id", existing_type=sa.Uuid(), nullable=False)
        table.create_unique_constraint("uq_tokens_id", ["id"])
        table.create_foreign_key(
            "fk_tokens_acting_for_accounts", "accounts", ["acting_for"], ["id"]
        )


def _create_members() -> None:
    op.create_table(
        "members",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(10), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "person_id", name="pk_members"),
        *(_refers("members", name) for name in ("account_id", "person_id", "added_by")),
    )
    op.create_index("ix_members_person_id", "members", ["person_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
        *(_refers("invitations", name) for name in ("account_id", "invited_by", "answered_by")),
    )
    op.create_index("ix_invitations_account_id", "invitations", ["account_id"])
    op.create_index("ix_invitations_email", "invitations", ["email"])


def _create_acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
        *(_refers("acts", name) for name in ("account_id", "person_id")),
    )
    for column in ("act", "person_id", "subject"):
        op.create_index(f"ix_acts_{column}_id", "acts", [column, "id"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER acts_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON acts "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER acts_are_kept_{change.lower()} BEFORE {change} ON acts "
            f"BEGIN SELECT RAISE(ABORT, 'rows of acts are only ever added: {change} is "
            "refused'); END"
        )


def downgrade() -> None:
    for table in ("acts", "invitations", "members"):
        op.drop_table(table)
    # What had limits must not come to have none.
    op.execute(
        "DELETE FROM tokens WHERE kind <> 'token' OR scopes IS NOT NULL OR expires_at IS NOT NULL"
    )
    with op.batch_alter_table("tokens") as table:
        table.drop_constraint("fk_tokens_acting_for_accounts", type_="foreignkey")
        table.drop_constraint("uq_tokens_id", type_="unique")
        for name in ("id", "kind", *_LIMITS):
            table.drop_column(name)
    op.drop_column("accounts", "kind")
    op.add_column(
        "accounts", sa.Column("role", sa.String(20), nullable=False, server_default="listener")
    )
    op.execute(
        "UPDATE accounts SET role = COALESCE((SELECT MIN(role) FROM account_roles "
        "WHERE account_roles.account_id = accounts.id), 'listener')"
    )
    op.drop_table("account_roles")
