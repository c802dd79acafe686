"""Applications sign people in by OpenID Connect: clients, consents, tokens, devices, keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_DIGEST = sa.LargeBinary(32)


def upgrade() -> None:
    _create_clients()
    _create_families()
    _create_tokens()
    _create_devices()
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("signs_from", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_keys"),
    )


def _refers(table: str, column: str, other: str, **options: object) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)  # type: ignore[arg-type]


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_clients() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("auth_method", sa.String(30), nullable=False),
        sa.Column("secret_digest", _DIGEST, nullable=True),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("post_logout_redirect_uris", sa.JSON(), nullable=False),
        sa.Column("grant_types", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("registration_digest", _DIGEST, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_clients"),
        _refers("oauth_clients", "account_id", "accounts"),
        _refers("oauth_clients", "created_by", "accounts"),
    )
    _indexed("oauth_clients", "account_id", "created_at")
    op.create_table(
        "oauth_consents",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "client_id", name="pk_oauth_consents"),
        _refers("oauth_consents", "account_id", "accounts"),
        _refers("oauth_consents", "client_id", "oauth_clients"),
    )


def _create_families() -> None:
    op.create_table(
        "oauth_families",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(60), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.String(500), nullable=True),
        sa.Column("authenticated_at", Instant(), nullable=True),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_why", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_families"),
        _refers("oauth_families", "client_id", "oauth_clients"),
        _refers("oauth_families", "account_id", "accounts"),
    )
    _indexed("oauth_families", "client_id", "account_id", "expires_at")
    op.create_table(
        "oauth_codes",
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("client_id", sa.String(60), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("nonce", sa.String(500), nullable=True),
        sa.Column("challenge", sa.String(128), nullable=True),
        sa.Column("authenticated_at", Instant(), nullable=True),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_codes"),
        _refers("oauth_codes", "client_id", "oauth_clients"),
        _refers("oauth_codes", "account_id", "accounts"),
    )
    _indexed("oauth_codes", "client_id", "account_id", "expires_at")


def _create_tokens() -> None:
    op.create_table(
        "oauth_access_tokens",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("token_id", name="pk_oauth_access_tokens"),
        _refers("oauth_access_tokens", "token_id", "tokens", ondelete="CASCADE"),
        _refers("oauth_access_tokens", "family_id", "oauth_families", ondelete="CASCADE"),
    )
    _indexed("oauth_access_tokens", "family_id")
    op.create_table(
        "oauth_refresh_tokens",
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("parent_digest", _DIGEST, nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_refresh_tokens"),
        _refers("oauth_refresh_tokens", "family_id", "oauth_families", ondelete="CASCADE"),
    )
    _indexed("oauth_refresh_tokens", "family_id", "parent_digest", "expires_at")


def _create_devices() -> None:
    op.create_table(
        "oauth_devices",
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("user_code", sa.String(16), nullable=False),
        sa.Column("client_id", sa.String(60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at", Instant(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("authenticated_at", Instant(), nullable=True),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_devices"),
        sa.UniqueConstraint("user_code", name="uq_oauth_devices_user_code"),
        _refers("oauth_devices", "client_id", "oauth_clients"),
        _refers("oauth_devices", "account_id", "accounts"),
    )
    _indexed("oauth_devices", "client_id", "account_id", "expires_at")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


_TABLES = (
    *("signing_keys", "oauth_devices", "oauth_refresh_tokens", "oauth_access_tokens"),
    *("oauth_codes", "oauth_families", "oauth_consents", "oauth_clients"),
)
